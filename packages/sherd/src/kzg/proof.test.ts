/** Against values of c-kzg 2.1 for blobs of ours, under the setup of Ethereum's ceremony. */
import { constantBlob, testBlob } from '@sherd/testkit';
import { describe, expect, it } from 'vitest';
import { hexToBytes, isSherdError, utf8ToBytes, wordToBytes } from '../base/index.ts';
import { sha256 } from '../crypto/index.ts';
import { ORDER } from './field.ts';
import { verifyBlobKzgProof, verifyBlobKzgProofBatch, verifyKzgProof } from './index.ts';

const A = {
  blob: testBlob('a'),
  commitment: hexToBytes(
    '0x90d5a7f13a72a8ee26ecbc2d874cf24b4776cbc579d5d4a17175df02a7ee4bd94f9d143ada7a52d1f8785e1dbcfb5282',
  ),
  proof: hexToBytes(
    '0x8fd50928f4d0ae9b6ab357eff57387823c1730209f0189204407fca42125d53229f588a670b7a6f9f7a132a6b023743d',
  ),
};
const B = {
  blob: testBlob('b'),
  commitment: hexToBytes(
    '0xb8a0a4cb10b50a92c380211477f8c410a238e2cf8424e1b91ed549c0018b08431d6fa1c038b1ed880e41fc99dc3664ec',
  ),
  proof: hexToBytes(
    '0x92fd4caff7697e70f8927f3973168d521030a4e734665175605f41e0722a9af7d02ba1425047d3d88479b097d6f607ce',
  ),
};
const INFINITY = hexToBytes(`0xc0${'00'.repeat(47)}`);
const FIVE = {
  blob: constantBlob(wordToBytes(5n)),
  commitment: hexToBytes(
    '0xb0e7791fb972fe014159aa33a98622da3cdc98ff707965e536d8636b5fcc5ac7a91a8c46e59a00dca575af0f18fb13dc',
  ),
  proof: INFINITY,
};
const Z = sha256(utf8ToBytes('z')).slice().fill(0, 0, 1);

function refusal(run: () => unknown): string {
  try {
    return `accepted: ${run()}`;
  } catch (error) {
    return isSherdError(error) ? error.code : `crashed: ${error}`;
  }
}

function changed(bytes: Uint8Array, at: number, value: number): Uint8Array {
  const out = bytes.slice();
  out[at] = value;
  return out;
}

/** On the curve, and not in the subgroup: x = 4. */
const NOT_IN_SUBGROUP = hexToBytes(`0x80${'00'.repeat(46)}04`);

describe('proofs of blobs', () => {
  it('hold for their blob, polynomials of degree 0 and the greatest numbers included', () => {
    expect(verifyBlobKzgProof(A.blob, A.commitment, A.proof)).toBe(true);
    expect(verifyBlobKzgProof(B.blob, B.commitment, B.proof)).toBe(true);
    expect(verifyBlobKzgProof(FIVE.blob, FIVE.commitment, FIVE.proof)).toBe(true);
    expect(verifyBlobKzgProof(new Uint8Array(131_072), INFINITY, INFINITY)).toBe(true);
    // The generator's negative: a commitment to -1.
    const generator =
      '0xb7f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb';
    expect(verifyBlobKzgProof(constantBlob(wordToBytes(ORDER - 1n)), hexToBytes(generator), INFINITY)).toBe(true);
  });

  it('hold for nothing else', () => {
    expect(verifyBlobKzgProof(changed(A.blob, 131_071, A.blob[131_071]! ^ 1), A.commitment, A.proof)).toBe(false);
    expect(verifyBlobKzgProof(A.blob, B.commitment, A.proof)).toBe(false);
    expect(verifyBlobKzgProof(A.blob, A.commitment, B.proof)).toBe(false);
    expect(verifyBlobKzgProof(A.blob, A.commitment, INFINITY)).toBe(false);
    expect(verifyBlobKzgProof(A.blob, INFINITY, INFINITY)).toBe(false);
  });

  it('are refused with a code when blob, commitment or proof is malformed', () => {
    const { blob, commitment, proof } = A;
    expect(refusal(() => verifyBlobKzgProof(blob.subarray(1), commitment, proof))).toBe('KZG_LENGTH');
    expect(refusal(() => verifyBlobKzgProof(new Uint8Array(131_073), commitment, proof))).toBe('KZG_LENGTH');
    const tooGreat = blob.slice();
    tooGreat.set(wordToBytes(ORDER), 32 * 7);
    expect(refusal(() => verifyBlobKzgProof(tooGreat, commitment, proof))).toBe('KZG_SCALAR');
    const points = {
      'a byte short': commitment.subarray(1),
      'a byte long': new Uint8Array(49),
      empty: new Uint8Array(0),
      'without the flag of compression': changed(commitment, 0, commitment[0]! & 0x7f),
      'infinity with more bits': changed(INFINITY, 47, 1),
      'infinity with a sign': changed(INFINITY, 0, 0xe0),
      'x not below the order': hexToBytes(`0x9f${'ff'.repeat(47)}`),
      'not in the subgroup': NOT_IN_SUBGROUP,
      // x = 1 has no y.
      'not on the curve': hexToBytes(`0x80${'00'.repeat(46)}01`),
    };
    for (const [what, point] of Object.entries(points)) {
      expect(
        refusal(() => verifyBlobKzgProof(blob, point, proof)),
        what,
      ).toBe('KZG_POINT');
      expect(
        refusal(() => verifyBlobKzgProof(blob, commitment, point)),
        what,
      ).toBe('KZG_POINT');
    }
  });

  it('hold together when each holds, and not when two are exchanged', () => {
    const of = (key: 'blob' | 'commitment' | 'proof') => [A[key], B[key], FIVE[key]];
    const [blobs, commitments, proofs] = [of('blob'), of('commitment'), of('proof')];
    expect(verifyBlobKzgProofBatch(blobs, commitments, proofs)).toBe(true);
    expect(verifyBlobKzgProofBatch([], [], [])).toBe(true);
    expect(verifyBlobKzgProofBatch(blobs, commitments, [B.proof, A.proof, FIVE.proof])).toBe(false);
    expect(verifyBlobKzgProofBatch([B.blob, A.blob, FIVE.blob], commitments, proofs)).toBe(false);
    expect(refusal(() => verifyBlobKzgProofBatch(blobs, commitments, [A.proof]))).toBe('KZG_LENGTH');
    expect(refusal(() => verifyBlobKzgProofBatch(blobs, [A.commitment], proofs))).toBe('KZG_LENGTH');
  });
});

describe('proofs of a value', () => {
  const value = {
    y: hexToBytes('0x24db838c4f84699dfe421c34f5b2c60ba020477a1d2af61fc073dd2fbee26028'),
    proof: hexToBytes(
      '0x8464e267f13f652b9390382216e10b9bb54fef28c047407770b145334eaa514068b68d489c876f9ca3c276679b58832c',
    ),
  };

  it('hold for it alone', () => {
    expect(verifyKzgProof(A.commitment, Z, value.y, value.proof)).toBe(true);
    expect(verifyKzgProof(A.commitment, value.y, Z, value.proof)).toBe(false);
    expect(verifyKzgProof(B.commitment, Z, value.y, value.proof)).toBe(false);
    expect(verifyKzgProof(A.commitment, Z, value.y, A.proof)).toBe(false);
  });

  it('are refused with a code for numbers that are none of the field', () => {
    expect(refusal(() => verifyKzgProof(A.commitment, wordToBytes(ORDER), value.y, value.proof))).toBe('KZG_SCALAR');
    expect(refusal(() => verifyKzgProof(A.commitment, Z, wordToBytes(ORDER), value.proof))).toBe('KZG_SCALAR');
    expect(refusal(() => verifyKzgProof(A.commitment, Z.subarray(1), value.y, value.proof))).toBe('KZG_SCALAR');
  });
});
