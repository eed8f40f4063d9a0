/** All methods, by name: what a shard's endpoint answers, and what the beacon chain's does. */
import type { Context, Method, MethodTable, ShardContext } from '../method.ts';
import { beaconMethods } from './beacon.ts';
import { chainMethods } from './chain.ts';
import { debugMethods } from './debug.ts';
import { logMethods } from './logs.ts';
import { scriptMethods, scriptTraceMethods } from './script.ts';
import { shardMethods } from './shard.ts';
import { stateMethods } from './state.ts';
import { txpoolMethods } from './txpool.ts';
import { web3Methods } from './web3.ts';

/** A map: names come from strangers, and an object's prototype has names of its own. */
function toMap<C>(table: MethodTable<C>): ReadonlyMap<string, Method<C>> {
  return new Map(Object.entries(table));
}

export const BEACON_METHODS: ReadonlyMap<string, Method<Context>> = toMap({ ...beaconMethods, ...scriptMethods });

export const SHARD_METHODS: ReadonlyMap<string, Method<ShardContext>> = toMap({
  ...web3Methods,
  ...chainMethods,
  ...stateMethods,
  ...logMethods,
  ...txpoolMethods,
  ...debugMethods,
  ...shardMethods,
  ...beaconMethods,
  ...scriptMethods,
  ...scriptTraceMethods,
});
