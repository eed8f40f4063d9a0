/**
 * Filters that clients poll over HTTP. A filter of logs or blocks holds only the height up to which it was read; a
 * filter of pending transactions holds their hashes, at most so many. What is not polled for five minutes is forgotten.
 */
import { randomBytes } from 'node:crypto';
import { bytesToHex, type Hex } from 'sherd/base';
import type { RpcBackend } from './backend.ts';
import { RPC_CODES, RpcError } from './errors.ts';
import type { LogQuery } from './ethereum/arguments.ts';
import { LIMITS } from './limits.ts';

export type Filter =
  | { readonly kind: 'logs'; readonly query: LogQuery; height: number }
  | { readonly kind: 'blocks'; height: number }
  | { readonly kind: 'pending'; hashes: Hex[] };

interface Held {
  readonly filter: Filter;
  /** Milliseconds of the clock at which it is forgotten. */
  expiry: number;
}

export interface Filters {
  /** @throws RpcError -32005 when there are too many. */
  add(filter: Filter): Hex;
  /** The filter, whose life starts anew. @throws RpcError -32000 `filter not found`. */
  get(id: string): Filter;
  /** False when there was none. */
  remove(id: string): boolean;
}

/** Filters of one shard; `now` is the clock in milliseconds. */
export function createFilters(backend: RpcBackend, shardIndex: number, now: () => number = Date.now): Filters {
  const held = new Map<string, Held>();
  let stop: (() => void) | undefined;

  /** Insertion order is not expiry order, so that all are looked at; there are few. */
  function dropExpired(): void {
    const time = now();
    for (const [id, { expiry }] of held) if (expiry <= time) held.delete(id);
    listenIfWanted();
  }

  function listenIfWanted(): void {
    const isWanted = [...held.values()].some(({ filter }) => filter.kind === 'pending');
    if (isWanted) {
      stop ??= backend.subscribe((event) => {
        if (event.kind === 'pendingTransaction' && event.shard === shardIndex)
          collect(bytesToHex(event.transaction.hash));
      });
    } else {
      stop?.();
      stop = undefined;
    }
  }

  function collect(hash: Hex): void {
    for (const { filter } of held.values()) {
      if (filter.kind === 'pending' && filter.hashes.length < LIMITS.filterHashes) filter.hashes.push(hash);
    }
  }

  return {
    add(filter) {
      dropExpired();
      if (held.size >= LIMITS.filtersPerShard) {
        throw new RpcError(RPC_CODES.LIMIT_EXCEEDED, `too many filters: have ${held.size}, want fewer`);
      }
      const id = bytesToHex(randomBytes(16));
      held.set(id, { filter, expiry: now() + LIMITS.filterLife });
      listenIfWanted();
      return id;
    },
    get(id) {
      const entry = held.get(id);
      if (entry === undefined || entry.expiry <= now()) throw new RpcError(RPC_CODES.REFUSED, 'filter not found');
      entry.expiry = now() + LIMITS.filterLife;
      return entry.filter;
    },
    remove(id) {
      const isThere = held.delete(id);
      listenIfWanted();
      return isThere;
    },
  };
}
