/** Creations over accounts that have storage, done and undone: the port allows what no fork's rules would begin. */
import { describe, expect, it } from 'vitest';
import type { Address } from '../base/index.ts';
import { createMemoryStore, Journal } from './index.ts';

const ALICE: Address = '0x00000000000000000000000000000000000000a1';
const PRECOMPILE: Address = '0x0000000000000000000000000000000000000004';

function begin() {
  const store = createMemoryStore();
  store.setAccount(ALICE, { nonce: 0n, balance: 3n, code: new Uint8Array(0), storage: [[1n, 5n]] });
  return { store, journal: new Journal(store) };
}

describe('a creation over storage', () => {
  it('hides it, and brings it back when it is undone', () => {
    const { store, journal } = begin();
    const snapshot = journal.snapshot();
    journal.createContract(ALICE);
    expect([journal.getStorage(ALICE, 1n), journal.hasStorage(ALICE), journal.getBalance(ALICE)]).toEqual([
      0n,
      false,
      3n,
    ]);
    journal.revertTo(snapshot);
    expect([journal.getStorage(ALICE, 1n), journal.hasStorage(ALICE)]).toEqual([5n, true]);
    journal.addBalance(ALICE, 1n);
    journal.finalizeTransaction({ removeEmpty: true });
    store.apply(journal.drain());
    expect([store.getStorage(ALICE, 1n), store.getAccount(ALICE)!.balance]).toEqual([5n, 4n]);
  });

  it('that is undone leaves slots that were there before as they were, changed or not', () => {
    const { journal } = begin();
    journal.setStorage(ALICE, 2n, 7n);
    const snapshot = journal.snapshot();
    journal.createContract(ALICE);
    journal.setStorage(ALICE, 2n, 8n);
    journal.setStorage(ALICE, 1n, 9n);
    journal.revertTo(snapshot);
    expect([1n, 2n].map((slot) => journal.getStorage(ALICE, slot))).toEqual([5n, 7n]);
    expect([1n, 2n].map((slot) => journal.getOriginalStorage(ALICE, slot))).toEqual([5n, 0n]);
  });
});

describe('addresses that are always warm', () => {
  it('are so for one transaction', () => {
    const { journal } = begin();
    journal.setAlwaysWarm(new Set([PRECOMPILE]));
    expect([journal.isWarmAddress(PRECOMPILE), journal.warmAddress(PRECOMPILE)]).toEqual([true, false]);
    journal.finalizeTransaction({ removeEmpty: true });
    expect([journal.isWarmAddress(PRECOMPILE), journal.warmAddress(PRECOMPILE)]).toEqual([false, true]);
  });
});
