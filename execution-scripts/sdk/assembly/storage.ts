/** Storage objects of the own region, by keys of 32 bytes. */
import * as host from "./host";

/** What `size`, `read`, `version` and `ttl` answer when there is no object, or it has expired. */
export const ABSENT: i32 = -1;

export function exists(key: usize): bool {
  return host.storageSize(key) != ABSENT;
}

/** Bytes of the object, or ABSENT. */
export function size(key: usize): i32 {
  return host.storageSize(key);
}

/** Copies up to `length` bytes of the object, from `offset` on: how many, or ABSENT. */
export function read(key: usize, out: usize, offset: i32, length: i32): i32 {
  return host.storageRead(key, out, offset, length);
}

/** How often the object was written, or ABSENT. */
export function version(key: usize): i64 {
  return host.storageVersion(key);
}

/** Last slot at which the object can be read, or ABSENT. */
export function ttl(key: usize): i64 {
  return host.storageTtl(key);
}

/** Writes the object: its version counts up, its ttl is extended. */
export function write(key: usize, ptr: usize, length: i32): void {
  host.storageWrite(key, ptr, length);
}

/** False when there was no object. */
export function remove(key: usize): bool {
  return host.storageRemove(key) == 1;
}

/** Extends the ttl by `slots`; false when there is no object. */
export function extendTtl(key: usize, slots: u64): bool {
  return host.storageExtendTtl(key, slots) == 1;
}
