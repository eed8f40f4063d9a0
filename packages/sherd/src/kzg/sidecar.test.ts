/** Sidecars checked to the last proof; blob, commitment and proof are c-kzg's under the ceremony's setup. */
import { constantBlob, testBlob } from '@sherd/testkit';
import { describe, expect, it } from 'vitest';
import { EMPTY_BYTES, hexToBytes, isSherdError, wordToBytes } from '../base/index.ts';
import { keccak256 } from '../crypto/index.ts';
import {
  type BlobSidecar,
  type BlobTransaction,
  decodeWithSidecar,
  encodeWithSidecar,
  signTransaction,
  versionedHash,
} from '../tx/index.ts';
import { ORDER } from './field.ts';
import { verifySidecar } from './index.ts';

const INFINITY = hexToBytes(`0xc0${'00'.repeat(47)}`);
const A: BlobSidecar = {
  version: 0,
  blobs: [testBlob('a')],
  commitments: [
    hexToBytes('0x90d5a7f13a72a8ee26ecbc2d874cf24b4776cbc579d5d4a17175df02a7ee4bd94f9d143ada7a52d1f8785e1dbcfb5282'),
  ],
  proofs: [
    hexToBytes('0x8fd50928f4d0ae9b6ab357eff57387823c1730209f0189204407fca42125d53229f588a670b7a6f9f7a132a6b023743d'),
  ],
};
const FIVE_COMMITMENT = hexToBytes(
  '0xb0e7791fb972fe014159aa33a98622da3cdc98ff707965e536d8636b5fcc5ac7a91a8c46e59a00dca575af0f18fb13dc',
);
/** A blob of one number: what is left behind any of its points or cells is zero, so its proofs are infinity. */
const FIVE: BlobSidecar = {
  version: 1,
  blobs: [constantBlob(wordToBytes(5n))],
  commitments: [FIVE_COMMITMENT],
  proofs: new Array(128).fill(INFINITY),
};

function transactionFor({ commitments }: BlobSidecar): BlobTransaction {
  return signTransaction(
    {
      type: 3,
      chainId: 1n,
      nonce: 0n,
      maxPriorityFeePerGas: 2n,
      maxFeePerGas: 10n,
      maxFeePerBlobGas: 1n,
      gasLimit: 21_000n,
      to: '0x3535353535353535353535353535353535353535',
      value: 0n,
      data: EMPTY_BYTES,
      accessList: [],
      blobVersionedHashes: commitments.map(versionedHash),
    },
    keccak256(Uint8Array.of(1)),
  );
}

function verdict(sidecar: BlobSidecar, tx = transactionFor(sidecar)): string {
  try {
    verifySidecar(tx, sidecar);
    return 'valid';
  } catch (error) {
    return isSherdError(error) ? error.code : `crashed: ${error}`;
  }
}

describe('a sidecar', () => {
  it('of either version is accepted as it came over the wire', () => {
    for (const sidecar of [A, FIVE]) {
      const decoded = decodeWithSidecar(encodeWithSidecar(transactionFor(sidecar), sidecar));
      expect(verdict(decoded.sidecar, decoded.transaction)).toBe('valid');
    }
  });

  it('with several blobs is accepted when all proofs hold', () => {
    const both: BlobSidecar = {
      version: 0,
      blobs: [...A.blobs, ...FIVE.blobs],
      commitments: [...A.commitments, FIVE_COMMITMENT],
      proofs: [...A.proofs, INFINITY],
    };
    expect(verdict(both)).toBe('valid');
    expect(verdict({ ...both, blobs: [...FIVE.blobs, ...A.blobs] })).toBe('BLOB_PROOF_INVALID');
    expect(verdict({ ...both, proofs: [INFINITY, ...A.proofs] })).toBe('BLOB_PROOF_INVALID');
  });

  it('is refused when a blob, a commitment or a proof was changed', () => {
    const blob = A.blobs[0]!.slice();
    blob[131_071]! ^= 1;
    expect(verdict({ ...A, blobs: [blob] })).toBe('BLOB_PROOF_INVALID');
    expect(verdict({ ...A, blobs: FIVE.blobs })).toBe('BLOB_PROOF_INVALID');
    expect(verdict({ ...A, proofs: [INFINITY] })).toBe('BLOB_PROOF_INVALID');
    expect(verdict({ ...A, commitments: FIVE.commitments })).toBe('BLOB_PROOF_INVALID');
    expect(verdict({ ...A, commitments: FIVE.commitments }, transactionFor(A))).toBe('BLOB_SIDECAR_MISMATCH');
    expect(verdict({ ...FIVE, blobs: A.blobs })).toBe('BLOB_PROOF_INVALID');
    expect(verdict({ ...FIVE, proofs: [...FIVE.proofs.slice(1), A.proofs[0]!] })).toBe('BLOB_PROOF_INVALID');
  });

  it('is refused when counts are wrong or bytes are no numbers or points', () => {
    expect(verdict({ ...A, proofs: [] })).toBe('BLOB_SIDECAR_MISMATCH');
    expect(verdict({ ...A, blobs: [...A.blobs, ...A.blobs] })).toBe('BLOB_SIDECAR_MISMATCH');
    expect(verdict({ ...A, version: 1 })).toBe('BLOB_SIDECAR_MISMATCH');
    expect(verdict({ ...FIVE, version: 0 })).toBe('BLOB_SIDECAR_MISMATCH');
    expect(verdict({ ...A, blobs: [constantBlob(wordToBytes(ORDER))] })).toBe('KZG_SCALAR');
    expect(verdict({ ...A, blobs: [A.blobs[0]!.subarray(32)] })).toBe('KZG_LENGTH');
    expect(verdict({ ...A, proofs: [new Uint8Array(48)] })).toBe('KZG_POINT');
    expect(verdict({ ...A, commitments: [new Uint8Array(48)] })).toBe('KZG_POINT');
    expect(verdict({ ...FIVE, proofs: FIVE.proofs.with(127, new Uint8Array(48)) })).toBe('KZG_POINT');
  });
});
