/**
 * Storage objects: the stored form (SSZ StorageObject), the value root, and expiry. The codec is written out by hand
 * because every read of a shard's state passes here, and so is the root of small ones; a test holds both against the SSZ
 * type.
 */
import { SherdError } from '../base/index.ts';
import { LIST_LIMITS, StorageObject } from '../beacon/types.ts';
import type { StoredObject } from '../scripts/world.ts';
import { hashPair, ZERO_CHUNK, zeroHash } from '../ssz/index.ts';

/** A ttl that never passes: 2^64 - 1 when stored, the largest safe integer in memory. */
export const FOREVER: number = Number.MAX_SAFE_INTEGER;
const FOREVER_STORED = 2n ** 64n - 1n;

/** version u64, offset u32, ttl u64, little-endian. Read byte by byte: a view of each object would cost more than that. */
const FIXED_BYTES = 20;
const OFFSET_AT = 8;
const TTL_AT = 12;
/** Objects up to this size are copied: a part that shares their memory would cost more. */
const COPIED_BYTES = 128;

export function encodeObject({ version, storage, ttl }: StoredObject): Uint8Array {
  const out = new Uint8Array(FIXED_BYTES + storage.length);
  putU64(out, 0, version);
  out[OFFSET_AT] = FIXED_BYTES;
  if (ttl >= FOREVER) out.fill(0xff, TTL_AT, FIXED_BYTES);
  else putU64(out, TTL_AT, ttl);
  out.set(storage, FIXED_BYTES);
  return out;
}

/** @throws SherdError BAD_STORED_OBJECT for bytes that no {@link encodeObject} made: a damaged store. */
export function decodeObject(bytes: Uint8Array): StoredObject {
  if (bytes.length < FIXED_BYTES || readU32(bytes, OFFSET_AT) !== FIXED_BYTES) {
    throw new SherdError('BAD_STORED_OBJECT', `stored object of ${bytes.length} bytes does not decode`, {
      length: bytes.length,
    });
  }
  return {
    version: readU64(bytes, 0),
    storage: bytes.length <= COPIED_BYTES ? bytes.slice(FIXED_BYTES) : bytes.subarray(FIXED_BYTES),
    ttl: Math.min(readU64(bytes, TTL_AT), FOREVER),
  };
}

/** Nearest number; exact below 2^53, and what is not is never below that. */
function readU64(bytes: Uint8Array, at: number): number {
  return readU32(bytes, at + 4) * 2 ** 32 + readU32(bytes, at);
}

function readU32(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}

/** @param value A safe integer. */
function putU64(bytes: Uint8Array, at: number, value: number): void {
  let rest = value;
  for (let i = 0; i < 8; i++) {
    bytes[at + i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
}

/** hash_tree_root of the object: its leaf in the sparse tree. */
export function objectRoot({ version, storage, ttl }: StoredObject): Uint8Array {
  if (storage.length > SMALL_STORAGE) {
    return StorageObject.hashTreeRoot({
      version: BigInt(version),
      storage,
      ttl: ttl >= FOREVER ? FOREVER_STORED : BigInt(ttl),
    });
  }
  const ttlChunk = ttl >= FOREVER ? FOREVER_CHUNK : numberChunk(ttl);
  return hashPair(hashPair(numberChunk(version), storageRoot(storage)), hashPair(ttlChunk, ZERO_CHUNK));
}

/** The library is made for large objects; slots, accounts and balances are small, and it takes twice as long for those. */
const SMALL_STORAGE = 128;
const STORAGE_DEPTH = Math.log2(LIST_LIMITS.objectBytes / 32);

const FOREVER_CHUNK = new Uint8Array(32).fill(0xff, 0, 8);

function numberChunk(value: number): Uint8Array {
  const chunk = new Uint8Array(32);
  putU64(chunk, 0, value);
  return chunk;
}

/** Root of the storage as an SSZ list of bytes: its chunks, up to the limit's depth with zeros, and its length. */
function storageRoot(storage: Uint8Array): Uint8Array {
  let level: Uint8Array[] = [];
  for (let at = 0; at < storage.length || at === 0; at += 32) {
    const chunk = new Uint8Array(32);
    for (let i = 0; i < 32 && at + i < storage.length; i++) chunk[i] = storage[at + i]!;
    level.push(chunk);
  }
  for (let depth = 0; depth < STORAGE_DEPTH; depth++) {
    const above: Uint8Array[] = [];
    for (let i = 0; i < level.length; i += 2) above.push(hashPair(level[i]!, level[i + 1] ?? zeroHash(depth)));
    level = above;
  }
  return hashPair(level[0]!, numberChunk(storage.length));
}

/** True while the object reads as present. */
export function isAlive(object: StoredObject | undefined, slot: number): object is StoredObject {
  return object !== undefined && object.ttl >= slot;
}
