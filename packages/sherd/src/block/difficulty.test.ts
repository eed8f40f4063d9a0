import { describe, expect, it } from 'vitest';
import { forkRules } from '../protocol/index.ts';
import { nextDifficulty } from './difficulty.ts';

describe('the least difficulty', () => {
  const next = (number: bigint, difficulty: bigint, seconds: bigint) => {
    const parent = { difficulty, timestamp: 0n, hasOmmers: false };
    return nextDifficulty(number, seconds, parent, forkRules('homestead').rules);
  };

  it('is that of the sum, and nothing that the bomb comes on top of', () => {
    const late = 1000n;
    // 131,072 less 99 times a 2,048th part of it.
    expect(next(1n, 131_072n, late)).toBe(131_072n);
    expect(next(900_000n, 131_072n, late)).toBe(131_072n);
    expect(next(2_000_000n, 131_072n, late)).toBe(131_072n - 99n * 64n + (1n << 18n));
    expect(next(900_000n, 131_072n, 10n)).toBe(131_072n + (1n << 7n));
  });

  it('holds for a parent that has less, as test files have them', () => {
    expect(next(900_000n, 1000n, 1n)).toBe(131_072n);
    expect(next(4_270_000n, 1000n, 1n)).toBe(1000n + (1n << 40n));
  });
});
