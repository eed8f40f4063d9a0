/** Generated transactions step by step on our engine and on @ethereumjs/evm. */
import { describe, expect, it } from 'vitest';
import { compareSteps } from '../../packages/testkit/src/differentialSteps.ts';
import { randomCase } from '../../packages/testkit/src/randomCase.ts';

const CASES = 150;

describe('the steps that a tracer is shown', () => {
  it('are those of an independent engine: place, gas, cost, depth, stack and size of memory', async () => {
    const faults: string[] = [];
    let steps = 0;
    for (let seed = 1; seed <= CASES; seed++) {
      const found = await compareSteps(randomCase(seed));
      steps += found.steps;
      faults.push(...found.lines.map((line) => `seed ${seed}, ${line}`));
    }
    console.log(`${CASES} cases, ${steps} steps, ${faults.length} differ`);
    expect(faults.slice(0, 20)).toEqual([]);
    expect(steps).toBeGreaterThan(10_000);
  });
});
