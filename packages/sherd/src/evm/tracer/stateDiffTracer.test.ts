/** What a transaction looked at, and what it changed. */
import { call, callTo, code, op, push, sstore } from '@sherd/testkit';
import { describe, expect, it } from 'vitest';
import { type Address, bytesToHex, wordToHex } from '../../base/index.ts';
import type { ForkName } from '../../protocol/index.ts';
import { createMemoryStore, Journal } from '../../state/index.ts';
import { applyTransaction, callMessage, createGasPool } from '../../transition/index.ts';
import type { Transaction } from '../../tx/index.ts';
import { createAddress } from '../createAddress.ts';
import { createStateDiffTracer, type StateDiffOptions } from './stateDiffTracer.ts';

const SENDER: Address = '0x00000000000000000000000000000000000000aa';
const TARGET: Address = '0x00000000000000000000000000000000000000bb';
const OTHER: Address = '0x00000000000000000000000000000000000000cc';
/** Destroys whoever runs it. */
const DESTROYER: Address = '0x00000000000000000000000000000000000000d1';
/** The same, and takes it back. */
const UNDOER: Address = '0x00000000000000000000000000000000000000d2';
const COINBASE: Address = '0x00000000000000000000000000000000000000dd';
const SLOT = (n: bigint) => wordToHex(n);

/** Slots 1 and 2 of the target hold 5 and 6; the sender has 1,000,000 wei and pays 1 wei per gas. */
function trace(
  bytecode: string,
  options: StateDiffOptions,
  tx: Partial<Transaction> = {},
  { fork = 'cancun', isCall = false }: { readonly fork?: ForkName; readonly isCall?: boolean } = {},
) {
  const store = createMemoryStore();
  const storage = [
    [1n, 5n],
    [2n, 6n],
  ] as const;
  store.setAccount(SENDER, { nonce: 0n, balance: 1_000_000n, code: new Uint8Array(0), storage: [] });
  store.setAccount(TARGET, { nonce: 1n, balance: 0n, code: code(bytecode), storage });
  store.setAccount(OTHER, { nonce: 0n, balance: 7n, code: new Uint8Array(0), storage: [] });
  for (const [address, bytecode] of [
    [DESTROYER, call('SELFDESTRUCT', OTHER)],
    [UNDOER, callTo('DELEGATECALL', { to: DESTROYER, gas: 20_000 }) + call('REVERT', 0, 0)],
  ] as const) {
    store.setAccount(address, { nonce: 1n, balance: 0n, code: code(bytecode), storage: [] });
  }
  const journal = new Journal(store);
  const tracer = createStateDiffTracer(options);
  const transaction = {
    type: 0,
    chainId: 1n,
    nonce: 0n,
    gasLimit: 200_000n,
    gasPrice: 1n,
    to: TARGET,
    value: 0n,
    data: new Uint8Array(0),
    ...tx,
  } as Transaction;
  const block = {
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
  const extras = { tracer };
  const result = isCall
    ? callMessage({ journal, fork, block, transaction, sender: SENDER, extras })
    : applyTransaction({
        journal,
        fork,
        block,
        gasPool: createGasPool(30_000_000n),
        transaction,
        sender: SENDER,
        extras,
      });
  return { ...tracer.result()!, gasUsed: result.gasUsed };
}

describe('the state that a transaction looks at', () => {
  it('is shown as it was before: sender, target, slots, and accounts that instructions name', () => {
    const bytecode = sstore(1, 9) + push(2n) + op.SLOAD + push(OTHER) + op.BALANCE;
    expect(trace(bytecode, {}).pre).toEqual({
      [SENDER]: { balance: '0xf4240' },
      [TARGET]: {
        balance: '0x0',
        nonce: 1,
        code: bytesToHex(code(bytecode)),
        storage: { [SLOT(1n)]: SLOT(5n), [SLOT(2n)]: SLOT(6n) },
      },
      [OTHER]: { balance: '0x7' },
    });
  });

  it('comes without code and storage where they are not wanted', () => {
    const { pre } = trace(sstore(1, 9), { disableCode: true, disableStorage: true });
    expect(pre[TARGET]).toEqual({ balance: '0x0', nonce: 1 });
  });
});

describe('the difference that a transaction makes', () => {
  it('has changed accounts before and after, with the slots that changed', () => {
    const { pre, post, gasUsed } = trace(sstore(1, 9) + sstore(2, 6) + sstore(3, 4), { diffMode: true });
    expect(pre[TARGET]?.storage).toEqual({ [SLOT(1n)]: SLOT(5n) });
    expect(post).toEqual({
      [SENDER]: { balance: `0x${(1_000_000n - gasUsed).toString(16)}`, nonce: 1 },
      [TARGET]: { storage: { [SLOT(1n)]: SLOT(9n), [SLOT(3n)]: SLOT(4n) } },
      [COINBASE]: { balance: `0x${gasUsed.toString(16)}` },
    });
  });

  it('leaves out what was only read', () => {
    const { pre, post } = trace(callTo('CALL', { to: OTHER, gas: 1000 }), { diffMode: true });
    expect([Object.keys(pre), post?.[OTHER]]).toEqual([[SENDER], undefined]);
  });

  it('has a new contract in the state after alone', () => {
    // Init code that deploys one byte, STOP.
    const data = code(push(1) + push(0) + op.RETURN);
    const { pre, post } = trace('', { diffMode: true }, { to: undefined, data } as Partial<Transaction>);
    const created = createAddress(SENDER, 0n);
    expect(pre[created]).toBeUndefined();
    expect(post?.[created]).toEqual({ code: '0x00', nonce: 1 });
  });

  describe('by a self-destruction', () => {
    const DESTROYS = sstore(1, 9) + push(3) + op.SLOAD + call('SELFDESTRUCT', OTHER);
    const before = { balance: '0x0', nonce: 1, code: bytesToHex(code(DESTROYS)) };
    const slots = { [SLOT(1n)]: SLOT(5n), [SLOT(3n)]: SLOT(0n) };

    it.each([
      ['a transaction', false],
      ['a call, which is never settled', true],
    ])('has what is removed before alone, with all that was looked at: %s', (_, isCall) => {
      const { pre, post } = trace(DESTROYS, { diffMode: true }, {}, { fork: 'shanghai', isCall });
      expect([pre[TARGET], post?.[TARGET]]).toEqual([{ ...before, storage: slots }, undefined]);
    });

    it('has an account that stays as any other (EIP-6780)', () => {
      const { pre, post } = trace(DESTROYS, { diffMode: true });
      expect(pre[TARGET]).toEqual({ ...before, storage: { [SLOT(1n)]: SLOT(5n) } });
      expect(post?.[TARGET]).toEqual({ storage: { [SLOT(1n)]: SLOT(9n) } });
    });

    it('has nothing of one that was undone', () => {
      const reverted = callTo('DELEGATECALL', { to: UNDOER, gas: 50_000 });
      const { pre, post } = trace(`${reverted}${sstore(2, 7)}`, { diffMode: true }, {}, { fork: 'shanghai' });
      expect([pre[TARGET]?.storage, post?.[TARGET]?.storage]).toEqual([
        { [SLOT(2n)]: SLOT(6n) },
        { [SLOT(2n)]: SLOT(7n) },
      ]);
    });
  });
});
