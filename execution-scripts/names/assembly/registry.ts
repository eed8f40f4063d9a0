/**
 * Names of one shard: an object each, under the Keccak-256 hash of the name. A name is somebody's for as long as its
 * object lives: there is no date in it, the ttl is the date.
 */
import { ADDRESS, clear, equal, host, put, putU64, refuse } from "../../sdk/assembly/index";
import { BAD_NAME, BAD_NONCE, NAME_TAKEN, NOT_OWNER, UNKNOWN_NAME } from "./errors";

export const MIN_NAME: i32 = 3;
export const MAX_NAME: i32 = 64;
/** What a name stands for: 32 bytes. */
export const VALUE: i32 = 32;
/** Owner (20), nonce (u64), value (32). */
export const RECORD: i32 = ADDRESS + 8 + VALUE;

/**
 * A name that expired and is registered again must not accept signatures of its earlier life: its first nonce is the
 * slot times 2^24, above every earlier one, because a slot never has room for 2^24 transactions.
 */
const NONCE_SHIFT: u64 = 24;

const key: usize = memory.data(32, 8);
export const record: usize = memory.data(RECORD, 8);
const owner: usize = record;
const nonce: usize = record + ADDRESS;
const value: usize = record + ADDRESS + 8;

function isLetterOrDigit(c: u8): bool {
  return (c >= 0x61 && c <= 0x7a) || (c >= 0x30 && c <= 0x39);
}

/** Small letters, digits, and hyphens inside: no two names look alike. */
function setKey(name: usize, length: i32): void {
  if (length < MIN_NAME || length > MAX_NAME) refuse(BAD_NAME, "a name has 3 to 64 characters");
  for (let i: i32 = 0; i < length; i++) {
    const c = load<u8>(name + <usize>i);
    const inside = i > 0 && i < length - 1;
    if (!isLetterOrDigit(c) && !(c == 0x2d && inside)) refuse(BAD_NAME, "a name has a-z, 0-9, and - inside");
  }
  host.keccak256(name, length, key);
}

/** Reads the name into `record`. */
export function read(name: usize, length: i32): void {
  setKey(name, length);
  if (host.storageRead(key, record, 0, RECORD) != RECORD) refuse(UNKNOWN_NAME, "nobody has this name on this shard");
}

/** Makes a free name somebody's. */
export function register(name: usize, length: i32, to: usize): void {
  setKey(name, length);
  if (host.storageSize(key) >= 0) refuse(NAME_TAKEN, "somebody has this name");
  put(owner, to, ADDRESS);
  putU64(nonce, <u64>host.currentSlot() << NONCE_SHIFT);
  clear(value, VALUE);
  host.storageWrite(key, record, RECORD);
}

/** Keeps the name for `slots` more; the last slot in which it can be read. */
export function extend(slots: u64): u64 {
  if (slots > 0) host.storageExtendTtl(key, slots);
  return host.storageTtl(key);
}

/** Last slot in which the name that was read last can be read. */
export function lastSlot(): u64 {
  return host.storageTtl(key);
}

/** Reads the name and counts its nonce up, for whoever signed: its owner, or nobody. */
export function act(name: usize, length: i32, by: usize, given: u64): void {
  read(name, length);
  if (!equal(owner, by, ADDRESS)) refuse(NOT_OWNER, "only its owner may do this to a name");
  if (load<u64>(nonce) != given) refuse(BAD_NONCE, "not the nonce of the name");
  putU64(nonce, given + 1);
}

export function setOwner(to: usize): void {
  put(owner, to, ADDRESS);
  host.storageWrite(key, record, RECORD);
}

export function setValue(from: usize): void {
  put(value, from, VALUE);
  host.storageWrite(key, record, RECORD);
}
