import { TestChain } from '@sherd/testkit';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesToHex } from '../base/index.ts';
import { decodeSsz } from '../ssz/index.ts';
import { processBlock } from './block.ts';
import { verifyReceiptClaim } from './claims.ts';
import { ReceiptClaim, SignedBeaconBlock } from './types.ts';

/** Bytes with some of them changed, or some cut off. */
function mutations(bytes: Uint8Array) {
  return fc
    .record({
      changes: fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
      length: fc.option(fc.nat(bytes.length), { freq: 4, nil: bytes.length }),
    })
    .map(({ changes, length }) => {
      const out = bytes.slice(0, length);
      for (const [at, byte] of changes) if (at < out.length) out[at] = byte;
      return out;
    });
}

describe('bytes from outside', () => {
  it('are the only encoding of the block they hold, or refused with a code', () => {
    const chain = new TestChain();
    const { block } = chain.block({
      withdrawals: [chain.withdrawal()],
      newExecutionScripts: [chain.newScript(Uint8Array.of(1, 2), { sender: 1 })],
    });
    const bytes = SignedBeaconBlock.serialize(block);
    fc.assert(
      fc.property(mutations(bytes), (changed) => {
        if (bytesToHex(changed) === bytesToHex(bytes)) return;
        try {
          const signed = decodeSsz(SignedBeaconBlock, changed, 'block');
          expect(bytesToHex(SignedBeaconBlock.serialize(signed))).toBe(bytesToHex(changed));
          processBlock(chain.params, chain.genesis, signed, chain.env);
        } catch (error) {
          expect(error).toMatchObject({ name: 'SherdError' });
          return;
        }
        throw new Error('a changed block was accepted');
      }),
      { seed: 5, numRuns: 400 },
    );
  });

  it('do not make a claim pass that was changed', () => {
    const chain = new TestChain();
    chain.accept({ withdrawals: [chain.withdrawal()] });
    const good = chain.claim(chain.receipts[0]!);
    const bytes = ReceiptClaim.serialize(good);
    fc.assert(
      fc.property(mutations(bytes), (changed) => {
        if (bytesToHex(changed) === bytesToHex(bytes)) return;
        let claim: ReceiptClaim;
        try {
          claim = decodeSsz(ReceiptClaim, changed, 'claim');
        } catch (error) {
          expect(error).toMatchObject({ code: 'BAD_SSZ' });
          return;
        }
        // The slot only says which root to look up.
        const { beaconSlot } = good.proof;
        const sameSlot = ReceiptClaim.serialize({ ...claim, proof: { ...claim.proof, beaconSlot } });
        if (bytesToHex(sameSlot) === bytesToHex(bytes)) return;
        expect(verifyReceiptClaim(claim, chain.root, chain.params)).toBe(false);
      }),
      { seed: 6, numRuns: 300 },
    );
  });
});
