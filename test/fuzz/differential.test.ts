/** Generated transactions on our engine and on @ethereumjs/vm; SHERD_FUZZ_COUNT and SHERD_FUZZ_SEED ask for others. */
import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { caseFromJson, caseToJson, compare } from '../../packages/testkit/src/differential.ts';
import { randomCase } from '../../packages/testkit/src/randomCase.ts';

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

  it('run a case that was kept', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sherd-fuzz-'));
    const file = join(folder, 'case.json');
    writeFileSync(file, caseToJson(randomCase(14)));
    expect(caseFromJson(readFileSync(file, 'utf8'))).toEqual(randomCase(14));
    expect(await fuzz('--case', file)).toEqual({ code: 0, output: 'no difference\n' });
    rmSync(folder, { recursive: true });
  });

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
    expect((await fuzz('--fork', 'london2')).output).toMatch(/^--fork london2: have frontier, .*osaka\n$/);
    // Seeds are 32 bits: these cases would be those of other seeds again.
    expect((await fuzz('--seed', '4294967290', '--count', '10')).code).toBe(2);
  });
});
