import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Address, addressToBytes, bytesToHex, wordToBytes } from '../base/index.ts';
import { verifySecureProof } from '../trie/index.ts';
import { createMemoryStore, encodeAccount, Journal, journalStore, type MemoryStore } from './index.ts';

const ALICE: Address = '0x00000000000000000000000000000000000000a1';
const BOB: Address = '0x00000000000000000000000000000000000000b0';
const RIPEMD160: Address = '0x0000000000000000000000000000000000000003';

function storeWith(storage: [bigint, bigint][] = []): MemoryStore {
  const store = createMemoryStore();
  store.setAccount(ALICE, { nonce: 1n, balance: 100n, code: Uint8Array.of(0x60), storage });
  return store;
}

describe('journal', () => {
  it('keeps the value at the start of the transaction as the original, over several transactions', () => {
    const journal = new Journal(storeWith([[1n, 5n]]));
    journal.setStorage(ALICE, 1n, 6n);
    journal.setStorage(ALICE, 1n, 7n);
    expect([journal.getStorage(ALICE, 1n), journal.getOriginalStorage(ALICE, 1n)]).toEqual([7n, 5n]);
    journal.finalizeTransaction({ removeEmpty: true });
    expect(journal.getOriginalStorage(ALICE, 1n)).toBe(7n);
    journal.setStorage(ALICE, 1n, 0n);
    expect(journal.getOriginalStorage(ALICE, 1n)).toBe(7n);
  });

  it('undoes everything that came after a snapshot', () => {
    const journal = new Journal(storeWith([[1n, 5n]]));
    journal.warmAddress(ALICE);
    const snapshot = journal.snapshot();
    journal.subBalance(ALICE, 40n);
    journal.addBalance(BOB, 40n);
    journal.setNonce(ALICE, 2n);
    journal.setCode(ALICE, Uint8Array.of(1, 2));
    journal.setStorage(ALICE, 1n, 9n);
    journal.setTransientStorage(ALICE, 1n, 9n);
    journal.warmSlot(ALICE, 1n);
    journal.warmAddress(BOB);
    journal.addLog({ address: ALICE, topics: [], data: new Uint8Array(0) });
    journal.addRefund(4800);
    expect(journal.markSelfDestructed(ALICE)).toBe(true);
    expect(journal.markSelfDestructed(ALICE)).toBe(false);
    journal.createContract(BOB);
    journal.revertTo(snapshot);
    expect(journal.getBalance(ALICE)).toBe(100n);
    expect(journal.exists(BOB)).toBe(false);
    expect(journal.getNonce(ALICE)).toBe(1n);
    expect(journal.getCode(ALICE)).toEqual(Uint8Array.of(0x60));
    expect(journal.getStorage(ALICE, 1n)).toBe(5n);
    expect(journal.getTransientStorage(ALICE, 1n)).toBe(0n);
    expect(journal.warmSlot(ALICE, 1n)).toBe(true);
    expect(journal.isWarmAddress(ALICE)).toBe(true);
    expect(journal.isWarmAddress(BOB)).toBe(false);
    expect(journal.isCreatedInTransaction(BOB)).toBe(false);
    expect([journal.logs.length, journal.refund]).toEqual([0, 0]);
    journal.finalizeTransaction({ removeEmpty: true });
    expect(journal.drain().size).toBe(0);
  });

  it('forgets access lists, transient storage, logs and refunds with the transaction', () => {
    const journal = new Journal(storeWith());
    journal.warmAddress(ALICE);
    journal.warmSlot(ALICE, 3n);
    journal.setTransientStorage(ALICE, 3n, 1n);
    journal.addRefund(1);
    journal.finalizeTransaction({ removeEmpty: true });
    expect(journal.warmAddress(ALICE)).toBe(true);
    expect(journal.warmSlot(ALICE, 3n)).toBe(true);
    expect(journal.getTransientStorage(ALICE, 3n)).toBe(0n);
    expect(journal.refund).toBe(0);
  });

  it('removes touched empty accounts where the rule says so, and keeps them before it', () => {
    for (const removeEmpty of [true, false]) {
      const journal = new Journal(storeWith());
      journal.touch(BOB);
      journal.finalizeTransaction({ removeEmpty });
      expect(journal.exists(BOB)).toBe(!removeEmpty);
      expect(journal.drain().has(BOB)).toBe(!removeEmpty);
    }
  });

  it('keeps the touch of the RIPEMD-160 contract over a revert, and of nobody else', () => {
    const store = storeWith();
    const empty = { nonce: 0n, balance: 0n, code: new Uint8Array(0), storage: [] };
    store.setAccount(RIPEMD160, empty);
    store.setAccount(BOB, empty);
    const journal = new Journal(store);
    const snapshot = journal.snapshot();
    journal.touch(RIPEMD160);
    journal.touch(BOB);
    journal.revertTo(snapshot);
    journal.finalizeTransaction({ removeEmpty: true });
    expect(journal.exists(RIPEMD160)).toBe(false);
    expect(journal.exists(BOB)).toBe(true);
  });

  it('removes a self-destructed account with its storage, and lets a later transaction make it anew', () => {
    const store = storeWith([
      [1n, 5n],
      [2n, 6n],
    ]);
    const journal = new Journal(store);
    journal.markSelfDestructed(ALICE);
    expect(journal.getStorage(ALICE, 1n)).toBe(5n);
    journal.finalizeTransaction({ removeEmpty: true });
    expect(journal.exists(ALICE)).toBe(false);
    expect(journal.getStorage(ALICE, 1n)).toBe(0n);
    expect(journal.hasStorage(ALICE)).toBe(false);
    journal.createContract(ALICE);
    journal.setCode(ALICE, Uint8Array.of(0x61));
    journal.setStorage(ALICE, 2n, 6n);
    journal.finalizeTransaction({ removeEmpty: true });
    const change = journal.drain().get(ALICE)!;
    expect(change).toMatchObject({ storageCleared: true, storage: [[2n, 6n]], code: Uint8Array.of(0x61) });
    store.apply(new Map([[ALICE, change]]));
    expect([store.getStorage(ALICE, 1n), store.getStorage(ALICE, 2n)]).toEqual([0n, 6n]);
  });

  it('drains nothing for what came back to where it was', () => {
    const journal = new Journal(storeWith([[1n, 5n]]));
    journal.setStorage(ALICE, 1n, 6n);
    journal.setStorage(ALICE, 1n, 5n);
    journal.addBalance(ALICE, 1n);
    journal.subBalance(ALICE, 1n);
    journal.finalizeTransaction({ removeEmpty: true });
    expect(journal.drain().size).toBe(0);
  });

  it('serves as the store of a second journal', () => {
    const first = new Journal(storeWith([[1n, 5n]]));
    first.setStorage(ALICE, 1n, 6n);
    first.finalizeTransaction({ removeEmpty: true });
    const second = new Journal(journalStore(first));
    second.setStorage(ALICE, 1n, 7n);
    expect([first.getStorage(ALICE, 1n), second.getOriginalStorage(ALICE, 1n)]).toEqual([6n, 6n]);
  });
});

describe('memory store', () => {
  it('proves accounts and slots, and their absence', () => {
    const store = storeWith([
      [1n, 5n],
      [2n, 6n],
    ]);
    const root = store.stateRoot();
    const account = verifySecureProof(root, addressToBytes(ALICE), store.accountProof(ALICE));
    expect(account).toEqual(encodeAccount(store.getAccount(ALICE)!, store.storageRoot(ALICE)));
    expect(verifySecureProof(root, addressToBytes(BOB), store.accountProof(BOB))).toBeUndefined();
    const slot = (key: bigint) =>
      verifySecureProof(store.storageRoot(ALICE), wordToBytes(key), store.storageProof(ALICE, key));
    expect(slot(2n)).toEqual(Uint8Array.of(6));
    expect(slot(3n)).toBeUndefined();
  });

  it('has one state root for one state, however it came about', () => {
    const slot = fc.tuple(fc.bigInt({ min: 0n, max: 6n }), fc.bigInt({ min: 0n, max: 3n }));
    const step = fc.record({
      address: fc.constantFrom(ALICE, BOB, RIPEMD160),
      balance: fc.bigInt({ min: 0n, max: 5n }),
      slots: fc.array(slot, { maxLength: 4 }),
      isRemoved: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        const store = createMemoryStore();
        for (const { address, balance, slots, isRemoved } of steps) {
          const journal = new Journal(store);
          journal.addBalance(address, balance);
          for (const [key, value] of slots) journal.setStorage(address, key, value);
          if (isRemoved) journal.markSelfDestructed(address);
          journal.finalizeTransaction({ removeEmpty: false });
          store.apply(journal.drain());
          store.stateRoot();
        }
        const copy = createMemoryStore();
        for (const address of store.addresses()) {
          const account = store.getAccount(address)!;
          copy.setAccount(address, { ...account, code: new Uint8Array(0), storage: store.storageOf(address) });
        }
        expect(bytesToHex(copy.stateRoot())).toBe(bytesToHex(store.stateRoot()));
      }),
      { numRuns: 200, seed: 4 },
    );
  });
});
