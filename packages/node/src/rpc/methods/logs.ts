/** eth_*: logs, filters that are polled, subscriptions that are pushed. */
import { invalidParams, RPC_CODES, RpcError } from '../errors.ts';
import { type LogQuery, logQueryParam } from '../ethereum/arguments.ts';
import { findLogs, searchLogs } from '../ethereum/lookup.ts';
import { newId } from '../ids.ts';
import { bytesToHex, type Json } from '../json.ts';
import { LIMITS } from '../limits.ts';
import { type MethodTable, method, type ShardContext } from '../method.ts';
import { describe, optional, type Param, param, type Read, readBoolean, refuse } from '../params.ts';
import type { Topic } from '../subscriptions.ts';

const readId: Read<string> = (value, at) => {
  if (typeof value !== 'string' || value.length > LIMITS.quantityCharacters) refuse(at, value, 'an id in hex');
  return value;
};
const filterIdParam = param('filterId', 'id', readId);

function headHeight({ shard }: ShardContext): number {
  return Number(shard.head().block.header.height);
}

/** Height of a bound of a filter; undefined bounds and tags that move with the chain do not bound it. */
function boundOf(id: LogQuery['from']): number | undefined {
  return id !== undefined && 'height' in id ? id.height : undefined;
}

async function filterChanges(context: ShardContext, id: string): Promise<Json> {
  const filter = context.filters.get(id);
  if (filter.kind === 'pending') {
    const { hashes } = filter;
    filter.hashes = [];
    return hashes;
  }
  const head = headHeight(context);
  const from = filter.height + 1;
  // Moved on before anything is awaited: two polls at once see each block once.
  filter.height = Math.max(filter.height, head);
  if (filter.kind === 'logs') {
    const { query } = filter;
    const first = Math.max(from, boundOf(query.from) ?? 0);
    try {
      return await searchLogs(context, query, first, Math.min(head, boundOf(query.to) ?? head));
    } catch (error) {
      // Nothing was handed out: the next poll begins where this one did.
      filter.height = from - 1;
      throw error;
    }
  }
  const roots: Json[] = [];
  for (let height = Math.max(from, head - LIMITS.logResults); height <= head; height++) {
    roots.push(bytesToHex(context.shard.blockByHeight(height)!.root));
  }
  return roots;
}

const filterMethods: MethodTable<ShardContext> = {
  eth_getLogs: method(
    `Logs of a range of blocks or of one block; at most ${LIMITS.logResults}.`,
    [logQueryParam],
    findLogs,
  ),
  eth_newFilter: method('Id of a filter of logs in blocks that are still to come.', [logQueryParam], (context, query) =>
    context.filters.add({ kind: 'logs', query, height: headHeight(context) }),
  ),
  eth_newBlockFilter: method('Id of a filter of block hashes.', [], (context) =>
    context.filters.add({ kind: 'blocks', height: headHeight(context) }),
  ),
  eth_newPendingTransactionFilter: method('Id of a filter of hashes of waiting transactions.', [], ({ filters }) =>
    filters.add({ kind: 'pending', hashes: [] }),
  ),
  eth_getFilterChanges: method('What came since the last poll.', [filterIdParam], filterChanges),
  eth_getFilterLogs: method("All logs in the filter's range of blocks.", [filterIdParam], (context, id) => {
    const filter = context.filters.get(id);
    if (filter.kind !== 'logs') throw new RpcError(RPC_CODES.REFUSED, 'filter not found');
    return findLogs(context, filter.query);
  }),
  eth_uninstallFilter: method('Forgets a filter; whether there was one.', [filterIdParam], ({ filters }, id) =>
    filters.remove(id),
  ),
};

const readTopicName: Read<Topic['kind']> = (value, at) => {
  if (value === 'newHeads' || value === 'logs' || value === 'newPendingTransactions') return value;
  return refuse(at, value, 'newHeads, logs or newPendingTransactions');
};
const topicParam = param('event', 'newHeads, logs or newPendingTransactions', readTopicName);
/** Its meaning depends on the event, so that it is read by {@link topicOf}. */
const detailParam: Param<unknown> = optional(
  param('detail', 'log filter, or boolean for full transactions', (value) => value),
);

function topicOf(kind: Topic['kind'], detail: unknown): Topic {
  const at = 'invalid argument 1 (detail)';
  if (kind === 'newHeads') {
    if (detail !== undefined) throw invalidParams(`${at}: have ${describe(detail)}, want nothing`);
    return { kind };
  }
  if (kind === 'logs') return { kind, filter: logQueryParam.parse(detail ?? {}, at) };
  return { kind, isFull: detail === undefined ? false : readBoolean(detail, at) };
}

const subscriptionMethods: MethodTable<ShardContext> = {
  eth_subscribe: method(
    'Id of a subscription (WebSocket only).',
    [topicParam, detailParam],
    (context, kind, detail) => {
      const { connection, feed } = context;
      if (connection === undefined) {
        throw new RpcError(RPC_CODES.NO_NOTIFICATIONS, 'notifications not supported over HTTP, want a WebSocket');
      }
      const topic = topicOf(kind, detail);
      const { subscriptions } = connection;
      if (subscriptions.size >= LIMITS.subscriptionsPerConnection) {
        throw new RpcError(RPC_CODES.LIMIT_EXCEEDED, `too many subscriptions: have ${subscriptions.size}, want fewer`);
      }
      const id = newId();
      subscriptions.set(id, () => {});
      connection.afterReply(() => {
        // Gone already, when the connection closed or the same batch took it back.
        if (!subscriptions.has(id)) return;
        subscriptions.set(
          id,
          feed.subscribe(topic, (result) => connection.notify(id, result)),
        );
      });
      return id;
    },
  ),
  eth_unsubscribe: method(
    'Ends a subscription (WebSocket only).',
    [param('subscription', 'id', readId)],
    ({ connection }, id) => {
      const stop = connection?.subscriptions.get(id);
      if (stop === undefined) throw new RpcError(RPC_CODES.REFUSED, 'subscription not found');
      connection?.subscriptions.delete(id);
      stop();
      return true;
    },
  ),
};

export const logMethods: MethodTable<ShardContext> = { ...filterMethods, ...subscriptionMethods };
