/** Setups: that the ceremony's constants belong together, and a whole setup whose secret is known. */
import { bls12_381 } from '@noble/curves/bls12-381.js';
import { testBlob } from '@sherd/testkit';
import { describe, expect, it } from 'vitest';
import { bytesToHex, isSherdError, wordToBytes } from '../base/index.ts';
import { G1_GENERATOR, G2_GENERATOR, multiplySumG1, pairingsAreEqual, sliceG1, writeG1 } from '../crypto/blsPoints.ts';
import { blobToCoefficients } from './blob.ts';
import { evaluate, inverse, ORDER, power, powersOf } from './field.ts';
import {
  blobToKzgCommitment,
  ceremonySetup,
  computeBlobKzgProof,
  computeCellsAndKzgProofs,
  computeKzgProof,
  createSidecar,
  type KzgSetup,
  parseTrustedSetup,
  recoverCellsAndKzgProofs,
  verifyBlobKzgProof,
  verifyCellKzgProofBatch,
  verifyKzgProof,
} from './index.ts';

/** The generator times a number, compressed: what is known of nobody's setup but a test's. */
function multiple(scalar: bigint): Uint8Array {
  return writeG1(multiplySumG1(G1_GENERATOR, [scalar % ORDER]));
}

describe("the ceremony's constants", () => {
  const { g1Cell, g2Secret, g2Cell } = ceremonySetup();

  it('are 64 powers of the secret of the point-evaluation contract', () => {
    expect(writeG1(g1Cell)).toEqual(writeG1(G1_GENERATOR));
    for (let i = 0; i < 63; i++) {
      const [point, next] = [sliceG1(g1Cell, i, i + 1), sliceG1(g1Cell, i + 1, i + 2)];
      expect(pairingsAreEqual(point, g2Secret, next, G2_GENERATOR), `power ${i + 1}`).toBe(true);
    }
  });

  it('and its 64th in G2', () => {
    expect(pairingsAreEqual(sliceG1(g1Cell, 63, 64), g2Secret, G1_GENERATOR, g2Cell)).toBe(true);
    expect(pairingsAreEqual(sliceG1(g1Cell, 62, 63), g2Secret, G1_GENERATOR, g2Cell)).toBe(false);
  });
});

describe('a setup', () => {
  const SECRET = 0x5ec2e7n;
  const powers = powersOf(SECRET, 4096);
  const g2 = (scalar: bigint) => `0x${bls12_381.G2.Point.BASE.multiply(scalar).toHex(true)}`;
  const file = {
    g1_monomial: powers.map((value) => bytesToHex(multiple(value))),
    g2_monomial: powers.slice(0, 65).map(g2),
    g1_lagrange: ['ignored'],
  };
  const parse = (changes: object = {}) => parseTrustedSetup(JSON.stringify({ ...file, ...changes }));
  const setup: KzgSetup = parse();
  const blob = testBlob('a');
  const coefficients = blobToCoefficients(blob);
  const atSecret = evaluate(coefficients, SECRET);
  const commitment = blobToKzgCommitment(blob, setup);

  it('commits to the value at the secret', () => {
    expect(commitment).toEqual(multiple(atSecret));
  });

  it('proves values, at the points of the blob too', () => {
    const root = power(7n, (ORDER - 1n) / 4096n);
    for (const z of [0n, 1n, root, ORDER - 1n, 123_456_789n]) {
      const { y, proof } = computeKzgProof(blob, wordToBytes(z), setup);
      const value = evaluate(coefficients, z);
      expect(y).toEqual(wordToBytes(value));
      expect(proof).toEqual(multiple((atSecret + ORDER - value) * inverse(SECRET + ORDER - z)));
      expect(verifyKzgProof(commitment, wordToBytes(z), y, proof, setup)).toBe(true);
    }
    // The second number of a blob stands at the root of unity -1: bit-reversed order.
    expect(computeKzgProof(blob, wordToBytes(ORDER - 1n), setup).y).toEqual(blob.slice(32, 64));
  });

  it('proves blobs, and its proofs hold under no other setup', () => {
    const proof = computeBlobKzgProof(blob, commitment, setup);
    expect(verifyBlobKzgProof(blob, commitment, proof, setup)).toBe(true);
    expect(verifyBlobKzgProof(blob, commitment, proof)).toBe(false);
  });

  it('proves cells: commitments to what is left of the blob behind each of them', () => {
    const { cells, proofs } = computeCellsAndKzgProofs(blob, setup);
    const indexes = cells.map((_, index) => index);
    const commitments = cells.map(() => commitment);
    expect(verifyCellKzgProofBatch(commitments, indexes, cells, proofs, setup)).toBe(true);
    const exchanged = [proofs[1]!, proofs[0]!, ...proofs.slice(2)];
    expect(verifyCellKzgProofBatch(commitments, indexes, cells, exchanged, setup)).toBe(false);
    // The points of cell 0 are the 64th roots of unity: a proof by division with X^64 - 1.
    let [quotient, weight] = [0n, 1n];
    const rest = [...coefficients];
    for (let i = 4095; i >= 64; i--) rest[i - 64] = (rest[i - 64]! + rest[i]!) % ORDER;
    for (const value of rest.slice(64))
      [quotient, weight] = [(quotient + value * weight) % ORDER, (weight * SECRET) % ORDER];
    expect(proofs[0]).toEqual(multiple(quotient));

    const half = indexes.filter((index) => index % 2 === 0);
    const recovered = recoverCellsAndKzgProofs(
      half,
      half.map((index) => cells[index]!),
      setup,
    );
    expect(recovered).toEqual({ cells, proofs });
  });

  it('makes sidecars of both versions', () => {
    const zero = createSidecar([new Uint8Array(131_072)], 1, setup);
    expect(zero.proofs).toHaveLength(128);
    const sidecar = createSidecar([blob], 0, setup);
    expect(sidecar).toEqual({
      version: 0,
      blobs: [blob],
      commitments: [commitment],
      proofs: [computeBlobKzgProof(blob, commitment, setup)],
    });
  });

  it('is refused when its points are not the powers of one secret', () => {
    const refusal = (changes: object) => {
      try {
        parse(changes);
        return 'accepted';
      } catch (error) {
        return isSherdError(error) ? error.code : `crashed: ${error}`;
      }
    };
    const other = bytesToHex(multiple(77n));
    expect(refusal({ g1_monomial: file.g1_monomial.with(4095, other) })).toBe('KZG_SETUP_INCONSISTENT');
    expect(refusal({ g1_monomial: [...file.g1_monomial.slice(1), other] })).toBe('KZG_SETUP_INCONSISTENT');
    expect(refusal({ g2_monomial: file.g2_monomial.with(64, g2(77n)) })).toBe('KZG_SETUP_INCONSISTENT');
    expect(refusal({ g2_monomial: file.g2_monomial.with(1, g2(77n)) })).toBe('KZG_SETUP_INCONSISTENT');
  });

  it('is refused with the place of the fault when it is malformed', () => {
    const malformed = (message: string) =>
      expect.objectContaining({ code: 'KZG_SETUP_MALFORMED', message: expect.stringContaining(message) });
    expect(() => parseTrustedSetup('{')).toThrow(malformed('no JSON'));
    expect(() => parseTrustedSetup('null')).toThrow(malformed('no object'));
    expect(() => parse({ g1_monomial: file.g1_monomial.slice(1) })).toThrow(malformed('g1_monomial has 4095 points'));
    expect(() => parse({ g2_monomial: undefined })).toThrow(malformed('g2_monomial has 0 points, want 65'));
    for (const wrong of [7, '0x', '0xzz', file.g1_monomial[0]!.slice(0, -2), `0x${'ff'.repeat(48)}`]) {
      expect(() => parse({ g1_monomial: file.g1_monomial.with(2, wrong as `0x${string}`) })).toThrow(
        malformed('g1_monomial[2]'),
      );
    }
    expect(() => parse({ g2_monomial: file.g2_monomial.with(64, file.g1_monomial[0]!) })).toThrow(
      malformed('g2_monomial[64]'),
    );
  });
});
