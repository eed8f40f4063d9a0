import { TestChain } from '@sherd/testkit';
import { describe, expect, it } from 'vitest';
import { verifyReceiptClaim } from './claims.ts';
import { ReceiptClaim } from './types.ts';

/** A chain with three withdrawal receipts in two blocks. */
function chainWithReceipts() {
  const chain = new TestChain();
  chain.accept({ withdrawals: [chain.withdrawal(), chain.withdrawal({ validatorIndex: 1 })] });
  const earlier = { state: chain.state, root: chain.root };
  chain.accept({ withdrawals: [chain.withdrawal({ validatorIndex: 2 })] });
  return { chain, earlier };
}

describe('receipt claims', () => {
  it('lead from the receipt to the root of the beacon state, through bytes', () => {
    const { chain } = chainWithReceipts();
    for (const receipt of chain.receipts) {
      const claim = ReceiptClaim.deserialize(ReceiptClaim.serialize(chain.claim(receipt)));
      expect(claim.proof.beaconSlot).toBe(2n);
      expect(verifyReceiptClaim(claim, chain.root, chain.params)).toBe(true);
    }
  });

  it('are anchored in the state they were made from, and stay good when the list grows', () => {
    const { chain, earlier } = chainWithReceipts();
    const old = { ...chain.claim(chain.receipts[0]!) };
    expect(verifyReceiptClaim(old, earlier.root, chain.params)).toBe(false);
    chain.accept({ withdrawals: [chain.withdrawal()] });
    expect(verifyReceiptClaim(old, chain.view.stateRoots.slice(64, 96), chain.params)).toBe(true);
  });

  it('fail for any other receipt, or root', () => {
    const { chain } = chainWithReceipts();
    const claim = chain.claim(chain.receipts[0]!);
    const { receipt } = claim;
    const check = (change: object) =>
      verifyReceiptClaim({ ...claim, receipt: { ...receipt, ...change } }, chain.root, chain.params);
    expect(check({})).toBe(true);
    expect(check({ amount: receipt.amount + 1n })).toBe(false);
    expect(check({ index: 1n })).toBe(false);
    expect(check({ targetShard: 1 })).toBe(false);
    expect(check({ source: 0 })).toBe(false);
    expect(check({ source: 77 })).toBe(false);
    expect(verifyReceiptClaim(claim, new Uint8Array(32), chain.params)).toBe(false);
  });

  it('cannot be made for a receipt that the state does not cover', () => {
    const { chain } = chainWithReceipts();
    const receipt = { ...chain.receipts[0]!, index: 3n };
    expect(() => chain.claim(receipt)).toThrow(expect.objectContaining({ code: 'RECEIPT_NOT_PROVABLE' }));
    expect(() => chain.claim({ ...receipt, source: 1 }, { getNode: () => undefined })).toThrow(
      expect.objectContaining({ code: 'RECEIPT_NOT_PROVABLE' }),
    );
  });
});
