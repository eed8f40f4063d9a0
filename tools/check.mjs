// npm run check: one line per question, the same as CI asks. Exit code 1 when any answer is no.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { bin, ensureInstalled, root, run } from './run.mjs';

ensureInstalled();

const node = process.execPath;
const questions = [
  ['types', bin('tsc'), ['-b']],
  ['types of tests', bin('tsc'), ['-p', 'tsconfig.tests.json']],
  ['format and lint', bin('biome'), ['ci', '--error-on-warnings', '.']],
  ['import directions and cycles', node, ['tools/check-imports.mjs']],
  ['public subpaths', node, ['tools/check-exports.mjs']],
  ['paths and links in the documentation', node, ['tools/check-docs.mjs']],
  ['host-function documentation is fresh', node, ['tools/host-functions.mjs', '--check']],
  ['compiled scripts are fresh', node, ['execution-scripts/eth-transfer/build.mjs', '--check']],
  ['compiled example scripts are fresh', node, ['execution-scripts/sdk/build-all.mjs', '--check']],
  ['C header of the SDK is fresh', node, ['execution-scripts/sdk/c-header.mjs', '--check']],
  ['compiled Scout scripts are fresh', node, ['execution-scripts/scout-ledger/build.mjs', '--check']],
  ['compiled Solidity scripts are fresh', node, ['execution-scripts/eth-transfer-solidity/build.mjs', '--check']],
];

let failed = 0;
for (const [name, command, args] of questions) {
  if (args[0]?.endsWith('.mjs') && !existsSync(join(root, args[0]))) {
    console.error(`FAIL ${name}: ${args[0]} is missing`);
    failed += 1;
    continue;
  }
  const started = Date.now();
  const ok = run(command, args) === 0;
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
  if (!ok) failed += 1;
}
process.exit(failed === 0 ? 0 : 1);
