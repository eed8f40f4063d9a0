/** txpool_*: Ethereum transactions that wait; `queued` ones wait for an earlier nonce. */
import type { Address } from 'sherd/base';
import type { PoolTransaction } from '../backend.ts';
import { pendingJson } from '../ethereum/transaction.ts';
import { type Json, quantity } from '../json.ts';
import { type MethodTable, method, type ShardContext } from '../method.ts';
import { param, readAddress } from '../params.ts';

function byNonce(transactions: readonly PoolTransaction[]): Json {
  return Object.fromEntries(transactions.map((one) => [String(one.transaction.nonce), pendingJson(one)]));
}

function bySender(transactions: readonly PoolTransaction[]): Json {
  const senders = new Map<Address, PoolTransaction[]>();
  for (const one of transactions) {
    const list = senders.get(one.from);
    if (list === undefined) senders.set(one.from, [one]);
    else list.push(one);
  }
  return Object.fromEntries([...senders].map(([from, list]) => [from, byNonce(list)]));
}

export const txpoolMethods: MethodTable<ShardContext> = {
  txpool_status: method('Numbers of pending and queued transactions.', [], ({ shard }) => {
    const { pending, queued } = shard.pool();
    return { pending: quantity(pending.length), queued: quantity(queued.length) };
  }),
  txpool_content: method('Pending and queued transactions by sender and nonce.', [], ({ shard }) => {
    const { pending, queued } = shard.pool();
    return { pending: bySender(pending), queued: bySender(queued) };
  }),
  txpool_contentFrom: method(
    'Pending and queued transactions of a sender by nonce.',
    [param('address', 'address', readAddress)],
    ({ shard }, address) => {
      const { pending, queued } = shard.pool();
      const own = (list: readonly PoolTransaction[]) => byNonce(list.filter(({ from }) => from === address));
      return { pending: own(pending), queued: own(queued) };
    },
  ),
};
