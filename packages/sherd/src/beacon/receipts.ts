/** Receipts at the beacon chain: withdrawal receipts are appended here, receipts of shards are consumed here. */
import { SherdError } from '../base/index.ts';
import { ZERO_CHUNK } from '../ssz/index.ts';
import { type Accumulator, accumulatorRoot, append } from '../trie/accumulator.ts';
import type { BeaconDraft } from './draft.ts';
import type { BeaconState } from './state.ts';
import { Receipt } from './types.ts';

/** Bits of one chunk of the consumed receipts. */
const CHUNK_BITS = 256;
/** Receipts that a source can have: the depth of the accumulator. */
const MAX_RECEIPTS = 2n ** 32n;

/** The leaf of a receipt in its source's accumulator. */
export function receiptRoot(receipt: Receipt): Uint8Array {
  return new Uint8Array(Receipt.hashTreeRoot(receipt));
}

/** The accumulator of the withdrawal receipts as it stands in the state. */
export function withdrawalAccumulator(state: BeaconState): Accumulator {
  return { count: state.withdrawalReceiptCount, frontier: state.withdrawalReceiptsFrontier };
}

/**
 * Appends a withdrawal receipt with the next index.
 * @throws SherdError ACCUMULATOR_FULL, before any change.
 */
export function appendWithdrawalReceipt(draft: BeaconDraft, receipt: Omit<Receipt, 'index'>): Receipt {
  const { state, effects } = draft;
  const numbered = { ...receipt, index: state.withdrawalReceiptCount };
  const { acc, nodes } = append(withdrawalAccumulator(state), receiptRoot(numbered));
  state.withdrawalReceiptsFrontier = acc.frontier.slice();
  state.withdrawalReceiptCount = acc.count;
  state.withdrawalReceiptsRoot = accumulatorRoot(acc);
  effects.receipts.push(numbered);
  effects.accumulatorNodes.push(...nodes);
  return numbered;
}

/** True when receipt `index` of shard `source` was consumed here. */
export function isConsumed(state: BeaconState, source: number, index: bigint): boolean {
  const chunk = state.consumedReceipts[source]?.[Number(index / BigInt(CHUNK_BITS))];
  if (chunk === undefined) return false;
  const bit = Number(index % BigInt(CHUNK_BITS));
  return (chunk[bit >> 3]! & (1 << (bit & 7))) !== 0;
}

/**
 * Marks a receipt consumed, for ever.
 * @throws SherdError RECEIPT_INDEX for an index that no list can have.
 */
export function consume(draft: BeaconDraft, source: number, index: bigint): void {
  if (index >= MAX_RECEIPTS) {
    throw new SherdError('RECEIPT_INDEX', `receipt index ${index}, want one below ${MAX_RECEIPTS}`, {
      have: index,
      want: MAX_RECEIPTS,
    });
  }
  const chunks = draft.state.consumedReceipts[source]!.slice();
  const at = Number(index / BigInt(CHUNK_BITS));
  while (chunks.length <= at) chunks.push(ZERO_CHUNK);
  const chunk = chunks[at]!.slice();
  const bit = Number(index % BigInt(CHUNK_BITS));
  chunk[bit >> 3]! |= 1 << (bit & 7);
  chunks[at] = chunk;
  draft.state.consumedReceipts[source] = chunks;
  draft.effects.consumed.push({ source, index });
}
