/** What it costs to run a script that does nothing: from a transaction, from a script, as raw code. */
import { assembleModule } from '../packages/testkit/dist/index.js';
import { excess, measure } from './lib/measure.mjs';
import { createScripts, NO_DATA, repeat } from './lib/scripts.mjs';

export const question = 'What does a warm call of a script cost besides its own work?';

const CALLS = 64;
/** EVM bytecode: STOP, after a byte that is not zero. */
const EVM_CODE = Uint8Array.of(0x5b, 0x00);

const call = (callee, how) =>
  repeat(`i32.const ${callee} i32.const 0 i32.const 0 i64.const 1000000 call $${how} if unreachable end`);
const execute = (length) =>
  repeat(
    `i32.const 0 i32.const ${length} i32.const 0 i32.const 0 i64.const 1000000 call $executeCode if unreachable end`,
  );
const caller = (how, main, code) => ({
  imports: ['dataSize', how],
  locals: 'i32',
  main,
  ...(code && { data: [[0, code]] }),
});

export async function run({ quick, progress }) {
  const empty = { main: 'nop' };
  const raw = assembleModule(empty);
  const wide = {
    imports: [
      'dataSize',
      'dataCopy',
      'finish',
      'abort',
      'storageRead',
      'storageWrite',
      'keccak256',
      'secp256k1Recover',
    ],
    main: 'nop',
  };
  const { run: start } = createScripts([
    empty,
    wide,
    caller('call', call(1, 'call')),
    caller('staticCall', call(1, 'staticCall')),
    caller('executeCode', execute(raw.length), raw),
    caller('executeCode', execute(EVM_CODE.length), EVM_CODE),
    EVM_CODE,
  ]);
  const many = new Uint8Array(quick ? 2 : CALLS);
  const subjects = {
    empty: () => start(1),
    wide: () => start(2),
    evm: () => start(7),
    ...Object.fromEntries(
      ['call', 'staticCall', 'executeWasm', 'executeEvm'].flatMap((name, i) => [
        [name, () => start(3 + i, many)],
        [`${name}None`, () => start(3 + i, NO_DATA)],
      ]),
    ),
  };
  const times = await measure(subjects, { quick, progress });
  const row = (what, ns) => ({ what, microseconds: ns / 1000, perSecond: ns > 0 ? 1e9 / ns : 0 });
  const nested = (name) => excess(times[name], times[`${name}None`]) / many.length;
  const rows = [
    row('transaction to a script of Wasm without imports', times.empty.ns),
    row('transaction to a script of Wasm with eight imports', times.wide.ns),
    row('transaction to a script of EVM bytecode', times.evm.ns),
    row('call from script to script', nested('call')),
    row('staticCall from script to script', nested('staticCall')),
    row(`executeCode, Wasm (${raw.length} bytes)`, nested('executeWasm')),
    row(`executeCode, EVM bytecode (${EVM_CODE.length} bytes)`, nested('executeEvm')),
  ];
  const columns = [
    { key: 'what', title: 'call' },
    { key: 'microseconds', title: 'microseconds', digits: 2 },
    { key: 'perSecond', title: 'calls per second', digits: 0 },
  ];
  return {
    tables: [{ columns, rows }],
    summary: [`A warm call of a Wasm script takes ${(times.empty.ns / 1000).toFixed(1)} microseconds.`],
    notes: [
      'Each has an instance and a cleared memory of its own, and a snapshot of the shard that is taken and dropped.',
      `Calls from scripts are ${CALLS} in one run, less a run that makes none.`,
    ],
  };
}
