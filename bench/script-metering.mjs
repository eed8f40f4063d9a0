/** What metering costs: compute-bound scripts against the same modules as their compiler left them. */
import { kernelNames, loadKernel } from './lib/kernels.mjs';
import { geometricMean, measure, ratio } from './lib/measure.mjs';
import { part } from './lib/progress.mjs';

export const question = 'What does metering cost on compute-bound scripts, against the same module unmetered?';

/** CPU time of one run of a kernel: long beside what entering a module costs. */
const RUN_NS = 2e6;

export async function run({ quick, progress }) {
  const rows = [];
  const names = kernelNames();
  for (const [index, name] of names.entries()) {
    const { plain, metered, bytes } = await loadKernel(name);
    const turns = quick ? 1 : await turnsFor(plain);
    if (plain(turns).answer !== metered(turns).answer) throw new Error(`${name}: metering changes the answer`);
    const { a, b } = await measure(
      { a: () => plain(turns), b: () => metered(turns) },
      { quick, progress: part(progress, index / names.length, (index + 1) / names.length) },
    );
    const gas = Number(metered(turns).ticks) / 64;
    rows.push({
      kernel: name,
      bytes,
      plainMs: a.ns / 1e6,
      meteredMs: b.ns / 1e6,
      ratio: ratio(b, a),
      spread: 100 * Math.max(a.spread, b.spread),
      nsPerGas: b.ns / gas,
    });
  }
  const ratios = rows.map((row) => row.ratio);
  const mean = geometricMean(ratios);
  // Where code happens to lie can make either form the faster one; metering gets no credit for that.
  const fair = geometricMean(ratios.map((each) => Math.max(1, each)));
  const columns = [
    { key: 'kernel', title: 'kernel' },
    { key: 'bytes', title: 'bytes' },
    { key: 'plainMs', title: 'unmetered, ms', digits: 3 },
    { key: 'meteredMs', title: 'metered, ms', digits: 3 },
    { key: 'ratio', title: 'ratio', digits: 3 },
    { key: 'spread', title: 'spread, %', digits: 0 },
    { key: 'nsPerGas', title: 'ns per gas', digits: 2 },
  ];
  return {
    tables: [{ columns, rows }],
    summary: [
      `Geometric mean ${fair.toFixed(3)} with ratios below one taken as one (${mean.toFixed(3)} as they are), worst ${Math.max(...ratios).toFixed(3)}.`,
    ],
    notes: [
      'Kernels are AssemblyScript (`bench/kernels/`), optimised by its compiler; both forms give the same answer, which is checked.',
      "Both forms are compiled by V8's optimising compiler from the start.",
      'Spread is from the lowest to the highest of the samples.',
    ],
  };
}

/** Turns that fill {@link RUN_NS} once the kernel is optimised. */
async function turnsFor(kernel) {
  let turns = 1;
  for (;;) {
    const { it } = await measure({ it: () => kernel(turns) }, { rounds: 3, warmUp: 60e6, sample: 4e6 });
    if (it.ns > RUN_NS / 2) return turns;
    turns = Math.ceil(turns * Math.min(64, (RUN_NS / Math.max(it.ns, 1)) * 1.05));
  }
}
