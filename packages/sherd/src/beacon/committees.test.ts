import { describe, expect, it } from 'vitest';
import { beaconProposer, shardCommittee, shardProposer, validatorOrder } from './committees.ts';
import { presetParams } from './params.ts';

const seed = new Uint8Array(32).fill(1);
const always = { activationSlot: 0n, exitSlot: 2n ** 64n - 1n };
const source = (count: number) => ({ seed, validators: new Array(count).fill(always) });
const params = presetParams('test');

describe('committees', () => {
  it('orders all active validators, differently in each slot', () => {
    const twenty = source(20);
    const order = validatorOrder(twenty, 5n);
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect(validatorOrder(source(20), 5n)).toEqual(order);
    expect(validatorOrder(twenty, 6n)).not.toEqual(order);
    expect(validatorOrder({ ...twenty, seed: new Uint8Array(32) }, 5n)).not.toEqual(order);
  });

  it('gives the shards of a slot committees that do not overlap when there are enough validators', () => {
    const many = source(40);
    const members = [0, 1, 2, 3].flatMap((shard) => shardCommittee(params, many, shard, 9n));
    expect(members.length).toBe(16);
    expect(new Set(members).size).toBe(16);
  });

  it('spreads few validators over the shards', () => {
    const four = source(4);
    const proposers = [0, 1, 2, 3].map((shard) => shardProposer(params, four, shard, 9n));
    expect(new Set(proposers).size).toBe(4);
    expect(shardCommittee(params, source(1), 3, 9n)).toEqual([0]);
  });

  it('leaves out who is not active yet or any more', () => {
    const validators = [always, { ...always, activationSlot: 10n }, { ...always, exitSlot: 10n }];
    expect([...validatorOrder({ seed, validators }, 9n)].sort()).toEqual([0, 2]);
    expect([...validatorOrder({ seed, validators }, 10n)].sort()).toEqual([0, 1]);
    expect(() => beaconProposer({ seed, validators: [{ ...always, exitSlot: 3n }] }, 3n)).toThrow(
      expect.objectContaining({ code: 'NO_ACTIVE_VALIDATOR' }),
    );
  });

  it('gives every validator its share of proposals', () => {
    const eight = source(8);
    const counts = new Array<number>(8).fill(0);
    for (let slot = 0n; slot < 800n; slot++) counts[beaconProposer(eight, slot)]! += 1;
    for (const count of counts) expect(count).toBeGreaterThan(60);
  });
});
