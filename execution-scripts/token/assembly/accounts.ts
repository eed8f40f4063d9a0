/**
 * Accounts of one shard: an object for each token and holder, under the Keccak-256 hash of both, that holds the nonce
 * (u64) and the balance (u256).
 */
import { ADDRESS, host, put, putU64, refuse } from "../../sdk/assembly/index";
import * as u256 from "../../sdk/assembly/u256";
import { BAD_NONCE, BALANCE_OVERFLOW, INSUFFICIENT_BALANCE, UNKNOWN_ACCOUNT, ZERO_AMOUNT } from "./errors";

/** The creator's address, and a number that the creator chose. */
export const TOKEN: i32 = ADDRESS + 4;
export const RECORD: i32 = 40;

/**
 * An account that expired and appears again must not accept signatures of its earlier life: its first nonce is the slot
 * times 2^24, which is above every earlier one, because a slot never has room for 2^24 transactions.
 */
const NONCE_SHIFT: u64 = 24;

const preimage: usize = memory.data(TOKEN + ADDRESS, 8);
const key: usize = memory.data(32, 8);
const record: usize = memory.data(RECORD, 8);
const balance: usize = record + 8;

function setKey(token: usize, holder: usize): void {
  put(put(preimage, token, TOKEN), holder, ADDRESS);
  host.keccak256(preimage, TOKEN + ADDRESS, key);
}

/** Reads the account into `out` (40 bytes); false, and nothing is written, when there is none. */
export function read(token: usize, holder: usize, out: usize): bool {
  setKey(token, holder);
  return host.storageRead(key, out, 0, RECORD) == RECORD;
}

function readOrCreate(token: usize, holder: usize): bool {
  if (read(token, holder, record)) return true;
  memory.fill(record, 0, RECORD);
  putU64(record, <u64>host.currentSlot() << NONCE_SHIFT);
  return false;
}

/** Makes the account when there is none; its nonce. */
export function open(token: usize, holder: usize): u64 {
  if (!readOrCreate(token, holder)) host.storageWrite(key, record, RECORD);
  return load<u64>(record);
}

/** Adds an amount (32 bytes) to an account, which is made when there is none. */
export function credit(token: usize, holder: usize, amount: usize): void {
  readOrCreate(token, holder);
  if (u256.add(balance, amount, balance)) refuse(BALANCE_OVERFLOW, "balance above 2^256 - 1");
  host.storageWrite(key, record, RECORD);
}

/** Counts the nonce of whoever signed up, after it was compared. The record stays in memory for `debit`. */
function useNonce(token: usize, holder: usize, nonce: u64): void {
  if (!read(token, holder, record)) refuse(UNKNOWN_ACCOUNT, "the signer has no account of this token on this shard");
  if (nonce != load<u64>(record)) refuse(BAD_NONCE, "not the nonce of the account");
  putU64(record, nonce + 1);
}

/** Lets the account of a signer act without paying. */
export function act(token: usize, holder: usize, nonce: u64): void {
  useNonce(token, holder, nonce);
  host.storageWrite(key, record, RECORD);
}

/** Takes an amount (32 bytes) from the account that signed. */
export function debit(token: usize, holder: usize, amount: usize, nonce: u64): void {
  useNonce(token, holder, nonce);
  if (u256.isZero(amount)) refuse(ZERO_AMOUNT, "amount of 0");
  if (u256.sub(balance, amount, balance)) refuse(INSUFFICIENT_BALANCE, "amount above the balance");
  host.storageWrite(key, record, RECORD);
}

/** Extends the life of an account by `slots`; false when there is none. */
export function extend(token: usize, holder: usize, slots: u64): bool {
  setKey(token, holder);
  return host.storageExtendTtl(key, slots) == 1;
}
