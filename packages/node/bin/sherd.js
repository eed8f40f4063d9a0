#!/usr/bin/env node
// The program. Its code is compiled TypeScript: without a build there is nothing to run.
import { existsSync } from 'node:fs';

const main = new URL('../dist/cli/main.js', import.meta.url);
if (!existsSync(main)) {
  console.error('error NOT_BUILT: sherd is not built yet; run: npm run build');
  process.exit(1);
}
await import(main.href);
