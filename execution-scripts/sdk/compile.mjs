// Compiles an execution script: AssemblyScript with the options that a script needs. As a command:
//   node execution-scripts/sdk/compile.mjs path/to/assembly/index.ts out.wasm
// The compiler's version is pinned by the lockfile; the result depends on it and on the sources alone.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const OUTPUT = 'out.wasm';
/** Sources are named from the checkout's root: their names decide the order of what is in the module. */
const HOME = fileURLToPath(new URL('../..', import.meta.url));

const OPTIONS = [
  `--outFile=${OUTPUT}`,
  // No allocator: buffers are static. No abort either: it would be an import that hosts do not offer.
  '--runtime=stub',
  '--noAssert',
  '--use=abort=',
  // One page of 64 KiB is cleared for each run, and paid for.
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

/**
 * The module of the script whose entry is `entry`, a path from the current folder. `sources` adds files that exist in
 * memory only, by absolute path; `options` adds options of the compiler (`--debug` keeps names of functions).
 */
export async function compileScript(entry, sources = new Map(), options = []) {
  const name = relative(HOME, resolve(entry)).split(sep).join('/');
  let binary;
  const { error, stderr } = await asc.main([name, ...OPTIONS, ...options], {
    readFile(file, base) {
      const path = resolve(HOME, base, file);
      if (sources.has(path)) return sources.get(path);
      return existsSync(path) ? readFileSync(path, 'utf8') : null;
    },
    writeFile(file, contents) {
      if (file === OUTPUT) binary = Buffer.from(contents);
    },
    listFiles: () => [],
  });
  if (error || binary === undefined) throw new Error(`${error?.message ?? 'no module was made'}\n${stderr.toString()}`);
  return binary;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [entry, target] = process.argv.slice(2);
  if (entry === undefined || target === undefined) {
    console.error('usage: node execution-scripts/sdk/compile.mjs path/to/assembly/index.ts out.wasm');
    process.exit(2);
  }
  try {
    const binary = await compileScript(entry);
    writeFileSync(target, binary);
    console.log(`${target}: ${binary.length} bytes`);
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
}
