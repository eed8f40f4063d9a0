/**
 * Storage objects: for each contract its code and its state, for each account its nonce. The key is the Keccak-256 hash
 * of what the object is (one byte) and whose (32 bytes).
 */
import { ADDRESS, clear, host, put, putU64, refuse } from "../../sdk/assembly/index";
import { BAD_NONCE, UNKNOWN_ACCOUNT } from "./errors";

export const CODE: u8 = 1;
export const STATE: u8 = 2;
const ACCOUNT: u8 = 3;

/** An account that expired must not accept old signatures: its first nonce is the slot times 2^24. */
const NONCE_SHIFT: u64 = 24;

const preimage: usize = memory.data(33, 8);
const key: usize = memory.data(32, 8);
const nonce: usize = memory.data(8, 8);
const holder: usize = memory.data(32, 8);

function setKey(what: u8, whose: usize): usize {
  store<u8>(preimage, what);
  put(preimage + 1, whose, 32);
  host.keccak256(preimage, 33, key);
  return key;
}

/** Bytes of an object, copied to `out`; -1 when there is none. */
export function read(what: u8, contract: usize, out: usize, most: i32): i32 {
  return host.storageRead(setKey(what, contract), out, 0, most);
}

export function exists(what: u8, contract: usize): bool {
  return host.storageSize(setKey(what, contract)) >= 0;
}

export function write(what: u8, contract: usize, from: usize, length: i32): void {
  host.storageWrite(setKey(what, contract), from, length);
}

export function extend(what: u8, contract: usize, slots: u64): bool {
  return host.storageExtendTtl(setKey(what, contract), slots) == 1;
}

function accountKey(address: usize): usize {
  clear(holder, 32);
  put(holder + 12, address, ADDRESS);
  return setKey(ACCOUNT, holder);
}

/** Makes the account when there is none; its nonce. */
export function openAccount(address: usize): u64 {
  if (host.storageRead(accountKey(address), nonce, 0, 8) == 8) return load<u64>(nonce);
  putU64(nonce, <u64>host.currentSlot() << NONCE_SHIFT);
  host.storageWrite(key, nonce, 8);
  return load<u64>(nonce);
}

/** Counts the nonce of whoever signed up. */
export function useNonce(address: usize, given: u64): void {
  if (host.storageRead(accountKey(address), nonce, 0, 8) != 8) {
    refuse(UNKNOWN_ACCOUNT, "the signer has no account on this shard");
  }
  if (load<u64>(nonce) != given) refuse(BAD_NONCE, "not the nonce of the account");
  putU64(nonce, given + 1);
  host.storageWrite(key, nonce, 8);
}
