/** What makes the header of a shard block right, before any of its transactions runs. */
import { bytesToHex, equalBytes, SherdError } from '../base/index.ts';
import { shardProposer } from '../beacon/committees.ts';
import { signingRoot } from '../beacon/domains.ts';
import { shardHeaderRoot } from '../beacon/operations/crosslink.ts';
import { type ShardBlockHeader, ShardTransactions, type SignedShardBlock } from '../beacon/types.ts';
import { blsVerify } from '../crypto/index.ts';
import type { ShardInput } from './input.ts';
import type { ShardState } from './state.ts';

/** Where a new block stands: on which state, after which header. */
export interface Parent {
  readonly state: ShardState;
  /** Root of the newest header. */
  readonly root: Uint8Array;
}

/** The 32 bytes that the proposer signs. */
export function shardBlockSigningRoot(params: { readonly chainId: number }, header: ShardBlockHeader): Uint8Array {
  return signingRoot(params.chainId, 'shardBlock', shardHeaderRoot(header));
}

/**
 * Slot, beacon slot and proposer of a new block.
 * @throws SherdError BLOCK_SHARD, BLOCK_SLOT, BLOCK_BEACON_SLOT, BLOCK_PROPOSER.
 */
export function checkPlace({ params, view, shard }: ShardInput, parent: Parent, slot: number, proposer: number): void {
  const { state } = parent;
  if (state.shard !== shard) mismatch('BLOCK_SHARD', 'the store holds shard', state.shard, shard);
  if (BigInt(slot) <= state.slot) {
    throw new SherdError('BLOCK_SLOT', `block of slot ${slot}, want one after ${state.slot}`, {
      have: slot,
      want: Number(state.slot) + 1,
    });
  }
  if (view.slot > BigInt(slot) || view.slot < state.beaconSlot) {
    throw new SherdError(
      'BLOCK_BEACON_SLOT',
      `block of slot ${slot} builds on beacon slot ${view.slot}, want ${state.beaconSlot} to ${slot}`,
      { have: view.slot, from: state.beaconSlot, to: slot },
    );
  }
  const want = shardProposer(params, view, shard, BigInt(slot));
  if (proposer !== want) {
    throw new SherdError('BLOCK_PROPOSER', `block of validator ${proposer}, want validator ${want}`, {
      have: proposer,
      want,
    });
  }
}

/**
 * Everything about a signed block that can be checked without running it.
 * @throws SherdError BLOCK_SHARD, BLOCK_PARENT, BLOCK_HEIGHT, BLOCK_BEACON_ROOT, BLOCK_TRANSACTIONS_ROOT,
 *   BLOCK_SIGNATURE, and the codes of {@link checkPlace}.
 */
export function checkHeader(input: ShardInput, parent: Parent, block: SignedShardBlock): void {
  const { header, transactions, signature } = block;
  const { params, view } = input;
  if (header.shard !== input.shard) mismatch('BLOCK_SHARD', 'shard', header.shard, input.shard);
  if (!equalBytes(header.parentRoot, parent.root))
    mismatchRoot('BLOCK_PARENT', 'parent', header.parentRoot, parent.root);
  const height = parent.state.height + 1n;
  if (header.height !== height) mismatch('BLOCK_HEIGHT', 'height', header.height, height);
  if (header.slot > BigInt(Number.MAX_SAFE_INTEGER)) mismatch('BLOCK_SLOT', 'slot', header.slot, 'a slot below 2^53');
  if (header.beaconSlot !== view.slot || !equalBytes(header.beaconRoot, view.root)) {
    mismatchRoot('BLOCK_BEACON_ROOT', `beacon state of slot ${header.beaconSlot}`, header.beaconRoot, view.root);
  }
  checkPlace(input, parent, Number(header.slot), header.proposerIndex);
  const root = ShardTransactions.hashTreeRoot(transactions);
  if (!equalBytes(header.transactionsRoot, root)) {
    mismatchRoot('BLOCK_TRANSACTIONS_ROOT', 'transactions root', header.transactionsRoot, root);
  }
  const { pubkey } = view.validators[header.proposerIndex]!;
  if (!blsVerify(pubkey, shardBlockSigningRoot(params, header), signature)) {
    throw new SherdError('BLOCK_SIGNATURE', `signature is not that of validator ${header.proposerIndex}`, {
      proposer: header.proposerIndex,
    });
  }
}

/** @throws SherdError with `code` and both values. */
export function mismatch(code: string, what: string, have: number | bigint, want: number | bigint | string): never {
  throw new SherdError(code, `${what}: have ${have}, want ${want}`, { have, want });
}

/** @throws SherdError with `code` and both roots. */
export function mismatchRoot(code: string, what: string, have: Uint8Array, want: Uint8Array): never {
  throw new SherdError(code, `${what}: have ${bytesToHex(have)}, want ${bytesToHex(want)}`, { have, want });
}
