/**
 * The append-only Merkle list behind receipts: 32-byte leaves, depth 32, and a root that equals the SSZ
 * hash_tree_root of `List[T, 2**32]` whose elements have the leaves as their roots. What is carried from block to
 * block is the count and the frontier (one root of a complete subtree per set bit of the count), as in the deposit
 * contract of Ethereum; complete subtrees go to a store once and never change, so that every past count stays provable.
 */
import { checkBytes, checkCount, checkList, checkObject, checkPort, checkUnsigned } from '../base/arguments.ts';
import { bigIntToBytes, equalBytes, SherdError } from '../base/index.ts';
import { hashPair, ZERO_CHUNK, zeroHash } from '../ssz/index.ts';

/** Levels between a leaf and the root without the length. */
export const ACCUMULATOR_DEPTH = 32;
/** Hashes in a proof: one per level, and the chunk of the length. */
export const ACCUMULATOR_PROOF_LENGTH = ACCUMULATOR_DEPTH + 1;
/** One below the capacity: with 2^32 leaves the frontier would need a place for the root itself. */
const MAX_COUNT = 2n ** 32n - 1n;

/** An append-only list, as far as it takes to append to it and to know its root. */
export interface Accumulator {
  /** Number of leaves. */
  readonly count: bigint;
  /** 32 hashes; entry `level` is meaningful when that bit of `count` is set, else it is zero. */
  readonly frontier: readonly Uint8Array[];
}

/** A complete subtree: what the caller writes to the store. Key = level (u8) ‖ index at that level (u32 big-endian). */
export type AccumulatorNode = readonly [key: Uint8Array, hash: Uint8Array];

/** Reads what {@link append} gave to be written. */
export interface AccumulatorStore {
  getNode(key: Uint8Array): Uint8Array | undefined;
}

/** A list without leaves. */
export const EMPTY_ACCUMULATOR: Accumulator = {
  count: 0n,
  frontier: Array.from({ length: ACCUMULATOR_DEPTH }, () => ZERO_CHUNK),
};

/** Store key of the subtree of 2^level leaves that is number `index` of its level. 5 bytes. */
export function accumulatorKey(level: number, index: number): Uint8Array {
  checkCount(level, 'level', ACCUMULATOR_DEPTH);
  checkCount(index, 'index');
  const key = new Uint8Array(5);
  const view = new DataView(key.buffer);
  view.setUint8(0, level);
  view.setUint32(1, index);
  return key;
}

/**
 * `acc` with one more leaf, and the subtrees that it completes (the leaf itself first). `acc` is not changed.
 * @throws SherdError ACCUMULATOR_FULL at 2^32 - 1 leaves.
 */
export function append(acc: Accumulator, leaf: Uint8Array): { acc: Accumulator; nodes: AccumulatorNode[] } {
  checkAccumulator(acc);
  checkBytes(leaf, 'leaf', 32);
  if (acc.count >= MAX_COUNT) {
    throw new SherdError('ACCUMULATOR_FULL', `accumulator holds ${acc.count} leaves, the most it can`, {
      have: acc.count,
      want: MAX_COUNT,
    });
  }
  const index = Number(acc.count);
  const frontier = acc.frontier.slice();
  const nodes: AccumulatorNode[] = [[accumulatorKey(0, index), leaf]];
  let node = leaf;
  let level = 0;
  // A set bit is a complete left neighbour: merge with it and carry.
  for (let bits = index; bits % 2 === 1; bits = Math.floor(bits / 2)) {
    node = hashPair(frontier[level]!, node);
    frontier[level] = ZERO_CHUNK;
    level += 1;
    nodes.push([accumulatorKey(level, Math.floor(index / 2 ** level)), node]);
  }
  frontier[level] = node;
  return { acc: { count: acc.count + 1n, frontier }, nodes };
}

/** Root of all leaves with their number mixed in: the SSZ hash_tree_root of the list. */
export function accumulatorRoot(acc: Accumulator): Uint8Array {
  checkAccumulator(acc);
  let node = ZERO_CHUNK;
  for (let level = 0; level < ACCUMULATOR_DEPTH; level++) {
    const isSet = ((acc.count >> BigInt(level)) & 1n) === 1n;
    node = isSet ? hashPair(acc.frontier[level]!, node) : hashPair(node, zeroHash(level));
  }
  return hashPair(node, lengthChunk(acc.count));
}

/**
 * Proof of leaf `index` against the root that the list had with `count` leaves: 32 siblings from the leaf upwards, then
 * the length chunk.
 * @throws SherdError LEAF_OUT_OF_RANGE unless index < count; NODE_MISSING when the store lacks a subtree.
 */
export function proveLeaf(store: AccumulatorStore, index: bigint, count: bigint): Uint8Array[] {
  checkPort(store, 'store', ['getNode']);
  checkUnsigned(index, 'leaf index');
  checkUnsigned(count, 'leaf count');
  if (index >= count || count > MAX_COUNT) {
    throw new SherdError('LEAF_OUT_OF_RANGE', `leaf ${index} of a list of ${count}`, { have: index, want: count });
  }
  const branch: Uint8Array[] = [];
  const leaves = Number(count);
  let at = Number(index);
  for (let level = 0; level < ACCUMULATOR_DEPTH; level++) {
    branch.push(subtreeRoot(store, level, at % 2 === 0 ? at + 1 : at - 1, leaves));
    at = Math.floor(at / 2);
  }
  branch.push(lengthChunk(count));
  return branch;
}

/** True when `branch` (33 hashes) shows that `leaf` is number `index` under `root`. */
export function verifyLeaf(root: Uint8Array, leaf: Uint8Array, index: bigint, branch: readonly Uint8Array[]): boolean {
  checkBytes(root, 'root');
  const computed = rootOfLeaf(leaf, index, branch);
  return computed !== undefined && equalBytes(computed, root);
}

/** Root that `branch` leads to from `leaf`; undefined when the branch is no proof for a leaf of that index. */
export function rootOfLeaf(leaf: Uint8Array, index: bigint, branch: readonly Uint8Array[]): Uint8Array | undefined {
  checkBytes(leaf, 'leaf');
  checkUnsigned(index, 'leaf index');
  checkList(branch, 'branch');
  for (const hash of branch) checkBytes(hash, 'hash of a branch');
  if (branch.length !== ACCUMULATOR_PROOF_LENGTH || index > MAX_COUNT) return undefined;
  if (leaf.length !== 32 || branch.some((hash) => hash.length !== 32)) return undefined;
  let node = leaf;
  for (let level = 0; level < ACCUMULATOR_DEPTH; level++) {
    const sibling = branch[level]!;
    node = ((index >> BigInt(level)) & 1n) === 1n ? hashPair(sibling, node) : hashPair(node, sibling);
  }
  return hashPair(node, branch[ACCUMULATOR_DEPTH]!);
}

function checkAccumulator(acc: Accumulator): void {
  checkObject(acc, 'accumulator');
  checkUnsigned(acc.count, 'accumulator: count');
  checkList(acc.frontier, 'accumulator: frontier');
}

/** Root of a subtree as it was when the list had `leaves` leaves. At most one subtree per level is partial. */
function subtreeRoot(store: AccumulatorStore, level: number, index: number, leaves: number): Uint8Array {
  const first = index * 2 ** level;
  if (first >= leaves) return zeroHash(level);
  if (first + 2 ** level <= leaves) {
    const hash = store.getNode(accumulatorKey(level, index));
    if (hash === undefined) {
      throw new SherdError('NODE_MISSING', `accumulator store lacks level ${level} index ${index}`, { level, index });
    }
    return hash;
  }
  return hashPair(
    subtreeRoot(store, level - 1, 2 * index, leaves),
    subtreeRoot(store, level - 1, 2 * index + 1, leaves),
  );
}

/** SSZ mix_in_length: the count as 32 little-endian bytes. */
function lengthChunk(count: bigint): Uint8Array {
  return bigIntToBytes(count, 32).reverse();
}
