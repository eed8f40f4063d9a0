/**
 * Transactions with every gas limit from 0 to more than enough: refused, halted or through, and never anything between.
 * A halted one costs its whole limit and leaves nothing else; from the first limit that is enough, all are alike.
 */
import { type Bytecode, call, callTo, code, deployer, mstore, op, push, sstore, storeInMemory } from '@sherd/testkit';
import { describe, expect, it } from 'vitest';
import { type Address, bytesToHex, SherdError } from '../base/index.ts';
import { type BlockContext, isHalt } from '../evm/index.ts';
import { type ForkName, forkRules } from '../protocol/index.ts';
import { createMemoryStore, Journal, type StateChanges, type StateStore } from '../state/index.ts';
import type { LegacyTransaction } from '../tx/index.ts';
import { applyTransaction, createGasPool, type TransactionResult } from './index.ts';

const SENDER: Address = '0x00000000000000000000000000000000000ca11e';
const CONTRACT: Address = '0x00000000000000000000000000000000000c0de0';
const CALLEE: Address = '0x0000000000000000000000000000000000000bee';
const COINBASE: Address = '0x000000000000000000000000000000000000c01b';
const BALANCE = 10n ** 18n;

const block: BlockContext = {
  coinbase: COINBASE,
  number: 1n,
  timestamp: 1n,
  gasLimit: 30_000_000n,
  difficulty: 0n,
  prevRandao: 0n,
  baseFee: 0n,
  blobBaseFee: 1n,
  chainId: 1n,
};

/** SSTORE wants more than the stipend left, whatever it costs itself (EIP-2200). */
const MOST_SPARE = 2301n;

interface Program {
  readonly title: string;
  readonly code: Bytecode;
  readonly callee?: Bytecode;
  readonly data?: Bytecode;
  /** A callee may fail while its caller goes on: successes with little gas may leave another state. */
  readonly hasCalls?: boolean;
}

const SAMPLE: readonly Program[] = [
  { title: 'arithmetic', code: call('EXP', 3, 0x1234) + push(7) + op.ADD + op.POP },
  { title: 'memory and a hash', code: mstore(0x400, 1) + call('KECCAK256', 0, 0x420) + push(0) + op.MSTORE },
  { title: 'a value that is returned', code: mstore(0, 42) + call('RETURN', 0, 32) },
  {
    title: 'calldata and copies',
    code: call('CALLDATACOPY', 0, 0, 200) + call('CODECOPY', 300, 0, 50),
    data: '00ff00',
  },
  { title: 'storage set, changed and cleared', code: sstore(0, 1) + sstore(1, 2) + sstore(1, 3) + sstore(2, 0) },
  { title: 'logs', code: mstore(0, 5) + call('LOG1', 0, 32, 9) },
  { title: 'a jump', code: `${push(1)}600757fefe5b${sstore(0, 7)}` },
  { title: 'a revert', code: sstore(0, 1) + call('REVERT', 0, 0) },
  { title: 'a self-destruct with ether', code: call('SELFDESTRUCT', 0xdead) },
  {
    title: 'a call that writes',
    code: callTo('CALL', { to: CALLEE, value: 1 }) + push(0) + op.SSTORE,
    callee: sstore(0, 5) + sstore(1, 6),
    hasCalls: true,
  },
  {
    title: 'pre-compiled contracts',
    code:
      mstore(0, 3) +
      callTo('CALL', { to: 4, input: [0, 40], output: [8, 32] }) +
      callTo('CALL', { to: 2, input: [0, 40], output: [32, 32] }) +
      op.ADD +
      push(0) +
      op.SSTORE,
    hasCalls: true,
  },
  {
    title: 'a creation',
    code: ((init: Bytecode) => storeInMemory(0, init) + call('CREATE', 1, 0, init.length / 2) + push(0) + op.SSTORE)(
      deployer(sstore(0, 1)),
    ),
    hasCalls: true,
  },
];

interface Run {
  readonly result: TransactionResult | undefined;
  readonly refusal: string | undefined;
  readonly changes: StateChanges;
}

/** A world with the program in it; journals only read it, so that it serves all limits. */
function worldOf(program: Program): StateStore {
  const store = createMemoryStore();
  const account = {
    nonce: 1n,
    balance: 10n,
    code: code(program.code),
    storage: [[1n, 1n] as const, [2n, 1n] as const],
  };
  store.setAccount(SENDER, { nonce: 0n, balance: BALANCE, code: code(''), storage: [] });
  store.setAccount(CONTRACT, account);
  store.setAccount(CALLEE, { ...account, balance: 0n, code: code(program.callee ?? '') });
  return store;
}

function run(store: StateStore, program: Program, fork: ForkName, gasLimit: bigint): Run {
  const journal = new Journal(store);
  const transaction: LegacyTransaction = {
    type: 0,
    chainId: undefined,
    nonce: 0n,
    gasPrice: 1n,
    gasLimit,
    to: CONTRACT,
    value: 3n,
    data: code(program.data ?? ''),
  };
  const gasPool = createGasPool(block.gasLimit);
  try {
    const result = applyTransaction({ journal, fork, block, gasPool, transaction, sender: SENDER });
    return { result, refusal: undefined, changes: journal.drain() };
  } catch (error) {
    if (!(error instanceof SherdError)) throw error;
    return { result: undefined, refusal: error.code, changes: journal.drain() };
  }
}

/** What a run left, but for the fees. */
function stateOf({ changes }: Run): string {
  const lines: string[] = [];
  for (const [address, { account, code: bytes, storage, storageCleared }] of changes) {
    if (address === SENDER || address === COINBASE) continue;
    const slots = [...storage].map(([slot, value]) => `${slot}=${value}`).sort();
    const text = `${account?.nonce} ${account?.balance} ${bytes === undefined ? '' : bytesToHex(bytes)}`;
    lines.push(`${address} ${text} ${storageCleared} ${slots}`);
  }
  return lines.sort().join('\n');
}

/** What is wrong with a run, if anything. Thousands of runs are looked at, so nothing is asserted one by one. */
function faultOf(tried: Run, limit: bigint, isThrough: boolean, enough: TransactionResult, wanted: string): string {
  const { result, refusal, changes } = tried;
  if (result === undefined) {
    if (limit >= enough.gasUsed + enough.gasRefunded) return `refused: ${refusal}`;
    if (!/^(INTRINSIC|FLOOR)_GAS_TOO_LOW$/.test(refusal ?? '')) return `refused: ${refusal}`;
    return changes.size === 0 ? '' : 'refused, and left something';
  }
  const { gasUsed } = result;
  const sender = changes.get(SENDER)?.account;
  if (sender?.nonce !== 1n) return `sender's nonce ${sender?.nonce}`;
  if (sender.balance !== BALANCE - gasUsed - (result.isSuccess ? 3n : 0n)) return `sender's balance ${sender.balance}`;
  if (changes.get(COINBASE)?.account?.balance !== gasUsed) return 'coinbase not paid';
  const state = stateOf(tried);
  if (isHalt(result.outcome)) {
    if (isThrough) return 'halts, but not with less';
    if (gasUsed !== limit) return `halts with gas left: used ${gasUsed}`;
    return state === '' ? '' : `halted, and left ${state}`;
  }
  if (result.outcome !== enough.outcome) return `outcome ${result.outcome}`;
  if (!result.isSuccess && state !== '') return `reverted, and left ${state}`;
  return gasUsed === enough.gasUsed && state !== wanted ? `state ${state}` : '';
}

function checkEveryLimit(program: Program, fork: ForkName): void {
  const store = worldOf(program);
  const reference = run(store, program, fork, 2_000_000n);
  const enough = reference.result!;
  const wanted = stateOf(reference);
  const spent = enough.gasUsed + enough.gasRefunded;
  const floor = BigInt(forkRules(fork).rules.txGas);
  let isThrough = false;
  // Below the price of a transaction there is only refusal: look at both ends of it.
  const limits = [0n, 1n, floor - 1n];
  for (let limit = floor; limit <= spent + MOST_SPARE + 1n; limit++) limits.push(limit);
  for (const limit of limits) {
    const tried = run(store, program, fork, limit);
    const fault = faultOf(tried, limit, isThrough, enough, wanted);
    if (fault !== '') expect.fail(`gas limit ${limit}: ${fault}`);
    const isAlike = tried.result?.outcome === enough.outcome && tried.result.gasUsed === enough.gasUsed;
    if (isThrough && !isAlike) expect.fail(`gas limit ${limit}: used ${tried.result?.gasUsed}, less gas did as much`);
    isThrough ||= isAlike;
    const goesOn = tried.result !== undefined && !isHalt(tried.result.outcome);
    if (goesOn && !isAlike && program.hasCalls !== true) expect.fail(`gas limit ${limit}: neither halted nor alike`);
  }
  expect(isThrough).toBe(true);
}

describe('with every gas limit', () => {
  for (const program of SAMPLE) {
    for (const fork of ['byzantium', 'osaka'] as const) {
      it(`${program.title}, ${fork}`, () => checkEveryLimit(program, fork));
    }
  }
});
