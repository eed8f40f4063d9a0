/** The excess of blob gas at the borders of its two rules. */
import { describe, expect, it } from 'vitest';
import { type ForkName, forkRules } from '../protocol/index.ts';
import { nextExcessBlobGas } from './index.ts';

const BLOB = 131_072n;

/** Excess in blobs behind a parent with these blobs. */
function excessAfter(fork: ForkName, excess: bigint, used: bigint, baseFee: bigint): number {
  const parent = { excessBlobGas: excess * BLOB, blobGasUsed: used * BLOB, baseFee };
  return Number(nextExcessBlobGas(parent, forkRules(fork).rules)) / Number(BLOB);
}

describe('the excess of blob gas', () => {
  it('is what is used above the target, and never below zero', () => {
    expect(excessAfter('cancun', 0n, 3n, 1n)).toBe(0);
    expect(excessAfter('cancun', 1n, 2n, 1n)).toBe(0);
    expect(excessAfter('cancun', 1n, 3n, 1n)).toBe(1);
    expect(excessAfter('prague', 10n, 9n, 1n)).toBe(13);
  });

  it('rises by a part of what is used while blobs are cheaper than their reserve (EIP-7918)', () => {
    // The price of blob gas is 1 wei; 2^13 times a base fee of 16 wei is what a blob costs then.
    expect(excessAfter('osaka', 3n, 6n, 16n)).toBe(3);
    expect(excessAfter('osaka', 3n, 6n, 17n)).toBe(3 + 6 / 3);
    expect(excessAfter('osaka', 12n, 0n, 16n)).toBe(6);
    expect(excessAfter('osaka', 12n, 0n, 17n)).toBe(12);
    expect(excessAfter('prague', 12n, 0n, 17n)).toBe(6);
    // Rounded down: 14 of 21 are the target.
    expect(excessAfter('bpo2', 14n, 1n, 17n)).toBe(14 + Math.floor(Number(BLOB) / 3) / Number(BLOB));
  });

  it('is zero below the target, however dear gas is, and no longer zero exactly at it', () => {
    expect(excessAfter('osaka', 2n, 3n, 10n ** 12n)).toBe(0);
    expect(excessAfter('osaka', 3n, 3n, 10n ** 12n)).toBe(4);
    expect(excessAfter('osaka', 3n, 3n, 1n)).toBe(0);
  });
});
