import { ByteListType, ByteVectorType, ContainerType, ListCompositeType, UintBigintType } from '@chainsafe/ssz';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { equalBytes } from '../base/index.ts';
import { sha256 } from '../crypto/index.ts';
import { branchOf, decodeSsz, gindexOf, hashPair, verifyBranch, zeroHash } from './index.ts';

const Inner = new ContainerType({ root: new ByteVectorType(32), data: new ByteListType(64) });
const Outer = new ContainerType({ count: new UintBigintType(8), items: new ListCompositeType(Inner, 16) });
const item = (i: number) => ({ root: new Uint8Array(32).fill(i), data: new Uint8Array(i) });
const outer = { count: 3n, items: [item(1), item(2), item(3)] };

describe('SSZ', () => {
  it('hashes pairs with SHA-256', () => {
    const pair = new Uint8Array(64).map((_, i) => i);
    expect(hashPair(pair.subarray(0, 32), pair.subarray(32))).toEqual(sha256(pair));
    expect(zeroHash(1)).toEqual(sha256(new Uint8Array(64)));
    expect(zeroHash(33)).toEqual(hashPair(zeroHash(32), zeroHash(32)));
  });

  it('proves fields, and only where they stand', () => {
    const root = Outer.hashTreeRoot(outer);
    const tree = Outer.value_toTree(outer);
    const gindex = gindexOf(Outer, ['items', 1, 'root']);
    const branch = branchOf(tree, gindex);
    expect(verifyBranch(root, item(2).root, gindex, branch)).toBe(true);
    expect(verifyBranch(root, item(1).root, gindex, branch)).toBe(false);
    expect(verifyBranch(root, item(2).root, gindex ^ 1n, branch)).toBe(false);
    expect(verifyBranch(root, item(2).root, gindex, branch.slice(1))).toBe(false);
    expect(verifyBranch(root, item(2).root, gindex, [...branch, root])).toBe(false);
    expect(verifyBranch(root, item(2).root, gindex, [...branch.slice(1), new Uint8Array(31)])).toBe(false);
    expect(verifyBranch(root, root, 1n, [])).toBe(true);
  });

  it('decodes what it encodes, and refuses the rest with a code', () => {
    const bytes = Outer.serialize(outer);
    expect(decodeSsz(Outer, bytes, 'a value')).toEqual(outer);
    for (const broken of [bytes.subarray(1), new Uint8Array(0), new Uint8Array(12).fill(0xff)]) {
      expect(() => decodeSsz(Outer, broken, 'a value')).toThrow(expect.objectContaining({ code: 'BAD_SSZ' }));
    }
  });

  it('reads no value from two different encodings', () => {
    const bytes = Outer.serialize(outer);
    const mutation = fc.tuple(fc.nat(bytes.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 3 }), fc.nat(bytes.length), (mutations, cut) => {
        const changed = bytes.slice(0, cut % 5 === 0 ? cut : bytes.length);
        for (const [at, byte] of mutations) if (at < changed.length) changed[at] = byte;
        try {
          const value = decodeSsz(Outer, changed, 'a value');
          expect(equalBytes(Outer.serialize(value), changed)).toBe(true);
        } catch (error) {
          expect(error).toMatchObject({ code: 'BAD_SSZ' });
        }
      }),
      { seed: 3, numRuns: 2000 },
    );
  });
});
