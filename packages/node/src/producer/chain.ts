/** The network as the producer holds it: the newest state, what waits, and what is needed to go on. */
import type { BeaconState, ChainParams } from 'sherd/beacon';
import { decodeShardState, evmAccount, evmNextBaseFee } from 'sherd/shard';
import type { ExecutorPool } from '../executor/index.ts';
import type { KeyRing } from '../genesis/index.ts';
import { EthereumPool, type OperationPool, ScriptPool } from '../pool/index.ts';
import type { Relayer } from '../relayer/relayer.ts';
import { createShardStore, type Environment, type StoredShardBlock, storedShardBlock } from '../storage/index.ts';

/** Whom the parts of the node tell what people should know. */
export interface Log {
  debug(facts: object, message: string): void;
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

export interface ShardChain {
  readonly shard: number;
  readonly ethereum: EthereumPool;
  readonly scripts: ScriptPool;
  /** Newest committed block. */
  head: StoredShardBlock;
  /** Milliseconds since the start of time before which no block is tried again, after a fault. */
  pausedUntil: number;
  faults: number;
}

export interface Chain {
  readonly params: ChainParams;
  readonly environment: Environment;
  readonly executors: ExecutorPool;
  readonly keys: KeyRing;
  readonly shards: readonly ShardChain[];
  readonly operations: OperationPool;
  readonly relayer: Relayer;
  readonly log: Log;
  /** After the newest committed beacon block. */
  state: BeaconState;
}

/** A shard as the store has it, with empty pools. */
export function openShardChain(params: ChainParams, environment: Environment, shard: number): ShardChain {
  const store = createShardStore(environment, shard);
  const { height } = decodeShardState(params, store.getState()!);
  let baseFee: { readonly height: bigint; readonly value: bigint } | undefined;
  const chain: ShardChain = {
    shard,
    head: storedShardBlock(environment, shard, Number(height))!,
    scripts: new ScriptPool(params),
    ethereum: new EthereumPool(params, shard, {
      height: () => Number(chain.head.block.header.height),
      account: (address) => evmAccount(store, address),
      baseFee() {
        const at = chain.head.block.header.height;
        if (baseFee?.height !== at) baseFee = { height: at, value: evmNextBaseFee({ params, store }) };
        return baseFee.value;
      },
    }),
    pausedUntil: 0,
    faults: 0,
  };
  return chain;
}
