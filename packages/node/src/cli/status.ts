/** `sherd status`: heads of a running network over its RPC, or of a directory. */
import { Command } from 'commander';
import { bytesToHex, SherdError } from 'sherd/base';
import { SignedShardBlock, stateRoot } from 'sherd/beacon';
import { decodeShardState } from 'sherd/shard';
import { checkHeads, heightKey, openEnvironment, readGenesis, u32 } from '../storage/index.ts';
import { json, table } from './output.ts';

interface StatusOptions {
  readonly url: string;
  readonly data?: string;
  readonly json?: boolean;
}

interface Status {
  readonly chainId: number;
  readonly preset: string;
  readonly beacon: { readonly slot: number; readonly stateRoot: string };
  readonly shards: readonly {
    readonly shard: number;
    readonly height: number;
    readonly slot: number;
    readonly stateRoot: string;
  }[];
}

export function statusCommand(): Command {
  return new Command('status')
    .description('show how far a network is')
    .option('--url <url>', 'RPC of a running network', 'http://127.0.0.1:8545')
    .option('--data <dir>', 'look into this directory instead')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
Examples:
  sherd status
  sherd status --data ./sherd-data --json`,
    )
    .action(async (options: StatusOptions) => {
      const status = options.data === undefined ? await remoteStatus(options.url) : await storedStatus(options.data);
      if (options.json === true) {
        console.log(json(status));
        return;
      }
      const { beacon, shards } = status;
      console.log(`preset ${status.preset}, chain id ${status.chainId}`);
      console.log(`beacon chain at slot ${beacon.slot}, state root ${beacon.stateRoot}`);
      const rows = shards.map((each) => [String(each.shard), String(each.height), String(each.slot), each.stateRoot]);
      console.log(table(['shard', 'block', 'slot', 'state root'], rows));
    });
}

async function remoteStatus(url: string): Promise<Status> {
  const base = url.replace(/\/+$/, '');
  const params = await ask<{ preset: string; chainId: string; shardCount: string }>(`${base}/beacon`, 'beacon_params');
  const beacon = await ask<{ slot: string; stateRoot: string }>(`${base}/beacon`, 'beacon_head');
  const shards = await Promise.all(
    Array.from({ length: Number(params.shardCount) }, async (_, shard) => {
      const head = await ask<{ height: string; slot: string; stateRoot: string }>(
        `${base}/shard/${shard}`,
        'shard_head',
      );
      return { shard, height: Number(head.height), slot: Number(head.slot), stateRoot: head.stateRoot };
    }),
  );
  return {
    chainId: Number(params.chainId),
    preset: params.preset,
    beacon: { slot: Number(beacon.slot), stateRoot: beacon.stateRoot },
    shards,
  };
}

/** @throws SherdError NO_NETWORK, and what the network refuses. */
async function ask<T>(url: string, method: string): Promise<T> {
  let answer: { result?: T; error?: { message: string; data?: { code?: string } } };
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: [] }),
    });
    answer = (await response.json()) as typeof answer;
  } catch {
    throw new SherdError('NO_NETWORK', `no network answers at ${url}; start one with: sherd start`, { url });
  }
  if (answer.error !== undefined) {
    throw new SherdError(answer.error.data?.code ?? 'RPC_ERROR', `${method}: ${answer.error.message}`, { url });
  }
  return answer.result as T;
}

/** @throws SherdError DATA_DIR_EMPTY, STORE_DAMAGED, STORE_FORMAT */
async function storedStatus(directory: string): Promise<Status> {
  const environment = openEnvironment(directory, { readOnly: true });
  try {
    const genesis = readGenesis(environment);
    if (genesis === undefined) throw new SherdError('DATA_DIR_EMPTY', `directory ${directory} holds no chain`);
    const { params } = genesis;
    const state = checkHeads(environment, params);
    const { tables } = environment;
    const shards = Array.from({ length: params.shardCount }, (_, shard) => {
      const { height } = decodeShardState(params, tables.shardStates.get(u32(shard))!);
      const { header } = SignedShardBlock.deserialize(tables.shardBlocks.get(heightKey(shard, Number(height)))!);
      return { shard, height: Number(height), slot: Number(header.slot), stateRoot: bytesToHex(header.stateRoot) };
    });
    const beacon = { slot: Number(state.slot), stateRoot: bytesToHex(stateRoot(params, state)) };
    return { chainId: params.chainId, preset: params.preset, beacon, shards };
  } finally {
    await environment.close();
  }
}
