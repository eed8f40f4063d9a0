/**
 * Proofs of storage objects against a shard's state root, which other shards know from crosslinks and scripts from
 * recentShardStateRoot: from the object through the sparse tree to objectsRoot, from there through the SSZ state.
 */
import type { ChainParams } from '../beacon/params.ts';
import type { StoredObject } from '../scripts/world.ts';
import { branchOf, gindexOf, verifyBranch } from '../ssz/index.ts';
import { proveSparse, type SparseProof, sparsePath, verifySparse } from '../trie/index.ts';
import { readParent } from './blockRun.ts';
import { createShardStateType } from './state.ts';
import { decodeObject, objectRoot } from './storageObject.ts';
import type { ShardStore } from './store.ts';

type Shape = Pick<ChainParams, 'rootWindow'>;

export interface ObjectProof {
  /** State root of the shard that the proof leads to. */
  readonly stateRoot: Uint8Array;
  /** The object, expired or not; undefined when the tree has none there. */
  readonly object: StoredObject | undefined;
  readonly objectsRoot: Uint8Array;
  readonly sparseProof: SparseProof;
  /** From objectsRoot to the state root. */
  readonly stateBranch: readonly Uint8Array[];
}

/** Proof of what stands, or that nothing stands, under (script, key) after the newest block. @throws SherdError NO_SHARD_STATE */
export function proveObject(params: ChainParams, store: ShardStore, script: number, key: Uint8Array): ObjectProof {
  const { state } = readParent({ params, store });
  const type = createShardStateType(params);
  const bytes = store.getObject(script, key);
  return {
    stateRoot: new Uint8Array(type.hashTreeRoot(state)),
    object: bytes === undefined ? undefined : decodeObject(bytes),
    objectsRoot: state.objectsRoot,
    sparseProof: proveSparse({ getNode: (node) => store.getTreeNode(node) }, sparsePath(script, key)),
    stateBranch: branchOf(type.value_toTree(state), gindexOf(type, ['objectsRoot'])),
  };
}

/** True when `proof` shows its object, or the absence of one, under (script, key) in the state of `stateRoot`. */
export function verifyObjectProof(
  shape: Shape,
  stateRoot: Uint8Array,
  script: number,
  key: Uint8Array,
  { object, objectsRoot, sparseProof, stateBranch }: ObjectProof,
): boolean {
  const gindex = gindexOf(createShardStateType(shape), ['objectsRoot']);
  const valueRoot = object === undefined ? null : objectRoot(object);
  return (
    verifyBranch(stateRoot, objectsRoot, gindex, stateBranch) &&
    verifySparse(objectsRoot, sparsePath(script, key), valueRoot, sparseProof)
  );
}
