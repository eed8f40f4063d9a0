/**
 * Filters that clients poll over HTTP. A filter of logs or blocks holds only the height up to which it was read; a
 * filter of pending transactions holds their hashes, at most so many. What is not polled for five minutes is forgotten.
 */
import type { Hex } from 'sherd/base';
import type { RpcBackend } from './backend.ts';
import { RPC_CODES, RpcError } from './errors.ts';
import type { LogQuery } from './ethereum/arguments.ts';
import { newId } from './ids.ts';
import { bytesToHex } from './json.ts';
import { LIMITS } from './limits.ts';

export type Filter =
  | { readonly kind: 'logs'; readonly query: LogQuery; height: number }
  | { readonly kind: 'blocks'; height: number }
  | PendingFilter;

export interface PendingFilter {
  readonly kind: 'pending';
  hashes: Hex[];
}

/** Milliseconds. */
const SWEEP_INTERVAL = 30_000;

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
  const collectors = new Set<PendingFilter>();
  let nextSweep = 0;
  let stop: (() => void) | undefined;

  /** Expired ones are looked for now and then, not at each request: looking means going through all of them. */
  function dropExpired(): void {
    const time = now();
    if (time < nextSweep && held.size < LIMITS.filtersPerShard) return;
    nextSweep = time + SWEEP_INTERVAL;
    for (const [id, { expiry }] of held) if (expiry <= time) drop(id);
  }

  function drop(id: string): boolean {
    const entry = held.get(id);
    if (entry === undefined) return false;
    held.delete(id);
    if (entry.filter.kind === 'pending') collectors.delete(entry.filter);
    if (collectors.size === 0) {
      stop?.();
      stop = undefined;
    }
    return true;
  }

  function startCollecting(filter: PendingFilter): void {
    collectors.add(filter);
    stop ??= backend.subscribe((event) => {
      if (event.kind === 'pendingTransaction' && event.shard === shardIndex)
        collect(bytesToHex(event.transaction.hash));
    });
  }

  function collect(hash: Hex): void {
    for (const { hashes } of collectors) if (hashes.length < LIMITS.filterHashes) hashes.push(hash);
  }

  return {
    add(filter) {
      dropExpired();
      if (held.size >= LIMITS.filtersPerShard) {
        throw new RpcError(RPC_CODES.LIMIT_EXCEEDED, `too many filters: have ${held.size}, want fewer`);
      }
      const id = newId();
      held.set(id, { filter, expiry: now() + LIMITS.filterLife });
      if (filter.kind === 'pending') startCollecting(filter);
      return id;
    },
    get(id) {
      const entry = held.get(id);
      if (entry === undefined || entry.expiry <= now()) throw new RpcError(RPC_CODES.REFUSED, 'filter not found');
      entry.expiry = now() + LIMITS.filterLife;
      return entry.filter;
    },
    remove: drop,
  };
}
