import { describe, expect, it } from 'vitest';
import { runSuite, suiteFolder } from './fixtureSuite.ts';

const folder = suiteFolder('legacytests', 'Constantinople', 'VMTests');

describe.skipIf(folder === undefined)('VM tests', () => {
  it('agree on gas, output, logs and storage', async () => {
    const counts = await runSuite('vmtest', folder!);
    expect(counts.failures).toEqual([]);
    expect(counts.passed).toBe(491);
  });
});
