/** The trusted setup of Ethereum's ceremony as it is handed around, against c-kzg 2.1's results for blobs of ours. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { testBlob } from '@sherd/testkit';
import { bytesToHex } from 'sherd/base';
import {
  ceremonySetup,
  computeCellsAndKzgProofs,
  createSidecar,
  parseTrustedSetup,
  verifyCellKzgProofBatch,
  verifySidecar,
} from 'sherd/kzg';
import { type BlobTransaction, versionedHash } from 'sherd/tx';
import { describe, expect, it } from 'vitest';

/** Its file, which viem ships. */
const viem = dirname(createRequire(import.meta.url).resolve('viem/package.json'));
const setup = parseTrustedSetup(readFileSync(join(viem, 'trusted-setups', 'mainnet.json'), 'utf8'));

function digest(parts: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

describe("the ceremony's setup", () => {
  it('begins with what this package carries of it', () => {
    const { g1Cell, g2Secret, g2Cell } = setup;
    expect({ g1Cell, g2Secret, g2Cell }).toEqual(ceremonySetup());
  });

  it('commits and proves as c-kzg does', () => {
    const { commitments, proofs } = createSidecar([testBlob('a'), testBlob('b')], 0, setup);
    expect(commitments.map(bytesToHex)).toEqual([
      '0x90d5a7f13a72a8ee26ecbc2d874cf24b4776cbc579d5d4a17175df02a7ee4bd94f9d143ada7a52d1f8785e1dbcfb5282',
      '0xb8a0a4cb10b50a92c380211477f8c410a238e2cf8424e1b91ed549c0018b08431d6fa1c038b1ed880e41fc99dc3664ec',
    ]);
    expect(proofs.map(bytesToHex)).toEqual([
      '0x8fd50928f4d0ae9b6ab357eff57387823c1730209f0189204407fca42125d53229f588a670b7a6f9f7a132a6b023743d',
      '0x92fd4caff7697e70f8927f3973168d521030a4e734665175605f41e0722a9af7d02ba1425047d3d88479b097d6f607ce',
    ]);
  });

  it('proves cells as c-kzg does, and the sidecar they make is accepted', () => {
    const blobs = [testBlob('a'), testBlob('b')];
    const [a, b] = blobs.map((blob) => computeCellsAndKzgProofs(blob, setup));
    expect(digest(a!.cells)).toBe('f79c57c334aebe9f81b3afa5bee99d45f0952737205f8e3514d31e6a302e185c');
    expect(digest(a!.proofs)).toBe('c4646694b84f50a02d197e684dc782381dea932de87556c5c0b3962aa2185e2f');
    expect(digest(b!.cells)).toBe('c50a683d474906606d017671d868b1c1b2177c080b6e5f776f089454de22376e');
    expect(digest(b!.proofs)).toBe('aac9be1cc98b493da49b043f6bad264fc330247d6abd56736ab8078d9ae7c2d0');

    const sidecar = createSidecar(blobs, 1, setup);
    expect(sidecar.proofs).toEqual([...a!.proofs, ...b!.proofs]);
    const transaction = {
      type: 3,
      blobVersionedHashes: sidecar.commitments.map(versionedHash),
    } as Partial<BlobTransaction>;
    const verify = (changes: object) => verifySidecar(transaction as BlobTransaction, { ...sidecar, ...changes });
    expect(() => verify({})).not.toThrow();
    const invalid = expect.objectContaining({ code: 'BLOB_PROOF_INVALID' });
    expect(() => verify({ blobs: [blobs[1], blobs[0]] })).toThrow(invalid);
    expect(() => verify({ proofs: [...b!.proofs, ...a!.proofs] })).toThrow(invalid);
    const commitments = a!.cells.map(() => sidecar.commitments[0]!);
    const indexes = a!.cells.map((_, index) => index);
    expect(verifyCellKzgProofBatch(commitments, indexes, a!.cells, a!.proofs)).toBe(true);
    expect(verifyCellKzgProofBatch(commitments, indexes, a!.cells, b!.proofs)).toBe(false);
  });
});
