/** Events of one shard, turned to text once and handed to everybody who subscribed. */
import type { NodeEvent, PoolTransaction, RpcBackend, ShardBlockRecord } from './backend.ts';
import { headerJson, placeOf } from './ethereum/block.ts';
import { type LogFilter, matchingLogs } from './ethereum/logs.ts';
import { pendingJson } from './ethereum/transaction.ts';
import { bytesToHex } from './json.ts';

/** A client that can be told things. */
export interface Connection {
  /** How to stop each subscription, by its id. */
  readonly subscriptions: Map<string, () => void>;
  /** Sends a notification; `result` is JSON text. */
  notify(subscription: string, result: string): void;
  /** Runs `action` when the answer to the present request is sent: nobody hears of a subscription before its id. */
  afterReply(action: () => void): void;
}

/** What a client may subscribe to. */
export type Topic =
  | { readonly kind: 'newHeads' }
  | { readonly kind: 'logs'; readonly filter: LogFilter }
  | { readonly kind: 'newPendingTransactions'; readonly isFull: boolean };

export interface Feed {
  /** Calls `listener` with JSON text; returns how to stop. */
  subscribe(topic: Topic, listener: (result: string) => void): () => void;
}

interface Subscriber {
  readonly topic: Topic;
  readonly listener: (result: string) => void;
}

/** The feed of a shard. It listens to the node only while somebody listens to it. */
export function createFeed(backend: RpcBackend, shardIndex: number): Feed {
  const subscribers = new Set<Subscriber>();
  let stop: (() => void) | undefined;

  function onEvent(event: NodeEvent): void {
    if (event.kind === 'beaconBlock' || event.shard !== shardIndex) return;
    if (event.kind === 'shardBlock') publishBlock(backend, subscribers, event.block);
    else publishTransaction(subscribers, event.transaction);
  }

  return {
    subscribe(topic, listener) {
      const subscriber: Subscriber = { topic, listener };
      subscribers.add(subscriber);
      stop ??= backend.subscribe(onEvent);
      return () => {
        subscribers.delete(subscriber);
        if (subscribers.size > 0) return;
        stop?.();
        stop = undefined;
      };
    },
  };
}

function publishBlock(backend: RpcBackend, subscribers: ReadonlySet<Subscriber>, record: ShardBlockRecord): void {
  let header: string | undefined;
  for (const { topic, listener } of [...subscribers]) {
    if (topic.kind === 'newHeads') {
      header ??= JSON.stringify(headerJson(backend, record));
      listener(header);
    } else if (topic.kind === 'logs') {
      for (const log of matchingLogs(topic.filter, record, placeOf(backend, record))) listener(JSON.stringify(log));
    }
  }
}

function publishTransaction(subscribers: ReadonlySet<Subscriber>, transaction: PoolTransaction): void {
  for (const { topic, listener } of [...subscribers]) {
    if (topic.kind !== 'newPendingTransactions') continue;
    listener(JSON.stringify(topic.isFull ? pendingJson(transaction) : bytesToHex(transaction.hash)));
  }
}
