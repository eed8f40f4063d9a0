/** Is what lies in the store the chain that it says it is? Cheap checks at each start, and a scan of every entry. */
import { equalBytes, SherdError } from 'sherd/base';
import { type BeaconState, beaconBlockRoot, type ChainParams, shardHeaderRoot, stateRoot } from 'sherd/beacon';
import { createShardStateType, decodeShardState } from 'sherd/shard';
import { sparseRoot } from 'sherd/trie';
import { beaconBlockBySlot, beaconState } from './beaconBlocks.ts';
import { type Environment, TABLES } from './environment.ts';
import { heightKey, u32 } from './keys.ts';
import { shardBlockAt } from './shardBlocks.ts';
import { createShardStore } from './shardStore.ts';

/**
 * The newest states are those that the newest blocks name, and the trees those that the states name.
 * @throws SherdError STORE_DAMAGED
 */
export function checkHeads(environment: Environment, params: ChainParams): BeaconState {
  const state = beaconState(environment, params);
  const block = beaconBlockBySlot(environment, state.slot);
  if (block === undefined) damaged(`no beacon block of slot ${state.slot}`);
  const { header } = block.block;
  if (!equalBytes(header.stateRoot, stateRoot(params, state))) damaged("the beacon state is not the newest block's");
  if (!equalBytes(beaconBlockRoot(header), block.root)) damaged('the beacon block has another root');
  for (let shard = 0; shard < params.shardCount; shard++) checkShard(environment, params, state, shard);
  return state;
}

function checkShard(environment: Environment, params: ChainParams, beacon: BeaconState, shard: number): void {
  const bytes = environment.tables.shardStates.get(u32(shard));
  if (bytes === undefined) damaged(`no state of shard ${shard}`);
  const state = decodeShardState(params, bytes);
  const height = Number(state.height);
  const block = shardBlockAt(environment, shard, height);
  const root = environment.tables.shardRoots.get(heightKey(shard, height));
  if (block === undefined || root === undefined) damaged(`shard ${shard} lacks its block ${height}`);
  const { header } = block;
  if (!equalBytes(shardHeaderRoot(header), root)) damaged(`block ${height} of shard ${shard} has another root`);
  if (!equalBytes(header.stateRoot, createShardStateType(params).hashTreeRoot(state))) {
    damaged(`the state of shard ${shard} is not that of its block ${height}`);
  }
  const store = createShardStore(environment, shard);
  const objects = sparseRoot({ getNode: (key) => store.getTreeNode(key) });
  if (!equalBytes(objects, state.objectsRoot)) damaged(`the objects of shard ${shard} are not those of its state`);
  const consumed = sparseRoot({ getNode: (key) => store.getConsumedNode(key) });
  if (!equalBytes(consumed, state.consumedRoot)) damaged(`the consumed bits of shard ${shard} are not its state's`);
  const crosslink = beacon.crosslinks[shard]!;
  if (Number(crosslink.height) > height) {
    damaged(`shard ${shard} is at block ${height}, the beacon chain knows ${crosslink.height}`);
  }
}

/**
 * Reads every entry of every table.
 * @returns how many there are.
 * @throws SherdError STORE_DAMAGED for an entry that fails its checksum.
 */
export function scanStore(environment: Environment): number {
  let entries = 0;
  for (const name of TABLES) {
    for (const [key] of environment.tables[name].range(new Uint8Array(0))) {
      if (key.length === 0) damaged(`table ${name}: empty key`);
      entries++;
    }
  }
  return entries;
}

function damaged(what: string): never {
  throw new SherdError('STORE_DAMAGED', `the store is damaged: ${what}`);
}
