/** Messages of the token script, as its README describes them. */
import { type Address, addressToBytes, bytesToHex, concatBytes } from 'sherd/base';
import {
  fromLittleEndian,
  littleEndian,
  type ScriptContext,
  signScriptMessage,
} from '../../../packages/node/src/scriptTool/index.ts';

const DOMAIN = '\x19Sherd token:\n';

export const ERRORS = {
  MALFORMED: 1,
  UNKNOWN_KIND: 2,
  BAD_SIGNATURE: 3,
  BAD_NONCE: 4,
  UNKNOWN_ACCOUNT: 5,
  INSUFFICIENT_BALANCE: 6,
  ZERO_AMOUNT: 7,
  BALANCE_OVERFLOW: 8,
  BAD_TARGET_SHARD: 9,
  NOT_CREATOR: 10,
  BAD_RECEIPT_DATA: 11,
  FOREIGN_RECEIPT: 12,
  CLAIM_MALFORMED: 21,
  CLAIM_ALREADY_CONSUMED: 25,
} as const;

/** The creator's address and a number. */
export function tokenId(creator: Address, number: number): Uint8Array {
  return concatBytes(addressToBytes(creator), littleEndian(number, 4));
}

const kind = (number: number, ...parts: Uint8Array[]) => concatBytes(Uint8Array.of(number), ...parts);

export interface Moved {
  readonly to: Address;
  readonly amount: bigint;
  readonly nonce: bigint;
}

const moved = ({ to, amount, nonce }: Moved) =>
  concatBytes(addressToBytes(to), littleEndian(amount, 32), littleEndian(nonce, 8));

export function sign(context: ScriptContext, message: Uint8Array, key: Uint8Array): Uint8Array {
  return signScriptMessage(DOMAIN, context, message, key);
}

export const open = (token: Uint8Array, account: Address) => kind(1, token, addressToBytes(account));
export const mint = (context: ScriptContext, token: Uint8Array, fields: Moved, key: Uint8Array) =>
  sign(context, kind(2, token, moved(fields)), key);
export const transfer = (context: ScriptContext, token: Uint8Array, fields: Moved, key: Uint8Array) =>
  sign(context, kind(3, token, moved(fields)), key);
export const send = (context: ScriptContext, token: Uint8Array, shard: number, fields: Moved, key: Uint8Array) =>
  sign(context, kind(4, token, littleEndian(shard, 4), moved(fields)), key);
export const claim = (receiptClaim: Uint8Array) => kind(5, receiptClaim);
export const burn = (context: ScriptContext, token: Uint8Array, amount: bigint, nonce: bigint, key: Uint8Array) =>
  sign(context, kind(6, token, littleEndian(amount, 32), littleEndian(nonce, 8)), key);
export const extend = (token: Uint8Array, account: Address, slots: bigint) =>
  kind(7, token, addressToBytes(account), littleEndian(slots, 8));
export const read = (token: Uint8Array, account: Address) => kind(8, token, addressToBytes(account));

/** Data of a receipt of a sent amount. */
export function parcel(token: Uint8Array, to: Address, amount: bigint): Uint8Array {
  return concatBytes(token, addressToBytes(to), littleEndian(amount, 32));
}

export function account(answer: Uint8Array): { readonly nonce: bigint; readonly balance: bigint } {
  if (answer.length !== 40) throw new Error(`answer ${bytesToHex(answer)}, want 40 bytes`);
  return { nonce: fromLittleEndian(answer.subarray(0, 8)), balance: fromLittleEndian(answer.subarray(8)) };
}
