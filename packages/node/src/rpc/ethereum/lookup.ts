/** Finding what a request names: blocks, transactions, logs in a range of blocks. */
import { equalBytes } from 'sherd/base';
import type { ShardBackend, ShardBlockRecord } from '../backend.ts';
import { invalidParams, RPC_CODES, RpcError } from '../errors.ts';
import type { Json } from '../json.ts';
import { LIMITS } from '../limits.ts';
import type { ShardContext } from '../method.ts';
import type { BlockId, LogQuery } from './arguments.ts';
import { placeOf } from './block.ts';
import { type Entry, entryAt, type Place } from './entries.ts';
import { matchingLogs } from './logs.ts';

/** Blocks looked at before others get their turn. */
const BLOCKS_PER_TURN = 64;

export function findBlock(shard: ShardBackend, id: BlockId): ShardBlockRecord | undefined {
  if ('hash' in id) return shard.blockByRoot(id.hash);
  if ('height' in id) return shard.blockByHeight(id.height);
  return id.tag === 'earliest' ? shard.blockByHeight(0) : shard.head();
}

/** Height of the block whose state is asked for; `pending` reads the latest. @throws RpcError `header not found`. */
export function stateHeight(shard: ShardBackend, id: BlockId): number {
  const record = findBlock(shard, id);
  if (record === undefined) throw new RpcError(RPC_CODES.REFUSED, 'header not found');
  return Number(record.block.header.height);
}

/** A committed transaction by its Ethereum hash. */
export function findTransaction(
  { shard, backend }: ShardContext,
  hash: Uint8Array,
): { readonly entry: Entry; readonly place: Place } | undefined {
  const at = shard.findTransaction(hash);
  const record = at === undefined ? undefined : shard.blockByHeight(at.height);
  const entry = record === undefined ? undefined : entryAt(record, at!.index);
  // The index also knows a transaction by its id, which is none of Ethereum's hashes.
  if (record === undefined || entry === undefined || !equalBytes(entry.receipt.txHash, hash)) return undefined;
  return { entry, place: placeOf(backend, record) };
}

/** @throws RpcError for an unknown block hash, a range that runs backwards, too many logs, too little time. */
export async function findLogs(context: ShardContext, query: LogQuery): Promise<Json[]> {
  const { shard, backend } = context;
  if (query.blockHash !== undefined) {
    const record = shard.blockByRoot(query.blockHash);
    if (record === undefined) throw new RpcError(RPC_CODES.REFUSED, 'unknown block');
    return matchingLogs(query, record, placeOf(backend, record));
  }
  const head = Number(shard.head().block.header.height);
  const from = heightOf(query.from, head);
  const to = heightOf(query.to, head);
  if (from > to) throw invalidParams('invalid block range params');
  return searchLogs(context, query, from, Math.min(to, head));
}

function heightOf(id: BlockId | undefined, head: number): number {
  if (id === undefined || 'hash' in id) return head;
  if ('height' in id) return id.height;
  return id.tag === 'earliest' ? 0 : head;
}

/** Logs of the blocks `from .. to`. */
export async function searchLogs(
  { shard, backend, signal }: ShardContext,
  query: LogQuery,
  from: number,
  to: number,
): Promise<Json[]> {
  const found: Json[] = [];
  const end = Date.now() + LIMITS.logTime;
  let looked = 0;
  if (from > to) return found;
  for (const height of shard.heightsWithLogs(from, to, query.addresses, query.topics)) {
    if (++looked % BLOCKS_PER_TURN === 0) {
      await new Promise(setImmediate);
      signal.throwIfAborted();
      if (Date.now() > end) {
        throw new RpcError(
          RPC_CODES.LIMIT_EXCEEDED,
          `search for logs took more than ${LIMITS.logTime} ms, want a shorter range`,
        );
      }
    }
    const record = shard.blockByHeight(height);
    if (record === undefined) continue;
    found.push(...matchingLogs(query, record, placeOf(backend, record)));
    if (found.length > LIMITS.logResults) {
      throw new RpcError(RPC_CODES.LIMIT_EXCEEDED, `query returned more than ${LIMITS.logResults} results`);
    }
  }
  return found;
}
