/** The beacon state: its SSZ type, which depends on two chain parameters, its root and its stored form. */
import { ByteVectorType, ContainerType, UintBigintType, type ValueOf, VectorCompositeType } from '@chainsafe/ssz';
import { decodeSsz, ListCompositeType } from '../ssz/index.ts';
import type { ChainParams } from './params.ts';
import { BeaconBlockHeader, Crosslink, ExecutionScript, LIST_LIMITS, Validator } from './types.ts';

/** The parameters that shape the state's tree, and with it every proof into it. */
export type StateShape = Pick<ChainParams, 'shardCount' | 'rootWindow'>;

const u64 = new UintBigintType(8);
const bytes32 = new ByteVectorType(32);

function stateType({ shardCount, rootWindow }: StateShape) {
  return new ContainerType({
    /** Unix seconds of slot 0. */
    genesisTime: u64,
    chainId: u64,
    slot: u64,
    /** With a zero state root until the next block fills it in: a state cannot hold its own root. */
    latestBlockHeader: BeaconBlockHeader,
    /** Entry `slot % rootWindow` is the root of the state after `slot`, for the `rootWindow` slots before this one. */
    recentStateRoots: new VectorCompositeType(bytes32, rootWindow),
    /** Seed of the committees, fixed at genesis. */
    seed: bytes32,
    validators: new ListCompositeType(Validator, LIST_LIMITS.validators),
    executionScripts: new ListCompositeType(ExecutionScript, LIST_LIMITS.executionScripts),
    crosslinks: new VectorCompositeType(Crosslink, shardCount),
    withdrawalReceiptsRoot: bytes32,
    withdrawalReceiptsFrontier: new VectorCompositeType(bytes32, 32),
    withdrawalReceiptCount: u64,
    /** Per source shard: bit `index` is set when that receipt for the beacon chain was consumed. Chunks of 256 bits. */
    consumedReceipts: new VectorCompositeType(new ListCompositeType(bytes32, LIST_LIMITS.consumedChunks), shardCount),
    /** gwei that fees have destroyed since genesis. */
    burned: u64,
  });
}

export interface BeaconTypes {
  readonly BeaconState: ReturnType<typeof stateType>;
}

/** Do not write into a state or into anything in it: transitions copy what they change. */
export type BeaconState = ValueOf<ReturnType<typeof stateType>>;

const made = new Map<string, BeaconTypes>();

/** SSZ types that depend on the parameters; made once for each shape. */
export function createBeaconTypes(shape: StateShape): BeaconTypes {
  const key = `${shape.shardCount}/${shape.rootWindow}`;
  let types = made.get(key);
  if (types === undefined) {
    types = { BeaconState: stateType(shape) };
    made.set(key, types);
  }
  return types;
}

/** SSZ bytes of the state. The code of scripts is not in it. */
export function encodeState(shape: StateShape, state: BeaconState): Uint8Array {
  return createBeaconTypes(shape).BeaconState.serialize(state);
}

/** @throws SherdError BAD_SSZ */
export function decodeState(shape: StateShape, bytes: Uint8Array): BeaconState {
  return decodeSsz(createBeaconTypes(shape).BeaconState, bytes, 'beacon state');
}
