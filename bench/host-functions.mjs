/** What a script pays in time when it asks its host: one call of each function of the table, and one byte. */
import { measureHostFunctions } from './lib/hostCalls.mjs';
import { median } from './lib/measure.mjs';

export const question = 'What does a call of each host function cost, and a byte that it moves?';

export async function run({ quick, progress }) {
  const rows = await measureHostFunctions({ quick, progress });
  const columns = [
    { key: 'name', title: 'function' },
    { key: 'ns', title: 'ns per call', digits: 0 },
    { key: 'nsPerByte', title: 'ns per byte', digits: 2 },
    { key: 'gas', title: 'gas per call', digits: 0 },
    { key: 'gasPerByte', title: 'gas per byte', digits: 0 },
  ];
  return {
    tables: [{ columns, rows }],
    summary: [`The median of all functions is ${Math.round(median(rows.map(({ ns }) => ns)))} ns per call.`],
    notes: [
      'Called with 32 bytes where there is a length, by a script over a shard in memory; the time of a run without calls is taken off.',
      'Objects that are read were read before in the same run; what writing costs at the end of the block is in script-storage. finish and abort end a run: what they cost beside returning.',
    ],
  };
}
