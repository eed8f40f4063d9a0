/** The curve BLS12-381 in the encodings of EIP-2537, and the pairing check of KZG proofs (EIP-4844). */
import { bytesToBigInt } from '../base/index.ts';
import {
  CEREMONY_G2,
  constantPoint,
  FP,
  G1,
  G2,
  GENERATOR_1,
  GENERATOR_2,
  GROUP_1,
  GROUP_2,
  type Group,
  getPoint,
  mcl,
  setCompressed,
  setPoint,
} from './blsGroups.ts';
import { FP_SIZE, FR_SIZE, G1_SIZE, G2_SIZE, pairingProductIsOne, setFp, setFr } from './mcl.ts';

/** Order of the groups. */
export const BLS12_381_ORDER = 0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001n;

const { f } = mcl;
const SCALAR_BYTES = 32;
const SCALAR = f._malloc(FR_SIZE);
const G1_A = f._malloc(G1_SIZE);
const G1_B = f._malloc(G1_SIZE);
const G2_A = f._malloc(G2_SIZE);
const G2_B = f._malloc(G2_SIZE);

/** Points need not be in the subgroup here. */
function add(group: Group, a: number, b: number, input: Uint8Array): Uint8Array | undefined {
  if (!setPoint(group, a, input.subarray(0, group.bytes))) return undefined;
  if (!setPoint(group, b, input.subarray(group.bytes))) return undefined;
  group.add(a, a, b);
  return getPoint(group, a);
}

function multiScalar(group: Group, input: Uint8Array): Uint8Array | undefined {
  const stride = group.bytes + SCALAR_BYTES;
  const count = input.length / stride;
  const points = f._malloc(count * group.size);
  const scalars = f._malloc(count * FR_SIZE);
  const result = f._malloc(group.size);
  try {
    for (let i = 0; i < count; i++) {
      const point = points + i * group.size;
      const start = i * stride;
      if (!setPoint(group, point, input.subarray(start, start + group.bytes))) return undefined;
      if (group.isInSubgroup(point) === 0) return undefined;
      setFr(mcl, scalars + i * FR_SIZE, input.subarray(start + group.bytes, start + stride));
    }
    group.multiplySum(result, points, scalars, count);
    return getPoint(group, result);
  } finally {
    f._free(points);
    f._free(scalars);
    f._free(result);
  }
}

/** Sum of two points of G1 (256 bytes); undefined when one is not on the curve. */
export function blsG1Add(input: Uint8Array): Uint8Array | undefined {
  return add(GROUP_1, G1_A, G1_B, input);
}

/** Sum of two points of G2 (512 bytes); undefined when one is not on the curve. */
export function blsG2Add(input: Uint8Array): Uint8Array | undefined {
  return add(GROUP_2, G2_A, G2_B, input);
}

/** Sum of multiples: pairs of a point of G1 and a scalar (160 bytes each); undefined when a point is no point. */
export function blsG1MultiScalar(input: Uint8Array): Uint8Array | undefined {
  return multiScalar(GROUP_1, input);
}

/** The same in G2, with pairs of 288 bytes. */
export function blsG2MultiScalar(input: Uint8Array): Uint8Array | undefined {
  return multiScalar(GROUP_2, input);
}

/** Whether the product of the pairings of the pairs (384 bytes each) is one; undefined when a point is no point. */
export function blsPairingCheck(input: Uint8Array): boolean | undefined {
  const stride = G1 + G2;
  const count = input.length / stride;
  const g1 = f._malloc(count * G1_SIZE);
  const g2 = f._malloc(count * G2_SIZE);
  try {
    let pairs = 0;
    for (let i = 0; i < count; i++) {
      const [p, q] = [g1 + pairs * G1_SIZE, g2 + pairs * G2_SIZE];
      const start = i * stride;
      if (!setPoint(GROUP_1, p, input.subarray(start, start + G1))) return undefined;
      if (!setPoint(GROUP_2, q, input.subarray(start + G1, start + stride))) return undefined;
      if (GROUP_1.isInSubgroup(p) === 0 || GROUP_2.isInSubgroup(q) === 0) return undefined;
      // The pairing with infinity is one; the next pair takes its place.
      if (GROUP_1.isZero(p) === 0 && GROUP_2.isZero(q) === 0) pairs++;
    }
    return pairingProductIsOne(mcl, g1, g2, pairs);
  } finally {
    f._free(g1);
    f._free(g2);
  }
}

/** The point of G1 that a field element (64 bytes) maps to; undefined when it is not below the field's order. */
export function blsMapToG1(input: Uint8Array): Uint8Array | undefined {
  if (!setFp(mcl, G1_B, input, bytesToBigInt(input))) return undefined;
  if (f._mclBnFp_mapToG1(G1_A, G1_B) !== 0) return undefined;
  return getPoint(GROUP_1, G1_A);
}

/** The point of G2 that an element of the quadratic extension (128 bytes) maps to. */
export function blsMapToG2(input: Uint8Array): Uint8Array | undefined {
  for (let i = 0; i < 2; i++) {
    const element = input.subarray(i * FP, (i + 1) * FP);
    if (!setFp(mcl, G2_B + i * FP_SIZE, element, bytesToBigInt(element))) return undefined;
  }
  if (f._mclBnFp2_mapToG2(G2_A, G2_B) !== 0) return undefined;
  return getPoint(GROUP_2, G2_A);
}

const KZG_G1 = constantPoint(GROUP_1, GENERATOR_1);
const KZG_G2 = constantPoint(GROUP_2, GENERATOR_2);
const KZG_SETUP = constantPoint(GROUP_2, CEREMONY_G2);
const KZG_PAIRS_1 = f._malloc(2 * G1_SIZE);
const KZG_PAIRS_2 = f._malloc(2 * G2_SIZE);

/**
 * Whether the polynomial behind `commitment` (48 bytes) has the value `y` at `z` (32 bytes each, below the group's
 * order). Undefined when an input is malformed. e(C - y G1, G2) = e(proof, (secret - z) G2).
 */
export function verifyKzgProof(
  commitment: Uint8Array,
  z: Uint8Array,
  y: Uint8Array,
  proof: Uint8Array,
): boolean | undefined {
  if (commitment.length !== 48 || proof.length !== 48 || z.length !== 32 || y.length !== 32) return undefined;
  if (bytesToBigInt(z) >= BLS12_381_ORDER || bytesToBigInt(y) >= BLS12_381_ORDER) return undefined;
  const [left1, right1] = [KZG_PAIRS_1, KZG_PAIRS_1 + G1_SIZE];
  const [left2, right2] = [KZG_PAIRS_2, KZG_PAIRS_2 + G2_SIZE];
  if (!setCompressed(GROUP_1, left1, commitment) || !setCompressed(GROUP_1, right1, proof)) return undefined;

  setFr(mcl, SCALAR, y);
  f._mclBnG1_mul(G1_A, KZG_G1, SCALAR);
  f._mclBnG1_sub(left1, left1, G1_A);
  f._mclBnG2_clear(left2);
  f._mclBnG2_add(left2, left2, KZG_G2);
  f._mclBnG1_neg(right1, right1);
  setFr(mcl, SCALAR, z);
  f._mclBnG2_mul(right2, KZG_G2, SCALAR);
  f._mclBnG2_sub(right2, KZG_SETUP, right2);

  // A pair with infinity contributes nothing; what is left moves to the front.
  const leftIsOne = f._mclBnG1_isZero(left1) !== 0;
  const rightIsOne = f._mclBnG1_isZero(right1) !== 0 || f._mclBnG2_isZero(right2) !== 0;
  if (leftIsOne && rightIsOne) return true;
  if (leftIsOne) return pairingProductIsOne(mcl, right1, right2, 1);
  return pairingProductIsOne(mcl, left1, left2, rightIsOne ? 1 : 2);
}
