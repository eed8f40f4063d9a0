/** The fuzzer of the script engine at the scale of CI; `node tools/fuzz-wasm.mjs --count 1000000` for more. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { heavyModules } from '../packages/testkit/src/wasmHeavy.ts';

const TOOL = fileURLToPath(new URL('../tools/fuzz-wasm.mjs', import.meta.url));

function fuzz(...args: string[]) {
  return spawnSync(process.execPath, [TOOL, ...args], { encoding: 'utf8' });
}

test('damaged modules are refused, or run as V8 says they may', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sherd-fuzz-'));
  try {
    const { status, stdout } = fuzz('--seed', '20261121', '--count', '3000', '--keep', folder);
    const [, accepted, refused] = /(\d+) accepted, (\d+) refused, 0 faults/.exec(stdout) ?? [];
    expect(Number(accepted), stdout).toBeGreaterThan(200);
    expect(Number(refused)).toBeGreaterThan(1_000);
    expect(status).toBe(0);
    expect(readdirSync(folder)).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('options that are none end with the help', () => {
  expect(fuzz('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('examples:') });
  for (const args of [
    ['--cuont', '1'],
    ['--count', 'many'],
    ['--corpus', '/nowhere/at/all'],
  ]) {
    const { status, stderr } = fuzz(...args);
    expect({ args, status }).toEqual({ args, status: 2 });
    expect(stderr).not.toContain('    at ');
  }
});

test('the heaviest modules are what the rules just allow', () => {
  const heavy = [...heavyModules()];
  expect(heavy.length).toBeGreaterThan(15);
  for (const { name, code, size } of heavy) {
    expect(WebAssembly.validate(code), name).toBe(true);
    expect(size, name).toBeGreaterThan(8);
  }
});
