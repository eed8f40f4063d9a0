/** Generated transactions on our engine and on @ethereumjs/vm; SHERD_FUZZ_COUNT and SHERD_FUZZ_SEED ask for others. */
import { execFile, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { caseFromJson, compare } from '../../packages/testkit/src/differential.ts';

const tool = fileURLToPath(new URL('../../tools/fuzz.mjs', import.meta.url));
const kept = fileURLToPath(new URL('cases/', import.meta.url));

function fuzz(...options: readonly string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [tool, ...options], { maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
      resolve({ code, output: stdout + stderr });
    });
  });
}

describe('our engine and an independent one', () => {
  it('come to the same outcome, gas, refund, logs, output and state root', async () => {
    const { SHERD_FUZZ_COUNT: count = '20000', SHERD_FUZZ_SEED: seed = '1' } = process.env;
    const { code, output } = await fuzz('--count', count, '--seed', seed);
    expect(output).toMatch(new RegExp(`^${count} cases, \\d+ transactions, 0 differ`));
    expect(code).toBe(0);
  });

  for (const name of existsSync(kept) ? readdirSync(kept) : []) {
    it(`agree on what once differed: ${name}`, async () => {
      expect((await compare(caseFromJson(readFileSync(join(kept, name), 'utf8')))).differences).toEqual([]);
    });
  }

  it('are compared on from where a run was interrupted', async () => {
    const run = spawn(process.execPath, [tool, '--seed', '7', '--count', '100000', '--jobs', '1']);
    let output = '';
    run.stdout.on('data', (piece) => {
      output += String(piece);
    });
    const code = await new Promise((resolve) => {
      // The first line says that it listens.
      run.stderr.once('data', () => run.kill('SIGINT'));
      run.once('close', resolve);
    });
    expect(code).toBe(130);
    const [, seed, count] = /to go on: node tools\/fuzz.mjs --seed (\d+) --count (\d+) --jobs 1/.exec(output) ?? [];
    expect(Number(seed) + Number(count)).toBe(100_007);
  });

  it('are refused an option that makes no sense', async () => {
    const { code, output } = await fuzz('--count', 'many');
    expect(code).toBe(2);
    expect(output).toMatch(/--count K/);
  });
});
