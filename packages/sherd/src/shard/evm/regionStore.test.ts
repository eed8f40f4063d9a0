/** The account model in region 0 against the in-memory store: the same journal writes both, and they must agree. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Address, addressFromWord } from '../../base/index.ts';
import { createMemoryStore, Journal } from '../../state/index.ts';
import { ShardJournal } from '../journal.ts';
import { createRegionStore, writeChanges } from './regionStore.ts';

const NOTHING = { getObject: () => undefined, getConsumedChunk: () => undefined };
const addresses = [1n, 2n, 3n].map((word) => addressFromWord(word));

function newRegion() {
  const journal = new ShardJournal({ store: NOTHING, slot: 1, ttlOnWrite: 16 });
  return {
    journal,
    getObject: journal.getObject.bind(journal),
    setObject: journal.setObject.bind(journal),
    removeObject: journal.removeObject.bind(journal),
  };
}

/** What a transaction may do to an account, by rules of Osaka. */
type Step = readonly [kind: number, account: number, argument: number];

function apply(journal: Journal, [kind, index, argument]: Step): void {
  const address: Address = addresses[index]!;
  const value = BigInt(argument);
  if (kind === 0) journal.addBalance(address, value);
  else if (kind === 1) journal.subBalance(address, journal.getBalance(address) / (value + 1n));
  else if (kind === 2) journal.setNonce(address, journal.getNonce(address) + 1n);
  else if (kind === 3) {
    // Code and its nonce, as after a delegation; none of it takes a delegation back.
    journal.setNonce(address, journal.getNonce(address) + 1n);
    journal.setCode(address, new Uint8Array(argument).fill(argument));
  } else if (kind === 4 && journal.getNonce(address) > 0n) journal.setStorage(address, value % 3n, value % 4n);
  else if (kind === 5 && !journal.hasStorage(address) && journal.getNonce(address) === 0n) {
    journal.createContract(address);
    journal.setNonce(address, 1n);
    journal.setStorage(address, 0n, value);
    if (argument % 2 === 0) {
      journal.subBalance(address, journal.getBalance(address));
      journal.markSelfDestructed(address);
    }
  }
}

const step = fc.tuple(fc.nat(5), fc.nat(addresses.length - 1), fc.nat(9));
const blocks = fc.array(fc.array(fc.array(step, { maxLength: 6 }), { maxLength: 4 }), { maxLength: 6 });

test('what the journal drains is read back, account by account and slot by slot', () => {
  fc.assert(
    fc.property(blocks, (list) => {
      const memory = createMemoryStore();
      const region = newRegion();
      const store = createRegionStore(region);
      let supply = 0n;
      for (const block of list) {
        const journal = new Journal(store);
        for (const transaction of block) {
          for (const each of transaction) apply(journal, each);
          journal.finalizeTransaction({ removeEmpty: true });
        }
        const changes = journal.drain();
        memory.apply(changes);
        supply += writeChanges(region, changes);
      }
      let sum = 0n;
      let objects = 0;
      for (const address of addresses) {
        const account = memory.getAccount(address);
        expect(store.getAccount(address)).toEqual(account === undefined ? undefined : expect.objectContaining(account));
        expect(store.getCode(address)).toEqual(memory.getCode(address));
        expect(store.hasStorage(address)).toBe(memory.hasStorage(address));
        for (let slot = 0n; slot < 3n; slot++) {
          expect(store.getStorage(address, slot)).toBe(memory.getStorage(address, slot));
          if (memory.getStorage(address, slot) !== 0n) objects++;
        }
        if (account === undefined) continue;
        sum += account.balance;
        objects += memory.getCode(address).length > 0 ? 2 : 1;
      }
      expect(supply).toBe(sum);
      // Nothing that belongs to nobody stays behind.
      expect(region.journal.changes().objects.filter(({ object }) => object !== undefined).length).toBe(objects);
    }),
    { seed: 7702, numRuns: 300 },
  );
});

test('an account object of a wrong length is refused', () => {
  const getObject = () => ({ version: 1, storage: new Uint8Array(47), ttl: 1 });
  const read = () => createRegionStore({ getObject }).getAccount(addresses[0]!);
  expect(read).toThrow(expect.objectContaining({ code: 'BAD_ACCOUNT_OBJECT' }));
});
