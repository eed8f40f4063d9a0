import { describe, expect, it } from 'vitest';
import { runSuite, suiteFolder } from './fixtureSuite.ts';

const folder = suiteFolder('ethereum-tests', 'TransactionTests');

describe.skipIf(folder === undefined)('transaction tests', () => {
  it('agree on hash, sender and intrinsic gas, or on what is wrong with the bytes', async () => {
    const counts = await runSuite('transactiontest', folder!);
    expect(counts.failures).toEqual([]);
    expect(counts.passed).toBeGreaterThan(1900);
  });
});
