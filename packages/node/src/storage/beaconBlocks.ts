/** Committed beacon blocks, the newest beacon state, withdrawal receipts, codes and operations. */
import { deserialize, serialize } from 'node:v8';
import { SherdError, utf8ToBytes } from 'sherd/base';
import {
  type BeaconState,
  beaconBlockRoot,
  decodeState,
  Receipt,
  SignedBeaconBlock,
  type StateShape,
} from 'sherd/beacon';
import type { AccumulatorStore } from 'sherd/trie';
import type { Environment } from './environment.ts';
import { readU64, u64 } from './keys.ts';

export const BEACON_STATE_KEY: Uint8Array = utf8ToBytes('beaconState');

export interface StoredBeaconBlock {
  readonly root: Uint8Array;
  readonly block: SignedBeaconBlock;
  /** Bytes of the serialised block. */
  readonly size: number;
}

/** What became of an operation. */
export interface StoredOperation {
  readonly kind: 'newExecutionScript' | 'withdrawal' | 'newValidator';
  readonly status: 'included' | 'refused';
  readonly slot?: bigint;
  readonly scriptId?: number;
  readonly receiptIndex?: bigint;
  readonly validatorIndex?: number;
  readonly error?: { readonly code: string; readonly message: string };
}

/** State after the newest beacon block. @throws SherdError STORE_DAMAGED without one. */
export function beaconState({ tables }: Environment, shape: StateShape): BeaconState {
  const bytes = tables.meta.get(BEACON_STATE_KEY);
  if (bytes === undefined) throw new SherdError('STORE_DAMAGED', 'the store holds no beacon state');
  return decodeState(shape, bytes);
}

export function beaconBlockBySlot({ tables }: Environment, slot: bigint): StoredBeaconBlock | undefined {
  const bytes = tables.beaconBlocks.get(u64(slot));
  if (bytes === undefined) return undefined;
  return decodeBlock(bytes);
}

export function slotOfBeaconRoot({ tables }: Environment, root: Uint8Array): bigint | undefined {
  const bytes = tables.beaconRoots.get(root);
  return bytes === undefined ? undefined : readU64(bytes, 0);
}

/** All beacon blocks from a slot on, in their order. */
export function* beaconBlocksFrom({ tables }: Environment, slot: bigint): Iterable<SignedBeaconBlock> {
  for (const [, bytes] of tables.beaconBlocks.range(u64(slot))) yield SignedBeaconBlock.deserialize(bytes);
}

export function withdrawalReceipt({ tables }: Environment, index: bigint): Receipt | undefined {
  const bytes = tables.withdrawalReceipts.get(u64(index));
  return bytes === undefined ? undefined : Receipt.deserialize(bytes);
}

/** Nodes of the withdrawal receipts' accumulator. */
export function withdrawalNodes({ tables }: Environment): AccumulatorStore {
  return { getNode: (key) => tables.withdrawalNodes.get(key) };
}

export function storedOperation({ tables }: Environment, id: Uint8Array): StoredOperation | undefined {
  const bytes = tables.operations.get(id);
  return bytes === undefined ? undefined : (deserialize(bytes) as StoredOperation);
}

export function encodeOperation(operation: StoredOperation): Uint8Array {
  return serialize(operation);
}

function decodeBlock(bytes: Uint8Array): StoredBeaconBlock {
  const block = SignedBeaconBlock.deserialize(bytes);
  return { root: beaconBlockRoot(block.header), block, size: bytes.length };
}
