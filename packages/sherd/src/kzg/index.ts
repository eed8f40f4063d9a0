/** Commitments to blobs and their proofs: KZG over BLS12-381, as EIP-4844 and EIP-7594 have them. */
export {
  BYTES_PER_BLOB,
  BYTES_PER_CELL,
  BYTES_PER_FIELD_ELEMENT,
  CELLS_PER_EXT_BLOB,
  FIELD_ELEMENTS_PER_BLOB,
  FIELD_ELEMENTS_PER_CELL,
} from './blob.ts';
export {
  type CellsAndProofs,
  computeCellsAndKzgProofs,
  recoverCellsAndKzgProofs,
  verifyCellKzgProofBatch,
} from './cellProofs.ts';
export { computeCells, recoverCells } from './cells.ts';
export {
  blobToKzgCommitment,
  computeBlobKzgProof,
  computeKzgProof,
  verifyBlobKzgProof,
  verifyBlobKzgProofBatch,
  verifyKzgProof,
} from './proof.ts';
export { ceremonySetup, type KzgSetup, type KzgVerifierSetup, parseTrustedSetup } from './setup.ts';
export { createSidecar, verifySidecar } from './sidecar.ts';
