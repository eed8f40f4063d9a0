/** The block of a transition, completed from its parent. */
import { forkRules } from 'sherd/protocol';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../conformance/fields.ts';
import { ancestorHash, completeEnvironment, parentHash, readEnvironment } from './environment.ts';

const ENV = {
  currentCoinbase: `0x${'c0'.repeat(20)}`,
  currentNumber: '5',
  currentTimestamp: '1000',
  currentGasLimit: '0x1000000',
};
const MERGED = { ...ENV, currentRandom: '0x9', currentBaseFee: '7', withdrawals: [] };
const ROOT = `0x${'00'.repeat(32)}`;

const complete = (env: JsonObject, fork: 'berlin' | 'london' | 'paris' | 'shanghai' | 'cancun' | 'osaka') =>
  completeEnvironment(readEnvironment(env), forkRules(fork).rules, 1n);

describe('an environment', () => {
  it('has fields of its fork alone', () => {
    const { block, difficulty, baseFee } = complete({ ...ENV, currentDifficulty: '0x20000' }, 'berlin');
    expect([block.difficulty, block.prevRandao, difficulty, baseFee]).toEqual([0x20000n, 0n, 0x20000n, undefined]);
    const merged = complete(MERGED, 'shanghai');
    expect([merged.block.difficulty, merged.block.prevRandao, merged.difficulty]).toEqual([0n, 9n, undefined]);
  });

  it('follows the blob gas of the parent', () => {
    const cancun = { ...MERGED, parentBeaconBlockRoot: ROOT };
    const parent = { parentExcessBlobGas: '0x60000', parentBlobGasUsed: '0x80000' };
    expect(complete({ ...cancun, ...parent }, 'cancun').excessBlobGas).toBe(0x80000n);
    expect(complete(cancun, 'cancun').excessBlobGas).toBeUndefined();
    // EIP-7918: a base fee that makes blobs cheaper than their execution keeps the excess from sinking.
    const dear = { ...parent, parentBaseFee: '1000000000' };
    expect(complete({ ...cancun, ...dear }, 'osaka').excessBlobGas).toBeGreaterThan(0x60000n);
  });

  it.each([
    ['london', { ...ENV, currentDifficulty: '1' }, 'parentBaseFee'],
    ['paris', ENV, 'parentBaseFee'],
    ['paris', { ...ENV, currentBaseFee: '7' }, 'currentRandom'],
    ['paris', { ...MERGED, currentDifficulty: '1' }, 'difficulty must be zero'],
    ['shanghai', { ...MERGED, withdrawals: null }, "'withdrawals'"],
    ['cancun', MERGED, "'parentBeaconBlockRoot'"],
    ['berlin', ENV, 'missing parentTimestamp'],
    ['berlin', { ...ENV, parentTimestamp: '1000' }, 'want more than parentTimestamp'],
  ] as const)('of %s is refused when something is missing or wrong', (fork, env, message) => {
    expect(() => complete(env, fork)).toThrow(
      expect.objectContaining({ code: 'T8N_CONFIG', message: expect.stringContaining(message) }),
    );
  });

  it.each([
    ['currentNumber', '0x10000000000000000', 'want at most 64 bits'],
    ['currentTimestamp', `0x${'f'.repeat(100)}`, 'want at most 64 bits'],
    ['currentGasLimit', '0x10000000000000000', 'want at most 64 bits'],
    ['currentRandom', `0x1${'0'.repeat(64)}`, 'want at most 256 bits'],
    ['parentBeaconBlockRoot', '0xff', 'have 1 bytes, want 32'],
    ['blockHashes', { 4: '0x' }, 'have 0 bytes, want 32'],
  ])('has no %s that no block could have', (key, value, message) => {
    expect(() => readEnvironment({ ...ENV, [key]: value })).toThrow(
      expect.objectContaining({ code: 'BAD_FIXTURE', message: expect.stringContaining(message) }),
    );
  });

  it('has no excess of blob gas that makes no price', () => {
    const env = { ...MERGED, parentBeaconBlockRoot: ROOT, currentExcessBlobGas: '0x4000000000000000' };
    expect(() => complete(env, 'cancun')).toThrow(
      expect.objectContaining({ code: 'T8N_CONFIG', message: expect.stringContaining('makes no price') }),
    );
  });

  it('knows the hashes of ancestors that it was told, and refuses the others', () => {
    const file = readEnvironment({ ...ENV, blockHashes: { 4: `0x${'44'.repeat(32)}` } });
    expect(ancestorHash(file, 4n)).toBe(BigInt(`0x${'44'.repeat(32)}`));
    expect(parentHash(file)?.[0]).toBe(0x44);
    expect(() => ancestorHash(file, 3n)).toThrow(expect.objectContaining({ code: 'T8N_MISSING_BLOCKHASH' }));
    expect(parentHash(readEnvironment(ENV))).toBeUndefined();
  });
});
