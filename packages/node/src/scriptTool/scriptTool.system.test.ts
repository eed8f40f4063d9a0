/** `sherd script new`, `build`, `test`, `check` and `trace` as people use them: the built program in a folder of its own. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HOST_GAS as GAS } from 'sherd/scripts';
import { afterAll, beforeAll, expect, test } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../../bin/sherd.js', import.meta.url));
const KEY = '07'.repeat(32);
const add = (amount: string) => `0x01${KEY}${amount}`;

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'sherd-script-'));
  expect(sherd('new', 'counter').code).toBe(0);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function sherd(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, 'script', ...args], {
    cwd: directory,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });
  return { code: status, stdout, stderr };
}

interface Trace {
  readonly outcome: string;
  readonly gasUsed: number;
  readonly output: string;
  readonly calls: readonly { readonly function: string; readonly gas: number; readonly result?: string }[];
}

function trace(...args: string[]): Trace {
  return JSON.parse(sherd('trace', 'counter/counter.wasm', '--json', ...args).stdout) as Trace;
}

test('a new script builds and passes its test, anywhere on the disk', () => {
  const { code, stdout } = sherd('test', 'counter');
  expect(stdout).toContain('pass 4');
  expect(stdout).toContain('fail 0');
  expect(code).toBe(0);
  const built = readFileSync(join(directory, 'counter/counter.wasm'));
  expect(sherd('build', 'counter').code).toBe(0);
  expect(readFileSync(join(directory, 'counter/counter.wasm'))).toEqual(built);
  expect(JSON.parse(sherd('check', 'counter', '--json').stdout)).toMatchObject({ ok: true, size: built.length });
});

test('what is there is not overwritten, and names are checked', () => {
  expect(sherd('new', 'counter')).toMatchObject({ code: 1, stderr: expect.stringContaining('SCRIPT_EXISTS') });
  for (const name of ['Counter', '../x', '1st', '']) {
    expect(sherd('new', name)).toMatchObject({ code: 1, stderr: expect.stringContaining('BAD_SCRIPT_NAME') });
  }
  expect(sherd('build', '.')).toMatchObject({ code: 1, stderr: expect.stringContaining('NOT_A_SCRIPT') });
  expect(sherd('check', 'nothing.wasm')).toMatchObject({ code: 1, stderr: expect.stringContaining('FILE_NOT_READ') });
});

test('a trace shows each host call with its gas', () => {
  const { outcome, output, calls, gasUsed } = trace('--data', add('0500000000000000'));
  expect({ outcome, output }).toEqual({ outcome: 'finished', output: '0x000000000500000000000000' });
  expect(calls.map(({ function: name, gas, result }) => [name, gas, result])).toEqual([
    ['dataSize', GAS.context, '41'],
    ['dataCopy', GAS.copy + 41 * GAS.copyByte, undefined],
    ['storageRead', GAS.storageRead + 8 * GAS.storageReadByte, '-1'],
    ['storageWrite', GAS.storageWrite + 8 * GAS.storageWriteByte, undefined],
    ['finish', GAS.end + 12 * GAS.copyByte, undefined],
  ]);
  expect(gasUsed).toBeGreaterThan(calls.reduce((sum, { gas }) => sum + gas, 0));
  // An observed run costs what any run costs.
  const short = String(gasUsed - 1);
  expect(trace('--data', add('0500000000000000'), '--gas', short).outcome).toBe('outOfGas');
  expect(trace('--data', add('0500000000000000'), '--gas', String(gasUsed)).outcome).toBe('finished');
});

test('a trace begins with the objects of its world file', () => {
  const file = join(directory, 'world.json');
  writeFileSync(file, JSON.stringify({ slot: 20, objects: { [`0x${KEY}`]: '0xffffffffffffffff' } }));
  const { code, stdout } = sherd('trace', 'counter/counter.wasm', '--world', file, '--data', add('0100000000000000'));
  expect(code).toBe(1);
  expect(stdout).toContain('aborted');
  expect(stdout).toContain('abort(');
  writeFileSync(file, JSON.stringify({ objects: { '0x00': '0x00' } }));
  const refused = sherd('trace', 'counter/counter.wasm', '--world', file);
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('BAD_WORLD_FILE') });
});

test('faults in sources are told by name and line', () => {
  expect(sherd('new', 'broken').code).toBe(0);
  const entry = join(directory, 'broken/assembly/index.ts');
  writeFileSync(entry, 'export function main(): void { nothing(); }\n');
  const failed = sherd('build', 'broken');
  expect(failed.code).toBe(1);
  expect(failed.stderr).toContain('BUILD_FAILED');
  expect(failed.stderr).toContain('index.ts(1,32)');

  writeFileSync(
    entry,
    'function half(x: f64): f64 { return x / 2; }\nexport function main(): void { store<f64>(0, half(load<f64>(8))); }\n',
  );
  const refused = sherd('check', 'broken');
  expect(refused.code).toBe(1);
  expect(refused.stdout).toContain('refused WASM_FLOAT');
  expect(refused.stdout).toContain('broken/assembly/index/main');
  expect(sherd('test', 'broken')).toMatchObject({ code: 1, stderr: expect.stringContaining('TESTS_FAILED') });
});
