/**
 * Every test of a script, in every setting of V8 that could tell machines apart. The tests run once with recorded engines
 * and shards; the recordings are then replayed by the build in processes of their own. What a replay asks of its world
 * and its store, what it writes, its outcomes, gas, outputs and roots must be the recorded ones.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deserialize, serialize } from 'node:v8';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunRecording, ScriptRecording } from '../packages/testkit/src/scriptRecording.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const VITEST = join(ROOT, 'node_modules/vitest/vitest.mjs');
const REPLAY = fileURLToPath(new URL('./determinism/replay.mjs', import.meta.url));

interface Report {
  readonly runs: number;
  readonly blocks: number;
  readonly warmUps: number;
  readonly divergences: readonly string[];
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sherd-recordings-'));
  const args = ['run', '--config', 'test/determinism/vitest.config.ts', '--reporter=dot'];
  const env = { ...process.env, SHERD_RECORDINGS: folder };
  const { status, stdout, stderr } = spawnSync(process.execPath, [VITEST, ...args], {
    cwd: ROOT,
    env,
    encoding: 'utf8',
  });
  expect(status, `${stdout}\n${stderr}`).toBe(0);
}, 600_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function replay(flags: readonly string[], setting: string, from = folder): Promise<Report> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...flags, REPLAY, from, setting], { stdio: ['ignore', 'pipe', 'pipe'] });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve(JSON.parse(out) as Report) : reject(new Error(`exit ${code}: ${err}`)),
    );
  });
}

const recordingsOf = (file: string) => deserialize(readFileSync(join(folder, file))) as ScriptRecording[];

describe('the recordings', () => {
  test('are of every script that stands here', () => {
    const files = readdirSync(folder);
    const scripts = readdirSync(join(ROOT, 'execution-scripts'), { withFileTypes: true })
      .filter(
        (each) =>
          each.isDirectory() &&
          readdirSync(join(ROOT, 'execution-scripts', each.name)).some((name) => /\.(wasm|evm)$/.test(name)),
      )
      .map(({ name }) => name);
    expect(scripts.length).toBeGreaterThan(6);
    // Scout's ledger is tested by Scout's own test file.
    const isRecorded = (name: string) =>
      files.some(
        (file) => file.startsWith(`${name}.test.`) || (name === 'scout-ledger' && file.includes('scout.scout.test')),
      );
    expect(scripts.filter((name) => !isRecorded(name))).toEqual([]);
  });

  test('have every outcome that a module can bring about, blocks with receipts, and bytecode', () => {
    const all = readdirSync(folder).flatMap(recordingsOf);
    const outcomes = new Set(all.flatMap((each) => (each.kind === 'run' ? [each.result.outcome] : [])));
    expect([...outcomes].sort()).toEqual(
      expect.arrayContaining(['aborted', 'callDepth', 'finished', 'outOfGas', 'trapped', 'unknownScript']),
    );
    const blocks = all.filter((each) => each.kind === 'block');
    expect(blocks.some(({ block }) => block.header.receiptCount > 0n)).toBe(true);
  });
});

/** Several of them say the same on one version of Node and not on another, so all are asked. */
const SETTINGS: readonly (readonly [name: string, flags: readonly string[], setting: string])[] = [
  ['default', [], 'default'],
  ['Liftoff only', ['--liftoff', '--no-wasm-tier-up', '--no-wasm-dynamic-tiering'], 'default'],
  ['optimising only', ['--no-liftoff'], 'default'],
  ['fresh: nothing compiled before', [], 'fresh'],
  ['warm: after 10,000 runs', [], 'warm'],
  ['from a deep stack', [], 'deep'],
];

test.each(SETTINGS)('%s: identical roots, receipts, gas and outputs', async (_, flags, setting) => {
  const report = await replay(flags, setting);
  expect(report.divergences).toEqual([]);
  expect(report.runs).toBeGreaterThan(1_000);
  expect(report.blocks).toBeGreaterThan(10);
  if (setting === 'warm') expect(report.warmUps).toBeGreaterThan(60_000);
});

test('a replay that differs in one gas, one byte or one write is found', async () => {
  const bent = mkdtempSync(join(tmpdir(), 'sherd-recordings-'));
  try {
    const run = (change: (recording: RunRecording) => RunRecording) => {
      const file = readdirSync(folder).find((name) => basename(name).startsWith('names.'))!;
      const good = recordingsOf(file).find(
        (each): each is RunRecording =>
          each.kind === 'run' && each.world.calls.some(({ method }) => method === 'setObject'),
      )!;
      return change(good);
    };
    const withCall = (recording: RunRecording, bend: (args: readonly unknown[]) => unknown[]): RunRecording => {
      const calls = recording.world.calls.map((call) =>
        call.method === 'setObject' ? { ...call, args: bend(call.args) } : call,
      );
      return { ...recording, world: { ...recording.world, calls } };
    };
    const changed = [
      run((good) => ({ ...good, result: { ...good.result, gasLeft: good.result.gasLeft - 1 } })),
      run((good) => ({ ...good, result: { ...good.result, output: Uint8Array.of(...good.result.output, 0) } })),
      run((good) =>
        withCall(good, ([script, key, storage]) => [script, key, (storage as Uint8Array).map((byte) => byte ^ 1)]),
      ),
      run((good) => ({ ...good, world: { ...good.world, calls: good.world.calls.slice(0, -1) } })),
      run((good) => ({ ...good, world: { ...good.world, calls: [...good.world.calls, good.world.calls[0]!] } })),
    ];
    writeFileSync(join(bent, 'bent'), serialize(changed));
    const { divergences } = await replay([], 'default', bent);
    expect(divergences.length).toBe(changed.length);
  } finally {
    rmSync(bent, { recursive: true, force: true });
  }
});
