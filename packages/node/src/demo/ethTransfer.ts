/**
 * Messages of the ETH transfer script (execution-scripts/eth-transfer): their bytes, their signatures, and what the
 * script answers. Amounts are gwei. The formats are described in the script's README.
 */
import {
  type Address,
  addressFromBytes,
  addressToBytes,
  bigIntToBytes,
  concatBytes,
  SherdError,
  utf8ToBytes,
} from 'sherd/base';
import { keccak256, signHash } from 'sherd/crypto';

const KIND = { claim: 1, transfer: 2, send: 3, deposit: 4, extend: 5, read: 6 } as const;

/** First bytes of what is signed. */
const DOMAIN = utf8ToBytes('\x19Sherd ETH transfer:\n');

/** Why the script refuses a message: the code in front of the output of its abort. */
export const TRANSFER_ERRORS = {
  1: 'MALFORMED',
  2: 'UNKNOWN_KIND',
  3: 'BAD_SIGNATURE',
  4: 'BAD_NONCE',
  5: 'UNKNOWN_ACCOUNT',
  6: 'INSUFFICIENT_BALANCE',
  7: 'ZERO_AMOUNT',
  8: 'BALANCE_OVERFLOW',
  9: 'BAD_TARGET_SHARD',
  10: 'BAD_DEPOSIT',
  11: 'BAD_RECEIPT_DATA',
  12: 'FOREIGN_RECEIPT',
  13: 'DEPOSIT_TOO_SMALL',
  21: 'CLAIM_MALFORMED',
  22: 'CLAIM_WRONG_TARGET',
  23: 'CLAIM_UNKNOWN_ROOT',
  24: 'CLAIM_BAD_PROOF',
  25: 'CLAIM_ALREADY_CONSUMED',
} as const;
export type TransferError = (typeof TRANSFER_ERRORS)[keyof typeof TRANSFER_ERRORS] | 'UNKNOWN_ERROR';

/** Where a signed message is valid. */
export interface TransferContext {
  /** Of the network, whatever the shard. */
  readonly chainId: bigint;
  readonly shard: number;
  /** Id of the transfer script. */
  readonly script: number;
}

export interface TransferAccount {
  readonly nonce: bigint;
  /** gwei. */
  readonly balance: bigint;
}

/** Key of an account's storage object. */
export function accountKey(account: Address): Uint8Array {
  return concatBytes(new Uint8Array(12), addressToBytes(account));
}

/** @throws SherdError BAD_ACCOUNT unless there are 16 bytes. */
export function decodeAccount(storage: Uint8Array): TransferAccount {
  if (storage.length !== 16) {
    throw new SherdError('BAD_ACCOUNT', `account object of ${storage.length} bytes, want 16`);
  }
  const view = viewOf(storage);
  return { nonce: view.getBigUint64(0, true), balance: view.getBigUint64(8, true) };
}

/** Turns a receipt into a balance. `claim` is an SSZ ReceiptClaim. */
export function claimMessage(claim: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(KIND.claim), claim);
}

export interface Transfer {
  readonly to: Address;
  readonly amount: bigint;
  readonly nonce: bigint;
}

export function transferMessage(context: TransferContext, transfer: Transfer, secretKey: Uint8Array): Uint8Array {
  const { to, amount, nonce } = transfer;
  return signMessage(
    context,
    concatBytes(Uint8Array.of(KIND.transfer), addressToBytes(to), u64(amount), u64(nonce)),
    secretKey,
  );
}

/** Moves an amount to an account of another shard, where its receipt has to be claimed. */
export function sendMessage(
  context: TransferContext,
  { shard, to, amount, nonce }: Transfer & { readonly shard: number },
  secretKey: Uint8Array,
): Uint8Array {
  const kind = Uint8Array.of(KIND.send);
  return signMessage(context, concatBytes(kind, u32(shard), addressToBytes(to), u64(amount), u64(nonce)), secretKey);
}

/** Asks the beacon chain to make a validator out of `deposit` (SSZ DepositData, whose amount is taken). */
export function depositMessage(
  context: TransferContext,
  { deposit, nonce }: { readonly deposit: Uint8Array; readonly nonce: bigint },
  secretKey: Uint8Array,
): Uint8Array {
  return signMessage(context, concatBytes(Uint8Array.of(KIND.deposit), deposit, u64(nonce)), secretKey);
}

/** Keeps an account's object in the state for `slots` longer. */
export function extendMessage(account: Address, slots: bigint): Uint8Array {
  return concatBytes(Uint8Array.of(KIND.extend), addressToBytes(account), u64(slots));
}

/** Asks for an account; other scripts may do so in a static call. */
export function readMessage(account: Address): Uint8Array {
  return concatBytes(Uint8Array.of(KIND.read), addressToBytes(account));
}

/** Appends the signature (r, s, recovery id) over the message and where it is valid. */
export function signMessage(context: TransferContext, message: Uint8Array, secretKey: Uint8Array): Uint8Array {
  const { r, s, yParity } = signHash(messageHash(context, message), secretKey);
  return concatBytes(message, bigIntToBytes(r, 32), bigIntToBytes(s, 32), Uint8Array.of(yParity));
}

/** What is signed: 32 bytes. `message` comes without its signature. */
export function messageHash({ chainId, shard, script }: TransferContext, message: Uint8Array): Uint8Array {
  return keccak256(concatBytes(DOMAIN, u64(chainId), u32(shard), u32(script), message));
}

/** What an abort of the script means. */
export function refusalOf(output: Uint8Array): { readonly code: TransferError; readonly message: string } {
  if (output.length < 4) return { code: 'UNKNOWN_ERROR', message: 'the script gave no reason' };
  const number = viewOf(output).getUint32(0, true);
  const code = (TRANSFER_ERRORS as Readonly<Record<number, TransferError>>)[number] ?? 'UNKNOWN_ERROR';
  return { code, message: new TextDecoder().decode(output.subarray(4)) };
}

/** What follows the zero code in the output of a message that was accepted. */
function answerOf(output: Uint8Array, length: number): DataView {
  if (output.length !== 4 + length || viewOf(output).getUint32(0, true) !== 0) {
    throw new SherdError('BAD_ANSWER', `answer of ${output.length} bytes, want 0 and ${length} bytes`);
  }
  return viewOf(output.subarray(4));
}

/** Answer to a claim: who got how many gwei. @throws SherdError BAD_ANSWER */
export function claimAnswer(output: Uint8Array): { readonly account: Address; readonly amount: bigint } {
  const amount = answerOf(output, 28).getBigUint64(20, true);
  return { account: addressFromBytes(output.slice(4, 24)), amount };
}

/** Answer to a send or a deposit: the index of the receipt on this shard. @throws SherdError BAD_ANSWER */
export function receiptAnswer(output: Uint8Array): bigint {
  return answerOf(output, 8).getBigUint64(0, true);
}

/** Answer to a question for an account. @throws SherdError BAD_ANSWER */
export function readAnswer(output: Uint8Array): TransferAccount {
  answerOf(output, 16);
  return decodeAccount(output.subarray(4));
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

function u32(value: number): Uint8Array {
  const out = new Uint8Array(4);
  viewOf(out).setUint32(0, value, true);
  return out;
}

function u64(value: bigint): Uint8Array {
  const out = new Uint8Array(8);
  viewOf(out).setBigUint64(0, value, true);
  return out;
}
