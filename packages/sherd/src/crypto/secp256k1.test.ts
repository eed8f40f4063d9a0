import { secp256k1 } from '@noble/curves/secp256k1.js';
import { describe, expect, it } from 'vitest';
import { bigIntToBytes, bytesToHex, wordToBytes } from '../base/index.ts';
import { keccak256 } from './hash.ts';
import {
  addressOf,
  publicKeyOf,
  publicKeyToAddress,
  recoverAddress,
  recoverPublicKey,
  SECP256K1_HALF_ORDER,
  SECP256K1_ORDER,
  signHash,
} from './secp256k1.ts';

/** Secret keys and hashes that are the same in every run. */
function sample(i: number): [key: Uint8Array, hash: Uint8Array] {
  return [keccak256(Uint8Array.of(i)), keccak256(Uint8Array.of(i, i))];
}

describe('secp256k1', () => {
  it('gives keys and addresses', () => {
    expect(addressOf(wordToBytes(1n))).toBe('0x7e5f4552091a69125d5dfcb7b8c2659029395bdf');
    expect(addressOf(wordToBytes(2n))).toBe('0x2b5ad5c4795c026514f8317c7a215e218dccd6cf');
  });

  it('signs as noble-curves does (RFC 6979, low s), and recovers the key', () => {
    for (let i = 0; i < 16; i++) {
      const [key, hash] = sample(i);
      const { r, s, yParity } = signHash(hash, key);
      expect(s <= SECP256K1_HALF_ORDER).toBe(true);
      const other = secp256k1.sign(hash, key, { prehash: false });
      expect(bytesToHex(other)).toBe(bytesToHex(Uint8Array.from([...wordToBytes(r), ...wordToBytes(s)])));
      expect(recoverPublicKey(hash, r, s, yParity)).toEqual(publicKeyOf(key));
      expect(recoverAddress(hash, r, s, yParity)).toBe(addressOf(key));
    }
  });

  it('recovers from a high s, which is for others to forbid', () => {
    const [key, hash] = sample(1);
    const { r, s, yParity } = signHash(hash, key);
    expect(recoverAddress(hash, r, SECP256K1_ORDER - s, yParity === 0 ? 1 : 0)).toBe(addressOf(key));
  });

  it('recovers nothing from r or s out of range, or an r that is no point', () => {
    const [key, hash] = sample(2);
    const { r, s } = signHash(hash, key);
    for (const bad of [0n, SECP256K1_ORDER, SECP256K1_ORDER + 1n, 2n ** 256n - 1n]) {
      expect(recoverAddress(hash, bad, s, 0)).toBeUndefined();
      expect(recoverAddress(hash, r, bad, 0)).toBeUndefined();
    }
    expect(recoverAddress(hash, 5n, 1n, 0)).toBeUndefined();
  });

  it('refuses what is no key or hash', () => {
    expect(() => addressOf(wordToBytes(0n))).toThrow(/secret key must be 32 bytes/);
    expect(() => addressOf(wordToBytes(SECP256K1_ORDER))).toThrow(/secret key must be 32 bytes/);
    expect(() => addressOf(bigIntToBytes(1n, 31))).toThrow(/secret key must be 32 bytes/);
    expect(() => publicKeyToAddress(new Uint8Array(65))).toThrow(/public key of 65 bytes, want 64/);
    expect(() => signHash(new Uint8Array(31), wordToBytes(1n))).toThrow(/hash of 31 bytes, want 32/);
  });
});
