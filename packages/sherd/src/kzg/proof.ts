/** Commitments to blobs, and proofs of one value of them (EIP-4844). */
import { concatBytes, SherdError, utf8ToBytes, wordToBytes } from '../base/index.ts';
import {
  G1_GENERATOR,
  type G1Points,
  G2_GENERATOR,
  joinG1,
  multiplySumG1,
  pairingsAreEqual,
  readG1,
  sliceG1,
  writeG1,
} from '../crypto/blsPoints.ts';
import {
  blobToCoefficients,
  countBytes,
  expectSameCount,
  FIELD_ELEMENTS_PER_BLOB,
  hashToScalar,
  readScalar,
} from './blob.ts';
import { evaluate, ORDER, powersOf } from './field.ts';
import { ceremonySetup, type KzgSetup, type KzgVerifierSetup } from './setup.ts';

const BLOB_DOMAIN = utf8ToBytes('FSBLOBVERIFY_V1_');
const BATCH_DOMAIN = utf8ToBytes('RCKZGBATCH___V1_');

/** A claim that the polynomial behind a commitment has the value `y` at `z`. */
interface Opening {
  readonly commitment: Uint8Array;
  readonly z: bigint;
  readonly y: bigint;
  readonly proof: Uint8Array;
}

/**
 * The commitment (48 bytes) to a blob.
 * @throws SherdError KZG_LENGTH, KZG_SCALAR.
 */
export function blobToKzgCommitment(blob: Uint8Array, setup: KzgSetup): Uint8Array {
  return writeG1(commitTo(blobToCoefficients(blob), setup));
}

/**
 * The value (32 bytes) of a blob's polynomial at `z` (32 bytes), and the proof (48 bytes) of it.
 * @throws SherdError KZG_LENGTH, KZG_SCALAR.
 */
export function computeKzgProof(
  blob: Uint8Array,
  z: Uint8Array,
  setup: KzgSetup,
): { readonly proof: Uint8Array; readonly y: Uint8Array } {
  const { proof, y } = open(blobToCoefficients(blob), readScalar(z, 'z'), setup);
  return { proof, y: wordToBytes(y) };
}

/**
 * The proof (48 bytes) that travels with a blob: of its value at a point that depends on blob and commitment. That
 * the commitment (48 bytes) is the blob's is not checked.
 * @throws SherdError KZG_LENGTH, KZG_SCALAR, KZG_POINT.
 */
export function computeBlobKzgProof(blob: Uint8Array, commitment: Uint8Array, setup: KzgSetup): Uint8Array {
  readPoint(commitment, 'commitment');
  return open(blobToCoefficients(blob), challengeOf(blob, commitment), setup).proof;
}

/**
 * Whether the polynomial behind `commitment` (48 bytes) has the value `y` at `z` (32 bytes each), by `proof` (48 bytes).
 * @throws SherdError KZG_SCALAR, KZG_POINT: malformed, whatever is claimed.
 */
export function verifyKzgProof(
  commitment: Uint8Array,
  z: Uint8Array,
  y: Uint8Array,
  proof: Uint8Array,
  setup: KzgVerifierSetup = ceremonySetup(),
): boolean {
  return verifyOpenings([{ commitment, z: readScalar(z, 'z'), y: readScalar(y, 'y'), proof }], setup);
}

/**
 * Whether `commitment` is that of `blob`, by the proof that travels with it. About 25 ms.
 * @throws SherdError KZG_LENGTH, KZG_SCALAR, KZG_POINT: malformed, whatever is claimed.
 */
export function verifyBlobKzgProof(
  blob: Uint8Array,
  commitment: Uint8Array,
  proof: Uint8Array,
  setup: KzgVerifierSetup = ceremonySetup(),
): boolean {
  return verifyOpenings([openingOf(blob, commitment, proof)], setup);
}

/**
 * The same for many blobs with one pairing check: false when one of them is wrong. True for none.
 * @throws SherdError KZG_LENGTH (also: not as many of each), KZG_SCALAR, KZG_POINT.
 */
export function verifyBlobKzgProofBatch(
  blobs: readonly Uint8Array[],
  commitments: readonly Uint8Array[],
  proofs: readonly Uint8Array[],
  setup: KzgVerifierSetup = ceremonySetup(),
): boolean {
  expectSameCount('commitments', commitments.length, blobs.length);
  expectSameCount('proofs', proofs.length, blobs.length);
  return verifyOpenings(
    blobs.map((blob, i) => openingOf(blob, commitments[i]!, proofs[i]!)),
    setup,
  );
}

/**
 * A compressed point (48 bytes).
 * @throws SherdError KZG_POINT unless it is canonical, on the curve and in the subgroup.
 */
export function readPoint(bytes: Uint8Array, what: string): G1Points {
  const point = readG1(bytes);
  if (point !== undefined) return point;
  throw new SherdError('KZG_POINT', `${what} is no compressed point of G1 (48 bytes)`, { what });
}

/** The sum of the setup's points times the coefficients. */
export function commitTo(coefficients: readonly bigint[], { g1Powers }: KzgSetup): G1Points {
  return multiplySumG1(sliceG1(g1Powers, 0, coefficients.length), coefficients);
}

/** The value at `z` and the commitment to (p - value) / (X - z). */
function open(coefficients: readonly bigint[], z: bigint, setup: KzgSetup): { proof: Uint8Array; y: bigint } {
  const quotient = new Array<bigint>(coefficients.length - 1);
  let rest = 0n;
  for (let i = coefficients.length - 1; i > 0; i--) {
    rest = (rest * z + coefficients[i]!) % ORDER;
    quotient[i - 1] = rest;
  }
  return { proof: writeG1(commitTo(quotient, setup)), y: (rest * z + coefficients[0]!) % ORDER };
}

function challengeOf(blob: Uint8Array, commitment: Uint8Array): bigint {
  return hashToScalar(BLOB_DOMAIN, countBytes(FIELD_ELEMENTS_PER_BLOB, 16), blob, commitment);
}

function openingOf(blob: Uint8Array, commitment: Uint8Array, proof: Uint8Array): Opening {
  const coefficients = blobToCoefficients(blob);
  const z = challengeOf(blob, commitment);
  return { commitment, z, y: evaluate(coefficients, z), proof };
}

/**
 * e(sum of r^i proof_i, secret G2) = e(sum of r^i (commitment_i - y_i G1 + z_i proof_i), G2), where r depends on all
 * claims, so that no wrong one can be made up for by another.
 */
function verifyOpenings(openings: readonly Opening[], { g2Secret }: KzgVerifierSetup): boolean {
  const commitments = joinG1(openings.map(({ commitment }) => readPoint(commitment, 'commitment')));
  const proofs = joinG1(openings.map(({ proof }) => readPoint(proof, 'proof')));
  const factors = powersOf(batchFactor(openings), openings.length);
  let constant = 0n;
  for (const [i, { y }] of openings.entries()) constant += factors[i]! * (ORDER - y);
  const weighted = openings.map(({ z }, i) => (z * factors[i]!) % ORDER);
  const right = multiplySumG1(joinG1([commitments, proofs, G1_GENERATOR]), [...factors, ...weighted, constant % ORDER]);
  return pairingsAreEqual(multiplySumG1(proofs, factors), g2Secret, right, G2_GENERATOR);
}

function batchFactor(openings: readonly Opening[]): bigint {
  const claims = openings.map(({ commitment, z, y, proof }) =>
    concatBytes(commitment, wordToBytes(z), wordToBytes(y), proof),
  );
  const counts = [countBytes(FIELD_ELEMENTS_PER_BLOB, 8), countBytes(openings.length, 8)];
  return hashToScalar(BATCH_DOMAIN, ...counts, ...claims);
}
