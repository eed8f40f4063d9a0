/**
 * The Merkle Patricia trie over a node store (Yellow Paper, appendix D): read and changed key by key, in memory until
 * {@link Trie.commit} hashes what changed and writes the new nodes. Old roots stay readable.
 */
import { checkBytes, checkObject, checkPort } from '../base/arguments.ts';
import { bytesToHex, equalBytes, SherdError } from '../base/index.ts';
import { keccak256 } from '../crypto/hash.ts';
import { EMPTY_TRIE_ROOT } from './build.ts';
import { commonPrefix, toNibbles } from './nibbles.ts';
import {
  BRANCH,
  type BranchNode,
  branch,
  decodeNode,
  EXTENSION,
  encodeNode,
  extension,
  HASHED,
  hashed,
  LEAF,
  leaf,
  type OpenNode,
  referenceOf,
  storeNode,
  type TrieNode,
} from './node.ts';

/** Where encoded nodes are kept, by their keccak-256. */
export interface TrieNodeStore {
  getNode(hash: Uint8Array): Uint8Array | undefined;
  putNode(hash: Uint8Array, encoded: Uint8Array): void;
}

/** A node store in memory; it only ever grows. */
export function createMemoryNodeStore(): TrieNodeStore {
  const nodes = new Map<string, Uint8Array>();
  return {
    getNode: (hash) => nodes.get(bytesToHex(hash)),
    putNode: (hash, encoded) => void nodes.set(bytesToHex(hash), encoded),
  };
}

/** How a trie begins. */
export interface TrieOptions {
  /** Root to start from; the empty trie by default. */
  readonly root?: Uint8Array;
  /** Hash keys first, as the state and storage tries do. */
  readonly isSecure?: boolean;
}

/** Errors of every method: SherdError TRIE_NODE_MISSING when the store lacks a node, TRIE_NODE_MALFORMED. */
export class Trie {
  #store: TrieNodeStore;
  #root: TrieNode | undefined;
  #isSecure: boolean;

  constructor(store: TrieNodeStore = createMemoryNodeStore(), options: TrieOptions = {}) {
    checkPort(store, 'trie: store', ['getNode', 'putNode']);
    checkObject(options, 'trie: options');
    this.#store = store;
    this.#isSecure = options.isSecure ?? false;
    const root = options.root ?? EMPTY_TRIE_ROOT;
    checkBytes(root, 'trie: root', 32);
    this.#root = equalBytes(root, EMPTY_TRIE_ROOT) ? undefined : hashed(root);
  }

  get(key: Uint8Array): Uint8Array | undefined {
    const nibbles = this.#path(key);
    let node = this.#root;
    let at = 0;
    while (node !== undefined) {
      const open: OpenNode = this.#open(node);
      if (open.kind === BRANCH) {
        if (at === nibbles.length) return open.value;
        node = open.children[nibbles[at++]!];
        continue;
      }
      if (commonPrefix(nibbles, at, open.path, 0) !== open.path.length) return undefined;
      at += open.path.length;
      if (open.kind === LEAF) return at === nibbles.length ? open.value : undefined;
      node = open.child;
    }
    return undefined;
  }

  /** Sets `key`; the empty value deletes it. */
  put(key: Uint8Array, value: Uint8Array): void {
    checkBytes(value, 'trie value');
    const nibbles = this.#path(key);
    this.#root =
      value.length === 0 ? this.#remove(this.#root, nibbles, 0) : this.#insert(this.#root, nibbles, 0, value);
  }

  delete(key: Uint8Array): void {
    this.#root = this.#remove(this.#root, this.#path(key), 0);
  }

  /** The root hash; hashes only what changed since the last time and writes nothing. */
  root(): Uint8Array {
    if (this.#root === undefined) return EMPTY_TRIE_ROOT;
    if (this.#root.kind === HASHED) return this.#root.hash;
    return keccak256(encodeNode(this.#root, referenceOf));
  }

  /** Writes every node that is not in the store yet and returns the root hash. The nodes in memory are let go. */
  commit(): Uint8Array {
    if (this.#root === undefined) return EMPTY_TRIE_ROOT;
    if (this.#root.kind === HASHED) return this.#root.hash;
    const put = (hash: Uint8Array, node: Uint8Array) => this.#store.putNode(hash, node);
    const encoded = encodeNode(this.#root, (child) => storeNode(child, put));
    const hash = keccak256(encoded);
    this.#store.putNode(hash, encoded);
    this.#root = hashed(hash);
    return hash;
  }

  /** The encoded nodes from the root towards `key`: proves its value, or that it is absent. */
  proof(key: Uint8Array): Uint8Array[] {
    const nibbles = this.#path(key);
    const proof: Uint8Array[] = [];
    let node = this.#root;
    let at = 0;
    while (node !== undefined) {
      const open: OpenNode = this.#open(node);
      const encoded = encodeNode(open, referenceOf);
      // A short node stands inside its parent and needs no place of its own.
      if (proof.length === 0 || encoded.length >= 32) proof.push(encoded);
      if (open.kind === BRANCH) {
        if (at === nibbles.length) break;
        node = open.children[nibbles[at++]!];
        continue;
      }
      if (open.kind === LEAF || commonPrefix(nibbles, at, open.path, 0) !== open.path.length) break;
      at += open.path.length;
      node = open.child;
    }
    return proof;
  }

  #path(key: Uint8Array): Uint8Array {
    if (!this.#isSecure) return toNibbles(key);
    checkBytes(key, 'trie key');
    return toNibbles(keccak256(key));
  }

  #open(node: TrieNode): OpenNode {
    if (node.kind !== HASHED) return node;
    const encoded = this.#store.getNode(node.hash);
    if (encoded === undefined) {
      throw new SherdError('TRIE_NODE_MISSING', `trie node ${bytesToHex(node.hash)} is not in the store`, {
        hash: node.hash,
      });
    }
    const open = decodeNode(encoded);
    open.reference = node.reference;
    open.isStored = true;
    return open;
  }

  #insert(node: TrieNode | undefined, key: Uint8Array, at: number, value: Uint8Array): TrieNode {
    if (node === undefined) return leaf(key.slice(at), value);
    const open = this.#open(node);
    markChanged(open);
    if (open.kind === BRANCH) {
      if (at === key.length) open.value = value;
      else open.children[key[at]!] = this.#insert(open.children[key[at]!], key, at + 1, value);
      return open;
    }
    const shared = commonPrefix(key, at, open.path, 0);
    if (shared === open.path.length) {
      if (open.kind === EXTENSION) {
        open.child = this.#insert(open.child, key, at + shared, value);
        return open;
      }
      if (at + shared === key.length) {
        open.value = value;
        return open;
      }
    }
    const fork = branch();
    if (shared === open.path.length) {
      fork.value = (open as { value: Uint8Array }).value;
    } else {
      const nibble = open.path[shared]!;
      const rest = open.path.slice(shared + 1);
      if (open.kind === LEAF) fork.children[nibble] = leaf(rest, open.value);
      else fork.children[nibble] = rest.length === 0 ? open.child : extension(rest, open.child);
    }
    if (at + shared === key.length) fork.value = value;
    else fork.children[key[at + shared]!] = leaf(key.slice(at + shared + 1), value);
    return shared === 0 ? fork : extension(key.slice(at, at + shared), fork);
  }

  #remove(node: TrieNode | undefined, key: Uint8Array, at: number): TrieNode | undefined {
    if (node === undefined) return undefined;
    const open = this.#open(node);
    if (open.kind === BRANCH) {
      if (at === key.length) {
        if (open.value === undefined) return open;
        open.value = undefined;
      } else {
        const before = open.children[key[at]!];
        if (before === undefined) return open;
        open.children[key[at]!] = this.#remove(before, key, at + 1);
      }
      markChanged(open);
      return this.#collapse(open);
    }
    if (commonPrefix(key, at, open.path, 0) !== open.path.length) return open;
    if (open.kind === LEAF) return at + open.path.length === key.length ? undefined : open;
    const child = this.#remove(open.child, key, at + open.path.length);
    if (child === undefined) return undefined;
    return this.#join(open.path, child);
  }

  /** A branch with one way out is no branch. */
  #collapse(node: BranchNode): TrieNode | undefined {
    let only = -1;
    let count = 0;
    for (let i = 0; i < 16; i++) {
      if (node.children[i] === undefined) continue;
      only = i;
      count++;
    }
    if (count === 0) return node.value === undefined ? undefined : leaf(new Uint8Array(0), node.value);
    if (count > 1 || node.value !== undefined) return node;
    return this.#join(Uint8Array.of(only), node.children[only]!);
  }

  /** `path` followed by `child` as one node where that is possible. */
  #join(path: Uint8Array, child: TrieNode): TrieNode {
    const open = this.#open(child);
    if (open.kind === BRANCH) return extension(path, child);
    const joined = new Uint8Array(path.length + open.path.length);
    joined.set(path);
    joined.set(open.path, path.length);
    return open.kind === LEAF ? leaf(joined, open.value) : extension(joined, open.child);
  }
}

function markChanged(node: OpenNode): void {
  node.reference = undefined;
  node.isStored = false;
}
