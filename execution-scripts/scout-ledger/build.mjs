// Builds scout-ledger.wasm and its library fees.wasm; with --check only tells whether the committed files are fresh.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';
import { compileScript } from '../sdk/compile.mjs';

const home = fileURLToPath(new URL('.', import.meta.url));

/** A module without memory: of what it is compiled from, only functions and globals may be left. */
async function compileLibrary(source) {
  let binary;
  const options = [
    '--runtime=stub',
    '--noAssert',
    '--use=abort=',
    '--noExportMemory',
    '--initialMemory=0',
    '--maximumMemory=0',
    '--zeroFilledMemory',
    '--optimizeLevel=3',
    '--disable=simd',
    '--disable=threads',
    '--disable=reference-types',
    '--disable=nontrapping-f2i',
  ];
  const { error, stderr } = await asc.main(['library.ts', '--outFile=out.wasm', ...options], {
    readFile: (file) => (file === 'library.ts' ? readFileSync(source, 'utf8') : null),
    writeFile: (file, contents) => {
      if (file === 'out.wasm') binary = Buffer.from(contents);
    },
    listFiles: () => [],
  });
  if (error || binary === undefined) throw new Error(`${error?.message ?? 'no module'}\n${stderr.toString()}`);
  return binary;
}

export async function build() {
  return {
    'scout-ledger.wasm': await compileScript(join(home, 'assembly', 'index.ts')),
    'fees.wasm': await compileLibrary(join(home, 'library', 'fees.ts')),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const isCheck = process.argv.includes('--check');
  for (const [name, binary] of Object.entries(await build())) {
    const target = join(home, name);
    if (!isCheck) writeFileSync(target, binary);
    else if (!existsSync(target) || !readFileSync(target).equals(binary)) {
      console.error(`${name} is not what its sources give: node execution-scripts/scout-ledger/build.mjs`);
      process.exit(1);
    }
    console.log(`${name}: ${binary.length} bytes${isCheck ? ', fresh' : ''}`);
  }
}
