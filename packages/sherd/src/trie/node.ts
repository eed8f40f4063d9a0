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
}
export interface ExtensionNode {
  readonly kind: typeof EXTENSION;
  path: Uint8Array;
  child: TrieNode;
  reference: Uint8Array | undefined;
}
export interface BranchNode {
  readonly kind: typeof BRANCH;
  readonly children: (TrieNode | undefined)[];
  value: Uint8Array | undefined;
  reference: Uint8Array | undefined;
}
export interface HashedNode {
  readonly kind: typeof HASHED;
  readonly hash: Uint8Array;
  readonly reference: Uint8Array;
}
export type TrieNode = LeafNode | ExtensionNode | BranchNode | HashedNode;

const EMPTY_SLOT = Uint8Array.of(0x80);

export function leaf(path: Uint8Array, value: Uint8Array): LeafNode {
  return { kind: LEAF, path, value, reference: undefined };
}

export function extension(path: Uint8Array, child: TrieNode): ExtensionNode {
  return { kind: EXTENSION, path, child, reference: undefined };
}

export function branch(): BranchNode {
  return { kind: BRANCH, children: new Array(16).fill(undefined), value: undefined, reference: undefined };
}

/** Receives the encoding of every node that a parent names by hash. */
export type NodeSink = (reference: Uint8Array, encoded: Uint8Array) => void;

/** Encodes a node; its children that changed are encoded first and handed to `sink`. */
export function encodeNode(node: Exclude<TrieNode, HashedNode>, sink: NodeSink): Uint8Array {
  if (node.kind === LEAF) {
    return encodeRlpListOf([
      encodeRlpBytes(encodePath(node.path, 0, node.path.length, true)),
      encodeRlpBytes(node.value),
    ]);
  }
  if (node.kind === EXTENSION) {
    const path = encodeRlpBytes(encodePath(node.path, 0, node.path.length, false));
    return encodeRlpListOf([path, referenceOf(node.child, sink)]);
  }
  const parts: Uint8Array[] = new Array(17);
  for (let i = 0; i < 16; i++) {
    const child = node.children[i];
    parts[i] = child === undefined ? EMPTY_SLOT : referenceOf(child, sink);
  }
  parts[16] = node.value === undefined ? EMPTY_SLOT : encodeRlpBytes(node.value);
  return encodeRlpListOf(parts);
}

/** How a parent names `node`, computed at most once per change. */
export function referenceOf(node: TrieNode, sink: NodeSink): Uint8Array {
  if (node.reference !== undefined || node.kind === HASHED) return node.reference!;
  const encoded = encodeNode(node, sink);
  const reference = nodeReference(encoded);
  node.reference = reference;
  if (encoded.length >= 32) sink(reference, encoded);
  return reference;
}

/** @throws SherdError TRIE_NODE_MALFORMED (or an RLP code) when the bytes are no node. */
export function decodeNode(encoded: Uint8Array): Exclude<TrieNode, HashedNode> {
  return nodeFromItem(decodeRlp(encoded), 0);
}

function nodeFromItem(item: RlpItem, depth: number): Exclude<TrieNode, HashedNode> {
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
    return { kind: HASHED, hash: item, reference: encodeRlpBytes(item) };
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
