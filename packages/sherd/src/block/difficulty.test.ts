import { describe, expect, it } from 'vitest';
import { type ForkName, forkRules } from '../protocol/index.ts';
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

describe('the bomb', () => {
  /** What it adds to a block that came as fast as to leave the difficulty alone. */
  const bomb = (number: bigint, fork: ForkName) => {
    const parent = { difficulty: 2n ** 50n, timestamp: 0n, hasOmmers: false };
    return nextDifficulty(number, 10n, parent, forkRules(fork).rules) - parent.difficulty;
  };

  it('begins with block 200,000 and doubles every 100,000', () => {
    expect([199_999n, 200_000n, 299_999n, 300_000n, 400_000n].map((n) => bomb(n, 'homestead'))).toEqual([
      0n,
      1n,
      1n,
      2n,
      4n,
    ]);
  });

  it.each([
    ['spuriousDragon', 0n],
    ['byzantium', 3_000_000n],
    ['constantinople', 5_000_000n],
    ['istanbul', 5_000_000n],
    ['muirGlacier', 9_000_000n],
    ['berlin', 9_000_000n],
    ['london', 9_700_000n],
    ['arrowGlacier', 10_700_000n],
    ['grayGlacier', 11_400_000n],
  ] as const)('of %s is %i blocks late', (fork, delay) => {
    const at = (number: bigint) => bomb(delay + number, fork);
    expect([at(199_999n), at(200_000n), at(300_000n)]).toEqual([0n, 1n, 2n]);
    if (delay > 0n) expect(bomb(delay - 1n, fork)).toBe(0n);
  });
});

describe('the time since the parent', () => {
  const step = (seconds: bigint, fork: ForkName, hasOmmers = false) => {
    const parent = { difficulty: 2n ** 40n, timestamp: 0n, hasOmmers };
    return (nextDifficulty(1n, seconds, parent, forkRules(fork).rules) - parent.difficulty) / 2n ** 29n;
  };

  it('counts as in each era, and by 99 steps at most', () => {
    expect([1n, 12n, 13n, 10_000n].map((s) => step(s, 'frontier'))).toEqual([1n, 1n, -1n, -1n]);
    expect([9n, 10n, 19n, 20n, 999n, 1000n, 1010n].map((s) => step(s, 'homestead'))).toEqual([
      1n,
      0n,
      0n,
      -1n,
      -98n,
      -99n,
      -99n,
    ]);
    expect([8n, 9n, 18n, 899n, 900n, 909n].map((s) => step(s, 'byzantium'))).toEqual([1n, 0n, -1n, -98n, -99n, -99n]);
    expect([8n, 9n, 18n, 908n, 909n, 918n].map((s) => step(s, 'byzantium', true))).toEqual([
      2n,
      1n,
      0n,
      -98n,
      -99n,
      -99n,
    ]);
  });
});
