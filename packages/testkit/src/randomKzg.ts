/** Inputs of the pre-compiled contract that checks KZG proofs (EIP-4844), of polynomials a + b x with small a and b. */
import { bytesToHex, hexToBytes } from 'sherd/base';
import { sha256 } from 'sherd/crypto';
import type { Bytecode } from './bytecode.ts';
import type { Random } from './random.ts';

const ORDER = 0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001n;

/** Compressed points of G1. The last is what Ethereum's ceremony left for x. */
const INFINITY = `c0${'0'.repeat(94)}`;
const ONE = '97f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb';
const X = 'ad3eb50121139aa34db1d545093ac9374ab7bca2c0f3bf28e27c8dcd8fc7cb42d25926fc0c97b336e9f0fb35e5a04c81';

const POLYNOMIALS = [
  { a: 0n, b: 0n, commitment: INFINITY, proof: INFINITY },
  { a: 1n, b: 0n, commitment: ONE, proof: INFINITY },
  { a: ORDER - 1n, b: 0n, commitment: negated(ONE), proof: INFINITY },
  { a: 0n, b: 1n, commitment: X, proof: ONE },
  { a: 0n, b: ORDER - 1n, commitment: negated(X), proof: negated(ONE) },
];

/** On the curve and outside the group; off the curve; above the field; infinity with more; not compressed. */
const SPOILT = [
  `80${'0'.repeat(94)}`,
  `a0${'0'.repeat(93)}4`,
  `80${'0'.repeat(93)}1`,
  '9a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab',
  `c0${'0'.repeat(93)}1`,
  `e0${'0'.repeat(94)}`,
  `17${ONE.slice(2)}`,
];

function negated(compressed: Bytecode): Bytecode {
  const flags = Number.parseInt(compressed.slice(0, 2), 16) ^ 0x20;
  return flags.toString(16) + compressed.slice(2);
}

function word(value: bigint): Bytecode {
  return value.toString(16).padStart(64, '0');
}

/** Versioned hash, z, y, commitment and proof: half of them prove what they say. */
export function kzgInput(random: Random): Bytecode {
  let { a, b, commitment, proof } = random.pick(POLYNOMIALS);
  let z = random.word() % ORDER;
  let y = (a + b * z) % ORDER;
  let version = '01';
  const spoil = random.weighted<() => void>([
    [50, () => {}],
    [8, () => (y = (y + 1n) % ORDER)],
    // The same numbers, written with the order added.
    [6, () => (z = BigInt.asUintN(256, z + ORDER))],
    [6, () => (y = BigInt.asUintN(256, y + ORDER))],
    [8, () => ({ proof } = random.pick(POLYNOMIALS))],
    [8, () => (proof = random.pick(SPOILT))],
    [10, () => (commitment = random.pick(SPOILT))],
    [4, () => (version = random.pick(['00', '02']))],
  ]);
  spoil();
  const hash = version + bytesToHex(sha256(hexToBytes(commitment))).slice(4);
  return hash + word(z) + word(y) + commitment + proof;
}
