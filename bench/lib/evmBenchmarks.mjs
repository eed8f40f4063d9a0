/** The EVM benchmarks that stand outside of the repository: files that say what they must give. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { root } from '../../tools/run.mjs';

/** Folder of the files: SHERD_BENCHMARKS, else ../shared/bench beside the checkout. */
export function benchmarkFolder() {
  return process.env.SHERD_BENCHMARKS ?? resolve(root, '..', 'shared', 'bench');
}

/** Files by name, or undefined when the folder is not there. */
export function readBenchmarks() {
  const folder = benchmarkFolder();
  if (!existsSync(folder)) return undefined;
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')));
}

export function hexBytes(text) {
  return new Uint8Array(Buffer.from(text.slice(2), 'hex'));
}

/** @throws Error that names the benchmark and the field that differs */
export function checkResult(benchmark, who, { status, gasUsed, output }) {
  const wanted = {
    status: benchmark.expectedStatus,
    gasUsed: BigInt(benchmark.expectedGasUsed),
    output: benchmark.expectedReturn,
  };
  const have = { status, gasUsed, output: `0x${Buffer.from(output).toString('hex')}` };
  for (const [field, want] of Object.entries(wanted)) {
    if (have[field] !== want) throw new Error(`${benchmark.name} on ${who}: ${field} ${have[field]}, want ${want}`);
  }
}
