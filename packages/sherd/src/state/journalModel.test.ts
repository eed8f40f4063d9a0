import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Address } from '../base/index.ts';
import { createMemoryNodeStore } from '../trie/index.ts';
import { createMemoryDatabase, createMemoryStore, createTrieStore, Journal } from './index.ts';

/**
 * The journal against a model that is too simple to be wrong: plain records, copied whole at every snapshot. Random
 * operations over few accounts and slots; everything that can be seen is compared after each.
 */
interface ModelAccount {
  exists: boolean;
  nonce: bigint;
  balance: bigint;
  code: string;
  storage: Record<string, bigint>;
  original: Record<string, bigint>;
  transient: Record<string, bigint>;
  isTouched: boolean;
  isCreated: boolean;
  isDestructed: boolean;
  isWarm: boolean;
  warmSlots: Record<string, boolean>;
}
interface Model {
  accounts: Record<string, ModelAccount>;
  logs: number;
  refund: number;
}

const ADDRESSES: Address[] = ['a1', 'b0', 'c0'].map((end) => `0x${end.padStart(40, '0')}` as Address);
const SLOTS = [0n, 1n, 1n << 64n, 1n << 128n];

function newAccount(): ModelAccount {
  const marks = { isTouched: false, isCreated: false, isDestructed: false, isWarm: false, warmSlots: {} };
  const empty = { exists: false, nonce: 0n, balance: 0n, code: '' };
  return { ...empty, storage: {}, original: {}, transient: {}, ...marks };
}

function endTransaction(model: Model, removeEmpty: boolean): void {
  for (const account of Object.values(model.accounts)) {
    const isEmpty = account.nonce === 0n && account.balance === 0n && account.code === '';
    const isRemoved = account.isDestructed || (removeEmpty && account.isTouched && isEmpty);
    Object.assign(account, newAccount(), isRemoved ? {} : { ...kept(account) });
    account.original = { ...account.storage };
  }
  model.logs = 0;
  model.refund = 0;
}

function kept({ exists, nonce, balance, code, storage }: ModelAccount) {
  return { exists, nonce, balance, code, storage };
}

type Step = { op: number; who: number; slot: number; value: number };

function run(journal: Journal, model: Model, { op, who, slot: slotIndex, value }: Step, undo: Undo[]): void {
  const address = ADDRESSES[who]!;
  const account = model.accounts[address]!;
  const slot = SLOTS[slotIndex]!;
  const word = BigInt(value);
  const touch = () => Object.assign(account, { exists: true, isTouched: true });
  const operations: (() => void)[] = [
    () => {
      journal.addBalance(address, word);
      touch();
      account.balance += word;
    },
    () => {
      if (account.balance < word) return;
      journal.subBalance(address, word);
      touch();
      account.balance -= word;
    },
    () => {
      journal.setNonce(address, word);
      touch();
      account.nonce = word;
    },
    () => {
      journal.setCode(address, Uint8Array.of(value));
      touch();
      account.code = String(value);
    },
    () => {
      if (!account.exists) return;
      journal.setStorage(address, slot, word);
      account.storage[slotIndex] = word;
    },
    () => {
      journal.setTransientStorage(address, slot, word);
      account.transient[slotIndex] = word;
    },
    () => {
      // As the machine does it: never over code, nonce or storage.
      if (account.nonce !== 0n || account.code !== '' || journal.hasStorage(address)) return;
      journal.createContract(address);
      touch();
      account.isCreated = true;
    },
    () => {
      journal.markSelfDestructed(address);
      touch();
      account.isDestructed = true;
    },
    () => {
      journal.warmAddress(address);
      account.isWarm = true;
    },
    () => {
      journal.warmSlot(address, slot);
      account.warmSlots[slotIndex] = true;
    },
    () => {
      journal.addLog({ address, topics: [], data: new Uint8Array(0) });
      model.logs += 1;
    },
    () => {
      journal.addRefund(value);
      model.refund += value;
    },
    () => void undo.push({ snapshot: journal.snapshot(), copy: structuredClone(model) }),
    () => {
      const point = undo.splice(Math.min(value, undo.length))[0];
      if (point === undefined) return;
      journal.revertTo(point.snapshot);
      Object.assign(model, point.copy);
    },
    () => {
      journal.finalizeTransaction({ removeEmpty: value % 2 === 0 });
      endTransaction(model, value % 2 === 0);
      undo.length = 0;
    },
  ];
  operations[op]!();
}
const OPERATIONS = 15;

interface Undo {
  readonly snapshot: number;
  readonly copy: Model;
}

function compare(journal: Journal, model: Model): void {
  expect([journal.logs.length, journal.refund]).toEqual([model.logs, model.refund]);
  for (const address of ADDRESSES) {
    const account = model.accounts[address]!;
    const seen = {
      exists: journal.exists(address),
      nonce: journal.getNonce(address),
      balance: journal.getBalance(address),
      code: journal.getCode(address).join(),
      isCreated: journal.isCreatedInTransaction(address),
      isWarm: journal.isWarmAddress(address),
      storage: SLOTS.map((slot) => journal.getStorage(address, slot)),
      original: SLOTS.map((slot) => journal.getOriginalStorage(address, slot)),
      transient: SLOTS.map((slot) => journal.getTransientStorage(address, slot)),
    };
    const { exists, nonce, balance, code, isCreated, isWarm } = account;
    const words = (values: Record<string, bigint>) => SLOTS.map((_, index) => values[index] ?? 0n);
    const { storage, original, transient } = account;
    expect(seen).toEqual({
      ...{ exists, nonce, balance, code, isCreated, isWarm },
      ...{ storage: words(storage), original: words(original), transient: words(transient) },
    });
  }
}

describe('journal', () => {
  it('shows what a copying model shows, and leaves the same state in both kinds of store', () => {
    const step = fc.record({
      op: fc.nat({ max: OPERATIONS - 1 }),
      who: fc.nat({ max: ADDRESSES.length - 1 }),
      slot: fc.nat({ max: SLOTS.length - 1 }),
      value: fc.nat({ max: 3 }),
    });
    fc.assert(
      fc.property(fc.array(fc.array(step, { maxLength: 40 }), { maxLength: 4 }), (blocks) => {
        const memory = createMemoryStore();
        const trie = createTrieStore(createMemoryDatabase(createMemoryNodeStore()));
        const journal = new Journal(memory);
        const model: Model = {
          accounts: Object.fromEntries(ADDRESSES.map((address) => [address, newAccount()])),
          logs: 0,
          refund: 0,
        };
        for (const steps of blocks) {
          const undo: Undo[] = [];
          for (const each of steps) {
            run(journal, model, each, undo);
            compare(journal, model);
          }
          journal.finalizeTransaction({ removeEmpty: false });
          endTransaction(model, false);
          const changes = journal.drain();
          memory.apply(changes);
          expect(trie.apply(changes)).toEqual(memory.stateRoot());
          compare(journal, model);
        }
      }),
      { numRuns: 300, seed: 6 },
    );
  });
});
