// Builds eth-transfer.wasm; with --check only tells whether the committed file is what the sources give.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileScript } from '../sdk/compile.mjs';

const home = fileURLToPath(new URL('.', import.meta.url));
const target = join(home, 'eth-transfer.wasm');

export function build() {
  return compileScript(join(home, 'assembly', 'index.ts'));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const binary = await build();
  if (process.argv.includes('--check')) {
    const have = existsSync(target) ? readFileSync(target) : Buffer.alloc(0);
    if (!have.equals(binary)) {
      console.error('eth-transfer.wasm is not what its sources give: node execution-scripts/eth-transfer/build.mjs');
      process.exit(1);
    }
    console.log(`eth-transfer.wasm is fresh (${binary.length} bytes)`);
  } else {
    writeFileSync(target, binary);
    console.log(`eth-transfer.wasm: ${binary.length} bytes`);
  }
}
