/** Crosslinks: the beacon chain takes note of a shard's block that two thirds of its committee signed. */
import { equalBytes, SherdError } from '../../base/index.ts';
import { blsFastAggregateVerify } from '../../crypto/index.ts';
import { ZERO_CHUNK } from '../../ssz/index.ts';
import { shardCommittee } from '../committees.ts';
import { signingRoot } from '../domains.ts';
import type { BeaconDraft } from '../draft.ts';
import type { ChainParams } from '../params.ts';
import { recentRootAt } from '../slot.ts';
import type { BeaconState } from '../state.ts';
import { type Crosslink, ShardBlockHeader, type SignedCrosslink } from '../types.ts';

/**
 * Makes the header the shard's newest. Blocks may be left out between two crosslinks (after an outage their beacon
 * roots are too old to be checked here): the committee vouches for the ancestry.
 * @throws SherdError UNKNOWN_SHARD, STALE_CROSSLINK, FUTURE_CROSSLINK, WRONG_PARENT, BAD_RECEIPT_COUNT, UNKNOWN_ROOT,
 * WRONG_PROPOSER, BAD_COMMITTEE_BITS, TOO_FEW_SIGNATURES, BAD_SIGNATURE
 */
export function applyCrosslink(params: ChainParams, draft: BeaconDraft, signed: SignedCrosslink): void {
  const { state } = draft;
  const { header } = signed;
  const previous = state.crosslinks[header.shard];
  if (previous === undefined) {
    throw new SherdError('UNKNOWN_SHARD', `header of shard ${header.shard}, want one below ${params.shardCount}`, {
      have: header.shard,
      want: params.shardCount,
    });
  }
  checkOrder(state, header, previous);
  checkAnchor(params, state, header);
  const shardBlockRoot = shardHeaderRoot(header);
  checkCommittee(params, state, signed, shardBlockRoot);

  const { slot, height, stateRoot, receiptsRoot, receiptCount } = header;
  state.crosslinks[header.shard] = { shardBlockRoot, slot, height, stateRoot, receiptsRoot, receiptCount };
}

/** Root of a shard's block: hash_tree_root of its header. */
export function shardHeaderRoot(header: ShardBlockHeader): Uint8Array {
  return new Uint8Array(ShardBlockHeader.hashTreeRoot(header));
}

/** Signatures that a crosslink needs from a committee of `size`: two thirds, rounded up. */
export function crosslinkQuorum(size: number): number {
  return Math.ceil((2 * size) / 3);
}

function checkOrder(state: BeaconState, header: ShardBlockHeader, previous: Crosslink): void {
  const { shard, slot, height } = header;
  if (height <= previous.height || (slot <= previous.slot && previous.height > 0n)) {
    throw new SherdError(
      'STALE_CROSSLINK',
      `shard ${shard} height ${height} slot ${slot}, the chain has ${previous.height} of slot ${previous.slot}`,
      { have: height, want: previous.height + 1n },
    );
  }
  if (slot > state.slot) {
    throw new SherdError('FUTURE_CROSSLINK', `shard block of slot ${slot} in a beacon block of slot ${state.slot}`, {
      have: slot,
      want: state.slot,
    });
  }
  const isNext = height === previous.height + 1n && !equalBytes(previous.shardBlockRoot, ZERO_CHUNK);
  if (isNext && !equalBytes(header.parentRoot, previous.shardBlockRoot)) {
    throw new SherdError('WRONG_PARENT', `shard ${shard} height ${height} does not build on the block before it`, {
      have: header.parentRoot,
      want: previous.shardBlockRoot,
    });
  }
  if (header.receiptCount < previous.receiptCount) {
    throw new SherdError(
      'BAD_RECEIPT_COUNT',
      `shard ${shard} has ${header.receiptCount} receipts, had ${previous.receiptCount}`,
      { have: header.receiptCount, want: previous.receiptCount },
    );
  }
}

function checkAnchor(params: ChainParams, state: BeaconState, header: ShardBlockHeader): void {
  const { beaconSlot, beaconRoot, slot } = header;
  const anchor = beaconSlot <= slot ? recentRootAt(params, state, beaconSlot) : undefined;
  if (anchor === undefined || !equalBytes(anchor, beaconRoot)) {
    throw new SherdError(
      'UNKNOWN_ROOT',
      `shard block of slot ${slot} builds on an unknown beacon root of slot ${beaconSlot}`,
      {
        have: beaconRoot,
        want: anchor,
      },
    );
  }
}

function checkCommittee(params: ChainParams, state: BeaconState, signed: SignedCrosslink, root: Uint8Array): void {
  const { header, aggregationBits, signature } = signed;
  const committee = shardCommittee(params, state, header.shard, header.slot);
  if (header.proposerIndex !== committee[0]) {
    throw new SherdError('WRONG_PROPOSER', `shard block by validator ${header.proposerIndex}, want ${committee[0]}`, {
      have: header.proposerIndex,
      want: committee[0],
    });
  }
  if (aggregationBits.bitLen !== committee.length) {
    throw new SherdError(
      'BAD_COMMITTEE_BITS',
      `${aggregationBits.bitLen} bits for a committee of ${committee.length}`,
      { have: aggregationBits.bitLen, want: committee.length },
    );
  }
  const signers = committee.filter((_, i) => aggregationBits.get(i));
  const want = crosslinkQuorum(committee.length);
  if (signers.length < want) {
    throw new SherdError('TOO_FEW_SIGNATURES', `${signers.length} signatures of ${committee.length}, want ${want}`, {
      have: signers.length,
      want,
    });
  }
  const keys = signers.map((index) => state.validators[index]!.pubkey);
  if (!blsFastAggregateVerify(keys, signingRoot(params.chainId, 'crosslink', root), signature)) {
    throw new SherdError('BAD_SIGNATURE', `crosslink of shard ${header.shard}: the aggregate is not the signers'`, {
      domain: 'crosslink',
    });
  }
}
