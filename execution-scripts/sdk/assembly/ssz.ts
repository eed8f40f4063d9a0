/**
 * hash_tree_root and Merkle proofs of SSZ objects, by hand: what has no code generator is put together from chunks of
 * 32 bytes. A basic value is one chunk (`put…Chunk`), a container the tree over the roots of its fields, a list a tree
 * whose depth its limit gives, with its length mixed in.
 */
import { clear, equal, put, putU64 } from "./bytes";
import { sha256 } from "./host";

export const CHUNK: i32 = 32;
/** Bytes of a tree that is being built. */
export const TREE: i32 = 8 + 64 * 32;

const pair: usize = memory.data(64, 8);
const node: usize = memory.data(CHUNK, 8);
const zero: usize = memory.data(CHUNK, 8);
const part: usize = memory.data(CHUNK, 8);
const tree: usize = memory.data(TREE, 8);

/** Writes sha256(left ‖ right). `out` may be one of the two. */
export function hashPair(left: usize, right: usize, out: usize): void {
  put(put(pair, left, CHUNK), right, CHUNK);
  sha256(pair, 64, out);
}

// Chunks

/** Writes a uint64, or any smaller uint, as a chunk. A uint256 of `u256` is one as it stands. */
export function putU64Chunk(to: usize, value: u64): void {
  clear(to, CHUNK);
  putU64(to, value);
}

export function putBoolChunk(to: usize, value: bool): void {
  putU64Chunk(to, value ? 1 : 0);
}

/** Writes up to 32 bytes (an address, a hash) as a chunk. */
export function putBytesChunk(to: usize, ptr: usize, length: i32): void {
  clear(to, CHUNK);
  put(to, ptr, length);
}

// Trees, chunk by chunk: for lists that do not fit into memory, and for elements that have roots of their own.

/** Begins a tree in TREE bytes of memory. */
export function startTree(at: usize): void {
  store<u64>(at, 0);
}

/** Adds a chunk, or the root of an element, on the right. At most 2^63 - 1 of them. */
export function addChunk(at: usize, chunk: usize): void {
  // The tree keeps the roots of the complete subtrees so far: one for each bit of the count.
  const count = load<u64>(at);
  let level = at + 8;
  put(node, chunk, CHUNK);
  for (let bits = count; (bits & 1) != 0; bits >>= 1) {
    hashPair(level, node, node);
    level += CHUNK;
  }
  put(level, node, CHUNK);
  store<u64>(at, count + 1);
}

/** Writes the root of the tree of `depth` (below 63), whose missing chunks are zero. Traps when there are too many. */
export function treeRoot(at: usize, depth: i32, out: usize): void {
  const count = load<u64>(at);
  if (count > <u64>1 << depth) unreachable();
  let level = at + 8;
  if (count == <u64>1 << depth) {
    put(out, level + <usize>(depth * CHUNK), CHUNK);
    return;
  }
  // `node` is what stands right of the complete subtrees, of the height that the loop has reached.
  clear(zero, CHUNK);
  clear(node, CHUNK);
  let isEmpty = true;
  for (let bits = count, left = depth; left > 0; left--, bits >>= 1) {
    if ((bits & 1) != 0) {
      hashPair(level, isEmpty ? zero : node, node);
      isEmpty = false;
    } else if (!isEmpty) hashPair(node, zero, node);
    hashPair(zero, zero, zero);
    level += CHUNK;
  }
  put(out, isEmpty ? zero : node, CHUNK);
}

/** Depth of the tree that has room for `chunks`: 0 for one. */
export function depthOf(chunks: u64): i32 {
  return chunks <= 1 ? 0 : 64 - <i32>clz(chunks - 1);
}

// Whole objects

/** Writes the root of a vector of `count` chunks, or of a container of as many fields whose roots stand at `chunks`. */
export function rootOfChunks(chunks: usize, count: i32, out: usize): void {
  startTree(tree);
  for (let i = 0; i < count; i++) addChunk(tree, chunks + <usize>(i * CHUNK));
  treeRoot(tree, depthOf(<u64>count), out);
}

/** Writes the root of a vector of bytes (a public key, a signature), or of packed basic values. */
export function rootOfBytes(ptr: usize, length: i32, out: usize): void {
  rootOfPacked(ptr, length, <u64>length, out);
}

/** Writes the root of a list of bytes that may have at most `limit` of them. Traps when it has more. */
export function rootOfByteList(ptr: usize, length: i32, limit: u64, out: usize): void {
  if (<u64>length > limit) unreachable();
  rootOfPacked(ptr, length, limit, out);
  mixInLength(out, <u64>length, out);
}

/** Writes the root of a list of uint64 that stand one after another, at most `limit` of them. Traps for more. */
export function rootOfU64List(ptr: usize, count: i32, limit: u64, out: usize): void {
  if (<u64>count > limit) unreachable();
  rootOfPacked(ptr, count << 3, limit << 3, out);
  mixInLength(out, <u64>count, out);
}

/** Writes the root of a list from the root of its tree: with its length mixed in. */
export function mixInLength(root: usize, length: u64, out: usize): void {
  putU64Chunk(part, length);
  hashPair(root, part, out);
}

function rootOfPacked(ptr: usize, length: i32, limit: u64, out: usize): void {
  startTree(tree);
  for (let at = 0; at < length; at += CHUNK) {
    putBytesChunk(part, ptr + <usize>at, min(CHUNK, length - at));
    addChunk(tree, part);
  }
  treeRoot(tree, depthOf((limit + 31) >> 5), out);
}

// Proofs

/**
 * Is `leaf` the node with this generalized index under `root`? The branch has one hash for each level, the lowest first;
 * a generalized index is 2^depth + position. Index 0 is none.
 */
export function verifyProof(leaf: usize, branch: usize, generalizedIndex: u64, root: usize): bool {
  if (generalizedIndex == 0) return false;
  put(node, leaf, CHUNK);
  for (let index = generalizedIndex; index > 1; index >>= 1, branch += CHUNK) {
    if ((index & 1) != 0) hashPair(branch, node, node);
    else hashPair(node, branch, node);
  }
  return equal(node, root, CHUNK);
}
