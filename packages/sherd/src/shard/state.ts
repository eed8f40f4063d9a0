/** The state of a shard: its SSZ type, which depends on the root window, and the ring of recent state roots. */
import {
  ByteVectorType,
  ContainerType,
  UintBigintType,
  UintNumberType,
  type ValueOf,
  VectorCompositeType,
} from '@chainsafe/ssz';
import { SherdError, throwIfStackIsFull } from '../base/index.ts';
import type { ChainParams } from '../beacon/params.ts';
import '../ssz/index.ts';

const u32 = new UintNumberType(4);
const u64 = new UintBigintType(8);
const bytes32 = new ByteVectorType(32);

function shardStateType(rootWindow: number) {
  return new ContainerType({
    shard: u32,
    slot: u64,
    height: u64,
    /** Root of the header before the newest one: a state cannot hold the header that holds its root. */
    parentRoot: bytes32,
    /** Slot of the beacon state that the newest block builds on; it never goes back. */
    beaconSlot: u64,
    /** Gas used by the newest block: the next base fee follows from it. */
    gasUsed: u64,
    /** Root of the sparse tree over the storage objects of all regions. */
    objectsRoot: bytes32,
    /** hash_tree_root of the list of all receipts that the shard ever saved. */
    receiptsRoot: bytes32,
    receiptsFrontier: new VectorCompositeType(bytes32, 32),
    receiptCount: u64,
    /** Entry `slot % rootWindow` is the shard's state root after `slot`, for the window of slots before this one. */
    recentStateRoots: new VectorCompositeType(bytes32, rootWindow),
    /** Root of the sparse tree over the bits of consumed receipts. */
    consumedRoot: bytes32,
  });
}

export type ShardStateType = ReturnType<typeof shardStateType>;
/** Do not write into one: {@link advanceState} and the transition copy. */
export type ShardState = ValueOf<ShardStateType>;

const made = new Map<number, ShardStateType>();

/** SSZ type of the state; made once for each window. */
export function createShardStateType(params: Pick<ChainParams, 'rootWindow'>): ShardStateType {
  let type = made.get(params.rootWindow);
  if (type === undefined) {
    type = shardStateType(params.rootWindow);
    made.set(params.rootWindow, type);
  }
  return type;
}

/** @throws SherdError BAD_SHARD_STATE when the bytes are no state of this window: a damaged or foreign store. */
export function decodeShardState(params: Pick<ChainParams, 'rootWindow'>, bytes: Uint8Array): ShardState {
  try {
    return createShardStateType(params).deserialize(bytes);
  } catch (cause) {
    throwIfStackIsFull(cause);
    throw new SherdError('BAD_SHARD_STATE', `stored shard state does not decode: ${String(cause)}`, {
      length: bytes.length,
    });
  }
}

/**
 * The ring at `slot`: the root of `state` stands at its own slot and at the empty ones after it. Work is bounded by the
 * window, however long the gap.
 */
export function advanceRing(state: ShardState, stateRoot: Uint8Array, slot: number): Uint8Array[] {
  const ring = state.recentStateRoots.slice();
  const window = ring.length;
  const first = Math.max(Number(state.slot), slot - window);
  for (let at = first; at < slot; at++) ring[at % window] = stateRoot;
  return ring;
}
