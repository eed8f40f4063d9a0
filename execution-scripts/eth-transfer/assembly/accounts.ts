/**
 * Accounts of one shard: an object each, under the address padded with zeros in front to 32 bytes, that holds the nonce
 * (u64) and the balance (u64, gwei).
 */
import { ADDRESS, host, putU64, put, refuse } from "../../sdk/assembly/index";
import { BAD_NONCE, BALANCE_OVERFLOW, INSUFFICIENT_BALANCE, UNKNOWN_ACCOUNT, ZERO_AMOUNT } from "./errors";

export const RECORD: i32 = 16;

/**
 * An object that nobody wrote to for long is removed from the state. Should its account appear again, it must not begin
 * with a nonce that was used before, or old signatures would be good again. So the first nonce is the slot times 2^24:
 * above every nonce of an earlier life, because a slot never has room for 2^24 transactions.
 */
const NONCE_SHIFT: u64 = 24;

const key: usize = memory.data(32, 8);
const record: usize = memory.data(RECORD, 8);

function setKey(address: usize): void {
  // The first twelve bytes stay zero.
  put(key + 12, address, ADDRESS);
}

/** Reads the account into `out` (16 bytes); false, and nothing is written, when there is none. */
export function read(address: usize, out: usize): bool {
  setKey(address);
  return host.storageRead(key, out, 0, RECORD) == RECORD;
}

/** Adds `amount` gwei to an account, which is created when it does not exist. */
export function credit(address: usize, amount: u64): void {
  let nonce = <u64>host.currentSlot() << NONCE_SHIFT;
  let balance: u64 = 0;
  if (read(address, record)) {
    nonce = load<u64>(record);
    balance = load<u64>(record, 8);
  }
  if (balance + amount < balance) refuse(BALANCE_OVERFLOW, "balance above 2^64 - 1 gwei");
  write(nonce, balance + amount);
}

/** Takes `amount` gwei from the account that signed, whose nonce counts up. */
export function debit(address: usize, amount: u64, nonce: u64): void {
  if (!read(address, record)) refuse(UNKNOWN_ACCOUNT, "the signer has no account on this shard");
  const balance = load<u64>(record, 8);
  if (nonce != load<u64>(record)) refuse(BAD_NONCE, "not the nonce of the account");
  if (amount == 0) refuse(ZERO_AMOUNT, "amount of 0 gwei");
  if (amount > balance) refuse(INSUFFICIENT_BALANCE, "amount above the balance");
  write(nonce + 1, balance - amount);
}

/** Extends the life of an account's object by `slots`; false when there is none. */
export function extend(address: usize, slots: u64): bool {
  setKey(address);
  return host.storageExtendTtl(key, slots) == 1;
}

function write(nonce: u64, balance: u64): void {
  putU64(putU64(record, nonce), balance);
  host.storageWrite(key, record, RECORD);
}
