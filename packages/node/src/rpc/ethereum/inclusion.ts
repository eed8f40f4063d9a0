/**
 * Waiting for the block of a transaction. On development chains that make blocks at once, clients take it for granted
 * that a transaction is in a block when eth_sendRawTransaction answers: some look for its receipt only when the *next*
 * block comes, and there is none while nobody sends anything.
 */
import { feeCap } from 'sherd/tx';
import { LIMITS } from '../limits.ts';
import type { ShardContext } from '../method.ts';

/**
 * Ends when the transaction is in a block, or cannot come into the next one (it waits for an earlier nonce or
 * a lower base fee, or the pool has dropped it), or the time is over.
 */
export function untilIncluded({ backend, shard, shardIndex }: ShardContext, hash: Uint8Array): Promise<void> {
  const isWaiting = () => {
    const pooled = shard.poolTransaction(hash);
    if (pooled === undefined) return false;
    const { from, transaction } = pooled;
    return shard.pendingNonce(from) > transaction.nonce && feeCap(transaction) >= shard.nextBaseFee();
  };
  if (!isWaiting()) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      stop();
      resolve();
    };
    const timer = setTimeout(end, LIMITS.inclusionTime);
    const stop = backend.subscribe((event) => {
      if (event.kind === 'shardBlock' && event.shard === shardIndex && !isWaiting()) end();
    });
  });
}
