// Builds eth-transfer.wasm; with --check only tells whether the committed file is what the sources give.
// The compiler's version is pinned by the lockfile, and the result depends on nothing else.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const home = fileURLToPath(new URL('.', import.meta.url));
const target = join(home, 'eth-transfer.wasm');

const OPTIONS = [
  'eth-transfer/assembly/index.ts',
  '--outFile=out.wasm',
  // No allocator: buffers are static. An abort of the language would be a trap, and there is none.
  '--runtime=stub',
  '--noAssert',
  '--use=abort=',
  '--initialMemory=1',
  '--maximumMemory=1',
  '--zeroFilledMemory',
  '--optimizeLevel=3',
  '--shrinkLevel=1',
  '--converge',
  '--disable=nontrapping-f2i',
  '--disable=simd',
  '--disable=threads',
  '--disable=reference-types',
  '--disable=exception-handling',
];

export async function build() {
  let binary;
  const { error, stderr } = await asc.main(OPTIONS, {
    readFile: (name, base) => {
      const path = join(home, '..', name);
      void base;
      return existsSync(path) ? readFileSync(path, 'utf8') : null;
    },
    writeFile: (name, contents) => {
      if (name === 'out.wasm') binary = Buffer.from(contents);
    },
    listFiles: () => [],
  });
  if (error || binary === undefined) {
    process.stderr.write(stderr.toString());
    throw error ?? new Error('the compiler wrote no module');
  }
  return binary;
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
