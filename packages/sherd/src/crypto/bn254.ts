/** The curve alt_bn128 of EIP-196 and EIP-197, in the encodings of its pre-compiled contracts. */
import { bytesToBigInt } from '../base/index.ts';
import {
  CURVE_BN254,
  createMcl,
  FP_SIZE,
  FR_SIZE,
  G1_SIZE,
  G2_SIZE,
  getFp,
  pairingProductIsOne,
  setFp,
  setFr,
} from './mcl.ts';

const FIELD_ORDER = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47n;

const mcl = await createMcl(CURVE_BN254, FIELD_ORDER);
const { f } = mcl;

const POINT_A = f._malloc(G1_SIZE);
const POINT_B = f._malloc(G1_SIZE);
const SCALAR = f._malloc(FR_SIZE);

/** Reads x and y, 32 bytes each; (0, 0) is infinity. False when that is no point of the curve. */
function setG1(target: number, bytes: Uint8Array): boolean {
  const [xBytes, yBytes] = [bytes.subarray(0, 32), bytes.subarray(32, 64)];
  const [x, y] = [bytesToBigInt(xBytes), bytesToBigInt(yBytes)];
  if (x === 0n && y === 0n) {
    f._mclBnG1_clear(target);
    return true;
  }
  if (!setFp(mcl, target, xBytes, x) || !setFp(mcl, target + FP_SIZE, yBytes, y)) return false;
  f._mclBnFp_setInt32(target + 2 * FP_SIZE, 1);
  return f._mclBnG1_isValid(target) !== 0;
}

function getG1(source: number): Uint8Array {
  const out = new Uint8Array(64);
  if (f._mclBnG1_isZero(source) !== 0) return out;
  f._mclBnG1_normalize(source, source);
  getFp(mcl, source, out.subarray(0, 32));
  getFp(mcl, source + FP_SIZE, out.subarray(32));
  return out;
}

/** Reads x and y in the quadratic extension, each with its imaginary part first. The point must be in the subgroup. */
function setG2(target: number, bytes: Uint8Array): boolean {
  const parts = [0, 32, 64, 96].map((start) => bytes.subarray(start, start + 32));
  const values = parts.map(bytesToBigInt);
  if (values.every((value) => value === 0n)) {
    f._mclBnG2_clear(target);
    return true;
  }
  const order = [1, 0, 3, 2];
  for (let i = 0; i < 4; i++) {
    if (!setFp(mcl, target + i * FP_SIZE, parts[order[i]!]!, values[order[i]!]!)) return false;
  }
  f._mclBnFp_setInt32(target + 4 * FP_SIZE, 1);
  f._mclBnFp_clear(target + 5 * FP_SIZE);
  return f._mclBnG2_isValid(target) !== 0 && f._mclBnG2_isValidOrder(target) !== 0;
}

/** Sum of two points in 128 bytes; undefined when one is not on the curve. */
export function bn254Add(input: Uint8Array): Uint8Array | undefined {
  if (!setG1(POINT_A, input.subarray(0, 64)) || !setG1(POINT_B, input.subarray(64, 128))) return undefined;
  f._mclBnG1_add(POINT_A, POINT_A, POINT_B);
  return getG1(POINT_A);
}

/** Multiple of a point (64 bytes) by a number of 32 bytes; undefined when the point is not on the curve. */
export function bn254Multiply(input: Uint8Array): Uint8Array | undefined {
  if (!setG1(POINT_A, input.subarray(0, 64))) return undefined;
  setFr(mcl, SCALAR, input.subarray(64, 96));
  f._mclBnG1_mul(POINT_A, POINT_A, SCALAR);
  return getG1(POINT_A);
}

/** Whether the product of the pairings of the pairs (192 bytes each) is one; undefined when a point is no point. */
export function bn254PairingCheck(input: Uint8Array): boolean | undefined {
  const count = input.length / 192;
  const g1 = f._malloc(Math.max(1, count) * G1_SIZE);
  const g2 = f._malloc(Math.max(1, count) * G2_SIZE);
  try {
    let pairs = 0;
    for (let i = 0; i < count; i++) {
      const [p, q] = [g1 + pairs * G1_SIZE, g2 + pairs * G2_SIZE];
      const start = 192 * i;
      if (!setG1(p, input.subarray(start, start + 64)) || !setG2(q, input.subarray(start + 64, start + 192))) {
        return undefined;
      }
      // The pairing with infinity is one; the next pair takes its place.
      if (f._mclBnG1_isZero(p) === 0 && f._mclBnG2_isZero(q) === 0) pairs++;
    }
    return pairingProductIsOne(mcl, g1, g2, pairs);
  } finally {
    f._free(g1);
    f._free(g2);
  }
}
