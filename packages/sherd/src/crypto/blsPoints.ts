/**
 * Sums, transforms and pairings of points of BLS12-381, for what is proved with polynomials ({@link ../kzg}).
 * Points are handed around as the library holds them, {@link G1_SIZE} bytes each one behind the other; only this file
 * looks inside.
 */
import { hexToBytes } from '../base/index.ts';
import { BLS12_381_ORDER } from './bls12381.ts';
import { GENERATOR_1, GENERATOR_2, GROUP_1, GROUP_2, type Group, mcl, setCompressed } from './blsGroups.ts';
import { FR_SIZE, G1_SIZE, G2_SIZE, pairingProductIsOne } from './mcl.ts';

const { f } = mcl;

/** Bytes of a compressed point of G1. */
export const G1_BYTES = 48;
/** Bytes of a compressed point of G2. */
export const G2_BYTES = 96;

/** Any number of points of G1. */
export type G1Points = Uint8Array;
/** A point of G2. */
export type G2Point = Uint8Array;

const POINT_1 = f._malloc(G1_SIZE);
const POINT_2 = f._malloc(G2_SIZE);

/** The library's memory moves when it grows, so a view is good until the next allocation. */
function memory(): Uint8Array {
  return new Uint8Array(mcl.f.wasmMemory.buffer);
}

function readCompressed(group: Group, place: number, length: number, bytes: Uint8Array): Uint8Array | undefined {
  if (bytes.length !== length || !setCompressed(group, place, bytes)) return undefined;
  return memory().slice(place, place + group.size);
}

/** A compressed point (48 bytes); undefined unless it is canonical, on the curve and in the subgroup. */
export function readG1(bytes: Uint8Array): G1Points | undefined {
  return readCompressed(GROUP_1, POINT_1, G1_BYTES, bytes);
}

/** A compressed point (96 bytes); undefined unless it is canonical, on the curve and in the subgroup. */
export function readG2(bytes: Uint8Array): G2Point | undefined {
  return readCompressed(GROUP_2, POINT_2, G2_BYTES, bytes);
}

export const G1_GENERATOR: G1Points = readG1(hexToBytes(GENERATOR_1))!;
export const G2_GENERATOR: G2Point = readG2(hexToBytes(GENERATOR_2))!;

/** How many points there are. */
export function countG1(points: G1Points): number {
  return points.length / G1_SIZE;
}

/** The points from `start` on, up to `end`, as a view. */
export function sliceG1(points: G1Points, start: number, end: number): G1Points {
  return points.subarray(start * G1_SIZE, end * G1_SIZE);
}

/** Points one behind the other. */
export function joinG1(parts: readonly G1Points[]): G1Points {
  const out = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    out.set(part, offset);
    offset += part.length;
  }
  return out;
}

/** `count` times the point at infinity. */
export function zerosG1(count: number): G1Points {
  return new Uint8Array(count * G1_SIZE);
}

/** The first point, compressed (48 bytes). */
export function writeG1(points: G1Points): Uint8Array {
  memory().set(points.subarray(0, G1_SIZE), POINT_1);
  f._mclBnG1_serialize(mcl.buffer, G1_BYTES, POINT_1);
  return memory().slice(mcl.buffer, mcl.buffer + G1_BYTES);
}

/** Runs `run` with `sizes` bytes of the library's memory each. */
function withMemory<T>(sizes: readonly number[], run: (...pointers: number[]) => T): T {
  const pointers = sizes.map((size) => f._malloc(size));
  try {
    return run(...pointers);
  } finally {
    for (const pointer of pointers) f._free(pointer);
  }
}

/** Writes scalars, each below the order of the group, as the library reads them. */
function setScalars(target: number, scalars: readonly bigint[]): void {
  for (const [i, scalar] of scalars.entries()) {
    const view = new DataView(f.wasmMemory.buffer, mcl.buffer, FR_SIZE);
    for (let word = 0; word < 4; word++) {
      view.setBigUint64(8 * word, BigInt.asUintN(64, scalar >> BigInt(64 * word)), true);
    }
    f._mclBnFr_setLittleEndianMod(target + i * FR_SIZE, mcl.buffer, FR_SIZE);
  }
}

/** The sum of the points, each times its scalar (below the order of the group). Infinity for none. */
export function multiplySumG1(points: G1Points, scalars: readonly bigint[]): G1Points {
  const count = countG1(points);
  if (count === 0) return zerosG1(1);
  return withMemory([points.length, count * FR_SIZE], (source, factors) => {
    memory().set(points, source);
    setScalars(factors, scalars);
    f._mclBnG1_mulVec(POINT_1, source, factors, count);
    return memory().slice(POINT_1, POINT_1 + G1_SIZE);
  });
}

/**
 * The Fourier transform of a power of two of points: the values, at the powers 1, w, w^2 ... of a root of unity, of the
 * polynomial that has the points as coefficients. `powers` are those of w.
 */
export function transformG1(points: G1Points, powers: readonly bigint[]): G1Points {
  const count = countG1(points);
  return withMemory([points.length, count * FR_SIZE, G1_SIZE], (values, factors, product) => {
    const at = (index: number) => values + index * G1_SIZE;
    const order = bitReversed(count);
    for (let i = 0; i < count; i++) memory().set(sliceG1(points, order[i]!, order[i]! + 1), at(i));
    setScalars(factors, powers);
    for (let half = 1; half < count; half *= 2) {
      const step = count / (2 * half);
      for (let start = 0; start < count; start += 2 * half) {
        for (let i = 0; i < half; i++) {
          const [low, high] = [at(start + i), at(start + i + half)];
          if (i === 0) memory().copyWithin(product, high, high + G1_SIZE);
          else f._mclBnG1_mul(product, high, factors + i * step * FR_SIZE);
          f._mclBnG1_sub(high, low, product);
          f._mclBnG1_add(low, low, product);
        }
      }
    }
    return memory().slice(values, values + points.length);
  });
}

/** Numbers below a power of two, each with its bits in reverse order. */
export function bitReversed(count: number): number[] {
  const order = [0];
  for (let size = 1; size < count; size *= 2) {
    for (let i = 0; i < size; i++) order[i] = 2 * order[i]!;
    for (let i = 0; i < size; i++) order.push(order[i]! + 1);
  }
  return order;
}

/** Whether e(a1, a2) = e(b1, b2). */
export function pairingsAreEqual(a1: G1Points, a2: G2Point, b1: G1Points, b2: G2Point): boolean {
  const pairs = [
    [multiplySumG1(a1, [BLS12_381_ORDER - 1n]), a2],
    [b1, b2],
  ] as const;
  return withMemory([pairs.length * G1_SIZE, pairs.length * G2_SIZE], (left, right) => {
    let count = 0;
    for (const [p, q] of pairs) {
      const [at1, at2] = [left + count * G1_SIZE, right + count * G2_SIZE];
      memory().set(p, at1);
      memory().set(q, at2);
      // The pairing with infinity is one; the next pair takes its place.
      if (f._mclBnG1_isZero(at1) === 0 && f._mclBnG2_isZero(at2) === 0) count++;
    }
    return pairingProductIsOne(mcl, left, right, count);
  });
}
