import { keccak_256, keccak_512 } from '@noble/hashes/sha3.js';
import { describe, expect, it } from 'vitest';
import { bytesToHex, utf8ToBytes } from '../base/index.ts';
import { keccak256, keccak512 } from './keccak.ts';

describe('keccak256', () => {
  it('is the hash of nothing and of abc', () => {
    expect(bytesToHex(keccak256(new Uint8Array(0)))).toBe(
      '0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470',
    );
    expect(bytesToHex(keccak256(utf8ToBytes('abc')))).toBe(
      '0x4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45',
    );
  });

  it('agrees with noble-hashes on every length around its blocks and its buffer', () => {
    const data = Uint8Array.from({ length: 200_000 }, (_, i) => (i * 7 + (i >> 8)) & 0xff);
    const around = [136, 272, 64_464, 64_600, 128_928, 199_990].flatMap((n) => [n - 2, n - 1, n, n + 1, n + 2]);
    for (const length of [...Array(300).keys(), ...around]) {
      const part = data.subarray(0, length);
      expect(keccak256(part), `${length} bytes`).toEqual(keccak_256(part));
    }
  });

  it('does not share its results', () => {
    const first = keccak256(Uint8Array.of(1));
    keccak256(Uint8Array.of(2));
    expect(first).toEqual(keccak_256(Uint8Array.of(1)));
  });
});

describe('keccak512', () => {
  it('agrees with noble-hashes on every length around its blocks, whatever was hashed before', () => {
    const data = Uint8Array.from({ length: 1000 }, (_, i) => (i * 7 + (i >> 8)) & 0xff);
    for (let length = 0; length < 300; length++) {
      keccak256(data);
      expect(keccak512(data.subarray(0, length)), `${length} bytes`).toEqual(keccak_512(data.subarray(0, length)));
    }
    expect(keccak512(data)).toEqual(keccak_512(data));
    expect(keccak256(data)).toEqual(keccak_256(data));
  });
});
