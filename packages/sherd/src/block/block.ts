/** Blocks: a header, transactions, ommers and withdrawals, and their encoding. */
import { checkBytes, checkList, checkObject } from '../base/arguments.ts';
import {
  type Address,
  addressToBytes,
  bigIntToMinimalBytes,
  decodeRlp,
  encodeRlp,
  type RlpItem,
  rlpAddress,
  rlpBytes,
  rlpList,
  rlpUint,
  SherdError,
} from '../base/index.ts';
import { keccak256 } from '../crypto/hash.ts';
import { indexTrieRoot } from '../trie/index.ts';
import { decodeTransaction, encodeTransaction, type Transaction } from '../tx/index.ts';
import { type Header, headerFromItem, headerItem } from './header.ts';

/** Ether that the beacon chain pays out (EIP-4895). */
export interface Withdrawal {
  readonly index: bigint;
  readonly validatorIndex: bigint;
  readonly address: Address;
  /** Gwei. */
  readonly amount: bigint;
}

/** A block as it is encoded: header and lists. */
export interface Block {
  readonly header: Header;
  readonly transactions: readonly Transaction[];
  readonly ommers: readonly Header[];
  /** From Shanghai on. */
  readonly withdrawals?: readonly Withdrawal[];
}

/** The block in RLP: legacy transactions as lists, typed ones as byte strings (EIP-2718). */
export function encodeBlock(block: Block): Uint8Array {
  checkObject(block, 'block');
  checkList(block.transactions, 'block: transactions');
  checkList(block.ommers, 'block: ommers');
  if (block.withdrawals !== undefined) checkList(block.withdrawals, 'block: withdrawals');
  const transactions = block.transactions.map((tx) => {
    const encoded = encodeTransaction(tx);
    return tx.type === 0 ? decodeRlp(encoded) : encoded;
  });
  const items: RlpItem[] = [headerItem(block.header), transactions, block.ommers.map(headerItem)];
  if (block.withdrawals !== undefined) items.push(block.withdrawals.map(withdrawalItem));
  return encodeRlp(items);
}

/** @throws SherdError RLP codes, TX_TYPE_NOT_SUPPORTED, SIGNATURE_INVALID. */
export function decodeBlock(bytes: Uint8Array): Block {
  checkBytes(bytes, 'encoded block');
  const items = rlpList(decodeRlp(bytes), 'block');
  if (items.length !== 3 && items.length !== 4) {
    throw new SherdError('RLP_FIELD', `block: have ${items.length} items, want 3 or 4`, { field: 'block' });
  }
  return {
    header: headerFromItem(items[0]!),
    transactions: rlpList(items[1], 'transactions').map(transactionInBlock),
    ommers: rlpList(items[2], 'ommers').map(headerFromItem),
    ...(items.length === 4 && { withdrawals: rlpList(items[3], 'withdrawals').map(withdrawalFromItem) }),
  };
}

function transactionInBlock(item: RlpItem): Transaction {
  if (!(item instanceof Uint8Array)) return decodeTransaction(encodeRlp(item));
  const type = item[0];
  if (type === undefined || type < 1 || type > 4) {
    throw new SherdError('TX_TYPE_NOT_SUPPORTED', `transaction type ${type} in a byte string, want 1 to 4`, { type });
  }
  return decodeTransaction(item);
}

/** Root of the trie of encoded transactions by their index (Yellow Paper, section 4.3.2). */
export function transactionsRoot(transactions: readonly Transaction[]): Uint8Array {
  checkList(transactions, 'transactions');
  return indexTrieRoot(transactions.map(encodeTransaction));
}

/** Root of the trie of withdrawals by their index in the block (EIP-4895). */
export function withdrawalsRoot(withdrawals: readonly Withdrawal[]): Uint8Array {
  checkList(withdrawals, 'withdrawals');
  return indexTrieRoot(withdrawals.map((withdrawal) => encodeRlp(withdrawalItem(withdrawal))));
}

/** Keccak-256 of the list of ommer headers. */
export function ommersHash(ommers: readonly Header[]): Uint8Array {
  checkList(ommers, 'ommers');
  return keccak256(encodeRlp(ommers.map(headerItem)));
}

function withdrawalItem(withdrawal: Withdrawal): RlpItem {
  checkObject(withdrawal, 'withdrawal');
  const { index, validatorIndex, address, amount } = withdrawal;
  const uint = bigIntToMinimalBytes;
  return [uint(index), uint(validatorIndex), addressToBytes(address), uint(amount)];
}

function withdrawalFromItem(item: RlpItem): Withdrawal {
  const fields = rlpList(item, 'withdrawal', 4);
  return {
    index: rlpUint(fields[0], 'withdrawal index', 64),
    validatorIndex: rlpUint(fields[1], 'withdrawal validator', 64),
    address: rlpAddress(rlpBytes(fields[2], 'withdrawal address', 20), 'withdrawal address'),
    amount: rlpUint(fields[3], 'withdrawal amount', 64),
  };
}
