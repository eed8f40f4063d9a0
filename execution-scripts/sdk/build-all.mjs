// Builds the example scripts that have no build file of their own: NAME/assembly/index.ts becomes NAME/NAME.wasm.
//   node execution-scripts/sdk/build-all.mjs [NAME ...]   compiles and writes
//   node execution-scripts/sdk/build-all.mjs --check      tells whether the committed files are what the sources give
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileScript } from './compile.mjs';

const home = fileURLToPath(new URL('..', import.meta.url));

/** Names of the scripts that this tool builds. */
export function scriptNames() {
  return readdirSync(home)
    .filter((name) => existsSync(join(home, name, 'assembly', 'index.ts')))
    .filter((name) => name !== 'sdk' && !existsSync(join(home, name, 'build.mjs')))
    .sort();
}

export function scriptFile(name) {
  return join(home, name, `${name}.wasm`);
}

export function buildScript(name) {
  return compileScript(join(home, name, 'assembly', 'index.ts'));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const check = process.argv.includes('--check');
  const named = process.argv.slice(2).filter((each) => !each.startsWith('--'));
  for (const name of named.length > 0 ? named : scriptNames()) {
    const binary = await buildScript(name);
    const target = scriptFile(name);
    if (!check) writeFileSync(target, binary);
    else if (!existsSync(target) || !readFileSync(target).equals(binary)) {
      console.error(`${name}.wasm is not what its sources give: node execution-scripts/sdk/build-all.mjs ${name}`);
      process.exitCode = 1;
      continue;
    }
    console.log(`${name}.wasm${check ? ' is fresh' : ''}: ${binary.length} bytes`);
  }
}
