/**
 * ECDSA verification over P-256 (secp256r1) for EIP-7951, on the curve arithmetic of mcl: u1 G + u2 Q in one
 * multi-scalar multiplication.
 */
import { bytesToBigInt, wordToBytes } from '../base/index.ts';
import { CURVE_P256, createMcl, FP_SIZE, FR_SIZE, G1_SIZE, getFp, setFp, setFr } from './mcl.ts';

const FIELD_ORDER = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const GENERATOR_X = 0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n;
const GENERATOR_Y = 0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n;

const mcl = await createMcl(CURVE_P256, FIELD_ORDER);
const { f } = mcl;

/** Two points side by side, as the multi-scalar multiplication wants them: the generator and the key. */
const POINTS = f._malloc(2 * G1_SIZE);
const SCALARS = f._malloc(2 * FR_SIZE);
const SUM = f._malloc(G1_SIZE);

/** False unless both coordinates are in the field and on the curve; infinity has none. */
function setPoint(target: number, x: bigint, y: bigint): boolean {
  if (!setFp(mcl, target, wordToBytes(x), x) || !setFp(mcl, target + FP_SIZE, wordToBytes(y), y)) return false;
  f._mclBnFp_setInt32(target + 2 * FP_SIZE, 1);
  return f._mclBnG1_isValid(target) !== 0;
}

/** 1 / value modulo the order, by Euclid's algorithm. */
function inverse(value: bigint): bigint {
  let [a, b] = [value, ORDER];
  let [x, y] = [1n, 0n];
  while (a > 1n) {
    const quotient = b / a;
    [a, b] = [b - quotient * a, a];
    [x, y] = [y - quotient * x, x];
  }
  return x < 0n ? x + ORDER : x;
}

/** True when the signature (r and s, 64 bytes) over `hash` (32 bytes) was made by the key (x and y, 64 bytes). */
export function verifyP256(hash: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean {
  const [r, s] = [bytesToBigInt(signature.subarray(0, 32)), bytesToBigInt(signature.subarray(32, 64))];
  if (r === 0n || r >= ORDER || s === 0n || s >= ORDER) return false;
  const key = POINTS + G1_SIZE;
  const [x, y] = [bytesToBigInt(publicKey.subarray(0, 32)), bytesToBigInt(publicKey.subarray(32, 64))];
  // (0, 0) stands for infinity, which is no key; it is not on the curve either.
  if (!setPoint(POINTS, GENERATOR_X, GENERATOR_Y) || !setPoint(key, x, y)) return false;
  const w = inverse(s);
  setFr(mcl, SCALARS, wordToBytes((bytesToBigInt(hash) * w) % ORDER));
  setFr(mcl, SCALARS + FR_SIZE, wordToBytes((r * w) % ORDER));
  f._mclBnG1_mulVec(SUM, POINTS, SCALARS, 2);
  if (f._mclBnG1_isZero(SUM) !== 0) return false;
  f._mclBnG1_normalize(SUM, SUM);
  const found = new Uint8Array(32);
  getFp(mcl, SUM, found);
  return bytesToBigInt(found) % ORDER === r;
}
