/** Checking of Merkle Patricia proofs: what a stranger says about a key, against a root that we know. */
import { checkBytes, checkList } from '../base/arguments.ts';
import { bytesToHex, equalBytes, SherdError } from '../base/index.ts';
import { keccak256 } from '../crypto/hash.ts';
import { EMPTY_TRIE_ROOT } from './build.ts';
import { commonPrefix, toNibbles } from './nibbles.ts';
import { BRANCH, decodeNode, HASHED, hashed, LEAF, type TrieNode } from './node.ts';

/**
 * The value of `key` under `root`, or undefined when the proof shows that it is absent. `proof` holds encoded nodes
 * from the root downwards, as {@link ./trie.ts} gives them out (and eth_getProof).
 * @throws SherdError PROOF_HASH_MISMATCH, PROOF_INCOMPLETE, PROOF_TRAILING_NODES, TRIE_NODE_MALFORMED.
 */
export function verifyProof(root: Uint8Array, key: Uint8Array, proof: readonly Uint8Array[]): Uint8Array | undefined {
  checkBytes(root, 'root');
  checkBytes(key, 'key');
  checkList(proof, 'proof');
  if (equalBytes(root, EMPTY_TRIE_ROOT)) {
    expectEnd(proof, 0);
    return undefined;
  }
  const nibbles = toNibbles(key);
  let at = 0;
  let used = 0;
  let node: TrieNode | undefined = hashed(root);
  while (node !== undefined) {
    if (node.kind === HASHED) {
      node = openNode(node.hash, proof, used++);
      continue;
    }
    if (node.kind === BRANCH) {
      if (at === nibbles.length) return ended(proof, used, node.value);
      node = node.children[nibbles[at++]!];
      continue;
    }
    if (commonPrefix(nibbles, at, node.path, 0) !== node.path.length) break;
    at += node.path.length;
    if (node.kind === LEAF) return ended(proof, used, at === nibbles.length ? node.value : undefined);
    node = node.child;
  }
  return ended(proof, used, undefined);
}

/** {@link verifyProof} for a trie whose keys are hashed. */
export function verifySecureProof(
  root: Uint8Array,
  key: Uint8Array,
  proof: readonly Uint8Array[],
): Uint8Array | undefined {
  checkBytes(key, 'key');
  return verifyProof(root, keccak256(key), proof);
}

function openNode(hash: Uint8Array, proof: readonly Uint8Array[], index: number): TrieNode {
  const encoded = proof[index];
  if (encoded === undefined) {
    throw new SherdError('PROOF_INCOMPLETE', `proof ends after ${index} nodes, want node ${bytesToHex(hash)}`, {
      index,
    });
  }
  checkBytes(encoded, 'node of a proof');
  const have = keccak256(encoded);
  if (!equalBytes(have, hash)) {
    throw new SherdError(
      'PROOF_HASH_MISMATCH',
      `proof node ${index}: have hash ${bytesToHex(have)}, want ${bytesToHex(hash)}`,
      { index, have, want: hash },
    );
  }
  return decodeNode(encoded);
}

function ended(proof: readonly Uint8Array[], used: number, value: Uint8Array | undefined): Uint8Array | undefined {
  expectEnd(proof, used);
  return value;
}

function expectEnd(proof: readonly Uint8Array[], used: number): void {
  if (proof.length === used) return;
  throw new SherdError('PROOF_TRAILING_NODES', `proof of ${proof.length} nodes, want ${used}`, {
    have: proof.length,
    want: used,
  });
}
