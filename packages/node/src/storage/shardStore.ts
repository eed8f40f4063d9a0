/** The shard's port to the store over the tables: the newest state, or the state after a past block. */
import { concatBytes, SherdError } from 'sherd/base';
import type { ChainParams } from 'sherd/beacon';
import { createShardStateType, type ShardState, type ShardStore } from 'sherd/shard';
import type { Environment } from './environment.ts';
import { chunkKey, heightKey, objectKey, shardKey, u32 } from './keys.ts';
import { shardBlockAt } from './shardBlocks.ts';

/** First byte of a history key. */
export const HISTORY_KIND = { object: 0, chunk: 1 } as const;

/** In the history, before the value: whether there was one. */
const ABSENT = 0;

/** Reads of one shard after its newest block. What they see is the environment's snapshot. */
export function createShardStore({ tables }: Environment, shard: number): ShardStore {
  return {
    getState: () => tables.shardStates.get(u32(shard)),
    getObject: (script, key) => tables.objects.get(objectKey(shard, script, key)),
    getTreeNode: (key) => tables.treeNodes.get(shardKey(shard, key)),
    getConsumedChunk: (source, chunk) => tables.consumedChunks.get(chunkKey(shard, source, chunk)),
    getConsumedNode: (key) => tables.consumedNodes.get(shardKey(shard, key)),
    getAccumulatorNode: (key) => tables.receiptNodes.get(shardKey(shard, key)),
    getBlockRoot: (height) => tables.shardRoots.get(heightKey(shard, height)),
    getScriptCode: (codeHash) => tables.meteredCode.get(codeHash),
  };
}

/**
 * Reads of one shard as it was after the block of `height`. Tree nodes of the past are not kept: nothing can be written
 * on top of it, and calls do not ask for them.
 * @throws SherdError UNKNOWN_HEIGHT for a block that there is not.
 */
export function createPastStore(
  environment: Environment,
  params: ChainParams,
  shard: number,
  height: number,
): ShardStore {
  const { tables } = environment;
  const newest = createShardStore(environment, shard);
  const slim = tables.pastStates.get(heightKey(shard, height));
  if (slim === undefined) {
    throw new SherdError('UNKNOWN_HEIGHT', `shard ${shard} has no block ${height}`, { shard, height });
  }
  const before = (kind: number, key: Uint8Array, now: () => Uint8Array | undefined) => {
    const old = firstChangeAfter(environment, kind, key, height);
    if (old === undefined) return now();
    return old[0] === ABSENT ? undefined : old.slice(1);
  };
  const noPast = (): never => {
    throw new SherdError('HISTORY_PRUNED', `tree nodes of block ${height} are not kept`, { shard, height });
  };
  let state: Uint8Array | undefined;
  return {
    getState() {
      state ??= createShardStateType(params).serialize(fillRing(environment, params, slimType.deserialize(slim)));
      return state;
    },
    getObject: (script, key) =>
      before(HISTORY_KIND.object, objectKey(shard, script, key), () => newest.getObject(script, key)),
    getConsumedChunk: (source, chunk) =>
      before(HISTORY_KIND.chunk, chunkKey(shard, source, chunk), () => newest.getConsumedChunk(source, chunk)),
    getTreeNode: noPast,
    getConsumedNode: noPast,
    getAccumulatorNode: newest.getAccumulatorNode,
    getBlockRoot: (at) => (at <= height ? newest.getBlockRoot(at) : undefined),
    getScriptCode: newest.getScriptCode,
  };
}

/** States of the past are kept with a ring of one: blocks tell what stood in it. */
const slimType = createShardStateType({ rootWindow: 1 });

/** SSZ of a state without its ring. */
export function slimState(state: ShardState): Uint8Array {
  return slimType.serialize({ ...state, recentStateRoots: [new Uint8Array(32)] });
}

/** Key in the history of what stood under `key` before the block of `height`. */
export function historyKey(kind: number, key: Uint8Array, height: number): Uint8Array {
  return concatBytes(Uint8Array.of(kind), key, u32(height));
}

/** What the history keeps of a value. */
export function historyValue(value: Uint8Array | undefined): Uint8Array {
  return value === undefined ? Uint8Array.of(ABSENT) : concatBytes(Uint8Array.of(1), value);
}

/** What stood there before the first change after `height`; undefined when it never changed since. */
function firstChangeAfter(
  { tables }: Environment,
  kind: number,
  key: Uint8Array,
  height: number,
): Uint8Array | undefined {
  const end = historyKey(kind, key, 0xffff_ffff);
  for (const [, value] of tables.history.range(historyKey(kind, key, height + 1), end, 1)) return value;
  return undefined;
}

/** The ring that the state had: at each slot the root that the newest block up to that slot left. */
function fillRing(environment: Environment, params: ChainParams, state: ShardState): ShardState {
  const window = params.rootWindow;
  const ring: Uint8Array[] = Array.from({ length: window }, () => new Uint8Array(32));
  const first = Math.max(0, Number(state.slot) - window);
  let slot = Number(state.slot) - 1;
  for (let height = Number(state.height) - 1; height >= 0 && slot >= first; height--) {
    const { header } = shardBlockAt(environment, state.shard, height)!;
    for (; slot >= first && slot >= Number(header.slot); slot--) ring[slot % window] = header.stateRoot;
  }
  return { ...state, recentStateRoots: ring };
}
