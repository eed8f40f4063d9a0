import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sherd, sherdWithInput } from './cli.ts';
import { runSuite, suiteFolder } from './fixtureSuite.ts';

/** Billions of rounds or steps in one transaction, up to minutes each: `node tools/conformance.mjs --slow` runs them. */
const SLOW = ['CALLBlake2f_MaxRounds', 'loopMul', 'static_Call50000_sha256', 'test_run_until_out_of_gas'];

interface Suite {
  readonly title: string;
  readonly least: number;
  readonly path: readonly string[];
  readonly options: readonly string[];
}

const suites: readonly Suite[] = [
  {
    title: 'Cancun',
    least: 15_500,
    path: ['ethereum-tests', 'GeneralStateTests'],
    options: ['--fork', 'Cancun'],
  },
  {
    title: 'Frontier to Petersburg',
    least: 19_500,
    path: ['legacytests', 'Constantinople', 'GeneralStateTests'],
    options: [],
  },
  {
    title: 'EIP-2537 as drafted in 2024',
    least: 1_057,
    path: ['ethereum-tests', 'EIPTests', 'StateTests', 'stEIP2537'],
    options: ['--fork-as', 'Prague=pragueDraft2024'],
  },
  {
    title: 'Ewasm contracts, gas included',
    least: 165,
    path: ['ewasm', 'ewasm-tests', 'GeneralStateTests'],
    options: ['--ewasm'],
  },
  { title: 'Osaka', least: 1_600, path: ['eest-v5.4.0', 'state_tests', 'osaka'], options: [] },
  { title: 'Prague', least: 1_700, path: ['eest-v5.4.0', 'state_tests', 'prague'], options: [] },
];

describe('state tests', () => {
  for (const { title, least, path, options } of suites) {
    const folder = suiteFolder(...path);
    it.skipIf(folder === undefined)(`agree on state root, logs hash and kind of refusal: ${title}`, async () => {
      const counts = await runSuite('statetest', folder!, ...options, '--skip', ...SLOW);
      expect(counts.failures).toEqual([]);
      expect(counts.passed).toBeGreaterThanOrEqual(least);
    });
  }

  const ewasm = suiteFolder('ewasm', 'ewasm-tests', 'GeneralStateTests', 'stEWASMTests');
  it.skipIf(ewasm === undefined)(
    'of Ewasm nest as deep from standard input as from a list, and have no steps',
    async () => {
      const path = join(ewasm!, 'callDepth.json');
      const batch = await sherdWithInput(`${path}\n`, 'statetest', '--ewasm');
      expect(batch).toMatchObject({ code: 0, stdout: `pass ${path} 1/1\n` });
      const traced = await sherd('statetest', '--ewasm', '--trace', path);
      expect(traced.code).not.toBe(0);
      expect(traced.stderr).toContain("option '--ewasm' cannot be used with option '--trace'");
      // Without it such code is bytecode that stops.
      expect((await sherd('statetest', path)).code).toBe(1);
    },
  );
});
