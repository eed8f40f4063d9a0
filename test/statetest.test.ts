import { describe, expect, it } from 'vitest';
import { runSuite, suiteFolder } from './fixtureSuite.ts';

/** Minutes each: billions of rounds or steps in one transaction. They pass when they are run by hand. */
const SLOW = ['CALLBlake2f_MaxRounds', 'loopMul', 'static_Call50000_sha256'];

const folder = suiteFolder('ethereum-tests', 'GeneralStateTests');

describe.skipIf(folder === undefined)('GeneralStateTests', () => {
  it('agrees with every Cancun expectation on state root, logs hash and kind of refusal', async () => {
    const counts = await runSuite('statetest', folder!, '--fork', 'Cancun', '--skip', ...SLOW);
    expect(counts.failures).toEqual([]);
    expect(counts.passed).toBeGreaterThan(15_500);
  });
});
