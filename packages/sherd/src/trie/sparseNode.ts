/** Nodes of the sparse Merkle tree of a shard: where they are stored, what they hold and how they are hashed. */
import { concatBytes, equalBytes, SherdError } from '../base/index.ts';
import { hashBytes, ZERO_CHUNK } from '../ssz/index.ts';

/** Bytes of a path: script id (u32 big-endian), SHA-256 of the key. */
export const PATH_BYTES = 36;
export const PATH_BITS = 8 * PATH_BYTES;

/** Root of a tree without leaves. */
export const EMPTY_SPARSE_ROOT: Uint8Array = ZERO_CHUNK;

export interface SparseStore {
  /** Node under a key that updateSparse gave to be written; undefined when there is none. */
  getNode(key: Uint8Array): Uint8Array | undefined;
}

export interface SparseLeaf {
  readonly path: Uint8Array;
  readonly valueRoot: Uint8Array;
}

export type SparseNode =
  | { readonly kind: 'leaf'; readonly leaf: SparseLeaf; readonly hash: Uint8Array }
  | { readonly kind: 'branch'; readonly left: Uint8Array; readonly right: Uint8Array; readonly hash: Uint8Array };

const LEAF = 0;
const BRANCH = 1;
const LEAF_LENGTH = 1 + PATH_BYTES + 32;
const BRANCH_LENGTH = 1 + 32 + 32;

/** Path of a storage object. */
export function sparsePath(script: number, key: Uint8Array): Uint8Array {
  const path = new Uint8Array(PATH_BYTES);
  new DataView(path.buffer).setUint32(0, script);
  path.set(hashBytes(key), 4);
  return path;
}

/** Store key of the node at the first `bits` bits of `path`: u16 big-endian length, then the prefix padded with zeros. */
export function sparseKey(path: Uint8Array, bits: number): Uint8Array {
  const length = (bits + 7) >> 3;
  const key = new Uint8Array(2 + length);
  key[0] = bits >> 8;
  key[1] = bits & 0xff;
  key.set(path.subarray(0, length), 2);
  const spare = 8 * length - bits;
  if (spare > 0) key[key.length - 1]! &= (0xff << spare) & 0xff;
  return key;
}

/** Store key of a child of the node at the first `depth` bits of `path`. */
export function childKey(path: Uint8Array, depth: number, side: 0 | 1): Uint8Array {
  const key = sparseKey(path, depth + 1);
  const at = 2 + (depth >> 3);
  const mask = 0x80 >> (depth & 7);
  key[at] = side === 1 ? key[at]! | mask : key[at]! & ~mask;
  return key;
}

/** Bit number `position` of the path, the highest of the first byte being number 0. */
export function pathBit(path: Uint8Array, position: number): 0 | 1 {
  return ((path[position >> 3]! >> (7 - (position & 7))) & 1) as 0 | 1;
}

export function leafNode(leaf: SparseLeaf): SparseNode {
  return { kind: 'leaf', leaf, hash: leafHash(leaf) };
}

export function branchNode(left: Uint8Array, right: Uint8Array): SparseNode {
  return { kind: 'branch', left, right, hash: branchHash(left, right) };
}

export function leafHash(leaf: SparseLeaf): Uint8Array {
  return hashBytes(concatBytes(Uint8Array.of(LEAF), leaf.path, leaf.valueRoot));
}

export function branchHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return hashBytes(concatBytes(Uint8Array.of(BRANCH), left, right));
}

export function isEmptyRoot(hash: Uint8Array): boolean {
  return equalBytes(hash, EMPTY_SPARSE_ROOT);
}

/** Stored form: the very bytes that are hashed. */
export function encodeNode(node: SparseNode): Uint8Array {
  return node.kind === 'leaf'
    ? concatBytes(Uint8Array.of(LEAF), node.leaf.path, node.leaf.valueRoot)
    : concatBytes(Uint8Array.of(BRANCH), node.left, node.right);
}

/** @throws SherdError BAD_SPARSE_NODE when the store holds something else under a node's key. */
export function readNode(store: SparseStore, key: Uint8Array): SparseNode | undefined {
  const bytes = store.getNode(key);
  if (bytes === undefined) return undefined;
  if (bytes[0] === LEAF && bytes.length === LEAF_LENGTH) {
    const leaf = { path: bytes.slice(1, 1 + PATH_BYTES), valueRoot: bytes.slice(1 + PATH_BYTES) };
    return { kind: 'leaf', leaf, hash: hashBytes(bytes) };
  }
  if (bytes[0] === BRANCH && bytes.length === BRANCH_LENGTH) {
    return { kind: 'branch', left: bytes.slice(1, 33), right: bytes.slice(33), hash: hashBytes(bytes) };
  }
  throw new SherdError('BAD_SPARSE_NODE', `sparse tree node of ${bytes.length} bytes and kind ${bytes[0]}`, {
    key,
    length: bytes.length,
  });
}
