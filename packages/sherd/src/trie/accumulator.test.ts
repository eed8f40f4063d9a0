import { ByteVectorType, ListCompositeType } from '@chainsafe/ssz';
import { describe, expect, it } from 'vitest';
import { bytesToHex } from '../base/index.ts';
import { sha256 } from '../crypto/index.ts';
import {
  type Accumulator,
  type AccumulatorStore,
  accumulatorRoot,
  append,
  EMPTY_ACCUMULATOR,
  proveLeaf,
  verifyLeaf,
} from './accumulator.ts';

const List = new ListCompositeType(new ByteVectorType(32), 2 ** 32);
const leaf = (i: number) => sha256(Uint8Array.of(i & 0xff, i >> 8));

/** A list of `count` leaves, its store, and how often each key was written. */
function grow(count: number) {
  const nodes = new Map<string, Uint8Array>();
  const store: AccumulatorStore = { getNode: (key) => nodes.get(bytesToHex(key)) };
  const states: Accumulator[] = [EMPTY_ACCUMULATOR];
  let rewritten = 0;
  for (let i = 0; i < count; i++) {
    const next = append(states[i]!, leaf(i));
    for (const [key, hash] of next.nodes) {
      if (nodes.has(bytesToHex(key))) rewritten += 1;
      nodes.set(bytesToHex(key), hash);
    }
    states.push(next.acc);
  }
  return { nodes, store, states, rewritten };
}

describe('accumulator', () => {
  it('has the root of the SSZ list at every length', () => {
    const { states } = grow(70);
    for (let count = 0; count <= 70; count++) {
      const leaves = Array.from({ length: count }, (_, i) => leaf(i));
      expect(accumulatorRoot(states[count]!)).toEqual(new Uint8Array(List.hashTreeRoot(leaves)));
    }
  });

  it('proves every leaf against every later length', () => {
    const { store, states } = grow(40);
    for (let count = 1; count <= 40; count++) {
      const root = accumulatorRoot(states[count]!);
      for (let index = 0; index < count; index++) {
        const branch = proveLeaf(store, BigInt(index), BigInt(count));
        expect(branch.length).toBe(33);
        expect(verifyLeaf(root, leaf(index), BigInt(index), branch)).toBe(true);
        expect(verifyLeaf(root, leaf(index), BigInt(index ^ 1), branch)).toBe(false);
        expect(verifyLeaf(root, leaf(index + 1), BigInt(index), branch)).toBe(false);
      }
    }
  });

  it('writes complete subtrees only, each once', () => {
    const { nodes, rewritten } = grow(64);
    expect(rewritten).toBe(0);
    expect(nodes.size).toBe(127);
  });

  it('does not change the accumulator it is given', () => {
    const { states } = grow(3);
    const root = accumulatorRoot(states[3]!);
    append(states[3]!, leaf(99));
    expect(accumulatorRoot(states[3]!)).toEqual(root);
  });

  it('refuses a leaf that is not there, a store with holes, and a full list', () => {
    const { store, nodes, states } = grow(4);
    expect(() => proveLeaf(store, 4n, 4n)).toThrow(expect.objectContaining({ code: 'LEAF_OUT_OF_RANGE' }));
    nodes.clear();
    expect(() => proveLeaf(store, 0n, 4n)).toThrow(expect.objectContaining({ code: 'NODE_MISSING' }));
    const full = { ...states[4]!, count: 2n ** 32n - 1n };
    expect(() => append(full, leaf(0))).toThrow(expect.objectContaining({ code: 'ACCUMULATOR_FULL' }));
    expect(verifyLeaf(leaf(0), leaf(0), 0n, [])).toBe(false);
  });

  it('reaches the last place of the list', () => {
    const frontier = Array.from({ length: 32 }, (_, level) => leaf(level));
    const { acc, nodes } = append({ count: 2n ** 32n - 2n, frontier }, leaf(7));
    expect(acc.count).toBe(2n ** 32n - 1n);
    expect(nodes.map(([key]) => bytesToHex(key))).toEqual(['0x00fffffffe']);
  });
});
