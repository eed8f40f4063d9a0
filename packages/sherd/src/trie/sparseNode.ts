/** Nodes of the sparse Merkle tree of a shard: where they are stored, what they hold and how they are hashed. */
import { checkBytes, checkCount } from '../base/arguments.ts';
import { equalBytes, SherdError } from '../base/index.ts';
import { sha256 } from '../crypto/index.ts';
import { ZERO_CHUNK } from '../ssz/index.ts';

/** Bytes of a path: script id (u32 big-endian), SHA-256 of the key. */
export const PATH_BYTES = 36;
export const PATH_BITS = 8 * PATH_BYTES;

/** Root of a tree without leaves. */
export const EMPTY_SPARSE_ROOT: Uint8Array = ZERO_CHUNK;

/** Where the nodes of sparse trees are read from. */
export interface SparseStore {
  /** Node under a key that updateSparse gave to be written; undefined when there is none. Never changed afterwards. */
  getNode(key: Uint8Array): Uint8Array | undefined;
}

export interface SparseLeaf {
  readonly path: Uint8Array;
  readonly valueRoot: Uint8Array;
}

/** A node in its stored form, which is also what is hashed: kind (0 leaf, 1 branch) and two parts. */
export type SparseNode = Uint8Array;

const LEAF = 0;
const BRANCH = 1;
const LEAF_LENGTH = 1 + PATH_BYTES + 32;
const BRANCH_LENGTH = 1 + 32 + 32;

/** Path of a storage object. */
export function sparsePath(script: number, key: Uint8Array): Uint8Array {
  checkCount(script, 'script');
  checkBytes(key, 'key');
  const path = new Uint8Array(PATH_BYTES);
  for (let i = 0; i < 4; i++) path[i] = script >>> (24 - 8 * i);
  path.set(sha256(key), 4);
  return path;
}

/** Store key of the node at the first `bits` bits of `path`: u16 big-endian length, then the prefix padded with zeros. */
export function sparseKey(path: Uint8Array, bits: number): Uint8Array {
  const length = (bits + 7) >> 3;
  const key = new Uint8Array(2 + length);
  key[0] = bits >> 8;
  key[1] = bits & 0xff;
  for (let i = 0; i < length; i++) key[2 + i] = path[i]!;
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
  const node = new Uint8Array(LEAF_LENGTH);
  node[0] = LEAF;
  node.set(leaf.path, 1);
  node.set(leaf.valueRoot, 1 + PATH_BYTES);
  return node;
}

export function branchNode(left: Uint8Array, right: Uint8Array): SparseNode {
  const node = new Uint8Array(BRANCH_LENGTH);
  node[0] = BRANCH;
  node.set(left, 1);
  node.set(right, 33);
  return node;
}

export function nodeHash(node: SparseNode | undefined): Uint8Array {
  return node === undefined ? EMPTY_SPARSE_ROOT : sha256(node);
}

export function isLeaf(node: SparseNode): boolean {
  return node[0] === LEAF;
}

export function leafOf(node: SparseNode): SparseLeaf {
  return { path: node.subarray(1, 1 + PATH_BYTES), valueRoot: node.subarray(1 + PATH_BYTES) };
}

/** Hash of a child of a branch. */
export function childHash(branch: SparseNode, side: 0 | 1): Uint8Array {
  return side === 0 ? branch.subarray(1, 33) : branch.subarray(33);
}

export function isEmptyRoot(hash: Uint8Array): boolean {
  return equalBytes(hash, EMPTY_SPARSE_ROOT);
}

/** @throws SherdError BAD_SPARSE_NODE when the store holds something else under a node's key. */
export function readNode(store: SparseStore, key: Uint8Array): SparseNode | undefined {
  const node = store.getNode(key);
  if (node === undefined) return undefined;
  const want = node[0] === LEAF ? LEAF_LENGTH : node[0] === BRANCH ? BRANCH_LENGTH : -1;
  if (node.length !== want) {
    throw new SherdError('BAD_SPARSE_NODE', `sparse tree node of ${node.length} bytes and kind ${node[0]}`, {
      key,
      length: node.length,
    });
  }
  return node;
}
