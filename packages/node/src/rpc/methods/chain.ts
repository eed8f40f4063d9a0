/** eth_*: the chain's head, fees, blocks and transactions. */
import type { ShardBlockRecord } from '../backend.ts';
import { type BlockId, blockNumberParam, requiredBlockParam } from '../ethereum/arguments.ts';
import { blockJson, pendingBlockJson, placeOf } from '../ethereum/block.ts';
import { evmEntries } from '../ethereum/entries.ts';
import { feeHistory, suggestTip } from '../ethereum/fees.ts';
import { untilIncluded } from '../ethereum/inclusion.ts';
import { findBlock, findTransaction, stateHeight } from '../ethereum/lookup.ts';
import { pendingJson, receiptJson, transactionJson } from '../ethereum/transaction.ts';
import { bytesToHex, type Json, quantity } from '../json.ts';
import { LIMITS } from '../limits.ts';
import { type MethodTable, method, type ShardContext } from '../method.ts';
import {
  optional,
  type Param,
  param,
  type Read,
  readBoolean,
  readBytes,
  readFixedBytes,
  readList,
  readSmall,
  refuse,
} from '../params.ts';

const hashParam = param('hash', '32 bytes', readFixedBytes(32));
const blockHashParam = param('blockHash', '32 bytes', readFixedBytes(32));
const fullParam = param('fullTransactions', 'boolean', readBoolean);
const indexParam = param('index', 'quantity', readSmall);
const readPercentile: Read<number> = (value, at) => {
  if (typeof value !== 'number') refuse(at, value, 'a number from 0 to 100');
  return value;
};
const percentilesParam: Param<number[] | undefined> = optional(
  param('rewardPercentiles', 'numbers, ascending', readList(readPercentile, LIMITS.listEntries)),
);

function readBlock({ backend, shard }: ShardContext, id: BlockId, isFull: boolean): Json {
  if ('tag' in id && id.tag === 'pending') return pendingBlockJson(backend, shard, isFull);
  const record = findBlock(shard, id);
  return record === undefined ? null : blockJson(backend, record, isFull);
}

function transactionCount(record: ShardBlockRecord | undefined): Json {
  return record === undefined ? null : quantity(evmEntries(record).length);
}

function transactionAt({ backend }: ShardContext, record: ShardBlockRecord | undefined, index: number): Json {
  const entry = record === undefined ? undefined : evmEntries(record)[index];
  return entry === undefined ? null : transactionJson(entry, placeOf(backend, record!));
}

function uncleCount(record: ShardBlockRecord | undefined): Json {
  return record === undefined ? null : '0x0';
}

const headMethods: MethodTable<ShardContext> = {
  eth_chainId: method('Chain id of the shard.', [], ({ backend, shardIndex }) =>
    quantity(backend.params.chainId + shardIndex),
  ),
  eth_blockNumber: method('Height of the newest block.', [], ({ shard }) => quantity(shard.head().block.header.height)),
  eth_syncing: method('False: the node has all blocks.', [], () => false),
  eth_accounts: method('Empty: the node holds no keys.', [], () => []),
  eth_coinbase: method(
    "Account that the newest block's priority fees went to.",
    [],
    ({ shard }) => shard.head().evm.coinbase,
  ),
  eth_baseFee: method('Base fee of the next block, wei per gas.', [], ({ shard }) => quantity(shard.nextBaseFee())),
  eth_gasPrice: method('Base fee of the next block and a usual tip, wei per gas.', [], ({ shard }) =>
    quantity(shard.nextBaseFee() + suggestTip(shard)),
  ),
  eth_maxPriorityFeePerGas: method('A usual tip, wei per gas.', [], ({ shard }) => quantity(suggestTip(shard))),
  eth_blobBaseFee: method('0x1: no blobs are taken.', [], () => '0x1'),
  eth_feeHistory: method(
    'Base fees, use of gas, and tips at percentiles of it, of a range of blocks.',
    [param('blockCount', 'quantity', readSmall), blockNumberParam, percentilesParam],
    ({ backend, shard }, count, newest, percentiles) =>
      feeHistory(backend, shard, count, stateHeight(shard, newest), percentiles ?? []),
  ),
};

const blockMethods: MethodTable<ShardContext> = {
  eth_getBlockByNumber: method('The block, or null.', [blockNumberParam, fullParam], readBlock),
  eth_getBlockByHash: method('The block, or null.', [blockHashParam, fullParam], (context, hash, isFull) =>
    readBlock(context, { hash }, isFull),
  ),
  eth_getBlockTransactionCountByNumber: method(
    'Number of transactions, or null.',
    [blockNumberParam],
    ({ shard }, id) =>
      'tag' in id && id.tag === 'pending'
        ? quantity(shard.pool().pending.length)
        : transactionCount(findBlock(shard, id)),
  ),
  eth_getBlockTransactionCountByHash: method('Number of transactions, or null.', [blockHashParam], ({ shard }, hash) =>
    transactionCount(shard.blockByRoot(hash)),
  ),
  eth_getUncleCountByBlockNumber: method('0x0, or null.', [blockNumberParam], ({ shard }, id) =>
    uncleCount(findBlock(shard, id)),
  ),
  eth_getUncleCountByBlockHash: method('0x0, or null.', [blockHashParam], ({ shard }, hash) =>
    uncleCount(shard.blockByRoot(hash)),
  ),
  eth_getUncleByBlockNumberAndIndex: method('Null: there are no uncles.', [blockNumberParam, indexParam], () => null),
  eth_getUncleByBlockHashAndIndex: method('Null: there are no uncles.', [blockHashParam, indexParam], () => null),
  eth_getBlockReceipts: method(
    'Receipts of all transactions of the block, or null.',
    [requiredBlockParam],
    (context, id) => {
      const record = findBlock(context.shard, id);
      if (record === undefined) return null;
      const place = placeOf(context.backend, record);
      return evmEntries(record).map((entry) => receiptJson(entry, place));
    },
  ),
};

const transactionMethods: MethodTable<ShardContext> = {
  eth_sendRawTransaction: method(
    'Takes a signed transaction into the pool; its hash. With instant blocks, after its block is made.',
    [param('transaction', 'bytes', readBytes)],
    async (context, encoded) => {
      const hash = await context.shard.submitEthereum(encoded);
      if (context.backend.hasInstantBlocks) context.waits.push(untilIncluded(context, hash));
      return bytesToHex(hash);
    },
  ),
  eth_getTransactionByHash: method('The transaction, in a block or waiting, or null.', [hashParam], (context, hash) => {
    const found = findTransaction(context, hash);
    if (found !== undefined) return transactionJson(found.entry, found.place);
    const waiting = context.shard.poolTransaction(hash);
    return waiting === undefined ? null : pendingJson(waiting);
  }),
  eth_getTransactionByBlockHashAndIndex: method(
    'The transaction, or null.',
    [blockHashParam, indexParam],
    (context, hash, i) => transactionAt(context, context.shard.blockByRoot(hash), i),
  ),
  eth_getTransactionByBlockNumberAndIndex: method(
    'The transaction, or null.',
    [blockNumberParam, indexParam],
    (context, id, i) => transactionAt(context, findBlock(context.shard, id), i),
  ),
  eth_getTransactionReceipt: method('The receipt, or null while there is none.', [hashParam], (context, hash) => {
    const found = findTransaction(context, hash);
    return found === undefined ? null : receiptJson(found.entry, found.place);
  }),
};

export const chainMethods: MethodTable<ShardContext> = { ...headMethods, ...blockMethods, ...transactionMethods };
