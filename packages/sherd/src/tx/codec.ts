/** Transactions as bytes: RLP for the legacy form, a type byte and RLP for the others (EIP-2718). */
import { badArgument, checkBytes, checkObject, checkUnsigned } from '../base/arguments.ts';
import {
  addressToBytes,
  bigIntToMinimalBytes,
  bytesToBigInt,
  concatBytes,
  decodeRlp,
  EMPTY_BYTES,
  encodeRlp,
  type RlpItem,
  rlpAddress,
  rlpBytes,
  rlpList,
  rlpUint,
  SherdError,
  wordToBytes,
} from '../base/index.ts';
import { checkSignatureFields, checkTransaction } from './checkFields.ts';
import type { AccessListEntry, Authorization, LegacyTransaction, Signature, Transaction } from './types.ts';

const uint = bigIntToMinimalBytes;

/**
 * The transaction as it stands in a block (typed ones: in the byte string of that block's list) and on the wire;
 * blobs, which only travel, are in {@link ./blobSidecar.ts}.
 * @throws SherdError TX_NOT_SIGNED, TX_TYPE_NOT_SUPPORTED, TX_FIELD.
 */
export function encodeTransaction(tx: Transaction): Uint8Array {
  checkObject(tx, 'transaction');
  if (tx.signature === undefined) throw new SherdError('TX_NOT_SIGNED', 'transaction without a signature');
  const fields = payloadFields(tx);
  checkSignatureFields(tx.signature);
  const { yParity, r, s } = tx.signature;
  const v = tx.type === 0 ? legacyV(tx, yParity) : BigInt(yParity);
  return withType(tx.type, [...fields, uint(v), uint(r), uint(s)]);
}

/** What the signature of `tx` is over, before hashing. @throws SherdError TX_TYPE_NOT_SUPPORTED, TX_FIELD. */
export function encodeForSigning(tx: Transaction): Uint8Array {
  const fields = payloadFields(tx);
  if (tx.type !== 0) return withType(tx.type, fields);
  // EIP-155: the chain id and two empty fields stand where the signature will.
  return encodeRlp(tx.chainId === undefined ? fields : [...fields, uint(tx.chainId), EMPTY_BYTES, EMPTY_BYTES]);
}

/**
 * Decodes one transaction of any type. Views into `bytes` are kept.
 * @throws SherdError TX_TYPE_NOT_SUPPORTED, RLP_FIELD and the other RLP codes, SIGNATURE_INVALID (v out of range).
 */
export function decodeTransaction(bytes: Uint8Array): Transaction {
  checkBytes(bytes, 'encoded transaction');
  const first = bytes[0];
  if (first === undefined) throw new SherdError('RLP_TRUNCATED', 'transaction of 0 bytes', { position: 0 });
  if (first >= 0xc0) return decodeLegacy(decodeRlp(bytes));
  if (first < 1 || first > 4) {
    throw new SherdError('TX_TYPE_NOT_SUPPORTED', `transaction type ${first}, want 1 to 4`, { type: first });
  }
  return transactionFromItem(first, decodeRlp(bytes.subarray(1)));
}

/**
 * Decodes the payload behind a type byte between 1 and 4.
 * @throws SherdError TX_TYPE_NOT_SUPPORTED, RLP_FIELD, SIGNATURE_INVALID.
 */
export function transactionFromItem(type: number, item: RlpItem): Transaction {
  if (type !== 1 && type !== 2 && type !== 3 && type !== 4) {
    throw new SherdError('TX_TYPE_NOT_SUPPORTED', `transaction type ${String(type)}, want 1 to 4`, { type });
  }
  const items = rlpList(item, 'transaction', [9, 11, 12, 14, 13][type]!);
  const chainId = rlpUint(items[0], 'chain id');
  const nonce = rlpUint(items[1], 'nonce', 64);
  const accessListAt = type === 1 ? 7 : 8;
  const [gasLimit, to, value, data] = decodeCall(items, accessListAt - 4);
  const accessList = decodeAccessList(items[accessListAt]);
  const signature = decodeSignature(items, items.length - 3, rlpUint(items.at(-3), 'y parity'));
  const common = { chainId, nonce, gasLimit, to, value, data, accessList, signature };
  if (type === 1) return { type: 1, ...common, gasPrice: rlpUint(items[2], 'gas price') };
  const maxPriorityFeePerGas = rlpUint(items[2], 'max priority fee');
  const maxFeePerGas = rlpUint(items[3], 'max fee');
  const market = { ...common, maxPriorityFeePerGas, maxFeePerGas };
  if (type === 2) return { type: 2, ...market };
  if (type === 3) {
    const maxFeePerBlobGas = rlpUint(items[9], 'max fee per blob gas');
    const hashes = rlpList(items[10], 'blob hashes').map((hash) => rlpBytes(hash, 'blob hash', 32));
    return { type: 3, ...market, maxFeePerBlobGas, blobVersionedHashes: hashes };
  }
  return { type: 4, ...market, authorizationList: rlpList(items[9], 'authorisation list').map(decodeAuthorization) };
}

/** The list of fields without the signature, as it is encoded. @throws SherdError TX_TYPE_NOT_SUPPORTED, TX_FIELD. */
export function payloadFields(tx: Transaction): RlpItem[] {
  checkTransaction(tx);
  const to = tx.to === undefined ? EMPTY_BYTES : addressToBytes(tx.to);
  const call = [uint(tx.gasLimit), to, uint(tx.value), tx.data];
  if (tx.type === 0) return [uint(tx.nonce), uint(tx.gasPrice), ...call];
  const head = [uint(tx.chainId), uint(tx.nonce)];
  const accessList = tx.accessList.map(({ address, slots }) => [addressToBytes(address), slots.map(wordToBytes)]);
  if (tx.type === 1) return [...head, uint(tx.gasPrice), ...call, accessList];
  const market = [...head, uint(tx.maxPriorityFeePerGas), uint(tx.maxFeePerGas), ...call, accessList];
  if (tx.type === 2) return market;
  if (tx.type === 3) return [...market, uint(tx.maxFeePerBlobGas), tx.blobVersionedHashes];
  return [...market, tx.authorizationList.map(authorizationFields)];
}

function authorizationFields(authorization: Authorization): RlpItem {
  const { chainId, address, nonce, yParity, r, s } = authorization;
  return [uint(chainId), addressToBytes(address), uint(nonce), uint(yParity), uint(r), uint(s)];
}

function withType(type: number, fields: readonly RlpItem[]): Uint8Array {
  const encoded = encodeRlp(fields);
  return type === 0 ? encoded : concatBytes(Uint8Array.of(type), encoded);
}

/** v of a legacy signature: 27 or 28, or 35 + 2 * chain id + parity (EIP-155). */
export function legacyV(tx: LegacyTransaction, yParity: 0 | 1): bigint {
  checkObject(tx, 'transaction');
  if (yParity !== 0 && yParity !== 1) throw badArgument('y parity', yParity, '0 or 1');
  if (tx.chainId !== undefined) checkUnsigned(tx.chainId, 'chain id');
  return BigInt(yParity) + (tx.chainId === undefined ? 27n : 35n + 2n * tx.chainId);
}

function decodeLegacy(item: RlpItem): LegacyTransaction {
  const items = rlpList(item, 'transaction', 9);
  const nonce = rlpUint(items[0], 'nonce', 64);
  const gasPrice = rlpUint(items[1], 'gas price');
  const [gasLimit, to, value, data] = decodeCall(items, 2);
  const v = rlpUint(items[6], 'v');
  if (v !== 27n && v !== 28n && v < 35n) {
    throw new SherdError('SIGNATURE_INVALID', `signature: v is ${v}, want 27, 28 or at least 35`, { v });
  }
  const chainId = v < 35n ? undefined : (v - 35n) >> 1n;
  const yParity = v < 35n ? v - 27n : (v - 35n) & 1n;
  const signature = decodeSignature(items, 6, yParity);
  return { type: 0, chainId, nonce, gasPrice, gasLimit, to, value, data, signature };
}

function decodeCall(items: readonly RlpItem[], at: number): [bigint, Transaction['to'], bigint, Uint8Array] {
  const to = rlpBytes(items[at + 1], 'to');
  return [
    rlpUint(items[at], 'gas limit', 64),
    to.length === 0 ? undefined : rlpAddress(to, 'to'),
    rlpUint(items[at + 2], 'value'),
    rlpBytes(items[at + 3], 'data'),
  ];
}

function decodeSignature(items: readonly RlpItem[], at: number, yParity: bigint): Signature {
  const r = rlpUint(items[at + 1], 'r');
  const s = rlpUint(items[at + 2], 's');
  if (yParity > 1n) {
    throw new SherdError('SIGNATURE_INVALID', `signature: y parity is ${yParity}, want 0 or 1`, { yParity });
  }
  return { yParity: yParity === 0n ? 0 : 1, r, s };
}

function decodeAccessList(item: RlpItem | undefined): AccessListEntry[] {
  return rlpList(item, 'access list').map((entry) => {
    const [address, slots] = rlpList(entry, 'access list entry', 2);
    return {
      address: rlpAddress(address, 'access list address'),
      slots: rlpList(slots, 'access list slots').map((slot) => bytesToBigInt(rlpBytes(slot, 'access list slot', 32))),
    };
  });
}

function decodeAuthorization(item: RlpItem): Authorization {
  const fields = rlpList(item, 'authorisation', 6);
  return {
    chainId: rlpUint(fields[0], 'authorisation chain id'),
    address: rlpAddress(fields[1], 'authorisation address'),
    nonce: rlpUint(fields[2], 'authorisation nonce', 64),
    yParity: rlpUint(fields[3], 'authorisation y parity', 8),
    r: rlpUint(fields[4], 'authorisation r'),
    s: rlpUint(fields[5], 'authorisation s'),
  };
}
