/** The blobs, commitments and proofs that travel with a blob transaction: made, and checked to the last proof. */
import { SherdError } from '../base/index.ts';
import { type BlobSidecar, type BlobTransaction, CELLS_PER_BLOB, checkSidecar } from '../tx/index.ts';
import { computeCellsAndKzgProofs, verifyCellKzgProofBatch } from './cellProofs.ts';
import { computeCells } from './cells.ts';
import { blobToKzgCommitment, computeBlobKzgProof, verifyBlobKzgProofBatch } from './proof.ts';
import { ceremonySetup, type KzgSetup, type KzgVerifierSetup } from './setup.ts';

/**
 * A sidecar for blobs of 131,072 bytes: version 0 with a proof per blob (Cancun, Prague), version 1 with 128 proofs
 * of cells (from Osaka on).
 * @throws SherdError KZG_LENGTH, KZG_SCALAR.
 */
export function createSidecar(blobs: readonly Uint8Array[], version: 0 | 1, setup: KzgSetup): BlobSidecar {
  const commitments = blobs.map((blob) => blobToKzgCommitment(blob, setup));
  const proofs =
    version === 0
      ? blobs.map((blob, i) => computeBlobKzgProof(blob, commitments[i]!, setup))
      : blobs.flatMap((blob) => computeCellsAndKzgProofs(blob, setup).proofs);
  return { version, blobs, commitments, proofs };
}

/**
 * Checks a sidecar completely: counts, hashes, and that each commitment is the blob's, by its proofs.
 * @throws SherdError BLOB_SIDECAR_MISMATCH, BLOB_PROOF_INVALID, and KZG_LENGTH, KZG_SCALAR, KZG_POINT for malformed
 *   blobs, commitments and proofs.
 */
export function verifySidecar(
  tx: BlobTransaction,
  sidecar: BlobSidecar,
  setup: KzgVerifierSetup = ceremonySetup(),
): void {
  checkSidecar(tx, sidecar);
  const { version, blobs, commitments, proofs } = sidecar;
  const isProved =
    version === 0
      ? verifyBlobKzgProofBatch(blobs, commitments, proofs, setup)
      : verifyCellKzgProofBatch(
          commitments.flatMap((commitment) => new Array<Uint8Array>(CELLS_PER_BLOB).fill(commitment)),
          blobs.flatMap(() => Array.from({ length: CELLS_PER_BLOB }, (_, index) => index)),
          blobs.flatMap(computeCells),
          proofs,
          setup,
        );
  if (!isProved) throw new SherdError('BLOB_PROOF_INVALID', 'blob sidecar: a proof does not hold for its blob');
}
