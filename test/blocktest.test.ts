import { describe, expect, it } from 'vitest';
import { runSuite, suiteFolder } from './fixtureSuite.ts';

const suites: readonly [title: string, least: number, ...path: string[]][] = [
  ['Cancun, and the changes from fork to fork', 430, 'ethereum-tests', 'BlockchainTests'],
  [
    'mined blocks, their work among what is checked',
    32,
    ...['legacytests', 'Constantinople', 'BlockchainTests', 'ValidBlocks', 'bcTotalDifficultyTest'],
  ],
  ['Prague', 900, 'eest-v5.4.0', 'blockchain_tests', 'prague'],
  ['Osaka', 390, 'eest-v5.4.0', 'blockchain_tests', 'osaka'],
];

describe('block tests', () => {
  for (const [title, least, ...path] of suites) {
    const folder = suiteFolder(...path);
    it.skipIf(folder === undefined)(`agree on every block, good or bad: ${title}`, async () => {
      const counts = await runSuite('blocktest', folder!);
      expect(counts.failures).toEqual([]);
      expect(counts.passed).toBeGreaterThanOrEqual(least);
    });
  }
});
