/** shard_*: blocks, transactions of any script, storage objects and receipts of one shard. Integers are quantities. */
import { ShardTransaction } from 'sherd/beacon';
import type { ShardBackend, ShardBlockRecord } from '../backend.ts';
import { invalidParams } from '../errors.ts';
import { slotTime } from '../ethereum/block.ts';
import { bytesToHex, type Json, quantity, toJson } from '../json.ts';
import { LIMITS } from '../limits.ts';
import { type MethodTable, method, type ShardContext } from '../method.ts';
import {
  optional,
  type Param,
  param,
  type Read,
  readBytes,
  readField,
  readFields,
  readFixedBytes,
  readInteger,
  readRequired,
  readSmall,
  refuse,
} from '../params.ts';
import { type BlockKey, blockKeyParam, idParam, indexParam, receiptJson } from './beacon.ts';

/** Script ids have 32 bits. */
const readScript: Read<number> = (value, at) => {
  const id = readSmall(value, at);
  if (id > 0xffff_ffff) refuse(at, value, 'a script id below 2^32');
  return id;
};

const transactionParam: Param<ShardTransaction> = param('transaction', '{script, gasLimit, data}', (value, at) => {
  const fields = readFields(value, at);
  const gasLimit = readRequired(fields, 'gasLimit', readInteger, at);
  if (gasLimit >= 1n << 64n) refuse(`${at}.gasLimit`, fields['gasLimit'], 'gas below 2^64');
  return {
    script: readRequired(fields, 'script', readScript, at),
    gasLimit,
    data: readRequired(fields, 'data', readBytes, at),
  };
});

function findBlock(shard: ShardBackend, key: BlockKey): ShardBlockRecord | undefined {
  if (key === 'latest') return shard.head();
  if (typeof key !== 'bigint') return shard.blockByRoot(key);
  return key > BigInt(Number.MAX_SAFE_INTEGER) ? undefined : shard.blockByHeight(Number(key));
}

/** What became of the transaction at `index`. */
function outcomeFields({ outcomes }: ShardBlockRecord, index: number): Readonly<Record<string, Json>> {
  const { outcome, gasUsed, output, error, receipts, evm } = outcomes[index]!;
  return {
    outcome,
    gasUsed: quantity(gasUsed),
    output: bytesToHex(output),
    receipts: receipts.map(quantity),
    ...(error === undefined ? {} : { error: { code: error.code, message: error.message } }),
    ...(evm === undefined ? {} : { ethereumHash: bytesToHex(evm.txHash), ethereumStatus: quantity(evm.status) }),
  };
}

function blockJson({ backend }: ShardContext, record: ShardBlockRecord): Json {
  const { header, transactions, signature } = record.block;
  return {
    root: bytesToHex(record.root),
    ...(toJson(header) as object),
    timestamp: quantity(slotTime(backend, header.slot)),
    size: quantity(record.size),
    signature: bytesToHex(signature),
    transactions: transactions.map((transaction, index) => ({
      id: bytesToHex(ShardTransaction.hashTreeRoot(transaction)),
      ...(toJson(transaction) as object),
      ...outcomeFields(record, index),
    })),
  };
}

const chainMethods: MethodTable<ShardContext> = {
  shard_head: method('Height, slot and roots of the newest block.', [], ({ shard, shardIndex }) => {
    const { root, block } = shard.head();
    const { height, slot, stateRoot, receiptsRoot, receiptCount } = block.header;
    return toJson({ shard: shardIndex, height, slot, root, stateRoot, receiptsRoot, receiptCount });
  }),
  shard_getBlock: method(
    'The shard block with all its transactions and their outcomes, or null.',
    [blockKeyParam('height')],
    (context, key) => {
      const record = findBlock(context.shard, key);
      return record === undefined ? null : blockJson(context, record);
    },
  ),
  shard_getObject: method(
    'The storage object with its Merkle proof, or null.',
    [param('script', 'integer', readScript), param('key', '32 bytes', readFixedBytes(32))],
    ({ shard }, script, key) => {
      const { object, proof, objectsRoot } = shard.getObject(script, key);
      return object === undefined ? null : toJson({ ...object, proof: { ...proof, objectsRoot } });
    },
  ),
};

const transactionMethods: MethodTable<ShardContext> = {
  shard_sendTransaction: method(
    'Takes a transaction for any script into the pool; its id.',
    [transactionParam],
    async ({ shard }, transaction) => ({ id: bytesToHex(await shard.submitTransaction(transaction)) }),
  ),
  shard_getTransaction: method(
    'Status of a transaction (`pending`, `included`, `leftOut`) and what became of it, or null.',
    [idParam],
    ({ shard }, id) => {
      const place = shard.findTransaction(id);
      const record = place === undefined ? undefined : shard.blockByHeight(place.height);
      if (place === undefined || record === undefined) {
        const waiting = shard.waitingTransaction(id);
        return waiting === undefined ? null : { id: bytesToHex(id), ...(toJson(waiting) as object) };
      }
      return {
        id: bytesToHex(id),
        status: 'included',
        height: quantity(place.height),
        index: quantity(place.index),
        ...outcomeFields(record, place.index),
      };
    },
  ),
};

interface ReceiptRange {
  readonly from: bigint | undefined;
  readonly to: bigint | undefined;
}

const rangeParam: Param<ReceiptRange | undefined> = optional(
  param('range', `{from?, to?}, at most ${LIMITS.listEntries}`, (value, at) => {
    const fields = readFields(value, at);
    return { from: readField(fields, 'from', readInteger, at), to: readField(fields, 'to', readInteger, at) };
  }),
);

/** Indexes `from .. to`, both inclusive; by default the newest ones. */
function receiptsInRange(shard: ShardBackend, range: ReceiptRange | undefined): Json {
  const count = shard.head().block.header.receiptCount;
  const most = BigInt(LIMITS.listEntries);
  const to = range?.to === undefined || range.to >= count ? count - 1n : range.to;
  const from = range?.from ?? (to >= most ? to - most + 1n : 0n);
  if (to - from >= most) throw invalidParams(`range: have ${to - from + 1n} receipts, want at most ${most}`);
  const found: Json[] = [];
  for (let index = from; index <= to; index++) {
    const record = shard.receipt(index);
    if (record !== undefined) found.push(receiptJson(record));
  }
  return found;
}

const receiptMethods: MethodTable<ShardContext> = {
  shard_getReceipt: method('The receipt with its status, or null.', [indexParam], ({ shard }, index) => {
    const record = shard.receipt(index);
    return record === undefined ? null : receiptJson(record);
  }),
  shard_getReceiptClaim: method(
    'The receipt with its proof against the newest beacon state as a serialised ReceiptClaim.',
    [indexParam],
    ({ shard }, index) => {
      const { receipt, claim } = shard.receiptClaim(index);
      return { ...(toJson({ receipt, claim }) as object), consumed: shard.receipt(index)?.status === 'consumed' };
    },
  ),
  shard_getReceipts: method(
    'Receipts that the shard saved, with their status; the newest ones by default.',
    [rangeParam],
    ({ shard }, range) => receiptsInRange(shard, range),
  ),
};

export const shardMethods: MethodTable<ShardContext> = { ...chainMethods, ...transactionMethods, ...receiptMethods };
