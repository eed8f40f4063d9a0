/**
 * The failing twins of good inputs: wrong lengths, numbers out of range, points off the curve or outside the subgroup;
 * and every contract with one gas too little, at every fork that has it.
 */
import { bls12_381 } from '@noble/curves/bls12-381.js';
import { bn254 } from '@noble/curves/bn254.js';
import { p256 } from '@noble/curves/nist.js';
import { callTo, execute, returnTop, storeInMemory } from '@sherd/testkit';
import { describe, expect, it } from 'vitest';
import { bigIntToBytes, bytesToBigInt, bytesToHex, concatBytes, utf8ToBytes, wordToBytes } from '../base/index.ts';
import { keccak256, SECP256K1_ORDER, sha256, signHash } from '../crypto/index.ts';
import { FORKS, type ForkName, type PrecompileName } from '../protocol/index.ts';
import { activePrecompiles, PRECOMPILES } from './index.ts';

function run(name: PrecompileName, input: Uint8Array, fork: ForkName = 'osaka'): string {
  const contract = activePrecompiles(fork).get(PRECOMPILES[name].address);
  if (contract === undefined) throw new Error(`${fork} has no ${name}`);
  const output = contract.run(input);
  return output === undefined ? 'failed' : bytesToHex(output);
}

const word = wordToBytes;
const ONE = bytesToHex(word(1n));
const ZERO_POINT = `0x${'00'.repeat(64)}`;

/** The parts of an input, and the same with one of them exchanged. */
function variants(parts: readonly Uint8Array[]) {
  const good = concatBytes(...parts);
  const having = (index: number, part: Uint8Array | bigint) =>
    concatBytes(...parts.map((old, i) => (i !== index ? old : typeof part === 'bigint' ? word(part) : part)));
  return { good, having };
}

describe('ecRecover', () => {
  const hash = keccak256(utf8ToBytes('a message'));
  const { r, s, yParity } = signHash(hash, word(0xabcdefn));
  const { good, having } = variants([hash, word(27n + BigInt(yParity)), word(r), word(s)]);

  it('gives nothing for r and s out of range, and for an r that is no point', () => {
    expect(run('ecRecover', good)).not.toBe('0x');
    for (const wrong of [0n, SECP256K1_ORDER, (1n << 256n) - 1n]) {
      expect(run('ecRecover', having(2, wrong))).toBe('0x');
      expect(run('ecRecover', having(3, wrong))).toBe('0x');
    }
    // x = 5 is on no point of secp256k1.
    expect(run('ecRecover', having(2, 5n))).toBe('0x');
  });

  it('takes a high s, which only transactions may not have (EIP-2)', () => {
    const twin = concatBytes(hash, word(28n - BigInt(yParity)), word(r), word(SECP256K1_ORDER - s));
    for (const fork of ['frontier', 'homestead', 'osaka'] as const) {
      expect(run('ecRecover', twin, fork)).toBe(run('ecRecover', good, fork));
    }
  });
});

/** Four words as noble has a point of the twist. */
function twistPoint(words: readonly Uint8Array[]) {
  const [x1, x0, y1, y0] = words.map(bytesToBigInt) as [bigint, bigint, bigint, bigint];
  const { Fp2 } = bn254.fields;
  return { x: Fp2.fromBigTuple([x0, x1]), y: Fp2.fromBigTuple([y0, y1]) };
}

describe('alt_bn128', () => {
  const P = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47n;
  const ORDER = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001n;
  const G2 = [
    0x198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2n,
    0x1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6edn,
    0x090689d0585ff075ec9e99ad690c3395bc4b313370b38ef355acdadcd122975bn,
    0x12c85ea5db8c6deb4aab71808dcb408fe3d1e7690c43d37b4ce6cc0166fa7daan,
  ].map(word);
  const sum = variants([word(1n), word(2n), word(1n), word(2n)]);
  const product = variants([word(1n), word(2n), word(3n)]);
  const pairs = variants([word(1n), word(2n), ...G2, word(1n), word(P - 2n), ...G2]);

  it('adds and multiplies points of the curve alone, with coordinates below the prime', () => {
    expect(run('bnAdd', sum.good)).not.toBe('failed');
    for (let index = 0; index < 4; index++) {
      expect(run('bnAdd', sum.having(index, 5n))).toBe('failed');
      expect(run('bnAdd', sum.having(index, P))).toBe('failed');
      // The same point with the prime added to a coordinate.
      expect(run('bnAdd', sum.having(index, P + (index % 2 === 0 ? 1n : 2n)))).toBe('failed');
    }
    expect(run('bnMul', product.having(1, 3n))).toBe('failed');
    expect(run('bnMul', product.having(0, P + 1n))).toBe('failed');
    expect(run('bnAdd', concatBytes(word(P), word(P)))).toBe('failed');
  });

  it('reads what is missing as zeros, and no further than its input', () => {
    expect(run('bnAdd', new Uint8Array(0))).toBe(ZERO_POINT);
    expect(run('bnAdd', sum.good.subarray(0, 64))).toBe(bytesToHex(sum.good.subarray(0, 64)));
    expect(run('bnAdd', sum.good.subarray(0, 63))).toBe('failed');
    expect(run('bnAdd', concatBytes(sum.good, Uint8Array.of(255)))).toBe(run('bnAdd', sum.good));
    expect(run('bnMul', product.good.subarray(0, 64))).toBe(ZERO_POINT);
  });

  it('multiplies by scalars beyond the order', () => {
    expect(run('bnMul', product.having(2, ORDER))).toBe(ZERO_POINT);
    expect(run('bnMul', product.having(2, ORDER + 3n))).toBe(run('bnMul', product.good));
    expect(run('bnMul', product.having(2, (1n << 256n) - 1n))).toBe(
      run('bnMul', product.having(2, ((1n << 256n) - 1n) % ORDER)),
    );
  });

  it('pairs points of the two groups alone', () => {
    expect(run('bnPairing', pairs.good)).toBe(ONE);
    expect(run('bnPairing', pairs.good.subarray(0, 192))).toBe(`0x${'00'.repeat(32)}`);
    for (let index = 0; index < 6; index++) {
      expect(run('bnPairing', pairs.having(index, 5n)), `part ${index} off the curve`).toBe('failed');
      expect(run('bnPairing', pairs.having(index, P)), `part ${index} not below the prime`).toBe('failed');
    }
    // x = i is on the twist, and not in the group of the right order.
    const outside = [
      1n,
      0n,
      0x28a7a81c6bf2a75dc9f0125bb581747e9e6b33fc3b2710a2309cef97a3163c65n,
      0x23712136978ed49faf2120ca4f7f71cfd4e7b46ffa0ea89edbc94ddc59238e9fn,
    ].map(word);
    expect(bn254.G2.Point.fromAffine(twistPoint(outside)).isTorsionFree()).toBe(false);
    expect(run('bnPairing', concatBytes(word(1n), word(2n), ...outside))).toBe('failed');
    expect(run('bnPairing', concatBytes(word(0n), word(0n), ...outside))).toBe('failed');
    for (const length of [1, 191, 193, 383]) expect(run('bnPairing', pairs.good.subarray(0, length))).toBe('failed');
  });
});

describe('BLS12-381', () => {
  const { Fp } = bls12_381.fields;
  const element = (value: bigint) => bigIntToBytes(value, 64);
  const generator = bls12_381.G1.Point.BASE;
  const G1 = [element(generator.x), element(generator.y)];
  const twist = bls12_381.G2.Point.BASE;
  const G2 = [twist.x.c0, twist.x.c1, twist.y.c0, twist.y.c1].map(element);
  const minusOne = word(bls12_381.fields.Fr.ORDER - 1n);
  /** x = 4: on the curve, and not in the subgroup. */
  const outside = [element(4n), element(Fp.sqrt(68n))];
  const sum = variants([...G1, ...G1]);
  const multiple = variants([...G1, minusOne]);
  const pair = variants([...G1, ...G2]);

  it('fails for numbers that are not below the prime, or have more than 48 bytes', () => {
    for (const wrong of [Fp.ORDER, Fp.ORDER + generator.x, 1n << 384n, (1n << 511n) + generator.x]) {
      for (let index = 0; index < 4; index++) expect(run('blsG1Add', sum.having(index, element(wrong)))).toBe('failed');
      for (let index = 0; index < 6; index++)
        expect(run('blsPairing', pair.having(index, element(wrong)))).toBe('failed');
      expect(run('blsMapG1', element(wrong))).toBe('failed');
      expect(run('blsMapG2', concatBytes(element(0n), element(wrong)))).toBe('failed');
    }
    expect(run('blsG1Add', sum.good)).toHaveLength(2 + 256);
  });

  it('adds any points of the curve, and multiplies and pairs those of the subgroup', () => {
    expect(run('blsG1Add', concatBytes(...outside, ...G1))).not.toBe('failed');
    expect(run('blsG1Msm', concatBytes(...outside, minusOne))).toBe('failed');
    expect(run('blsG1Msm', concatBytes(...outside, word(0n)))).toBe('failed');
    expect(run('blsPairing', concatBytes(...outside, ...G2))).toBe('failed');
    expect(run('blsPairing', concatBytes(...outside, new Uint8Array(256)))).toBe('failed');
    for (const name of ['blsG1Add', 'blsG1Msm'] as const) {
      const input = name === 'blsG1Add' ? sum : multiple;
      expect(run(name, input.having(1, element(1n))), `${name} off the curve`).toBe('failed');
    }
    expect(run('blsPairing', pair.having(5, element(1n)))).toBe('failed');
  });

  it('knows infinity by zeros alone', () => {
    expect(run('blsG1Add', concatBytes(...G1, new Uint8Array(128)))).toBe(bytesToHex(concatBytes(...G1)));
    expect(run('blsG1Add', concatBytes(...G1, element(0n), element(1n)))).toBe('failed');
    expect(run('blsPairing', new Uint8Array(384))).toBe(ONE);
    expect(run('blsPairing', pair.good)).toBe(`0x${'00'.repeat(32)}`);
  });

  it('multiplies by scalars beyond the order', () => {
    const infinity = `0x${'00'.repeat(128)}`;
    expect(run('blsG1Msm', multiple.having(2, bls12_381.fields.Fr.ORDER))).toBe(infinity);
    expect(run('blsG1Msm', multiple.having(2, bls12_381.fields.Fr.ORDER + 1n))).toBe(bytesToHex(concatBytes(...G1)));
  });
});

describe('point evaluation (EIP-4844)', () => {
  const ORDER = bls12_381.fields.Fr.ORDER;
  /** The polynomial 5: its commitment is 5 G, its value is 5 everywhere, and the proof is infinity. */
  const commitment = bls12_381.G1.Point.BASE.multiply(5n).toBytes(true);
  const infinity = Uint8Array.of(0xc0, ...new Uint8Array(47));
  const hashOf = (bytes: Uint8Array, version = 1) => Uint8Array.of(version, ...sha256(bytes).subarray(1));
  const { good, having } = variants([hashOf(commitment), word(9n), word(5n), commitment, infinity]);

  it('says the size of a blob and the order of its field', () => {
    expect(run('pointEvaluation', good)).toBe(bytesToHex(concatBytes(word(4096n), word(ORDER))));
  });

  it('fails for a hash of another version or commitment, a wrong value, and bytes that are no number or point', () => {
    const wrong = {
      'version 0': having(0, hashOf(commitment, 0)),
      'version 2': having(0, hashOf(commitment, 2)),
      'hash of something else': having(0, hashOf(infinity)),
      'value 4': having(2, 4n),
      'z not below the order': having(1, ORDER),
      'y not below the order': having(2, ORDER + 5n),
      'another proof': having(4, commitment),
      'a proof that is no point': having(4, new Uint8Array(48)),
      'infinity with a sign': having(4, Uint8Array.of(0xe0, ...new Uint8Array(47))),
      'a commitment that is no point': concatBytes(
        hashOf(new Uint8Array(48)),
        word(9n),
        word(5n),
        new Uint8Array(48),
        infinity,
      ),
      'a byte less': good.subarray(0, 191),
      'a byte more': concatBytes(good, Uint8Array.of(0)),
    };
    for (const [what, input] of Object.entries(wrong)) expect(run('pointEvaluation', input), what).toBe('failed');
  });
});

describe('P-256 (EIP-7951)', () => {
  const key = word(0xabcdefn);
  const hash = sha256(utf8ToBytes('a message')).slice();
  const signature = p256.sign(hash, key, { prehash: false });
  const publicKey = p256.getPublicKey(key, false).slice(1);
  const parts = [hash, signature.slice(0, 32), signature.slice(32), publicKey.slice(0, 32), publicKey.slice(32)];
  const { good, having } = variants(parts);
  const { n, p } = p256.Point.CURVE();

  it('says 1 for a signature, also for its twin with the other s', () => {
    expect(run('p256Verify', good)).toBe(ONE);
    expect(run('p256Verify', having(2, n - bytesToBigInt(parts[2]!)))).toBe(ONE);
  });

  it('compares r with an x that is as great as the order, modulo the order', () => {
    const { Point } = p256;
    const { Fn } = Point;
    // The first point whose x is in n .. p - 1, which no signature that anybody made is likely to have.
    let point: InstanceType<typeof Point> | undefined;
    for (let x = n; point === undefined; x++) {
      try {
        point = Point.fromBytes(Uint8Array.of(2, ...word(x)));
      } catch {
        // No point has this x.
      }
    }
    const r = point.toAffine().x - n;
    const [s, e] = [7n, 9n];
    // Q = (s R - e G) / r is the key for which s and r sign e.
    const signer = point.multiply(s).subtract(Point.BASE.multiply(e)).multiply(Fn.inv(r));
    const { x, y } = signer.toAffine();
    expect(run('p256Verify', concatBytes(...[e, r, s, x, y].map(word)))).toBe(ONE);
    expect(run('p256Verify', concatBytes(...[e, r + 1n, s, x, y].map(word)))).toBe('0x');
  });

  it('says nothing for another message, numbers out of range, and a key that is no point', () => {
    expect(run('p256Verify', having(0, 1n))).toBe('0x');
    for (const wrong of [0n, n, (1n << 256n) - 1n]) {
      expect(run('p256Verify', having(1, wrong))).toBe('0x');
      expect(run('p256Verify', having(2, wrong))).toBe('0x');
    }
    for (const wrong of [0n, 1n, p, (1n << 256n) - 1n]) {
      expect(run('p256Verify', having(3, wrong))).toBe('0x');
      expect(run('p256Verify', having(4, wrong))).toBe('0x');
    }
    expect(run('p256Verify', concatBytes(...parts.slice(0, 3), new Uint8Array(64)))).toBe('0x');
    expect(run('p256Verify', good.subarray(0, 159))).toBe('0x');
    expect(run('p256Verify', concatBytes(good, Uint8Array.of(0)))).toBe('0x');
  });
});

/** For each contract an input that succeeds, and its price from each fork on that changes it. */
const PRICES: readonly [PrecompileName, Uint8Array, Partial<Record<ForkName, number>>][] = [
  ['ecRecover', new Uint8Array(0), { frontier: 3000 }],
  ['sha256', new Uint8Array(33), { frontier: 60 + 2 * 12 }],
  ['ripemd160', new Uint8Array(33), { frontier: 600 + 2 * 120 }],
  ['identity', new Uint8Array(33), { frontier: 15 + 2 * 3 }],
  [
    'modexp',
    concatBytes(
      word(64n),
      word(1n),
      word(64n),
      new Uint8Array(64).fill(3),
      Uint8Array.of(255),
      new Uint8Array(64).fill(5),
    ),
    { byzantium: Math.floor((4096 * 7) / 20), berlin: 200, osaka: 896 },
  ],
  ['bnAdd', new Uint8Array(0), { byzantium: 500, istanbul: 150 }],
  ['bnMul', new Uint8Array(0), { byzantium: 40_000, istanbul: 6000 }],
  ['bnPairing', new Uint8Array(384), { byzantium: 100_000 + 2 * 80_000, istanbul: 45_000 + 2 * 34_000 }],
  ['blake2f', Uint8Array.of(0, 0, 0, 12, ...new Uint8Array(209)), { istanbul: 12 }],
  [
    'pointEvaluation',
    concatBytes(
      Uint8Array.of(1, ...sha256(Uint8Array.of(0xc0, ...new Uint8Array(47))).subarray(1)),
      new Uint8Array(64),
      Uint8Array.of(0xc0, ...new Uint8Array(47)),
      Uint8Array.of(0xc0, ...new Uint8Array(47)),
    ),
    { cancun: 50_000 },
  ],
  ['blsG1Add', new Uint8Array(256), { prague: 375 }],
  ['blsG1Msm', new Uint8Array(320), { prague: Math.floor((2 * 12_000 * 949) / 1000) }],
  ['blsG2Add', new Uint8Array(512), { prague: 600 }],
  ['blsG2Msm', new Uint8Array(864), { prague: Math.floor((3 * 22_500 * 923) / 1000) }],
  ['blsPairing', new Uint8Array(768), { prague: 37_700 + 2 * 32_600 }],
  ['blsMapG1', new Uint8Array(64), { prague: 5500 }],
  ['blsMapG2', new Uint8Array(128), { prague: 23_800 }],
  ['p256Verify', new Uint8Array(160), { osaka: 6900 }],
];

describe('gas', () => {
  it('of every contract is in the table', () => {
    const alive = [...activePrecompiles('bpo5').values()].map(({ name }) => name);
    expect(PRICES.map(([name]) => name)).toEqual(alive);
  });

  for (const [name, input, prices] of PRICES) {
    it(`of ${name}: enough is enough, and one less burns it, at every fork`, () => {
      const { address } = PRECOMPILES[name];
      let price: number | undefined;
      for (const fork of FORKS) {
        price = prices[fork] ?? price;
        expect(activePrecompiles(fork).get(address)?.gas(input), `price in ${fork}`).toBe(price);
        if (price === undefined) continue;
        const { accepted, refused } = callWith(address, input, fork, price);
        expect([accepted.word, refused.word], fork).toEqual([1n, 0n]);
        // What failed cost one gas less: all that it was given.
        expect(accepted.gasUsed - refused.gasUsed, fork).toBe(1);
      }
    });
  }
});

/** Calls a contract with its price, and with one gas less; the results say whether the call succeeded. */
function callWith(to: string, input: Uint8Array, fork: ForkName, price: number) {
  const attempt = (gas: number) => {
    const ask = callTo('CALL', { to, gas, input: [0, input.length] });
    return execute(storeInMemory(0, bytesToHex(input).slice(2)) + ask + returnTop(), { fork });
  };
  return { accepted: attempt(price), refused: attempt(price - 1) };
}
