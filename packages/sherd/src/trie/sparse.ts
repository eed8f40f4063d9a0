/**
 * The sparse Merkle tree of a shard: paths of 288 bits, of which the first 32 are the script id, so that the region of
 * a script is one subtree. A subtree that holds one leaf *is* that leaf. Hashes: leaf = SHA-256(0x00 ‖ path ‖ value
 * root), branch = SHA-256(0x01 ‖ left ‖ right), empty = 32 zero bytes.
 *
 * Nodes are stored under their place (length of the prefix in bits, prefix), so that an update overwrites what was
 * there: the store never holds more than the present tree.
 */
import { badArgument, checkBytes, checkList, checkObject, checkPort } from '../base/arguments.ts';
import { compareBytes, equalBytes, type Hex, hexToBytes, SherdError } from '../base/index.ts';
import { ZERO_CHUNK } from '../ssz/index.ts';
import {
  branchNode,
  childHash,
  childKey,
  EMPTY_SPARSE_ROOT,
  isEmptyRoot,
  isLeaf,
  leafNode,
  leafOf,
  nodeHash,
  PATH_BITS,
  PATH_BYTES,
  pathBit,
  readNode,
  type SparseLeaf,
  type SparseNode,
  type SparseStore,
  sparseKey,
} from './sparseNode.ts';

export { EMPTY_SPARSE_ROOT, PATH_BYTES, type SparseStore, sparsePath } from './sparseNode.ts';

/** Value null deletes. */
export type SparseWrite = readonly [key: Uint8Array, value: Uint8Array | null];

/** Path (hex of 36 bytes, lower case) to the new value root, or null to remove the leaf. */
export type SparseChanges = ReadonlyMap<Hex, Uint8Array | null>;

/** Shows what stands, or that nothing stands, at a path. */
export interface SparseProof {
  /** From the root downwards. */
  readonly siblings: readonly Uint8Array[];
  /** For absence only: the other leaf that stands where the path ends. Without it the path ends in an empty subtree. */
  readonly other?: { readonly path: Uint8Array; readonly valueRoot: Uint8Array };
}

interface Change extends SparseLeaf {
  readonly remove: boolean;
}

/** What stood at a place before an update and what stands there now. */
interface Place {
  readonly before: boolean;
  readonly node: SparseNode | undefined;
  readonly hash: Uint8Array;
}

/** Root of the stored tree. */
export function sparseRoot(store: SparseStore): Uint8Array {
  checkStore(store);
  return nodeHash(readNode(store, sparseKey(new Uint8Array(PATH_BYTES), 0)));
}

/**
 * The tree with all changes made at once: its root, and the writes that bring the store there. Depends on the set of
 * changes only, not on their order. Reads and hashes about changed × log2(leaves) nodes.
 * @throws SherdError BAD_SPARSE_CHANGE for a path or value root of a wrong length; BAD_SPARSE_NODE for a broken store.
 */
export function updateSparse(store: SparseStore, changes: SparseChanges): { root: Uint8Array; writes: SparseWrite[] } {
  checkStore(store);
  checkPort(changes, 'changes', ['keys', 'get']);
  const sorted: Change[] = [];
  for (const hex of [...changes.keys()].sort()) {
    const path = hexToBytes(hex);
    const valueRoot = changes.get(hex)!;
    if (path.length !== PATH_BYTES || (valueRoot !== null && valueRoot.length !== 32)) {
      throw new SherdError(
        'BAD_SPARSE_CHANGE',
        `path of ${path.length} bytes and value root of ${valueRoot?.length ?? 0}, want ${PATH_BYTES} and 32`,
        { path: hex },
      );
    }
    sorted.push({ path, valueRoot: valueRoot ?? ZERO_CHUNK, remove: valueRoot === null });
  }
  const writes: SparseWrite[] = [];
  if (sorted.length === 0) return { root: sparseRoot(store), writes };
  const top = updateAt(store, 0, sorted, 0, sorted.length, writes);
  writePlace(sparseKey(sorted[0]!.path, 0), top, writes);
  return { root: top.hash, writes };
}

/** Value root at `path` in the stored tree; undefined when absent. */
export function getSparse(store: SparseStore, path: Uint8Array): Uint8Array | undefined {
  checkStore(store);
  checkBytes(path, 'path', PATH_BYTES);
  for (let depth = 0; ; depth++) {
    const node = readNode(store, sparseKey(path, depth));
    if (node === undefined) return undefined;
    if (isLeaf(node)) {
      const leaf = leafOf(node);
      return equalBytes(leaf.path, path) ? leaf.valueRoot.slice() : undefined;
    }
    if (isEmptyRoot(childHash(node, pathBit(path, depth)))) return undefined;
  }
}

/** Proof for `path`, of presence or of absence, whichever is true of the stored tree. */
export function proveSparse(store: SparseStore, path: Uint8Array): SparseProof {
  checkStore(store);
  checkBytes(path, 'path', PATH_BYTES);
  const siblings: Uint8Array[] = [];
  for (let depth = 0; ; depth++) {
    const node = readNode(store, sparseKey(path, depth));
    if (node === undefined) return { siblings };
    if (isLeaf(node)) {
      const leaf = leafOf(node);
      if (equalBytes(leaf.path, path)) return { siblings };
      return { siblings, other: { path: leaf.path.slice(), valueRoot: leaf.valueRoot.slice() } };
    }
    const side = pathBit(path, depth);
    siblings.push(childHash(node, side === 0 ? 1 : 0).slice());
    if (isEmptyRoot(childHash(node, side))) return { siblings };
  }
}

/** True when `proof` shows that the tree of `root` has `valueRoot` at `path`, or nothing when that is null. */
export function verifySparse(
  root: Uint8Array,
  path: Uint8Array,
  valueRoot: Uint8Array | null,
  proof: SparseProof,
): boolean {
  checkBytes(root, 'root');
  checkBytes(path, 'path');
  if (valueRoot !== null && !(valueRoot instanceof Uint8Array)) {
    throw badArgument('value root', valueRoot, 'a Uint8Array or null');
  }
  checkObject(proof, 'proof');
  checkList(proof.siblings, 'proof: siblings');
  const depth = proof.siblings.length;
  if (path.length !== PATH_BYTES || depth > PATH_BITS || proof.siblings.some((hash) => hash.length !== 32))
    return false;
  let hash: Uint8Array;
  if (valueRoot !== null) {
    if (proof.other !== undefined || valueRoot.length !== 32) return false;
    hash = nodeHash(leafNode({ path, valueRoot }));
  } else if (proof.other === undefined) {
    hash = EMPTY_SPARSE_ROOT;
  } else {
    const { other } = proof;
    if (other.path.length !== PATH_BYTES || other.valueRoot.length !== 32) return false;
    // The other leaf must really stand on our way, and be another one.
    if (equalBytes(other.path, path) || !equalBytes(sparseKey(other.path, depth), sparseKey(path, depth))) return false;
    hash = nodeHash(leafNode(other));
  }
  for (let at = depth - 1; at >= 0; at--) {
    const sibling = proof.siblings[at]!;
    hash = nodeHash(pathBit(path, at) === 0 ? branchNode(hash, sibling) : branchNode(sibling, hash));
  }
  return equalBytes(hash, root);
}

function checkStore(store: SparseStore): void {
  checkPort(store, 'store', ['getNode']);
}

/** Updates the subtree at the first `depth` bits of changes[from], which all changes from..to-1 share. Depth <= 288. */
function updateAt(
  store: SparseStore,
  depth: number,
  changes: readonly Change[],
  from: number,
  to: number,
  writes: SparseWrite[],
): Place {
  const { path } = changes[from]!;
  const old = readNode(store, sparseKey(path, depth));
  if (old === undefined || isLeaf(old)) {
    const leaves = mergeLeaves(changes.slice(from, to), old && leafOf(old));
    const node = build(leaves, 0, leaves.length, depth, writes);
    return { before: old !== undefined, node, hash: nodeHash(node) };
  }
  const middle = firstRight(changes, from, to, depth);
  const left = middle > from ? updateAt(store, depth + 1, changes, from, middle, writes) : undefined;
  const right = to > middle ? updateAt(store, depth + 1, changes, middle, to, writes) : undefined;
  const leftHash = left?.hash ?? childHash(old, 0);
  const rightHash = right?.hash ?? childHash(old, 1);
  const leftEmpty = isEmptyRoot(leftHash);
  const rightEmpty = isEmptyRoot(rightHash);

  // A lone leaf moves up: the places of both children become empty.
  if (leftEmpty || rightEmpty) {
    const child = leftEmpty ? right : left;
    const lone = child === undefined ? readNode(store, childKey(path, depth, leftEmpty ? 1 : 0)) : child.node;
    if (lone === undefined || isLeaf(lone)) {
      if (left?.before ?? !isEmptyRoot(childHash(old, 0))) writes.push([childKey(path, depth, 0), null]);
      if (right?.before ?? !isEmptyRoot(childHash(old, 1))) writes.push([childKey(path, depth, 1), null]);
      return {
        before: true,
        node: lone,
        hash: lone === undefined ? EMPTY_SPARSE_ROOT : leftEmpty ? rightHash : leftHash,
      };
    }
  }
  if (left !== undefined) writePlace(childKey(path, depth, 0), left, writes);
  if (right !== undefined) writePlace(childKey(path, depth, 1), right, writes);
  const node = branchNode(leftHash, rightHash);
  return { before: true, node, hash: nodeHash(node) };
}

/** Subtree of leaves that no stored node stands among. Everything below its top goes to `writes`. */
function build(
  leaves: readonly SparseLeaf[],
  from: number,
  to: number,
  depth: number,
  writes: SparseWrite[],
): SparseNode | undefined {
  if (to === from) return undefined;
  if (to - from === 1) return leafNode(leaves[from]!);
  const { path } = leaves[from]!;
  const middle = firstRight(leaves, from, to, depth);
  const left = build(leaves, from, middle, depth + 1, writes);
  const right = build(leaves, middle, to, depth + 1, writes);
  if (left !== undefined) writes.push([childKey(path, depth, 0), left]);
  if (right !== undefined) writes.push([childKey(path, depth, 1), right]);
  return branchNode(nodeHash(left), nodeHash(right));
}

/** What the changes put, in order of path, and the leaf that stood alone before unless they replace it. */
function mergeLeaves(changes: readonly Change[], old: SparseLeaf | undefined): SparseLeaf[] {
  const leaves: SparseLeaf[] = changes.filter((change) => !change.remove);
  if (old === undefined || changes.some((change) => equalBytes(change.path, old.path))) return leaves;
  const at = leaves.findIndex((leaf) => compareBytes(leaf.path, old.path) > 0);
  leaves.splice(at < 0 ? leaves.length : at, 0, old);
  return leaves;
}

/** Position of the first of the sorted `items` whose bit `depth` is 1; `to` when there is none. */
function firstRight(items: readonly SparseLeaf[], from: number, to: number, depth: number): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (pathBit(items[middle]!.path, depth) === 1) high = middle;
    else low = middle + 1;
  }
  return low;
}

function writePlace(key: Uint8Array, place: Place, writes: SparseWrite[]): void {
  if (place.node !== undefined) writes.push([key, place.node]);
  else if (place.before) writes.push([key, null]);
}
