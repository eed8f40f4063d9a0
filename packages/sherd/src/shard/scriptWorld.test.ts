import { createMemoryWorld } from '@sherd/testkit';
import { expect, it } from 'vitest';
import { ShardJournal } from './journal.ts';

const SLOT = 10;
const ttlOnWrite = 16;
const SCRIPT = 1;
const key = new Uint8Array(32).fill(7);

it('keeps objects by the rules of the shard: a write never shortens a ttl that was extended', () => {
  const world = createMemoryWorld({ slot: SLOT, ttlOnWrite });
  const empty = { getObject: () => undefined, getConsumedChunk: () => undefined };
  const journal = new ShardJournal({ store: empty, slot: SLOT, ttlOnWrite });
  const steps = [
    (shard: typeof world | ShardJournal) => shard.setObject(SCRIPT, key, new Uint8Array([1])),
    (shard: typeof world | ShardJournal) => shard.extendTtl(SCRIPT, key, 100),
    (shard: typeof world | ShardJournal) => shard.setObject(SCRIPT, key, new Uint8Array([2])),
    (shard: typeof world | ShardJournal) => shard.removeObject(SCRIPT, key),
    (shard: typeof world | ShardJournal) => shard.setObject(SCRIPT, key, new Uint8Array([3])),
  ];
  const ttls = steps.map((step) => {
    expect(step(world)).toEqual(step(journal));
    expect(world.getObject(SCRIPT, key)).toEqual(journal.getObject(SCRIPT, key));
    return world.getObject(SCRIPT, key)?.ttl;
  });
  expect(ttls).toEqual([26, 126, 126, undefined, 26]);
});
