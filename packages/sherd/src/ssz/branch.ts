/** Single Merkle proofs into SSZ trees: the sibling hashes from a node up to the root. */

import { type Node, Tree } from '@chainsafe/persistent-merkle-tree';
import type { CompositeTypeAny, JsonPath } from '@chainsafe/ssz';
import { equalBytes } from '../base/index.ts';
import { hashPair } from './hasher.ts';

/**
 * Generalised index of a field: 1 is the root, 2i and 2i+1 are the children of i.
 * `path` names fields and positions: `['crosslinks', 3, 'receiptsRoot']`.
 */
export function gindexOf(type: CompositeTypeAny, path: JsonPath): bigint {
  return type.getPathInfo(path).gindex;
}

/** Siblings from the node at `gindex` upwards. */
export function branchOf(root: Node, gindex: bigint): Uint8Array[] {
  return new Tree(root).getSingleProof(gindex).map((hash) => new Uint8Array(hash));
}

/** True when `branch` leads from `node`, standing at `gindex`, to `root`. False for hashes that are not 32 bytes. */
export function verifyBranch(
  root: Uint8Array,
  node: Uint8Array,
  gindex: bigint,
  branch: readonly Uint8Array[],
): boolean {
  if (node.length !== 32) return false;
  let at = gindex;
  let hash = node;
  for (const sibling of branch) {
    if (at <= 1n || sibling.length !== 32) return false;
    hash = (at & 1n) === 1n ? hashPair(sibling, hash) : hashPair(hash, sibling);
    at >>= 1n;
  }
  return at === 1n && equalBytes(hash, root);
}
