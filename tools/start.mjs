// npm start [-- OPTIONS]: set everything up, then run `sherd start` in the foreground.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { build, ensureInstalled, root } from './run.mjs';

ensureInstalled();
build();
const child = spawn(process.execPath, [join(root, 'packages/node/bin/sherd.js'), 'start', ...process.argv.slice(2)], {
  stdio: 'inherit',
});
// A terminal sends Ctrl-C to the whole group: the child stops cleanly, and we wait for it.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 128)));
