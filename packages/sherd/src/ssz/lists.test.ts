import {
  ByteVectorType,
  ByteListType as NodeByteListType,
  ListCompositeType as NodeListCompositeType,
} from '@chainsafe/ssz';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { BitArray, BitListType, ByteListType, ListCompositeType } from './index.ts';

afterEach(() => vi.unstubAllGlobals());

describe('lists', () => {
  it('are made where there is no Buffer, and hash to the same roots', () => {
    const bytes = Uint8Array.from({ length: 70 }, (_, i) => i);
    const roots = [bytes, bytes.map((byte) => byte ^ 255)];
    const want = [
      new NodeByteListType(100).hashTreeRoot(bytes),
      new NodeListCompositeType(new NodeByteListType(100), 1000).hashTreeRoot(roots),
    ];
    vi.stubGlobal('Buffer', undefined);
    expect(() => new NodeByteListType(100)).toThrow();
    const list = new ByteListType(100);
    const listOfLists = new ListCompositeType(list, 1000);
    const bits = new BitListType(10);
    expect(globalThis.Buffer).toBeUndefined();
    // Hashing itself asks Node for memory, when it finds itself there.
    vi.unstubAllGlobals();
    expect([list.hashTreeRoot(bytes), listOfLists.hashTreeRoot(roots)]).toEqual(want);
    const two = BitArray.fromBoolArray([true, false]);
    expect(bits.hashTreeRoot(two)).toEqual(new BitListType(10).hashTreeRoot(two));
  });

  it('are the types of the library, and take their own buffer back when they are refused', () => {
    expect(new ByteListType(1)).toBeInstanceOf(NodeByteListType);
    vi.stubGlobal('Buffer', undefined);
    expect(() => new ListCompositeType(new ByteVectorType(32), 0)).toThrow();
    expect(globalThis.Buffer).toBeUndefined();
  });
});
