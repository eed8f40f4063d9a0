/** Receipts: what a transaction left behind besides the state, in the form that blocks commit to. */
import { badArgument, checkBytes, checkCount, checkList, checkObject } from '../base/arguments.ts';
import {
  addressToBytes,
  bigIntToMinimalBytes,
  bytesToBigInt,
  concatBytes,
  decodeRlp,
  encodeRlp,
  type RlpItem,
  rlpAddress,
  rlpBytes,
  rlpList,
  rlpUint,
  SherdError,
  wordToBytes,
} from '../base/index.ts';
import { keccak256 } from '../crypto/hash.ts';
import type { Log } from '../evm/host.ts';
import { indexTrieRoot } from '../trie/index.ts';
import { BLOOM_LENGTH } from './bloom.ts';

/** What a block commits to of each of its transactions. */
export interface Receipt {
  /** EIP-2718 type of the transaction. */
  readonly type: number;
  /** 1 for success, 0 for failure (EIP-658); before Byzantium the 32-byte state root after the transaction. */
  readonly status: 0 | 1 | Uint8Array;
  /** Gas used in the block up to and including this transaction. */
  readonly cumulativeGasUsed: bigint;
  readonly bloom: Uint8Array;
  readonly logs: readonly Log[];
}

/** The receipt as it stands in the receipts trie and on the wire: RLP, with a type byte before it (EIP-2718). */
export function encodeReceipt(receipt: Receipt): Uint8Array {
  checkObject(receipt, 'receipt');
  checkCount(receipt.type, 'receipt: type', 127);
  checkList(receipt.logs, 'receipt: logs');
  const { type, status, cumulativeGasUsed, bloom, logs } = receipt;
  if (!(status instanceof Uint8Array) && status !== 0 && status !== 1) {
    throw badArgument('receipt: status', status, '0, 1 or a Uint8Array');
  }
  const first = typeof status === 'number' ? bigIntToMinimalBytes(BigInt(status)) : status;
  const payload = encodeRlp([first, bigIntToMinimalBytes(cumulativeGasUsed), bloom, logs.map(logItem)]);
  return type === 0 ? payload : concatBytes(Uint8Array.of(type), payload);
}

/**
 * The receipt that {@link encodeReceipt} encoded.
 * @throws SherdError RLP codes, TX_TYPE_NOT_SUPPORTED.
 */
export function decodeReceipt(bytes: Uint8Array): Receipt {
  checkBytes(bytes, 'encoded receipt');
  const first = bytes[0] ?? 0;
  const type = first >= 0xc0 ? 0 : first;
  if (type > 4) throw new SherdError('TX_TYPE_NOT_SUPPORTED', `receipt type ${type}, want 0 to 4`, { type });
  const fields = rlpList(decodeRlp(type === 0 ? bytes : bytes.subarray(1)), 'receipt', 4);
  const head = rlpBytes(fields[0], 'receipt status');
  const status = head.length === 32 ? head : readStatus(head);
  return {
    type,
    status,
    cumulativeGasUsed: rlpUint(fields[1], 'receipt gas', 64),
    bloom: rlpBytes(fields[2], 'receipt bloom', BLOOM_LENGTH),
    logs: rlpList(fields[3], 'receipt logs').map(logFromItem),
  };
}

function readStatus(bytes: Uint8Array): 0 | 1 {
  const status = rlpUint(bytes, 'receipt status', 8);
  if (status === 0n || status === 1n) return status === 0n ? 0 : 1;
  throw new SherdError('RLP_FIELD', `receipt status: have ${status}, want 0, 1 or a state root`, { field: 'status' });
}

/** The root of the trie of the encoded receipts by their index, as the header has it. 32 bytes. */
export function receiptsRoot(receipts: readonly Receipt[]): Uint8Array {
  checkList(receipts, 'receipts');
  return indexTrieRoot(receipts.map(encodeReceipt));
}

/** Keccak-256 over the encoded list of logs: what state tests compare. */
export function logsHash(logs: readonly Log[]): Uint8Array {
  checkList(logs, 'logs');
  return keccak256(encodeRlp(logs.map(logItem)));
}

function logItem(log: Log): RlpItem {
  checkObject(log, 'log');
  checkList(log.topics, 'log: topics');
  return [addressToBytes(log.address), log.topics.map(wordToBytes), log.data];
}

function logFromItem(item: RlpItem): Log {
  const fields = rlpList(item, 'log', 3);
  const topics = rlpList(fields[1], 'log topics').map((topic) => bytesToBigInt(rlpBytes(topic, 'log topic', 32)));
  return { address: rlpAddress(fields[0], 'log address'), topics, data: rlpBytes(fields[2], 'log data') };
}
