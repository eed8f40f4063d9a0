/** Transactions and receipts as geth writes them. */
import { type Hex, wordToHex } from 'sherd/base';
import { BEACON, type Receipt, ReceiptClaim } from 'sherd/beacon';
import { CLAIM_TYPE, EVM_SCRIPT, EvmMessage } from 'sherd/shard';
import { type Authorization, decodeTransaction, effectiveGasPrice, legacyV, type Transaction } from 'sherd/tx';
import type { PoolTransaction } from '../backend.ts';
import { bytesToHex, type Json, quantity } from '../json.ts';
import type { Entry, Place } from './entries.ts';
import { logJson } from './logs.ts';

const WEI_PER_GWEI = 1_000_000_000n;

type JsonObject = Readonly<Record<string, Json>>;

/** A transaction in a block. */
export function transactionJson(entry: Entry, place: Place): JsonObject {
  const position = {
    blockHash: bytesToHex(place.root),
    blockNumber: quantity(place.height),
    blockTimestamp: quantity(place.timestamp),
    hash: bytesToHex(entry.receipt.txHash),
    from: entry.receipt.from,
    transactionIndex: quantity(entry.index),
  };
  if (entry.data[0] === CLAIM_TYPE) return { ...position, ...claimFields(entry) };
  const transaction = decodeTransaction(entry.data);
  const price = effectiveGasPrice(transaction, place.baseFee);
  return { ...position, ...transactionFields(transaction), gasPrice: quantity(price) };
}

/** A transaction that waits in the pool. */
export function pendingJson({ hash, from, transaction }: PoolTransaction): JsonObject {
  return {
    blockHash: null,
    blockNumber: null,
    blockTimestamp: null,
    hash: bytesToHex(hash),
    from,
    transactionIndex: null,
    ...transactionFields(transaction),
  };
}

export function receiptJson(entry: Entry, place: Place): JsonObject {
  const { receipt } = entry;
  return {
    blockHash: bytesToHex(place.root),
    blockNumber: quantity(place.height),
    contractAddress: receipt.contractAddress ?? null,
    cumulativeGasUsed: quantity(receipt.cumulativeGasUsed),
    effectiveGasPrice: quantity(receipt.effectiveGasPrice),
    from: receipt.from,
    gasUsed: quantity(receipt.gasUsed),
    logs: receipt.logs.map((_, i) => logJson(entry, i, place)),
    logsBloom: bytesToHex(receipt.bloom),
    status: quantity(receipt.status),
    to: receipt.to ?? null,
    transactionHash: bytesToHex(receipt.txHash),
    transactionIndex: quantity(entry.index),
    type: quantity(receipt.type),
  };
}

function transactionFields(transaction: Transaction): JsonObject {
  const common = {
    type: quantity(transaction.type),
    nonce: quantity(transaction.nonce),
    gas: quantity(transaction.gasLimit),
    to: transaction.to ?? null,
    value: quantity(transaction.value),
    input: bytesToHex(transaction.data),
    ...signatureFields(transaction),
  };
  if (transaction.type === 0) {
    const chain = transaction.chainId === undefined ? {} : { chainId: quantity(transaction.chainId) };
    return { ...common, ...chain, gasPrice: quantity(transaction.gasPrice) };
  }
  const accessList = transaction.accessList.map(({ address, slots }) => ({
    address,
    storageKeys: slots.map(wordToHex),
  }));
  const typed = { ...common, chainId: quantity(transaction.chainId), accessList };
  if (transaction.type === 1) return { ...typed, gasPrice: quantity(transaction.gasPrice) };
  const market = {
    ...typed,
    gasPrice: quantity(transaction.maxFeePerGas),
    maxFeePerGas: quantity(transaction.maxFeePerGas),
    maxPriorityFeePerGas: quantity(transaction.maxPriorityFeePerGas),
  };
  if (transaction.type === 2) return market;
  if (transaction.type === 3) {
    const blobVersionedHashes = transaction.blobVersionedHashes.map(bytesToHex);
    return { ...market, maxFeePerBlobGas: quantity(transaction.maxFeePerBlobGas), blobVersionedHashes };
  }
  return { ...market, authorizationList: transaction.authorizationList.map(authorizationJson) };
}

function signatureFields(transaction: Transaction): Readonly<Record<string, Hex>> {
  const { signature } = transaction;
  if (signature === undefined) return {};
  const { yParity, r, s } = signature;
  if (transaction.type === 0) return { v: quantity(legacyV(transaction, yParity)), r: quantity(r), s: quantity(s) };
  return { v: quantity(yParity), r: quantity(r), s: quantity(s), yParity: quantity(yParity) };
}

function authorizationJson({ chainId, address, nonce, yParity, r, s }: Authorization): JsonObject {
  return {
    chainId: quantity(chainId),
    address,
    nonce: quantity(nonce),
    yParity: quantity(yParity),
    r: quantity(r),
    s: quantity(s),
  };
}

/** A claim has neither nonce nor price nor signature: its right to be there is its Merkle proof. */
function claimFields(entry: Entry): JsonObject {
  const { receipt } = ReceiptClaim.deserialize(entry.data.subarray(1));
  return {
    type: quantity(CLAIM_TYPE),
    nonce: '0x0',
    gas: quantity(entry.gasLimit),
    gasPrice: '0x0',
    to: entry.receipt.to ?? null,
    value: quantity(claimValue(receipt)),
    input: bytesToHex(entry.data),
    v: '0x0',
    r: '0x0',
    s: '0x0',
  };
}

/** Wei that a claim brings: a withdrawal's amount, or what an EVM script on another shard sent. */
function claimValue({ source, sender, amount, data }: Receipt): bigint {
  if (source === BEACON) return amount * WEI_PER_GWEI;
  return sender === EVM_SCRIPT ? EvmMessage.deserialize(data).value : 0n;
}
