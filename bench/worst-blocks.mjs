/** The most time that an executor can be made to spend on a block: one loop for each thing that transactions can do. */
import { median } from './lib/measure.mjs';
import { BLOCK_GAS, createWorstBlocks, transactionBlocks } from './lib/worstBlocks.mjs';
import { ACCOUNTS, evmLoops, LARGE, SLOTS } from './lib/worstEvm.mjs';
import { precompileLoops } from './lib/worstPrecompiles.mjs';
import { scriptLoops } from './lib/worstScripts.mjs';

export const question = 'How long does a block of 30,000,000 gas take one core that does nothing but one thing?';

/** What a unit of gas is meant to cost on the slowest machine that counts: 5 ns. */
const AIM_MS = (BLOCK_GAS * 5) / 1e6;
const SLOW_MS = 2 * AIM_MS;
const ROUNDS = 3;
/** Of each kind, with --quick. */
const QUICK = /^(CALLER|SLOAD warm, one slot|identity, 1 KiB|module: storageSize, absent|bytecode: callerKind|data)$/;

export async function run({ quick, progress }) {
  const wanted = ([name]) => !quick || QUICK.test(name);
  const pick = (loops) => new Map([...loops].filter(wanted));
  const kinds = new Map();
  for (const [kind, loops] of [
    ['EVM', pick(evmLoops())],
    ['pre-compiled', pick(precompileLoops())],
    ['script', pick(scriptLoops())],
  ]) {
    for (const [name, row] of loops) kinds.set(name, { kind, row });
  }
  const rowsOf = (isScript) =>
    new Map([...kinds].flatMap(([name, { kind, row }]) => ((kind === 'script') === isScript ? [[name, row]] : [])));
  const sizes = quick ? { slots: 8, accounts: 8, large: 8 } : { slots: SLOTS, accounts: ACCOUNTS, large: LARGE };
  const world = createWorstBlocks(rowsOf(false), rowsOf(true), sizes);
  try {
    const blocks = new Map([...kinds].map(([name, { kind }]) => [name, { kind, make: () => world.of(name) }]));
    for (const [name, make] of pick(transactionBlocks(world))) blocks.set(name, { kind: 'transactions', make });
    const rows = [];
    for (const [name, { kind, make }] of blocks) {
      rows.push(measureBlock(world, kind, name, make, quick ? 1 : ROUNDS));
      progress(rows.length / blocks.size);
    }
    return report(rows.sort((a, b) => b.ms - a.ms));
  } finally {
    await world.close();
  }
}

function measureBlock(world, kind, name, make, rounds) {
  const samples = [];
  let gas = 0;
  for (let round = 0; round < rounds; round++) {
    const transactions = make(round);
    const began = process.cpuUsage();
    ({ gas } = world.build(transactions));
    const { user, system } = process.cpuUsage(began);
    samples.push((user + system) / 1000);
  }
  const took = median(samples);
  return { kind, name, gas, took, ms: (took / gas) * BLOCK_GAS };
}

function report(rows) {
  const slow = rows.filter(({ ms }) => ms > SLOW_MS);
  const count = (kind) => slow.filter((row) => row.kind === kind).length;
  return {
    tables: [
      {
        columns: [
          { key: 'kind', title: 'kind' },
          { key: 'name', title: 'what fills the block' },
          { key: 'gas', title: 'gas', digits: 0 },
          { key: 'took', title: 'ms', digits: 0 },
          { key: 'ms', title: 'ms for 30M gas', digits: 0 },
        ],
        rows,
      },
    ],
    summary: [
      `${rows.length} blocks: the median takes ${Math.round(median(rows.map(({ ms }) => ms)))} ms, ${slow.length} take more than ${SLOW_MS} ms for 30,000,000 gas (instructions of the EVM ${count('EVM')}, pre-compiled contracts ${count('pre-compiled')}, scripts ${count('script')}, transactions ${count('transactions')}).`,
    ],
    notes: [
      `Blocks are built as an executor builds them, over the node's database, roots included; CPU time of all threads, the median of ${ROUNDS}. The aim of the gas table is ${AIM_MS} ms.`,
      `Cold reads go to ${SLOTS} slots, ${ACCOUNTS} accounts and ${LARGE} contracts of 24 KiB.`,
      'Ethereum fixes the prices of instructions and pre-compiled contracts; prices of what scripts ask of their host are ours.',
    ],
  };
}
