/** The node: opens the chain, runs the executors and the producer, and answers the RPC. */
import { type ExecutorPool, startExecutors } from '../executor/index.ts';
import { createKeyRing, type NetworkKeys } from '../genesis/index.ts';
import { OperationPool } from '../pool/index.ts';
import {
  type Chain,
  type CommittedSlot,
  deliverClaims,
  type Loop,
  openShardChain,
  startLoop,
} from '../producer/index.ts';
import { Relayer } from '../relayer/relayer.ts';
import type { RpcBackend } from '../rpc/backend.ts';
import type { GenesisRecord } from '../storage/index.ts';
import { createBeaconBackend } from './beaconBackend.ts';
import { createEvents, type Events } from './events.ts';
import { type OpenChain, openChain } from './openChain.ts';
import { executorCount, type NodeOptions, SILENT, slotInterval } from './options.ts';
import { warmNewScripts, warmScripts } from './scripts.ts';
import { createShardBackend } from './shardBackend.ts';
import { programVersion } from './version.ts';

/** Validators of the mnemonic beyond those of genesis whose keys the node has at hand: they may join later. */
const SPARE_KEYS = 32;
/** Milliseconds that the last slot may take when the node is stopped. */
const STOP_PATIENCE = 3_000;

export interface RunningNode {
  /** What the RPC serves. */
  readonly backend: RpcBackend;
  readonly genesis: GenesisRecord;
  readonly keys: NetworkKeys;
  readonly directory: string;
  readonly isEphemeral: boolean;
  /** True when this start made the chain. */
  readonly isNew: boolean;
  /** Process ids of the executors. */
  executors(): readonly number[];
  /** Ends the slot that is being made, the executors and the store. */
  stop(): Promise<void>;
}

export interface Node {
  readonly options: NodeOptions;
  /** @throws SherdError what {@link openChain} refuses, BAD_OPTION, EXECUTOR_DIED. */
  start(): Promise<RunningNode>;
}

export function createNode(options: NodeOptions = {}): Node {
  return { options, start: () => startNode(options) };
}

async function startNode(options: NodeOptions): Promise<RunningNode> {
  const size = executorCount(options);
  const log = options.log ?? SILENT;
  const opened = await openChain(options, BigInt(Math.floor(Date.now() / 1000)));
  let executors: ExecutorPool | undefined;
  try {
    const interval = slotInterval(options, opened.genesis.params);
    executors = await startExecutors({
      setup: { directory: opened.directory, params: opened.genesis.params },
      size,
      onDeath: ({ code, message }) => log.warn({ code }, message),
    });
    return run(options, opened, executors, interval);
  } catch (error) {
    await executors?.stop();
    await opened.close();
    throw error;
  }
}

function run(
  options: NodeOptions,
  opened: OpenChain,
  executors: ExecutorPool,
  interval: number | undefined,
): RunningNode {
  const { environment, genesis, keys, state } = opened;
  const { params, genesisTime } = genesis;
  const log = options.log ?? SILENT;
  const events = createEvents((error) => log.error({ error }, 'a listener failed'));
  const chain: Chain = {
    params,
    environment,
    executors,
    keys: createKeyRing(keys, genesis.validators.length + SPARE_KEYS),
    shards: Array.from({ length: params.shardCount }, (_, shard) => openShardChain(params, environment, shard)),
    operations: new OperationPool(),
    relayer: new Relayer(params, environment),
    log,
    state,
  };
  deliverClaims(chain);
  warmScripts(chain);
  let scriptCount = chain.state.executionScripts.length;
  const loop = startLoop({
    chain,
    ...(interval === undefined ? {} : { interval }),
    clockSlot: () => (BigInt(Math.floor(Date.now() / 1000)) - genesisTime) / BigInt(params.slotSeconds),
    now: Date.now,
    onSlot(slot) {
      announce(chain, events, slot);
      warmNewScripts(chain, scriptCount);
      scriptCount = chain.state.executionScripts.length;
    },
  });
  return {
    backend: { ...createBackend(chain, genesis, events, loop), hasInstantBlocks: interval === undefined },
    genesis,
    keys,
    directory: opened.directory,
    isEphemeral: opened.isEphemeral,
    isNew: opened.isNew,
    executors: () => executors.pids(),
    async stop() {
      const lastSlot = loop.stop();
      // A slot that takes long is given up: its executors end, and nothing of it is written.
      await Promise.race([lastSlot, new Promise((resolve) => setTimeout(resolve, STOP_PATIENCE).unref())]);
      await executors.stop();
      await lastSlot;
      await opened.close();
    },
  };
}

function createBackend(
  chain: Chain,
  { params, genesisTime }: GenesisRecord,
  events: Events,
  loop: Loop,
): Omit<RpcBackend, 'hasInstantBlocks'> {
  const wake = () => loop.wake();
  return {
    params,
    genesisTime,
    clientVersion: `sherd/v${programVersion()}/${process.platform}-${process.arch}/node-${process.version}`,
    beacon: createBeaconBackend(chain, wake),
    shards: chain.shards.map(({ shard }) => createShardBackend(chain, shard, events.emit, wake)),
    health: () => (loop.fault === undefined ? { ok: true } : { ok: false, reason: loop.fault }),
    subscribe: events.subscribe,
  };
}

function announce({ log }: Chain, events: Events, { beacon, shards }: CommittedSlot): void {
  for (const block of shards) {
    const { shard, height } = block.block.header;
    log.info({ shard, height: Number(height), transactions: block.outcomes.length }, 'shard block');
    events.emit({ kind: 'shardBlock', shard, block });
  }
  log.info({ slot: Number(beacon.block.header.slot), crosslinks: shards.length }, 'beacon block');
  events.emit({ kind: 'beaconBlock', block: beacon });
}
