/** The transactions of a transition: geth's JSON form, signed or with the key to sign with, or RLP as in a block. */
import {
  type Address,
  decodeRlp,
  encodeRlp,
  encodeRlpBytes,
  encodeRlpListOf,
  hexToBytes,
  isSherdError,
  rlpList,
  SherdError,
} from 'sherd/base';
import type { Rules } from 'sherd/protocol';
import {
  type AccessListEntry,
  type Authorization,
  decodeTransaction,
  encodeTransaction,
  type Signature,
  signTransaction,
  type Transaction,
} from 'sherd/tx';
import {
  addressAt,
  arrayAt,
  boundedAt,
  bytesAt,
  fixtureFault,
  hashAt,
  integerAt,
  type Json,
  type JsonObject,
  objectAt,
  optional,
  stringAt,
} from '../../conformance/fields.ts';
import { orFault } from './faults.ts';

/** A transaction, or why its bytes are none: such a one is rejected, and the others run. */
export type ReadTransaction = Transaction | SherdError;

/** What signing depends on. */
export interface SigningRules {
  readonly rules: Rules;
  readonly chainId: bigint;
}

/** @throws SherdError T8N_JSON with the place of the fault. */
export function transactionsFromJson(json: Json, signing: SigningRules): Transaction[] {
  return orFault('T8N_JSON', () => {
    return arrayAt(json, 'txs').map((value, index) => readOne(value, `txs[${index}]`, signing));
  });
}

/**
 * @param hex An RLP list as in a block body: legacy transactions as lists, typed ones as byte strings.
 * @throws SherdError T8N_RLP when it is no list.
 */
export function transactionsFromRlp(hex: string): ReadTransaction[] {
  const items = orFault('T8N_RLP', () => {
    const bytes = hexToBytes(hex.trim());
    return bytes.length === 0 ? [] : rlpList(decodeRlp(bytes), 'transactions');
  });
  return items.map((item) => {
    try {
      return item instanceof Uint8Array ? typedTransaction(item) : decodeTransaction(encodeRlp(item));
    } catch (error) {
      if (isSherdError(error)) return error;
      throw error;
    }
  });
}

/** A byte string holds a type first; a list in its place is no transaction (EIP-2718). */
function typedTransaction(bytes: Uint8Array): Transaction {
  const type = bytes[0] ?? 0;
  if (type > 0x7f) throw new SherdError('TX_TYPE_NOT_SUPPORTED', `transaction type ${type} in a byte string`, { type });
  return decodeTransaction(bytes);
}

/** The body as {@link transactionsFromRlp} reads it. */
export function transactionsToRlp(transactions: readonly Transaction[]): Uint8Array {
  return encodeRlpListOf(
    transactions.map((transaction) => {
      const encoded = encodeTransaction(transaction);
      return transaction.type === 0 ? encoded : encodeRlpBytes(encoded);
    }),
  );
}

function readOne(json: Json, place: string, signing: SigningRules): Transaction {
  const fields = objectAt(json, place);
  const key = optional(fields['secretKey'], (value) => bytesAt(value, `${place}.secretKey`));
  const integer = (name: string) => optional(fields[name], (value) => integerAt(value, `${place}.${name}`));
  const isSigned = (integer('r') ?? 0n) !== 0n || (integer('s') ?? 0n) !== 0n;
  const unsigned = readFields(fields, place);
  if (key !== undefined && !isSigned) {
    if (unsigned.type !== 0) return signTransaction(unsigned, key);
    // geth: `protected` is true unless the file says otherwise.
    const bindsChain = signing.rules.replayProtection && fields['protected'] !== false;
    return signTransaction({ ...unsigned, chainId: bindsChain ? signing.chainId : undefined }, key);
  }
  if (unsigned.type === 0) return readLegacySignature(unsigned, fields, place);
  const v = integer('yParity') ?? integerAt(fields['v'], `${place}.v`);
  return { ...unsigned, signature: readSignature(fields, v, place) };
}

function readLegacySignature(
  unsigned: Transaction & { readonly type: 0 },
  fields: JsonObject,
  place: string,
): Transaction {
  const v = integerAt(fields['v'], `${place}.v`);
  if (v !== 27n && v !== 28n && v < 35n) throw fixtureFault(`${place}.v`, `have ${v}, want 27, 28 or at least 35`);
  const chainId = v < 35n ? undefined : (v - 35n) >> 1n;
  return { ...unsigned, chainId, signature: readSignature(fields, v < 35n ? v - 27n : (v - 35n) & 1n, place) };
}

function readSignature(fields: JsonObject, yParity: bigint, place: string): Signature {
  if (yParity > 1n) throw fixtureFault(`${place}.v`, `have y parity ${yParity}, want 0 or 1`);
  const r = boundedAt(fields['r'], `${place}.r`, 256);
  const s = boundedAt(fields['s'], `${place}.s`, 256);
  return { yParity: yParity === 0n ? 0 : 1, r, s };
}

/** Without the signature. */
function readFields(fields: JsonObject, place: string): Transaction {
  const quantity = (name: string) => boundedAt(fields[name], `${place}.${name}`, 64);
  const need = (name: string) => boundedAt(fields[name], `${place}.${name}`, 256);
  const word = (name: string) => optional(fields[name], () => need(name));
  const data = fields['input'] ?? fields['data'] ?? '0x';
  const common = {
    nonce: quantity('nonce'),
    gasLimit: quantity(fields['gas'] === undefined ? 'gasLimit' : 'gas'),
    to: readTarget(fields['to'], `${place}.to`),
    value: word('value') ?? 0n,
    data: bytesAt(data, `${place}.input`),
  };
  const type = word('type') ?? 0n;
  if (type === 0n) return { type: 0, chainId: word('chainId'), ...common, gasPrice: need('gasPrice') };
  const accessList = optional(fields['accessList'], (value) => arrayAt(value, `${place}.accessList`)) ?? [];
  const typed = {
    ...common,
    chainId: need('chainId'),
    accessList: accessList.map((entry, index) => readAccess(entry, `${place}.accessList[${index}]`)),
  };
  if (type === 1n) return { type: 1, ...typed, gasPrice: need('gasPrice') };
  const market = {
    ...typed,
    maxFeePerGas: need('maxFeePerGas'),
    maxPriorityFeePerGas: need('maxPriorityFeePerGas'),
  };
  if (type === 2n) return { type: 2, ...market };
  if (type === 3n) {
    const hashes = arrayAt(fields['blobVersionedHashes'], `${place}.blobVersionedHashes`);
    return {
      type: 3,
      ...market,
      maxFeePerBlobGas: need('maxFeePerBlobGas'),
      blobVersionedHashes: hashes.map((hash) => hashAt(hash, `${place}.blobVersionedHashes`)),
    };
  }
  if (type !== 4n) throw fixtureFault(`${place}.type`, `have ${type}, want 0 to 4`);
  const authorizations = arrayAt(fields['authorizationList'], `${place}.authorizationList`);
  const authorizationList = authorizations.map((value, index) => {
    return readAuthorization(value, `${place}.authorizationList[${index}]`);
  });
  return { type: 4, ...market, authorizationList };
}

function readTarget(value: Json | undefined, place: string): Address | undefined {
  const text = optional(value, (json) => stringAt(json, place));
  return text === undefined || text === '' || text === '0x' ? undefined : addressAt(text, place);
}

function readAccess(json: Json, place: string): AccessListEntry {
  const entry = objectAt(json, place);
  const slots = arrayAt(entry['storageKeys'] ?? [], `${place}.storageKeys`);
  return {
    address: addressAt(entry['address'], `${place}.address`),
    slots: slots.map((slot) => boundedAt(slot, `${place}.storageKeys`, 256)),
  };
}

function readAuthorization(json: Json, place: string): Authorization {
  const entry = objectAt(json, place);
  const integer = (key: string) => boundedAt(entry[key], `${place}.${key}`, 256);
  return {
    chainId: integer('chainId'),
    address: addressAt(entry['address'], `${place}.address`),
    nonce: boundedAt(entry['nonce'], `${place}.nonce`, 64),
    yParity: boundedAt(entry['yParity'] ?? entry['v'], `${place}.yParity`, 64),
    r: integer('r'),
    s: integer('s'),
  };
}
