/** Nodes of the incremental trie in memory, their encoding and decoding. */
import {
  decodeRlp,
  encodeRlp,
  encodeRlpBytes,
  encodeRlpListOf,
  type RlpItem,
  rlpBytes,
  SherdError,
} from '../base/index.ts';
import { nodeReference } from './build.ts';
import { decodePath, encodePath } from './nibbles.ts';

export const LEAF = 0;
export const EXTENSION = 1;
export const BRANCH = 2;
/** A node that is in the store and was not read yet. */
export const HASHED = 3;

export interface LeafNode {
  readonly kind: typeof LEAF;
  path: Uint8Array;
  value: Uint8Array;
  /** How the parent names it, once known; cleared by every change below. */
  reference: Uint8Array | undefined;
  /** The store has it, and all below it. */
  isStored: boolean;
}
export interface ExtensionNode {
  readonly kind: typeof EXTENSION;
  path: Uint8Array;
  child: TrieNode;
  reference: Uint8Array | undefined;
  isStored: boolean;
}
export interface BranchNode {
  readonly kind: typeof BRANCH;
  readonly children: (TrieNode | undefined)[];
  value: Uint8Array | undefined;
  reference: Uint8Array | undefined;
  isStored: boolean;
}
export interface HashedNode {
  readonly kind: typeof HASHED;
  readonly hash: Uint8Array;
  readonly reference: Uint8Array;
}
export type OpenNode = LeafNode | ExtensionNode | BranchNode;
export type TrieNode = OpenNode | HashedNode;

const EMPTY_SLOT = Uint8Array.of(0x80);

export function hashed(hash: Uint8Array): HashedNode {
  return { kind: HASHED, hash, reference: encodeRlpBytes(hash) };
}

export function leaf(path: Uint8Array, value: Uint8Array): LeafNode {
  return { kind: LEAF, path, value, reference: undefined, isStored: false };
}

export function extension(path: Uint8Array, child: TrieNode): ExtensionNode {
  return { kind: EXTENSION, path, child, reference: undefined, isStored: false };
}

export function branch(): BranchNode {
  return {
    kind: BRANCH,
    children: new Array(16).fill(undefined),
    value: undefined,
    reference: undefined,
    isStored: false,
  };
}

/** Encodes a node, naming its children by `nameOf`. */
export function encodeNode(node: OpenNode, nameOf: (child: TrieNode) => Uint8Array): Uint8Array {
  if (node.kind === LEAF) {
    return encodeRlpListOf([
      encodeRlpBytes(encodePath(node.path, 0, node.path.length, true)),
      encodeRlpBytes(node.value),
    ]);
  }
  if (node.kind === EXTENSION) {
    const path = encodeRlpBytes(encodePath(node.path, 0, node.path.length, false));
    return encodeRlpListOf([path, nameOf(node.child)]);
  }
  const parts: Uint8Array[] = new Array(17);
  for (let i = 0; i < 16; i++) {
    const child = node.children[i];
    parts[i] = child === undefined ? EMPTY_SLOT : nameOf(child);
  }
  parts[16] = node.value === undefined ? EMPTY_SLOT : encodeRlpBytes(node.value);
  return encodeRlpListOf(parts);
}

/** How a parent names `node`; hashes only what changed since the last time. */
export function referenceOf(node: TrieNode): Uint8Array {
  if (node.kind === HASHED) return node.reference;
  node.reference ??= nodeReference(encodeNode(node, referenceOf));
  return node.reference;
}

/** {@link referenceOf}, handing to `put` the encoding of every node that parents name by hash and that is not stored. */
export function storeNode(node: TrieNode, put: (hash: Uint8Array, encoded: Uint8Array) => void): Uint8Array {
  if (node.kind === HASHED) return node.reference;
  if (node.isStored && node.reference !== undefined) return node.reference;
  const encoded = encodeNode(node, (child) => storeNode(child, put));
  node.reference ??= nodeReference(encoded);
  node.isStored = true;
  if (encoded.length >= 32) put(node.reference.subarray(1), encoded);
  return node.reference;
}

/** @throws SherdError TRIE_NODE_MALFORMED (or an RLP code) when the bytes are no node. */
export function decodeNode(encoded: Uint8Array): OpenNode {
  return nodeFromItem(decodeRlp(encoded), 0);
}

function nodeFromItem(item: RlpItem, depth: number): OpenNode {
  if (item instanceof Uint8Array || (item.length !== 2 && item.length !== 17)) {
    throw malformed(`have ${item instanceof Uint8Array ? 'bytes' : `${item.length} items`}, want 2 or 17 items`);
  }
  if (item.length === 2) {
    const { nibbles, isLeaf } = decodePath(rlpBytes(item[0], 'trie node path'));
    if (isLeaf) return leaf(nibbles, rlpBytes(item[1], 'trie leaf value'));
    const child = childFromItem(item[1]!, depth);
    if (child === undefined || nibbles.length === 0) throw malformed('extension without path or child');
    return extension(nibbles, child);
  }
  const node = branch();
  for (let i = 0; i < 16; i++) node.children[i] = childFromItem(item[i]!, depth);
  const value = rlpBytes(item[16], 'trie branch value');
  node.value = value.length === 0 ? undefined : value;
  return node;
}

function childFromItem(item: RlpItem, depth: number): TrieNode | undefined {
  if (item instanceof Uint8Array) {
    if (item.length === 0) return undefined;
    if (item.length !== 32) throw malformed(`child of ${item.length} bytes, want a hash of 32`);
    return hashed(item);
  }
  // An embedded node is shorter than 32 bytes, so real ones cannot nest far.
  if (depth >= 32) throw malformed('embedded nodes nested too deep');
  const encoded = encodeRlp(item);
  if (encoded.length >= 32) throw malformed(`embedded child of ${encoded.length} bytes, want below 32`);
  return nodeFromItem(item, depth + 1);
}

function malformed(why: string): SherdError {
  return new SherdError('TRIE_NODE_MALFORMED', `trie node: ${why}`);
}
