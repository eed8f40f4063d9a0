/** Cells against c-kzg 2.1: the digest of all 128 of a blob of ours, and some of their proofs. */
import { testBlob } from '@sherd/testkit';
import { describe, expect, it } from 'vitest';
import { bytesToHex, concatBytes, hexToBytes, isSherdError, wordToBytes } from '../base/index.ts';
import { sha256 } from '../crypto/index.ts';
import { ORDER } from './field.ts';
import { computeCells, recoverCells, verifyCellKzgProofBatch } from './index.ts';

const blob = testBlob('a');
const commitment = hexToBytes(
  '0x90d5a7f13a72a8ee26ecbc2d874cf24b4776cbc579d5d4a17175df02a7ee4bd94f9d143ada7a52d1f8785e1dbcfb5282',
);
const otherCommitment = hexToBytes(
  '0xb8a0a4cb10b50a92c380211477f8c410a238e2cf8424e1b91ed549c0018b08431d6fa1c038b1ed880e41fc99dc3664ec',
);
const PROOFS = {
  0: 'b32ff3abefe9974f08744dbb75d1d1b7348e805f53e3a17eca60b865ad985fed4c932e70d1612a986c695d25ed67de92',
  5: '979884da412a907ed367f5f3dcd6e9c6a0ab088f183510b26e4f66d0cede46bf51658088061520f630c10d2cccf6ad27',
  100: '983aa6a77b98756ac4cbfc4fe0340a6fa83242a3ca9275a9a840b277ffa1c3e8386d2f7df2747fd9b9999ba3979e1449',
};
const OTHER_PROOF_5 =
  'b39cdc3b9ee82e6e55fb8d3e1127a18300bea6307e1bdf867a491572b1ac8fb345199b72724d1806600deba12a399e8e';

function refusal(run: () => unknown): string {
  try {
    return `accepted: ${run()}`;
  } catch (error) {
    return isSherdError(error) ? error.code : `crashed: ${error}`;
  }
}

const cells = computeCells(blob);

describe('cells of a blob', () => {
  it('are those of c-kzg, and begin with the blob itself', () => {
    expect(bytesToHex(sha256(concatBytes(...cells)))).toBe(
      '0xf79c57c334aebe9f81b3afa5bee99d45f0952737205f8e3514d31e6a302e185c',
    );
    expect(cells).toHaveLength(128);
    expect(concatBytes(...cells.slice(0, 64))).toEqual(blob);
  });

  it('come back from any half of them', () => {
    const all = Array.from({ length: 128 }, (_, index) => index);
    const halves = {
      'the first': all.slice(0, 64),
      'the second': all.slice(64),
      'each second': all.filter((index) => index % 2 === 1),
      'all but one': all.filter((index) => index !== 77),
      all,
    };
    for (const [which, indexes] of Object.entries(halves)) {
      const recovered = recoverCells(
        indexes,
        indexes.map((index) => cells[index]!),
      );
      expect(recovered, which).toEqual(cells);
    }
  });

  it('do not come back from less, from a wrong list, or from cells of two blobs', () => {
    const half = Array.from({ length: 64 }, (_, index) => index);
    const some = cells.slice(0, 64);
    expect(refusal(() => recoverCells(half.slice(1), some.slice(1)))).toBe('KZG_CELLS_MISSING');
    expect(refusal(() => recoverCells(half, some.slice(1)))).toBe('KZG_LENGTH');
    expect(refusal(() => recoverCells([1, 0, ...half.slice(2)], some))).toBe('KZG_CELL_INDEX');
    expect(refusal(() => recoverCells([0, 0, ...half.slice(2)], some))).toBe('KZG_CELL_INDEX');
    expect(refusal(() => recoverCells([...half.slice(0, 63), 128], some))).toBe('KZG_CELL_INDEX');
    expect(refusal(() => recoverCells(half, [...some.slice(0, 63), some[0]!.subarray(1)]))).toBe('KZG_LENGTH');
    const foreign = [...some, computeCells(testBlob('b'))[99]!];
    expect(refusal(() => recoverCells([...half, 99], foreign))).toBe('KZG_CELLS_INCONSISTENT');
  });
});

describe('proofs of cells', () => {
  const indexes = [0, 5, 100] as const;
  const some = indexes.map((index) => cells[index]!);
  const proofs = indexes.map((index) => hexToBytes(PROOFS[index]));
  const commitments = indexes.map(() => commitment);

  it('hold for their cells, one by one, together, twice, and for cells of several blobs', () => {
    for (const [i, index] of indexes.entries()) {
      expect(verifyCellKzgProofBatch([commitment], [index], [some[i]!], [proofs[i]!])).toBe(true);
    }
    expect(verifyCellKzgProofBatch(commitments, indexes, some, proofs)).toBe(true);
    expect(verifyCellKzgProofBatch([], [], [], [])).toBe(true);
    const other = {
      commitment: otherCommitment,
      cell: computeCells(testBlob('b'))[5]!,
      proof: hexToBytes(OTHER_PROOF_5),
    };
    const mixed = verifyCellKzgProofBatch(
      [commitment, other.commitment, commitment, commitment],
      [5, 5, 5, 100],
      [some[1]!, other.cell, some[1]!, some[2]!],
      [proofs[1]!, other.proof, proofs[1]!, proofs[2]!],
    );
    expect(mixed).toBe(true);
    expect(verifyCellKzgProofBatch([commitment], [5], [other.cell], [other.proof])).toBe(false);
  });

  it('hold for nothing else', () => {
    const wrongCell = some[0]!.slice();
    wrongCell[2047]! ^= 1;
    expect(verifyCellKzgProofBatch([commitment], [0], [wrongCell], [proofs[0]!])).toBe(false);
    expect(verifyCellKzgProofBatch([commitment], [1], [some[0]!], [proofs[0]!])).toBe(false);
    expect(verifyCellKzgProofBatch([otherCommitment], [0], [some[0]!], [proofs[0]!])).toBe(false);
    expect(verifyCellKzgProofBatch(commitments, indexes, some, [proofs[1]!, proofs[0]!, proofs[2]!])).toBe(false);
    expect(verifyCellKzgProofBatch(commitments, [0, 100, 5], some, proofs)).toBe(false);
  });

  it('are refused with a code when something is malformed', () => {
    const [cell, proof] = [some[0]!, proofs[0]!];
    const tooGreat = cell.slice();
    tooGreat.set(wordToBytes(ORDER), 64);
    expect(refusal(() => verifyCellKzgProofBatch([commitment], [0], [cell], []))).toBe('KZG_LENGTH');
    expect(refusal(() => verifyCellKzgProofBatch([], [0], [cell], [proof]))).toBe('KZG_LENGTH');
    expect(refusal(() => verifyCellKzgProofBatch([commitment], [128], [cell], [proof]))).toBe('KZG_CELL_INDEX');
    expect(refusal(() => verifyCellKzgProofBatch([commitment], [0.5], [cell], [proof]))).toBe('KZG_CELL_INDEX');
    expect(refusal(() => verifyCellKzgProofBatch([commitment], [0], [cell.subarray(1)], [proof]))).toBe('KZG_LENGTH');
    expect(refusal(() => verifyCellKzgProofBatch([commitment], [0], [tooGreat], [proof]))).toBe('KZG_SCALAR');
    expect(refusal(() => verifyCellKzgProofBatch([commitment.subarray(1)], [0], [cell], [proof]))).toBe('KZG_POINT');
    expect(refusal(() => verifyCellKzgProofBatch([commitment], [0], [cell], [proof.subarray(1)]))).toBe('KZG_POINT');
  });
});
