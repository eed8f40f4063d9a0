/** Blob transactions as they travel: with their blobs, commitments and proofs (EIP-4844; cell proofs: EIP-7594). */
import { checkBytes, checkList, checkObject } from '../base/arguments.ts';
import {
  concatBytes,
  decodeRlp,
  encodeRlp,
  equalBytes,
  type RlpItem,
  rlpBytes,
  rlpList,
  SherdError,
} from '../base/index.ts';
import { sha256 } from '../crypto/hash.ts';
import { encodeTransaction, transactionFromItem } from './codec.ts';
import type { BlobTransaction } from './types.ts';

/** Bytes of a blob. */
export const BLOB_LENGTH = 131_072;
/** First byte of a versioned hash over a KZG commitment. */
export const KZG_HASH_VERSION = 1;
/** Proofs per blob in the second form of the sidecar. */
export const CELLS_PER_BLOB = 128;

/** What travels beside a blob transaction and never stands in a block (EIP-4844, EIP-7594). */
export interface BlobSidecar {
  /** 0: one proof per blob; 1: 128 cell proofs per blob. */
  readonly version: 0 | 1;
  /** 131,072 bytes each. */
  readonly blobs: readonly Uint8Array[];
  /** 48 bytes each. */
  readonly commitments: readonly Uint8Array[];
  /** 48 bytes each. */
  readonly proofs: readonly Uint8Array[];
}

/** The versioned hash of a commitment: a version byte and the end of its SHA-256. */
export function versionedHash(commitment: Uint8Array): Uint8Array {
  checkBytes(commitment, 'commitment');
  const hash = sha256(commitment).slice();
  hash[0] = KZG_HASH_VERSION;
  return hash;
}

/** @throws SherdError TX_NOT_SIGNED. */
export function encodeWithSidecar(tx: BlobTransaction, sidecar: BlobSidecar): Uint8Array {
  checkSidecarFields(sidecar);
  const body = decodeRlp(encodeTransaction(tx).subarray(1));
  const version = sidecar.version === 0 ? [] : [Uint8Array.of(1)];
  return concatBytes(
    Uint8Array.of(3),
    encodeRlp([body, ...version, sidecar.blobs, sidecar.commitments, sidecar.proofs]),
  );
}

/**
 * Decodes the travelling form and checks what needs no polynomial: counts, sizes, and that the hashes in the
 * transaction are those of the commitments. `verifySidecar` of `sherd/kzg` checks the proofs.
 * @throws SherdError RLP codes, TX_TYPE_NOT_SUPPORTED, BLOB_SIDECAR_MISMATCH.
 */
export function decodeWithSidecar(bytes: Uint8Array): { transaction: BlobTransaction; sidecar: BlobSidecar } {
  checkBytes(bytes, 'encoded blob transaction');
  if (bytes[0] !== 3) {
    throw new SherdError('TX_TYPE_NOT_SUPPORTED', `transaction type ${bytes[0]}, want 3`, { type: bytes[0] });
  }
  const items = rlpList(decodeRlp(bytes.subarray(1)), 'blob transaction with sidecar');
  const isVersioned = items[1] instanceof Uint8Array;
  rlpList(items, 'blob transaction with sidecar', isVersioned ? 5 : 4);
  if (isVersioned && !equalBytes(rlpBytes(items[1], 'sidecar version'), Uint8Array.of(1))) {
    throw new SherdError('BLOB_SIDECAR_MISMATCH', 'blob sidecar of an unknown version, want 1');
  }
  const transaction = transactionFromItem(3, items[0]!) as BlobTransaction;
  const rest = items.slice(isVersioned ? 2 : 1);
  const sidecar: BlobSidecar = {
    version: isVersioned ? 1 : 0,
    blobs: readParts(rest[0], 'blob', BLOB_LENGTH),
    commitments: readParts(rest[1], 'blob commitment', 48),
    proofs: readParts(rest[2], 'blob proof', 48),
  };
  checkSidecar(transaction, sidecar);
  return { transaction, sidecar };
}

/** @throws SherdError BLOB_SIDECAR_MISMATCH. */
export function checkSidecar(tx: BlobTransaction, sidecar: BlobSidecar): void {
  checkObject(tx, 'transaction');
  checkList(tx.blobVersionedHashes, 'transaction: blobVersionedHashes');
  checkSidecarFields(sidecar);
  const want = tx.blobVersionedHashes.length;
  const proofs = sidecar.version === 0 ? want : want * CELLS_PER_BLOB;
  expectCount('blobs', sidecar.blobs.length, want);
  expectCount('commitments', sidecar.commitments.length, want);
  expectCount('proofs', sidecar.proofs.length, proofs);
  sidecar.commitments.forEach((commitment, index) => {
    if (equalBytes(versionedHash(commitment), tx.blobVersionedHashes[index]!)) return;
    throw new SherdError('BLOB_SIDECAR_MISMATCH', `blob ${index}: commitment does not hash to the transaction's hash`, {
      index,
    });
  });
}

function checkSidecarFields(sidecar: BlobSidecar): void {
  checkObject(sidecar, 'blob sidecar');
  for (const part of ['blobs', 'commitments', 'proofs'] as const) checkList(sidecar[part], `blob sidecar: ${part}`);
}

function readParts(item: RlpItem | undefined, what: string, length: number): Uint8Array[] {
  return rlpList(item, `${what}s`).map((part) => rlpBytes(part, what, length));
}

function expectCount(what: string, have: number, want: number): void {
  if (have === want) return;
  throw new SherdError('BLOB_SIDECAR_MISMATCH', `blob sidecar: have ${have} ${what}, want ${want}`, { have, want });
}
