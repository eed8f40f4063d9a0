/** hash_tree_root of small fixed containers, by hand: chunks of 32 bytes that are hashed in pairs. */
import { clear, put, putU64 } from "./bytes";
import { sha256 } from "./host";

const pair: usize = memory.data(64, 8);
const leaves: usize = memory.data(96, 8);

/** Writes sha256(left ‖ right). `out` may be one of the two. */
export function hashPair(left: usize, right: usize, out: usize): void {
  put(put(pair, left, 32), right, 32);
  sha256(pair, 64, out);
}

/** Writes a uint64 as a chunk. */
export function putU64Chunk(to: usize, value: u64): void {
  clear(to, 32);
  putU64(to, value);
}

/** Writes the root of a byte vector of 33 to 64 bytes. */
export function rootOfTwoChunks(ptr: usize, length: i32, out: usize): void {
  clear(pair, 64);
  put(pair, ptr, length);
  sha256(pair, 64, out);
}

/** Writes the root of a container of three fields whose roots stand one after another at `fields` (96 bytes). */
export function rootOfThree(fields: usize, out: usize): void {
  put(leaves, fields + 64, 32);
  clear(leaves + 32, 32);
  hashPair(leaves, leaves + 32, leaves + 64);
  hashPair(fields, fields + 32, leaves);
  hashPair(leaves, leaves + 64, out);
}
