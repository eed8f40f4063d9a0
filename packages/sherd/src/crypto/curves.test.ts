/** The curves against another implementation (noble-curves), in the encodings of the pre-compiled contracts. */
import { bls12_381 } from '@noble/curves/bls12-381.js';
import { bn254 } from '@noble/curves/bn254.js';
import { p256 } from '@noble/curves/nist.js';
import { describe, expect, it } from 'vitest';
import { bigIntToBytes, bytesToBigInt, concatBytes, hexToBytes, wordToBytes } from '../base/index.ts';
import {
  BLS12_381_ORDER,
  blsG1Add,
  blsG1MultiScalar,
  blsG2Add,
  blsG2MultiScalar,
  blsMapToG1,
  blsMapToG2,
  blsPairingCheck,
  verifyKzgProof,
} from './bls12381.ts';
import { bn254Add, bn254Multiply, bn254PairingCheck } from './bn254.ts';
import { keccak256 } from './hash.ts';
import { verifyP256 } from './p256.ts';

/** A scalar that is the same in every run. */
function scalar(i: number): bigint {
  return bytesToBigInt(keccak256(Uint8Array.of(i))) % (1n << 250n);
}

describe('alt_bn128', () => {
  const { G1, G2 } = bn254;
  const p1 = (point: InstanceType<typeof G1.Point>) => {
    const { x, y } = point.toAffine();
    return concatBytes(wordToBytes(x), wordToBytes(y));
  };
  const p2 = (point: InstanceType<typeof G2.Point>) => {
    const { x, y } = point.toAffine();
    return concatBytes(...[x.c1, x.c0, y.c1, y.c0].map(wordToBytes));
  };
  const infinity = new Uint8Array(64);

  it('adds and multiplies', () => {
    for (let i = 0; i < 8; i++) {
      const [a, b] = [G1.Point.BASE.multiply(scalar(i)), G1.Point.BASE.multiply(scalar(i + 50))];
      expect(bn254Add(concatBytes(p1(a), p1(b)))).toEqual(p1(a.add(b)));
      expect(bn254Multiply(concatBytes(p1(a), wordToBytes(scalar(i + 90))))).toEqual(p1(a.multiply(scalar(i + 90))));
      expect(bn254Add(concatBytes(p1(a), p1(a.negate())))).toEqual(infinity);
      expect(bn254Add(concatBytes(p1(a), infinity))).toEqual(p1(a));
    }
    const twice = concatBytes(p1(G1.Point.BASE), p1(G1.Point.BASE));
    expect(bn254Add(twice)).toEqual(p1(G1.Point.BASE.double()));
    expect(bn254Multiply(concatBytes(p1(G1.Point.BASE), wordToBytes(0n)))).toEqual(infinity);
  });

  it('takes scalars above the order', () => {
    const all = (1n << 256n) - 1n;
    const want = p1(G1.Point.BASE.multiply(all % bn254.fields.Fr.ORDER));
    expect(bn254Multiply(concatBytes(p1(G1.Point.BASE), wordToBytes(all)))).toEqual(want);
  });

  it('checks pairings', () => {
    const a = 12345n;
    const pair = concatBytes(p1(G1.Point.BASE.multiply(a)), p2(G2.Point.BASE));
    const inverse = concatBytes(p1(G1.Point.BASE.negate()), p2(G2.Point.BASE.multiply(a)));
    expect(bn254PairingCheck(concatBytes(pair, inverse))).toBe(true);
    expect(bn254PairingCheck(pair)).toBe(false);
    expect(bn254PairingCheck(new Uint8Array(0))).toBe(true);
    expect(bn254PairingCheck(new Uint8Array(192))).toBe(true);
  });

  it('refuses what is no point', () => {
    const base = p1(G1.Point.BASE);
    expect(bn254Add(concatBytes(base, wordToBytes(1n), wordToBytes(1n)))).toBeUndefined();
    const order = bn254.fields.Fp.ORDER;
    expect(bn254Add(concatBytes(base, wordToBytes(order + 1n), wordToBytes(2n)))).toBeUndefined();
    const wrong = p2(G2.Point.BASE);
    wrong[127]! ^= 1;
    expect(bn254PairingCheck(concatBytes(base, wrong))).toBeUndefined();
  });
});

describe('BLS12-381', () => {
  const { G1, G2 } = bls12_381;
  const fp = (value: bigint) => bigIntToBytes(value, 64);
  const p1 = (point: InstanceType<typeof G1.Point>) => {
    const { x, y } = point.toAffine();
    return concatBytes(fp(x), fp(y));
  };
  const p2 = (point: InstanceType<typeof G2.Point>) => {
    const { x, y } = point.toAffine();
    return concatBytes(...[x.c0, x.c1, y.c0, y.c1].map(fp));
  };

  it('adds in both groups', () => {
    for (let i = 0; i < 4; i++) {
      const [a, b] = [G1.Point.BASE.multiply(scalar(i)), G1.Point.BASE.multiply(scalar(i + 50))];
      expect(blsG1Add(concatBytes(p1(a), p1(b)))).toEqual(p1(a.add(b)));
      const [c, d] = [G2.Point.BASE.multiply(scalar(i)), G2.Point.BASE.multiply(scalar(i + 50))];
      expect(blsG2Add(concatBytes(p2(c), p2(d)))).toEqual(p2(c.add(d)));
    }
    expect(blsG1Add(new Uint8Array(256))).toEqual(new Uint8Array(128));
  });

  it('sums multiples', () => {
    const terms = [3, 4, 5].map((i) => [scalar(i), scalar(i + 20)] as const);
    const in1 = terms.map(([a, k]) => concatBytes(p1(G1.Point.BASE.multiply(a)), wordToBytes(k)));
    const sum = terms.reduce((total, [a, k]) => total + a * k, 0n) % BLS12_381_ORDER;
    expect(blsG1MultiScalar(concatBytes(...in1))).toEqual(p1(G1.Point.BASE.multiply(sum)));
    const in2 = terms.map(([a, k]) => concatBytes(p2(G2.Point.BASE.multiply(a)), wordToBytes(k)));
    expect(blsG2MultiScalar(concatBytes(...in2))).toEqual(p2(G2.Point.BASE.multiply(sum)));
  });

  it('checks pairings', () => {
    const a = 777n;
    const pair = concatBytes(p1(G1.Point.BASE.multiply(a)), p2(G2.Point.BASE));
    const inverse = concatBytes(p1(G1.Point.BASE.negate()), p2(G2.Point.BASE.multiply(a)));
    expect(blsPairingCheck(concatBytes(pair, inverse))).toBe(true);
    expect(blsPairingCheck(pair)).toBe(false);
  });

  it('maps field elements to the curve', () => {
    for (const value of [0n, 1n, scalar(9)]) {
      // The library's types are off: for G1 it takes the element itself, and both give points.
      const mapped = G1.mapToCurve(value as unknown as bigint[]) as unknown as InstanceType<typeof G1.Point>;
      expect(blsMapToG1(fp(value))).toEqual(p1(mapped));
      expect(blsMapToG2(concatBytes(fp(value), fp(5n)))).toEqual(
        p2(G2.mapToCurve([value, 5n]) as unknown as InstanceType<typeof G2.Point>),
      );
    }
    expect(blsMapToG1(fp(bls12_381.fields.Fp.ORDER))).toBeUndefined();
  });

  it('refuses points off the curve, and out of the subgroup where that counts', () => {
    expect(blsG1Add(concatBytes(fp(1n), fp(1n), new Uint8Array(128)))).toBeUndefined();
    // (4, y) is on the curve y^2 = x^3 + 4, but of another order.
    const { Fp } = bls12_381.fields;
    const outside = concatBytes(fp(4n), fp(Fp.sqrt(68n)));
    expect(blsG1Add(concatBytes(outside, new Uint8Array(128)))).toEqual(outside);
    expect(blsG1MultiScalar(concatBytes(outside, wordToBytes(1n)))).toBeUndefined();
    expect(blsPairingCheck(concatBytes(outside, p2(G2.Point.BASE)))).toBeUndefined();
  });

  it('proves a constant polynomial: its commitment is a multiple of the generator, its proof nothing', () => {
    const constant = scalar(33);
    const commitment = G1.Point.BASE.multiply(constant).toBytes(true);
    const nothing = Uint8Array.of(0xc0, ...new Uint8Array(47));
    const [y, z] = [wordToBytes(constant), wordToBytes(scalar(34))];
    expect(verifyKzgProof(commitment, z, y, nothing)).toBe(true);
    expect(verifyKzgProof(commitment, z, wordToBytes(constant + 1n), nothing)).toBe(false);
    expect(verifyKzgProof(commitment, wordToBytes(BLS12_381_ORDER), y, nothing)).toBeUndefined();
    expect(verifyKzgProof(commitment, z, y, new Uint8Array(48))).toBeUndefined();
  });
});

describe('P-256', () => {
  const key = wordToBytes(scalar(7));
  const publicKey = p256.getPublicKey(key, false).slice(1);
  const hash = keccak256(Uint8Array.of(1));
  const signature = p256.sign(hash, key, { prehash: false, lowS: false });

  it('accepts a signature and its twin with the other s', () => {
    expect(verifyP256(hash, signature, publicKey)).toBe(true);
    const order = p256.Point.Fn.ORDER;
    const twin = concatBytes(signature.slice(0, 32), wordToBytes(order - bytesToBigInt(signature.slice(32))));
    expect(verifyP256(hash, twin, publicKey)).toBe(true);
  });

  it('agrees with noble-curves, keys of the generator itself and its negative included', () => {
    const order = p256.Point.Fn.ORDER;
    for (const secret of [1n, 2n, order - 1n, ...Array.from({ length: 20 }, (_, i) => scalar(100 + i))]) {
      const bytes = wordToBytes(secret);
      const point = p256.getPublicKey(bytes, false).slice(1);
      for (const message of [wordToBytes(0n), wordToBytes(order), wordToBytes(secret), keccak256(bytes)]) {
        const signed = p256.sign(message, bytes, { prehash: false, lowS: false });
        expect(verifyP256(message, signed, point)).toBe(true);
        const other = signed.slice();
        other[31]! ^= 1;
        const isValid = p256.verify(other, message, concatBytes(Uint8Array.of(4), point), {
          prehash: false,
          lowS: false,
        });
        expect(verifyP256(message, other, point)).toBe(isValid);
      }
    }
  });

  it('refuses anything else', () => {
    expect(verifyP256(keccak256(hash), signature, publicKey)).toBe(false);
    expect(verifyP256(hash, new Uint8Array(64), publicKey)).toBe(false);
    expect(verifyP256(hash, signature, new Uint8Array(64))).toBe(false);
    const high = concatBytes(wordToBytes(p256.Point.Fn.ORDER), signature.slice(32));
    expect(verifyP256(hash, high, publicKey)).toBe(false);
    expect(verifyP256(hash, signature, hexToBytes('01'.repeat(64)))).toBe(false);
  });
});
