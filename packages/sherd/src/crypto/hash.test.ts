import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { bytesToHex } from '../base/index.ts';
import { sha256 } from './hash.ts';
import { longSha256 as portable } from './sha256/portable.ts';

describe('sha256', () => {
  it('is the same on both sides of the length where the platform takes over', () => {
    for (const length of [0, 1, 55, 56, 64, 511, 512, 513, 4_096, 100_001]) {
      const data = Uint8Array.from({ length }, (_, i) => (i * 7 + length) & 0xff);
      expect(bytesToHex(sha256(data))).toBe(`0x${createHash('sha256').update(data).digest('hex')}`);
    }
    expect(portable).toBeUndefined();
  });

  it('reads a view, and answers with plain bytes of its own', () => {
    const block = new Uint8Array(4_096).fill(1);
    const hash = sha256(block.subarray(1_000, 2_000));
    expect(hash).toEqual(sha256(new Uint8Array(1_000).fill(1)));
    expect(Object.getPrototypeOf(hash)).toBe(Uint8Array.prototype);
    expect(hash.buffer.byteLength).toBe(32);
  });
});
