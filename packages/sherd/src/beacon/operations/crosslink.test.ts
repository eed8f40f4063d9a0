import { TestChain } from '@sherd/testkit';
import { describe, expect, it } from 'vitest';
import { shardProposer } from '../committees.ts';
import type { ShardBlockHeader } from '../types.ts';
import { crosslinkQuorum, shardHeaderRoot } from './crosslink.ts';

/** A header of shard 1 that builds on the newest beacon state, at that state's slot. */
function headerOn(chain: TestChain, fields: Partial<ShardBlockHeader> = {}): ShardBlockHeader {
  const shard = fields.shard ?? 1;
  const slot = fields.slot ?? chain.state.slot;
  const crosslink = chain.state.crosslinks[shard]!;
  return {
    shard,
    slot,
    height: crosslink.height + 1n,
    parentRoot: crosslink.shardBlockRoot,
    beaconSlot: chain.state.slot,
    beaconRoot: chain.root,
    proposerIndex: shardProposer(chain.params, chain.state, Math.min(shard, 3), slot),
    transactionsRoot: new Uint8Array(32),
    gasUsed: 0n,
    stateRoot: new Uint8Array(32).fill(3),
    receiptsRoot: new Uint8Array(32).fill(4),
    receiptCount: 2n,
    outcomesRoot: new Uint8Array(32),
    ...fields,
  };
}

describe('crosslinks', () => {
  it('make the header the newest of its shard', () => {
    const chain = new TestChain();
    chain.block();
    const header = headerOn(chain);
    chain.accept({ crosslinks: [chain.crosslink(header)] });
    expect(chain.state.crosslinks[1]).toEqual({
      shardBlockRoot: shardHeaderRoot(header),
      slot: 1n,
      height: 1n,
      stateRoot: header.stateRoot,
      receiptsRoot: header.receiptsRoot,
      receiptCount: 2n,
    });
    const next = headerOn(chain);
    expect(next.height).toBe(2n);
    chain.accept({ crosslinks: [chain.crosslink(next)] });
    expect(chain.state.crosslinks[1]!.height).toBe(2n);
  });

  it('may be several in one block, and may leave blocks out', () => {
    const chain = new TestChain();
    chain.block();
    const first = headerOn(chain, { slot: 1n });
    chain.block();
    const second = headerOn(chain, { slot: 2n, height: 2n, parentRoot: shardHeaderRoot(first) });
    chain.accept({ crosslinks: [chain.crosslink(first), chain.crosslink(second)] });
    const later = headerOn(chain, { height: 40n, parentRoot: new Uint8Array(32).fill(7) });
    chain.accept({ crosslinks: [chain.crosslink(later)] });
    expect(chain.state.crosslinks[1]!.height).toBe(40n);
  });

  it('need two thirds of the committee', () => {
    expect([1, 2, 3, 4, 128].map(crosslinkQuorum)).toEqual([1, 2, 2, 3, 86]);
    const chain = new TestChain();
    chain.block();
    const header = headerOn(chain);
    expect(chain.refusal({ crosslinks: [chain.crosslink(header, 2)] }).code).toBe('TOO_FEW_SIGNATURES');
    chain.accept({ crosslinks: [chain.crosslink(header, 3)] });
  });

  it('are refused when they break a rule', () => {
    const chain = new TestChain();
    chain.block();
    chain.accept({ crosslinks: [chain.crosslink(headerOn(chain))] });
    const refused = (fields: Partial<ShardBlockHeader>) =>
      chain.refusal({ crosslinks: [chain.crosslink(headerOn(chain, fields))] }).code;
    const proposer = headerOn(chain).proposerIndex;
    expect(refused({ height: 1n })).toBe('STALE_CROSSLINK');
    expect(refused({ slot: 1n, beaconSlot: 1n })).toBe('STALE_CROSSLINK');
    expect(refused({ slot: 4n })).toBe('FUTURE_CROSSLINK');
    expect(refused({ parentRoot: new Uint8Array(32).fill(1) })).toBe('WRONG_PARENT');
    expect(refused({ receiptCount: 1n })).toBe('BAD_RECEIPT_COUNT');
    expect(refused({ beaconRoot: new Uint8Array(32) })).toBe('UNKNOWN_ROOT');
    expect(refused({ beaconSlot: 3n, slot: 3n })).toBe('UNKNOWN_ROOT');
    expect(refused({ proposerIndex: (proposer + 1) % 4 })).toBe('WRONG_PROPOSER');
    const signed = chain.crosslink(headerOn(chain));
    const elsewhere = { ...signed, header: { ...signed.header, shard: 4 } };
    expect(chain.refusal({ crosslinks: [elsewhere] }).code).toBe('UNKNOWN_SHARD');
    const changed = { ...signed, header: { ...signed.header, gasUsed: 1n } };
    expect(chain.refusal({ crosslinks: [changed] }).code).toBe('BAD_SIGNATURE');
    const bits = new TestChain({ validators: 2 });
    bits.block();
    const two = bits.crosslink(headerOn(bits)).aggregationBits;
    expect(chain.refusal({ crosslinks: [{ ...signed, aggregationBits: two }] }).code).toBe('BAD_COMMITTEE_BITS');
  });

  it('refuse a beacon root that has left the window, and take a later block of the shard instead', () => {
    const chain = new TestChain();
    chain.block();
    const old = headerOn(chain);
    for (let i = 0; i < 9; i++) chain.block();
    expect(chain.refusal({ crosslinks: [chain.crosslink(old)] }).code).toBe('UNKNOWN_ROOT');
    const next = headerOn(chain, { height: 2n, parentRoot: shardHeaderRoot(old) });
    chain.accept({ crosslinks: [chain.crosslink(next)] });
  });
});
