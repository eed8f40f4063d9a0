/** The endpoints of the port: which path is which part of the chain, and what its messages run with. */
import type { RpcBackend } from './backend.ts';
import { answerMessage } from './dispatch.ts';
import { createFilters, type Filters } from './filters.ts';
import { type Json, quantity } from './json.ts';
import { BEACON_METHODS, SHARD_METHODS } from './methods/index.ts';
import { type Connection, createFeed, type Feed } from './subscriptions.ts';

/** Where messages are answered. */
export interface Endpoint {
  /** Text of the answer; undefined when there is nothing to say. Never rejects. */
  answer(message: Uint8Array, signal: AbortSignal, connection: Connection | undefined): Promise<string | undefined>;
}

export interface Endpoints {
  /** Undefined for a path that is none. */
  find(path: string): Endpoint | undefined;
}

export type FaultListener = (error: unknown, method: string) => void;

/** `/beacon`, `/shard/0` and so on; `/` is shard 0, for tools that know of one chain only. */
export function createEndpoints(backend: RpcBackend, onFault: FaultListener): Endpoints {
  const shards = new Map<number, Endpoint>();
  const beacon: Endpoint = {
    answer: (message, signal) =>
      answerMessage(message, { methods: BEACON_METHODS, context: { backend, signal, waits: [] }, onFault }),
  };

  function shardEndpoint(shardIndex: number): Endpoint | undefined {
    const shard = backend.shards[shardIndex];
    if (shard === undefined) return undefined;
    let endpoint = shards.get(shardIndex);
    if (endpoint === undefined) {
      const filters: Filters = createFilters(backend, shardIndex);
      const feed: Feed = createFeed(backend, shardIndex);
      endpoint = {
        answer: (message, signal, connection) => {
          const context = { backend, signal, waits: [], shard, shardIndex, filters, feed, connection };
          return answerMessage(message, { methods: SHARD_METHODS, context, onFault });
        },
      };
      shards.set(shardIndex, endpoint);
    }
    return endpoint;
  }

  return {
    find(path) {
      if (path === '/') return shardEndpoint(0);
      if (path === '/beacon') return beacon;
      const match = /^\/shard\/(0|[1-9]\d{0,4})$/.exec(path);
      return match === null ? undefined : shardEndpoint(Number(match[1]));
    },
  };
}

/** What GET / answers. `host` is host and port as the client sees them. */
export function describeEndpoints(backend: RpcBackend, host: string): Json {
  return {
    name: 'sherd',
    version: backend.clientVersion,
    health: `http://${host}/health`,
    beacon: `http://${host}/beacon`,
    shards: backend.shards.map((_, shard) => ({
      shard,
      chainId: quantity(backend.params.chainId + shard),
      http: `http://${host}/shard/${shard}`,
      webSocket: `ws://${host}/shard/${shard}`,
    })),
  };
}

/** What GET /health answers. */
export function describeHealth(backend: RpcBackend): { readonly ok: boolean; readonly body: Json } {
  const { ok, reason } = backend.health();
  const slot = quantity(backend.beacon.head().block.header.slot);
  const heights = backend.shards.map((shard) => quantity(shard.head().block.header.height));
  return { ok, body: { ok, ...(reason === undefined ? {} : { reason }), slot, heights } };
}
