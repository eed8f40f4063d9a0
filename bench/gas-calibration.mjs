/** Whether the prices are fair: the time that a gas buys, for every instruction and every host function. */
import { measureHostFunctions } from './lib/hostCalls.mjs';
import { measureInstructions } from './lib/instructions.mjs';
import { median } from './lib/measure.mjs';
import { part } from './lib/progress.mjs';
import { measureWrites } from './lib/storageWrites.mjs';

export const question =
  'Does a gas buy the same time everywhere? (No instruction or host function above five times the median.)';

const MOST = 5;

export async function run({ quick, progress }) {
  const instructions = await measureInstructions({ quick, progress: part(progress, 0, 0.5) });
  const functions = await measureHostFunctions({ quick, progress: part(progress, 0.5, 0.9) });
  const writes = await measureWrites({ quick, progress: part(progress, 0.9, 1) });
  const rows = [
    ...instructions.map(({ name, ns, gas }) => ({ kind: 'instruction', name, nsPerGas: ns / gas })),
    ...functions.map(({ name, ns, gas }) => ({ kind: 'host function', name, nsPerGas: ns / gas })),
    ...functions
      .filter(({ nsPerByte }) => nsPerByte !== undefined)
      .map(({ name, nsPerByte, gasPerByte }) => ({
        kind: 'host function',
        name: `${name}, each byte`,
        nsPerGas: nsPerByte / gasPerByte,
      })),
    ...writes.map(({ name, ns, gas }) => ({ kind: 'end of block', name, nsPerGas: ns / gas })),
  ];
  const middle = median(rows.map(({ nsPerGas }) => nsPerGas));
  for (const row of rows) row.timesMedian = row.nsPerGas / middle;
  rows.sort((a, b) => b.nsPerGas - a.nsPerGas);
  const above = rows.filter(({ timesMedian }) => timesMedian > MOST);
  const columns = [
    { key: 'kind', title: 'kind' },
    { key: 'name', title: 'name' },
    { key: 'nsPerGas', title: 'ns per gas', digits: 2 },
    { key: 'timesMedian', title: 'times the median', digits: 2 },
  ];
  const names = above.map(({ name, timesMedian }) => `${name} (${timesMedian.toFixed(1)})`).join(', ');
  return {
    tables: [{ columns, rows }],
    summary: [
      `The median is ${middle.toFixed(2)} ns per gas; ${above.length} of ${rows.length} are above ${MOST} times that${above.length > 0 ? `: ${names}` : ''}.`,
    ],
    notes: [
      'Rows with a size of memory, a number of functions or a chain are the worst uses that we know: each load needs the one before it and misses the near caches, stores lie across two pages, calls go through more code than caches hold. Their modules declare that memory and have those functions, and pay the prices for it.',
      "Instructions run in loops of sixteen with what they need around them, in V8's first compiler (`--liftoff-only`), which is what the prices are meant for; optimised code is two to twenty times faster and costs the same.",
      'Host functions run as in host-functions; what writing costs at the end of a block (its path in the tree is hashed) counts with it.',
    ],
  };
}
