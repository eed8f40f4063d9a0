/**
 * Who has duties in a slot. All active validators are put into an order by SHA-256(seed ‖ slot ‖ index); each shard's
 * committee is a stretch of that order, its first member proposes the shard's block, and the last validator of the
 * order proposes the beacon block.
 *
 * The seed is fixed at genesis, so the order is known ahead; it spreads the work evenly but surprises nobody.
 */
import { bytesToHex, SherdError } from '../base/index.ts';
import { sha256 } from '../crypto/index.ts';
import type { ChainParams } from './params.ts';

/** What the order depends on; both the beacon state and the view of it have this. */
export interface CommitteeSource {
  readonly seed: Uint8Array;
  readonly validators: readonly { readonly activationSlot: bigint; readonly exitSlot: bigint }[];
}

/** The newest orders of each registry: a block asks for the same few slots again and again. */
const orders = new WeakMap<CommitteeSource['validators'], Map<string, readonly number[]>>();
const ORDERS_KEPT = 8;

export function isActive(validator: CommitteeSource['validators'][number], slot: bigint): boolean {
  return validator.activationSlot <= slot && slot < validator.exitSlot;
}

/**
 * Indexes of the active validators in the order of `slot`.
 * @throws SherdError NO_ACTIVE_VALIDATOR
 */
export function validatorOrder(source: CommitteeSource, slot: bigint): readonly number[] {
  let known = orders.get(source.validators);
  if (known === undefined) {
    known = new Map();
    orders.set(source.validators, known);
  }
  const key = `${slot}/${bytesToHex(source.seed)}`;
  let order = known.get(key);
  if (order === undefined) {
    order = computeOrder(source, slot);
    if (known.size >= ORDERS_KEPT) known.delete(known.keys().next().value!);
    known.set(key, order);
  }
  return order;
}

/** Validator indexes of the committee: `committeeSize` of them, or all active ones where there are fewer. */
export function shardCommittee(params: ChainParams, source: CommitteeSource, shard: number, slot: bigint): number[] {
  const order = validatorOrder(source, slot);
  const size = Math.min(params.committeeSize, order.length);
  // With enough validators the stretches do not overlap; with few, each shard still starts at another one.
  const start = Math.floor((shard * order.length) / params.shardCount);
  return Array.from({ length: size }, (_, i) => order[(start + i) % order.length]!);
}

/** Validator that may propose the shard's block of `slot`. */
export function shardProposer(params: ChainParams, source: CommitteeSource, shard: number, slot: bigint): number {
  return shardCommittee(params, source, shard, slot)[0]!;
}

/** Validator that may propose the beacon block of `slot`. */
export function beaconProposer(source: CommitteeSource, slot: bigint): number {
  return validatorOrder(source, slot).at(-1)!;
}

function computeOrder({ seed, validators }: CommitteeSource, slot: bigint): readonly number[] {
  const input = new Uint8Array(seed.length + 12);
  const view = new DataView(input.buffer);
  input.set(seed);
  view.setBigUint64(seed.length, slot);
  const ranked: { index: number; rank: string }[] = [];
  validators.forEach((validator, index) => {
    if (!isActive(validator, slot)) return;
    view.setUint32(seed.length + 8, index);
    ranked.push({ index, rank: bytesToHex(sha256(input)) });
  });
  if (ranked.length === 0) {
    throw new SherdError('NO_ACTIVE_VALIDATOR', `no validator is active at slot ${slot}`, { slot });
  }
  ranked.sort((a, b) => (a.rank < b.rank ? -1 : 1));
  return ranked.map(({ index }) => index);
}
