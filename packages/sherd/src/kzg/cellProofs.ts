/** Proofs of the cells of a blob (EIP-7594): each shows all 64 numbers of a cell at once. */
import { bytesToHex, utf8ToBytes } from '../base/index.ts';
import {
  type G1Points,
  G2_GENERATOR,
  joinG1,
  multiplySumG1,
  pairingsAreEqual,
  sliceG1,
  transformG1,
  writeG1,
  zerosG1,
} from '../crypto/blsPoints.ts';
import {
  blobToCoefficients,
  CELLS_PER_EXT_BLOB,
  countBytes,
  expectSameCount,
  FIELD_ELEMENTS_PER_BLOB,
  FIELD_ELEMENTS_PER_CELL,
  FIELD_ELEMENTS_PER_EXT_BLOB,
  hashToScalar,
  readScalars,
} from './blob.ts';
import { cellsOf, checkCellIndex, recoverCoefficients, shifted } from './cells.ts';
import { domainOf, ORDER, powersOf, reorder, transform, untransform } from './field.ts';
import { readPoint } from './proof.ts';
import { ceremonySetup, type KzgSetup, type KzgVerifierSetup } from './setup.ts';

const BATCH_DOMAIN = utf8ToBytes('RCKZGCBATCH__V1_');
/** Pieces of 64 coefficients of which a blob's polynomial consists. */
const PIECES = FIELD_ELEMENTS_PER_BLOB / FIELD_ELEMENTS_PER_CELL;

/** The cells of a blob (2048 bytes each) and the proof of each (48 bytes). */
export interface CellsAndProofs {
  readonly cells: readonly Uint8Array[];
  readonly proofs: readonly Uint8Array[];
}

/**
 * The 128 cells of a blob and their proofs. Seconds of work, and more at the first call with a setup.
 * @throws SherdError KZG_LENGTH, KZG_SCALAR.
 */
export function computeCellsAndKzgProofs(blob: Uint8Array, setup: KzgSetup): CellsAndProofs {
  const coefficients = blobToCoefficients(blob);
  return { cells: cellsOf(coefficients), proofs: proofsOf(coefficients, setup) };
}

/**
 * The same from at least 64 of the cells, with their indexes in rising order.
 * @throws SherdError KZG_LENGTH, KZG_SCALAR, KZG_CELL_INDEX, KZG_CELLS_MISSING, KZG_CELLS_INCONSISTENT.
 */
export function recoverCellsAndKzgProofs(
  cellIndices: readonly number[],
  cells: readonly Uint8Array[],
  setup: KzgSetup,
): CellsAndProofs {
  const coefficients = recoverCoefficients(cellIndices, cells);
  return { cells: cellsOf(coefficients), proofs: proofsOf(coefficients, setup) };
}

/**
 * Whether each cell (2048 bytes) is that of its index in the blob behind its commitment (48 bytes), by its proof
 * (48 bytes): false when one is not. The lists are of one length; true for empty ones.
 * @throws SherdError KZG_LENGTH, KZG_SCALAR, KZG_POINT, KZG_CELL_INDEX: malformed, whatever is claimed.
 */
export function verifyCellKzgProofBatch(
  commitments: readonly Uint8Array[],
  cellIndices: readonly number[],
  cells: readonly Uint8Array[],
  proofs: readonly Uint8Array[],
  setup: KzgVerifierSetup = ceremonySetup(),
): boolean {
  for (const [what, list] of Object.entries({ commitments, 'cell indexes': cellIndices, proofs })) {
    expectSameCount(what, list.length, cells.length);
  }
  cellIndices.forEach(checkCellIndex);
  const distinct = new Map<string, Uint8Array>();
  for (const commitment of commitments) distinct.set(bytesToHex(commitment), commitment);
  const names = [...distinct.keys()];
  const blobs = commitments.map((commitment) => names.indexOf(bytesToHex(commitment)));
  const values = cells.map((cell) => readScalars(cell, FIELD_ELEMENTS_PER_CELL, 'cell'));
  const commitmentPoints = joinG1([...distinct.values()].map((commitment) => readPoint(commitment, 'commitment')));
  const proofPoints = joinG1(proofs.map((proof) => readPoint(proof, 'proof')));

  const claims = cells.flatMap((cell, k) => [
    countBytes(blobs[k]!, 8),
    countBytes(cellIndices[k]!, 8),
    cell,
    proofs[k]!,
  ]);
  const sizes = [FIELD_ELEMENTS_PER_BLOB, FIELD_ELEMENTS_PER_CELL, distinct.size, cells.length];
  const counts = sizes.map((size) => countBytes(size, 8));
  const factors = powersOf(hashToScalar(BATCH_DOMAIN, ...counts, ...distinct.values(), ...claims), cells.length);

  // e(sum of r^k proof_k, secret^64 G2) = e(sum of r^k (commitment_k - [the cell's own polynomial]_k
  //   + h_k^64 proof_k), G2), where h_k is the first point of the cell.
  const weights = new Array<bigint>(distinct.size).fill(0n);
  for (const [k, factor] of factors.entries()) weights[blobs[k]!] = (weights[blobs[k]!]! + factor) % ORDER;
  const cellRoots = reorder(domainOf(CELLS_PER_EXT_BLOB).roots);
  const moved = factors.map((factor, k) => (factor * cellRoots[cellIndices[k]!]!) % ORDER);
  const right = multiplySumG1(joinG1([commitmentPoints, setup.g1Cell, proofPoints]), [
    ...weights,
    ...interpolated(cellIndices, values, factors).map((value) => (value === 0n ? 0n : ORDER - value)),
    ...moved,
  ]);
  return pairingsAreEqual(multiplySumG1(proofPoints, factors), setup.g2Cell, right, G2_GENERATOR);
}

/** The sum of the polynomials of degree 63 through the cells' values, each times its factor, as 64 coefficients. */
function interpolated(
  cellIndices: readonly number[],
  values: readonly (readonly bigint[])[],
  factors: readonly bigint[],
): bigint[] {
  // Cells of one index stand at the same points: their values are added up first.
  const columns = new Map<number, bigint[]>();
  for (const [k, index] of cellIndices.entries()) {
    const column = columns.get(index) ?? new Array<bigint>(FIELD_ELEMENTS_PER_CELL).fill(0n);
    for (const [i, value] of values[k]!.entries()) column[i] = (column[i]! + value * factors[k]!) % ORDER;
    columns.set(index, column);
  }
  const { inverseRoots } = domainOf(FIELD_ELEMENTS_PER_EXT_BLOB);
  const positions = reorder(Array.from({ length: CELLS_PER_EXT_BLOB }, (_, i) => i));
  const sum = new Array<bigint>(FIELD_ELEMENTS_PER_CELL).fill(0n);
  for (const [index, column] of columns) {
    const coefficients = shifted(untransform(reorder(column)), inverseRoots[positions[index]!]!);
    for (const [i, value] of coefficients.entries()) sum[i] = (sum[i]! + value) % ORDER;
  }
  return sum;
}

/**
 * All 128 proofs at once, after Feist and Khovratovich. A cell's proof is the commitment to p / (X^64 - a) without its
 * rest, where a is the 64th power of the cell's points: the sum of a^d H_d, with H_d = the sum over all pieces of
 * piece j+d+1 of p on piece j of the setup. So the proofs are the transform of H, and H is a correlation, which
 * transforms make cheap.
 */
function proofsOf(coefficients: readonly bigint[], setup: KzgSetup): Uint8Array[] {
  const columns = setupColumns(setup);
  const { roots, inverseRoots, scale } = domainOf(CELLS_PER_EXT_BLOB);
  const factors = Array.from({ length: FIELD_ELEMENTS_PER_CELL }, (_, t) => {
    const pieces = Array.from({ length: PIECES }, (_, j) => coefficients[j * FIELD_ELEMENTS_PER_CELL + t]!);
    return transform([...pieces, ...new Array<bigint>(CELLS_PER_EXT_BLOB - PIECES).fill(0n)]);
  });
  const sums: G1Points[] = [];
  for (let i = 0; i < CELLS_PER_EXT_BLOB; i++) {
    const scalars = factors.map((column) => (column[i]! * scale) % ORDER);
    sums.push(multiplySumG1(columns[i]!, scalars));
  }
  const correlation = transformG1(joinG1(sums), inverseRoots);
  const terms = joinG1([sliceG1(correlation, 1, PIECES), zerosG1(CELLS_PER_EXT_BLOB - PIECES + 1)]);
  const values = transformG1(terms, roots);
  return reorder(Array.from({ length: CELLS_PER_EXT_BLOB }, (_, i) => writeG1(sliceG1(values, i, i + 1))));
}

/** Per setup, because it is seconds of work: what {@link proofsOf} multiplies with. */
const columnsOf = new WeakMap<KzgSetup, readonly G1Points[]>();

/**
 * For each of 128 roots of unity the 64 points, one for each place in a piece, that the transforms of the setup's
 * pieces (in negative order, because they are correlated) have there.
 */
function setupColumns(setup: KzgSetup): readonly G1Points[] {
  let columns = columnsOf.get(setup);
  if (columns === undefined) {
    const { roots } = domainOf(CELLS_PER_EXT_BLOB);
    const rows = Array.from({ length: FIELD_ELEMENTS_PER_CELL }, (_, t) => {
      const piece = (j: number) => {
        const at = j * FIELD_ELEMENTS_PER_CELL + t;
        return sliceG1(setup.g1Powers, at, at + 1);
      };
      const later = Array.from({ length: PIECES - 1 }, (_, i) => piece(PIECES - 1 - i));
      return transformG1(joinG1([piece(0), zerosG1(CELLS_PER_EXT_BLOB - PIECES), ...later]), roots);
    });
    columns = Array.from({ length: CELLS_PER_EXT_BLOB }, (_, i) => joinG1(rows.map((row) => sliceG1(row, i, i + 1))));
    columnsOf.set(setup, columns);
  }
  return columns;
}
