/** The EVM on benchmarks that other EVMs agree on, and @ethereumjs/evm beside it on a few. */
import { benchmarkFolder, checkResult, readBenchmarks } from './lib/evmBenchmarks.mjs';
import { onEthereumjs, onSherd } from './lib/evmEngines.mjs';
import { geometricMean, measure, ratio } from './lib/measure.mjs';
import { part } from './lib/progress.mjs';

export const question = 'How fast is the EVM, in instructions and in gas, and beside @ethereumjs/evm?';

/** Those that the peer runs in less than a second. */
const PEER = ['bench_erc20_transfer', 'eb_sha1_shifts', 'eb_structarray_alloc'];

const columns = [
  { key: 'name', title: 'benchmark' },
  { key: 'ms', title: 'ms', digits: 2 },
  { key: 'nsPerInstruction', title: 'ns per instruction', digits: 1 },
  { key: 'megagas', title: 'Mgas/s', digits: 0 },
  { key: 'peerMs', title: '@ethereumjs/evm, ms', digits: 0 },
  { key: 'ratio', title: 'times as fast', digits: 1 },
];

export async function run({ quick, progress }) {
  const all = readBenchmarks();
  if (all === undefined) {
    const missing = `No benchmarks in ${benchmarkFolder()}: set SHERD_BENCHMARKS to a folder with them; nothing was measured.`;
    return { tables: [{ columns, rows: [] }], summary: [missing], notes: [] };
  }
  const benchmarks = quick ? all.filter(({ name }) => name === 'zz_empty') : all;
  const rows = [];
  for (const [i, benchmark] of benchmarks.entries()) {
    const ours = onSherd(benchmark);
    checkResult(benchmark, 'sherd', ours());
    const { it } = await measure(
      { it: ours },
      { quick, rounds: 5, sample: 40e6, progress: part(progress, i / all.length, (i + 1) / all.length) },
    );
    rows.push({
      name: benchmark.name,
      ms: it.ns / 1e6,
      nsPerInstruction: it.ns / Math.max(1, Number(benchmark.instructions)),
      megagas: (Number(benchmark.expectedGasUsed) / it.ns) * 1000,
      ...(PEER.includes(benchmark.name) && (await beside(benchmark, ours, quick))),
    });
  }
  const ratios = rows.filter((row) => row.ratio !== undefined).map((row) => row.ratio);
  const working = rows.filter((_, i) => Number(benchmarks[i].instructions) > 1000);
  const mean = geometricMean(working.map(({ nsPerInstruction }) => nsPerInstruction));
  const gas = geometricMean(working.map(({ megagas }) => megagas));
  const besides =
    ratios.length > 0
      ? `; ${geometricMean(ratios).toFixed(1)} times as fast as @ethereumjs/evm on ${ratios.length}`
      : '';
  return {
    tables: [{ columns, rows }],
    summary: [`Geometric means: ${mean.toFixed(1)} ns per instruction, ${gas.toFixed(0)} Mgas/s${besides}.`],
    notes: [
      'Status, gas and returned bytes of every run are those that the files ask for; a difference ends the benchmark.',
      'Each run has a fresh journal over the same accounts. The peer runs in turns with ours, three times.',
    ],
  };
}

async function beside(benchmark, ours, quick) {
  const theirs = await onEthereumjs(benchmark);
  checkResult(benchmark, '@ethereumjs/evm', await theirs());
  const { a, b } = await measure({ a: theirs, b: ours }, { quick, rounds: 3, warmUp: 1, sample: 1 });
  return { peerMs: a.ns / 1e6, ratio: ratio(a, b) };
}
