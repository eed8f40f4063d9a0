/** The cells of a blob (EIP-7594): twice its numbers, cut into 128 pieces of which any 64 give the blob back. */
import { SherdError } from '../base/index.ts';
import {
  blobToCoefficients,
  CELLS_PER_EXT_BLOB,
  expectSameCount,
  FIELD_ELEMENTS_PER_BLOB,
  FIELD_ELEMENTS_PER_CELL,
  FIELD_ELEMENTS_PER_EXT_BLOB,
  readScalars,
  writeScalars,
} from './blob.ts';
import { domainOf, inverse, inverses, ORDER, powersOf, reorder, transform, untransform } from './field.ts';

/** Moves a polynomial away from the roots of unity, where the polynomial of the missing cells is zero. */
const SHIFT = 7n;

/**
 * The 128 cells of a blob, 2048 bytes each; the first 64 are the blob itself. Needs no setup.
 * @throws SherdError KZG_LENGTH, KZG_SCALAR.
 */
export function computeCells(blob: Uint8Array): Uint8Array[] {
  return cellsOf(blobToCoefficients(blob));
}

/** The cells of the polynomial with these coefficients. */
export function cellsOf(coefficients: readonly bigint[]): Uint8Array[] {
  const values = reorder(transform(padded(coefficients)));
  return Array.from({ length: CELLS_PER_EXT_BLOB }, (_, cell) =>
    writeScalars(values.slice(cell * FIELD_ELEMENTS_PER_CELL, (cell + 1) * FIELD_ELEMENTS_PER_CELL)),
  );
}

/** @throws SherdError KZG_CELL_INDEX unless it is an integer in 0 .. 127. */
export function checkCellIndex(index: number): void {
  if (Number.isInteger(index) && index >= 0 && index < CELLS_PER_EXT_BLOB) return;
  throw new SherdError('KZG_CELL_INDEX', `cell ${index}, want an integer in 0 .. ${CELLS_PER_EXT_BLOB - 1}`, {
    have: index,
  });
}

/**
 * All cells of a blob, from at least 64 of them with their indexes in rising order.
 * @throws SherdError KZG_LENGTH, KZG_SCALAR, KZG_CELL_INDEX, KZG_CELLS_MISSING (fewer than 64),
 *   KZG_CELLS_INCONSISTENT (more than 64, and not of one blob).
 */
export function recoverCells(cellIndices: readonly number[], cells: readonly Uint8Array[]): Uint8Array[] {
  return cellsOf(recoverCoefficients(cellIndices, cells));
}

/** The polynomial behind some cells; the errors of {@link recoverCells}. */
export function recoverCoefficients(cellIndices: readonly number[], cells: readonly Uint8Array[]): bigint[] {
  const missing = missingCells(cellIndices, cells);
  // A polynomial that is zero in the missing cells: with them set to zero, its product with the wanted one is known
  // everywhere.
  const zero = padded(vanishing(missing));
  const zeroValues = transform(zero);
  const known = new Array<bigint>(FIELD_ELEMENTS_PER_EXT_BLOB).fill(0n);
  const order = reorder(Array.from({ length: FIELD_ELEMENTS_PER_EXT_BLOB }, (_, i) => i));
  for (const [k, index] of cellIndices.entries()) {
    for (const [i, value] of readScalars(cells[k]!, FIELD_ELEMENTS_PER_CELL, `cell ${index}`).entries()) {
      const at = order[index * FIELD_ELEMENTS_PER_CELL + i]!;
      known[at] = (value * zeroValues[at]!) % ORDER;
    }
  }
  const product = transform(shifted(untransform(known), SHIFT));
  const divisors = inverses(transform(shifted(zero, SHIFT)));
  const quotient = untransform(product.map((value, i) => (value * divisors[i]!) % ORDER));
  const coefficients = shifted(quotient, inverse(SHIFT));
  if (coefficients.slice(FIELD_ELEMENTS_PER_BLOB).some((value) => value !== 0n)) {
    throw new SherdError('KZG_CELLS_INCONSISTENT', 'the cells are not of one blob');
  }
  return coefficients.slice(0, FIELD_ELEMENTS_PER_BLOB);
}

function missingCells(cellIndices: readonly number[], cells: readonly Uint8Array[]): number[] {
  expectSameCount('cells', cells.length, cellIndices.length);
  for (const [i, index] of cellIndices.entries()) {
    checkCellIndex(index);
    if (i > 0 && index <= cellIndices[i - 1]!) {
      throw new SherdError('KZG_CELL_INDEX', `cell ${index} behind cell ${cellIndices[i - 1]}, want rising indexes`, {
        have: index,
      });
    }
  }
  if (cells.length < CELLS_PER_EXT_BLOB / 2) {
    throw new SherdError('KZG_CELLS_MISSING', `have ${cells.length} cells, want at least ${CELLS_PER_EXT_BLOB / 2}`, {
      have: cells.length,
      want: CELLS_PER_EXT_BLOB / 2,
    });
  }
  const present = new Set(cellIndices);
  return Array.from({ length: CELLS_PER_EXT_BLOB }, (_, i) => i).filter((index) => !present.has(index));
}

/**
 * The coefficients of a polynomial that is zero at all points of these cells and nowhere else. The 64 points of a cell
 * are those whose 64th power is one root of unity, so it is one of low degree in X^64.
 */
function vanishing(cells: readonly number[]): bigint[] {
  const roots = reorder(domainOf(CELLS_PER_EXT_BLOB).roots);
  let short = [1n];
  for (const cell of cells) {
    const next = [0n, ...short];
    for (const [i, value] of short.entries()) next[i] = (next[i]! + (ORDER - roots[cell]!) * value) % ORDER;
    short = next;
  }
  const out = new Array<bigint>(FIELD_ELEMENTS_PER_EXT_BLOB - FIELD_ELEMENTS_PER_CELL + 1).fill(0n);
  for (const [i, value] of short.entries()) out[i * FIELD_ELEMENTS_PER_CELL] = value;
  return out;
}

/** The coefficients of p(factor X). */
export function shifted(coefficients: readonly bigint[], factor: bigint): bigint[] {
  const factors = powersOf(factor, coefficients.length);
  return coefficients.map((value, i) => (value * factors[i]!) % ORDER);
}

function padded(coefficients: readonly bigint[]): bigint[] {
  return [...coefficients, ...new Array<bigint>(FIELD_ELEMENTS_PER_EXT_BLOB - coefficients.length).fill(0n)];
}
