/** Receipts as clients see them: what became of them, and their proofs. */
import { SherdError } from 'sherd/base';
import {
  BEACON,
  type BeaconState,
  createReceiptClaim,
  isConsumed,
  Receipt,
  ReceiptClaim,
  type StateShape,
} from 'sherd/beacon';
import type { AccumulatorStore } from 'sherd/trie';
import type { ReceiptRecord, ReceiptStatus } from '../rpc/backend.ts';
import {
  chunkKey,
  createShardStore,
  type Environment,
  shardKey,
  u64,
  withdrawalNodes,
  withdrawalReceipt,
} from '../storage/index.ts';

/** Receipt `index` that a shard, or the beacon chain, has saved. */
export function findReceipt(environment: Environment, source: number, index: bigint): Receipt | undefined {
  if (index < 0n || index >= 2n ** 32n) return undefined;
  if (source === BEACON) return withdrawalReceipt(environment, index);
  const bytes = environment.tables.receipts.get(shardKey(source, u64(index)));
  return bytes === undefined ? undefined : Receipt.deserialize(bytes);
}

export function receiptRecord(
  environment: Environment,
  state: BeaconState,
  source: number,
  index: bigint,
): ReceiptRecord | undefined {
  const receipt = findReceipt(environment, source, index);
  return receipt === undefined ? undefined : { receipt, status: statusOf(environment, state, receipt) };
}

/**
 * Claim of a receipt, proved against `state`.
 * @throws SherdError UNKNOWN_RECEIPT; RECEIPT_NOT_CROSSLINKED until the beacon chain knows the shard's block.
 */
export function receiptClaim(
  environment: Environment,
  shape: StateShape,
  state: BeaconState,
  source: number,
  index: bigint,
): { readonly receipt: Receipt; readonly claim: Uint8Array } {
  const receipt = findReceipt(environment, source, index);
  const name = source === BEACON ? 'the beacon chain' : `shard ${source}`;
  if (receipt === undefined) {
    throw new SherdError('UNKNOWN_RECEIPT', `${name} has no receipt ${index}`, { source, index });
  }
  const known = knownReceipts(state, source);
  if (index >= known) {
    throw new SherdError(
      'RECEIPT_NOT_CROSSLINKED',
      `receipt ${index} of ${name} is not crosslinked yet: the beacon chain knows ${known}`,
      { source, index, have: known },
    );
  }
  const claim = createReceiptClaim(state, nodesOf(environment, source), receipt, shape);
  return { receipt, claim: ReceiptClaim.serialize(claim) };
}

function statusOf(environment: Environment, state: BeaconState, receipt: Receipt): ReceiptStatus {
  const { source, index, targetShard } = receipt;
  if (targetShard === BEACON) {
    if (isConsumed(state, source, index)) return 'consumed';
  } else if (isConsumedOnShard(environment, targetShard, source, index)) {
    return 'consumed';
  }
  return index < knownReceipts(state, source) ? 'crosslinked' : 'saved';
}

function isConsumedOnShard({ tables }: Environment, shard: number, source: number, index: bigint): boolean {
  const bits = tables.consumedChunks.get(chunkKey(shard, source, Number(index / 256n)));
  const bit = Number(index % 256n);
  return bits !== undefined && (bits[bit >> 3]! & (1 << (bit & 7))) !== 0;
}

function knownReceipts(state: BeaconState, source: number): bigint {
  return source === BEACON ? state.withdrawalReceiptCount : (state.crosslinks[source]?.receiptCount ?? 0n);
}

function nodesOf(environment: Environment, source: number): AccumulatorStore {
  if (source === BEACON) return withdrawalNodes(environment);
  const store = createShardStore(environment, source);
  return { getNode: (key) => store.getAccumulatorNode(key) };
}
