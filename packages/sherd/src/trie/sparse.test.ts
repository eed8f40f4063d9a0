import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesToHex, concatBytes, type Hex, hexToBytes } from '../base/index.ts';
import { sha256 } from '../crypto/index.ts';
import {
  EMPTY_SPARSE_ROOT,
  getSparse,
  proveSparse,
  type SparseStore,
  sparsePath,
  sparseRoot,
  updateSparse,
  verifySparse,
} from './sparse.ts';

const value = (i: number) => sha256(Uint8Array.of(0xaa, i));

interface Tree extends SparseStore {
  readonly nodes: Map<string, Uint8Array>;
  apply(changes: Map<Hex, Uint8Array | null>): Uint8Array;
}

function memoryTree(): Tree {
  const nodes = new Map<string, Uint8Array>();
  const store = { getNode: (key: Uint8Array) => nodes.get(bytesToHex(key)) };
  return {
    ...store,
    nodes,
    apply(changes) {
      const { root, writes } = updateSparse(store, changes);
      for (const [key, bytes] of writes) {
        if (bytes === null) nodes.delete(bytesToHex(key));
        else nodes.set(bytesToHex(key), bytes);
      }
      return root;
    },
  };
}

/** The definition, word for word, over a sorted list of leaves. */
function naiveRoot(leaves: [string, Uint8Array][], depth = 0): Uint8Array {
  if (leaves.length === 0) return new Uint8Array(32);
  if (leaves.length === 1) return sha256(concatBytes(Uint8Array.of(0), hexToBytes(leaves[0]![0]), leaves[0]![1]));
  const isRight = ([path]: [string, Uint8Array]) => (BigInt(path) >> BigInt(287 - depth)) % 2n === 1n;
  const left = naiveRoot(
    leaves.filter((leaf) => !isRight(leaf)),
    depth + 1,
  );
  const right = naiveRoot(leaves.filter(isRight), depth + 1);
  return sha256(concatBytes(Uint8Array.of(1), left, right));
}

/** Paths that share long prefixes often: a few scripts, and hand-made tails that differ in single bits. */
const arbitraryPath = fc.oneof(
  fc
    .tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 12 }))
    .map(([script, key]) => bytesToHex(sparsePath(script, Uint8Array.of(key)))),
  fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: 0, max: 287 })).map(([script, position]) => {
    const path = new Uint8Array(36);
    path[3] = script;
    path[position >> 3]! ^= 0x80 >> (position & 7);
    return bytesToHex(path);
  }),
);
const arbitraryBatch = fc.array(fc.tuple(arbitraryPath, fc.option(fc.integer({ min: 0, max: 5 }), { freq: 2 })), {
  minLength: 1,
  maxLength: 12,
});

describe('sparse Merkle tree', () => {
  it('is 32 zero bytes when empty, and a leaf when it has one', () => {
    const tree = memoryTree();
    expect(sparseRoot(tree)).toEqual(EMPTY_SPARSE_ROOT);
    const path = sparsePath(0, Uint8Array.of(1));
    const root = tree.apply(new Map([[bytesToHex(path), value(1)]]));
    expect(root).toEqual(sha256(concatBytes(Uint8Array.of(0), path, value(1))));
    expect(tree.nodes.size).toBe(1);
    expect(tree.apply(new Map([[bytesToHex(path), null]]))).toEqual(EMPTY_SPARSE_ROOT);
    expect(tree.nodes.size).toBe(0);
  });

  it('agrees with the naive tree after any batches of puts and removals, and keeps no stale node', () => {
    fc.assert(
      fc.property(fc.array(arbitraryBatch, { maxLength: 6 }), (batches) => {
        const tree = memoryTree();
        const model = new Map<Hex, Uint8Array>();
        for (const batch of batches) {
          const changes = new Map(batch.map(([path, v]) => [path, v === null ? null : value(v)] as const));
          for (const [path, v] of changes) {
            if (v === null) model.delete(path);
            else model.set(path, v);
          }
          const root = tree.apply(changes);
          const leaves = [...model].sort(([a], [b]) => (a < b ? -1 : 1));
          expect(root).toEqual(naiveRoot(leaves));
          expect(sparseRoot(tree)).toEqual(root);
          const fresh = memoryTree();
          fresh.apply(new Map(leaves));
          expect([...tree.nodes.keys()].sort()).toEqual([...fresh.nodes.keys()].sort());
        }
      }),
      { seed: 20261120, numRuns: 150 },
    );
  });

  it('does not depend on the order of changes, nor on how they are batched', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(arbitraryPath, { minLength: 2, maxLength: 16 }),
        fc.infiniteStream(fc.nat()),
        (paths, random) => {
          const together = memoryTree();
          const root = together.apply(new Map(paths.map((path, i) => [path, value(i)])));
          const apart = memoryTree();
          const order = paths.map((path, i) => ({ path, i, rank: random.next().value as number }));
          order.sort((a, b) => a.rank - b.rank);
          let last = EMPTY_SPARSE_ROOT;
          for (const { path, i } of order) last = apart.apply(new Map([[path, value(i)]]));
          expect(last).toEqual(root);
          for (const { path } of order.slice(1)) last = apart.apply(new Map([[path, null]]));
          expect(last).toEqual(naiveRoot([[order[0]!.path, value(order[0]!.i)]]));
          expect(apart.nodes.size).toBe(1);
        },
      ),
      { seed: 7, numRuns: 100 },
    );
  });

  it('proves presence and absence, and nothing else', () => {
    fc.assert(
      fc.property(fc.uniqueArray(arbitraryPath, { maxLength: 12 }), arbitraryPath, (paths, asked) => {
        const tree = memoryTree();
        const root = tree.apply(new Map(paths.map((path, i) => [path, value(i)])));
        for (const hex of [...paths, asked]) {
          const path = hexToBytes(hex);
          const at = paths.indexOf(hex);
          const proof = proveSparse(tree, path);
          const truth = at < 0 ? null : value(at);
          expect(getSparse(tree, path)).toEqual(truth ?? undefined);
          expect(verifySparse(root, path, truth, proof)).toBe(true);
          expect(verifySparse(root, path, at < 0 ? value(99) : null, proof)).toBe(false);
          expect(verifySparse(root, path, value(200), proof)).toBe(false);
          expect(verifySparse(value(3), path, truth, proof)).toBe(false);
        }
      }),
      { seed: 11, numRuns: 100 },
    );
  });

  it('refuses a proof of absence by a leaf that stands elsewhere', () => {
    const tree = memoryTree();
    const paths = [0, 1, 2, 3].map((i) => sparsePath(i % 2, Uint8Array.of(i)));
    const root = tree.apply(new Map(paths.map((path, i) => [bytesToHex(path), value(i)])));
    const proof = proveSparse(tree, paths[0]!);
    const other = { path: paths[0]!, valueRoot: value(0) };
    expect(verifySparse(root, paths[0]!, null, { ...proof, other })).toBe(false);
    expect(verifySparse(root, paths[1]!, null, { ...proof, other })).toBe(false);
    expect(verifySparse(root, paths[0]!, value(0), { ...proof, other })).toBe(false);
    expect(verifySparse(root, paths[0]!.slice(1), null, proof)).toBe(false);
    expect(verifySparse(root, paths[0]!, null, { siblings: [new Uint8Array(3)] })).toBe(false);
  });

  it('works in time that grows with what changes, not with what is there', () => {
    const tree = memoryTree();
    const all = new Map(
      Array.from({ length: 4096 }, (_, i) => [bytesToHex(sparsePath(5, Uint8Array.of(i, i >> 8))), value(i)]),
    );
    tree.apply(all);
    let reads = 0;
    const counted: SparseStore = {
      getNode(key) {
        reads += 1;
        return tree.getNode(key);
      },
    };
    updateSparse(counted, new Map([[[...all.keys()][77]!, value(1)]]));
    // 32 levels of the script id, about 12 of the tree.
    expect(reads).toBeLessThan(70);
  });

  it('refuses changes of a wrong length and a broken store', () => {
    const tree = memoryTree();
    expect(() => tree.apply(new Map([['0x1234', value(1)]]))).toThrow(
      expect.objectContaining({ code: 'BAD_SPARSE_CHANGE' }),
    );
    const path = bytesToHex(sparsePath(0, Uint8Array.of(1)));
    expect(() => tree.apply(new Map([[path, Uint8Array.of(1)]]))).toThrow(
      expect.objectContaining({ code: 'BAD_SPARSE_CHANGE' }),
    );
    const broken: SparseStore = { getNode: () => Uint8Array.of(9, 9) };
    expect(() => sparseRoot(broken)).toThrow(expect.objectContaining({ code: 'BAD_SPARSE_NODE' }));
  });
});
