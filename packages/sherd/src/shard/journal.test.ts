/** Objects, their life and their versions, and undoing. */
import { expect, test } from 'vitest';
import { ShardJournal } from './journal.ts';
import { encodeObject, FOREVER } from './storageObject.ts';

const KEY = new Uint8Array(32).fill(1);
const OTHER = new Uint8Array(32).fill(2);
const bytes = (...values: number[]) => Uint8Array.from(values);

function journalAt(slot: number, objects: Record<string, Uint8Array> = {}) {
  const getObject = (script: number, key: Uint8Array) => objects[`${script}/${key[0]}`];
  return new ShardJournal({ store: { getObject, getConsumedChunk: () => undefined }, slot, ttlOnWrite: 16 });
}

test('a write counts the version up and extends the ttl', () => {
  const journal = journalAt(100);
  journal.setObject(3, KEY, bytes(7));
  expect(journal.getObject(3, KEY)).toEqual({ version: 1, storage: bytes(7), ttl: 116 });
  journal.setObject(3, KEY, bytes(8));
  expect(journal.getObject(3, KEY)).toEqual({ version: 2, storage: bytes(8), ttl: 116 });
});

test('a write never shortens a life that was paid for', () => {
  const journal = journalAt(100);
  journal.setObject(3, KEY, bytes(7));
  expect(journal.extendTtl(3, KEY, 1000)).toBe(true);
  journal.setObject(3, KEY, bytes(8));
  expect(journal.getObject(3, KEY)?.ttl).toBe(1116);
});

test('regions are apart', () => {
  const journal = journalAt(1);
  journal.setObject(3, KEY, bytes(7));
  expect(journal.getObject(4, KEY)).toBeUndefined();
});

test('an expired object is absent to everything but a poke', () => {
  const stored = encodeObject({ version: 5, storage: bytes(1), ttl: 99 });
  const alive = journalAt(99, { '3/1': stored });
  expect(alive.getObject(3, KEY)?.version).toBe(5);
  expect(alive.poke(3, KEY)).toBe(false);

  const journal = journalAt(100, { '3/1': stored });
  expect(journal.getObject(3, KEY)).toBeUndefined();
  expect(journal.removeObject(3, KEY)).toBe(false);
  expect(journal.extendTtl(3, KEY, 10)).toBe(false);
  expect(journal.changes().objects).toEqual([]);
  expect(journal.poke(3, KEY)).toBe(true);
  expect(journal.poke(3, KEY)).toBe(false);
  expect(journal.changes().objects).toEqual([{ script: 3, key: KEY, object: undefined }]);
});

test('writing over an expired object is the same whether it was poked or not', () => {
  const objects = { '3/1': encodeObject({ version: 5, storage: bytes(1), ttl: 99 }) };
  const poked = journalAt(100, objects);
  poked.poke(3, KEY);
  for (const journal of [poked, journalAt(100, objects)]) {
    journal.setObject(3, KEY, bytes(2));
    expect(journal.getObject(3, KEY)).toEqual({ version: 1, storage: bytes(2), ttl: 116 });
  }
});

test('objects of the EVM never expire', () => {
  const journal = journalAt(100);
  journal.setObject(0, KEY, bytes(7));
  expect(journal.getObject(0, KEY)?.ttl).toBe(FOREVER);
});

test('undoing brings back objects, receipts and consumed bits', () => {
  const journal = journalAt(1);
  journal.setObject(3, KEY, bytes(1));
  journal.consume(2, 300n);
  const snapshot = journal.snapshot();
  journal.setObject(3, KEY, bytes(2));
  journal.setObject(3, OTHER, bytes(3));
  journal.consume(2, 301n);
  journal.addReceipt({
    source: 0,
    index: 0n,
    slot: 1n,
    sender: 3,
    targetShard: 1,
    targetScript: 3,
    amount: 0n,
    data: bytes(),
  });
  journal.revertTo(snapshot);
  expect(journal.getObject(3, KEY)?.storage).toEqual(bytes(1));
  expect(journal.getObject(3, OTHER)).toBeUndefined();
  expect(journal.isConsumed(2, 300n)).toBe(true);
  expect(journal.isConsumed(2, 301n)).toBe(false);
  expect(journal.receiptCount).toBe(0);
});

test('changes are in the order of keys, not of writes', () => {
  const one = journalAt(1);
  const two = journalAt(1);
  one.setObject(3, KEY, bytes(1));
  one.setObject(3, OTHER, bytes(2));
  two.setObject(3, OTHER, bytes(2));
  two.setObject(3, KEY, bytes(1));
  expect(one.changes()).toEqual(two.changes());
});

test('the journal keeps no buffer of the caller', () => {
  const journal = journalAt(1);
  const storage = bytes(1);
  journal.setObject(3, KEY, storage);
  storage[0] = 9;
  expect(journal.getObject(3, KEY)?.storage).toEqual(bytes(1));
});
