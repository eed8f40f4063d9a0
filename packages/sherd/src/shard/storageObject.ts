/**
 * Storage objects: the stored form (SSZ StorageObject), the value root, and expiry. The codec is written out by hand
 * because every read of a shard's state passes here; a test holds it against the SSZ type.
 */
import { SherdError } from '../base/index.ts';
import { StorageObject } from '../beacon/types.ts';
import type { StoredObject } from '../scripts/world.ts';

/** A ttl that never passes: 2^64 - 1 when stored, the largest safe integer in memory. */
export const FOREVER: number = Number.MAX_SAFE_INTEGER;
const FOREVER_STORED = 2n ** 64n - 1n;

/** version u64, offset u32, ttl u64. */
const FIXED_BYTES = 20;

export function encodeObject({ version, storage, ttl }: StoredObject): Uint8Array {
  const out = new Uint8Array(FIXED_BYTES + storage.length);
  const view = new DataView(out.buffer);
  view.setBigUint64(0, BigInt(version), true);
  view.setUint32(8, FIXED_BYTES, true);
  view.setBigUint64(12, ttl >= FOREVER ? FOREVER_STORED : BigInt(ttl), true);
  out.set(storage, FIXED_BYTES);
  return out;
}

/** @throws SherdError BAD_STORED_OBJECT for bytes that no {@link encodeObject} made: a damaged store. */
export function decodeObject(bytes: Uint8Array): StoredObject {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < FIXED_BYTES || view.getUint32(8, true) !== FIXED_BYTES) {
    throw new SherdError('BAD_STORED_OBJECT', `stored object of ${bytes.length} bytes does not decode`, {
      length: bytes.length,
    });
  }
  const ttl = view.getBigUint64(12, true);
  return {
    version: Number(view.getBigUint64(0, true)),
    storage: bytes.subarray(FIXED_BYTES),
    ttl: ttl >= BigInt(FOREVER) ? FOREVER : Number(ttl),
  };
}

/** hash_tree_root of the object: its leaf in the sparse tree. */
export function objectRoot({ version, storage, ttl }: StoredObject): Uint8Array {
  return StorageObject.hashTreeRoot({
    version: BigInt(version),
    storage,
    ttl: ttl >= FOREVER ? FOREVER_STORED : BigInt(ttl),
  });
}

/** True while the object reads as present. */
export function isAlive(object: StoredObject | undefined, slot: number): object is StoredObject {
  return object !== undefined && object.ttl >= slot;
}
