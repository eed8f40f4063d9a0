/** Blobs as polynomials (EIP-4844): 4096 numbers, which are the values at the roots of unity in bit-reversed order. */
import { bigIntToBytes, bytesToBigInt, concatBytes, SherdError, wordToBytes } from '../base/index.ts';
import { sha256 } from '../crypto/hash.ts';
import { ORDER, reorder, untransform } from './field.ts';

/** Numbers of a blob (EIP-4844). */
export const FIELD_ELEMENTS_PER_BLOB = 4096;
/** Bytes of a number, big-endian. */
export const BYTES_PER_FIELD_ELEMENT = 32;
/** Bytes of a blob. */
export const BYTES_PER_BLOB = FIELD_ELEMENTS_PER_BLOB * BYTES_PER_FIELD_ELEMENT;
/** Twice as many values of the same polynomial, cut into cells of 64, are what is sampled (EIP-7594). */
export const FIELD_ELEMENTS_PER_EXT_BLOB = 2 * FIELD_ELEMENTS_PER_BLOB;
/** Numbers of a cell. */
export const FIELD_ELEMENTS_PER_CELL = 64;
/** Cells of a blob. */
export const CELLS_PER_EXT_BLOB = FIELD_ELEMENTS_PER_EXT_BLOB / FIELD_ELEMENTS_PER_CELL;
/** Bytes of a cell. */
export const BYTES_PER_CELL = FIELD_ELEMENTS_PER_CELL * BYTES_PER_FIELD_ELEMENT;

/**
 * A number of 32 big-endian bytes.
 * @throws SherdError KZG_SCALAR unless it has 32 bytes and is below the order of the field.
 */
export function readScalar(bytes: Uint8Array, what: string): bigint {
  const value = bytes.length === BYTES_PER_FIELD_ELEMENT ? bytesToBigInt(bytes) : ORDER;
  if (value < ORDER) return value;
  throw new SherdError('KZG_SCALAR', `${what} is no number of 32 bytes below the order of the field`, { what });
}

/**
 * The numbers of a blob or a cell.
 * @throws SherdError KZG_LENGTH unless there are `count` of 32 bytes, KZG_SCALAR when one is not below the order.
 */
export function readScalars(bytes: Uint8Array, count: number, what: string): bigint[] {
  const want = count * BYTES_PER_FIELD_ELEMENT;
  if (bytes.length !== want) {
    throw new SherdError('KZG_LENGTH', `${what} of ${bytes.length} bytes, want ${want}`, { have: bytes.length, want });
  }
  const scalars: bigint[] = [];
  for (let at = 0; at < want; at += BYTES_PER_FIELD_ELEMENT) {
    const value = bytesToBigInt(bytes.subarray(at, at + BYTES_PER_FIELD_ELEMENT));
    if (value >= ORDER) {
      const index = scalars.length;
      throw new SherdError('KZG_SCALAR', `${what}: number ${index} is not below the order of the field`, { index });
    }
    scalars.push(value);
  }
  return scalars;
}

export function writeScalars(scalars: readonly bigint[]): Uint8Array {
  return concatBytes(...scalars.map(wordToBytes));
}

/**
 * The coefficients of the polynomial that a blob is, the constant one first.
 * @throws SherdError KZG_LENGTH, KZG_SCALAR.
 */
export function blobToCoefficients(blob: Uint8Array): bigint[] {
  return untransform(reorder(readScalars(blob, FIELD_ELEMENTS_PER_BLOB, 'blob')));
}

/** A count as the hashes of the specification have it: big-endian. */
export function countBytes(count: number, length: number): Uint8Array {
  return bigIntToBytes(BigInt(count), length);
}

/** @throws SherdError KZG_LENGTH unless the lists have the same length. */
export function expectSameCount(what: string, have: number, want: number): void {
  if (have === want) return;
  throw new SherdError('KZG_LENGTH', `have ${have} ${what}, want ${want}`, { have, want });
}

/** SHA-256 as a number of the field, which stands for a random one (Fiat and Shamir). */
export function hashToScalar(...parts: readonly Uint8Array[]): bigint {
  return bytesToBigInt(sha256(concatBytes(...parts))) % ORDER;
}
