/** Executor processes from the build, on a store with a genesis. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assembleModule } from '@sherd/testkit';
import type { SherdError } from 'sherd/base';
import { presetParams, shardProposer } from 'sherd/beacon';
import { checkModule } from 'sherd/scripts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commitGenesis, createGenesis, createNetworkKeys, describeGenesis } from '../genesis/index.ts';
import { type Environment, openEnvironment } from '../storage/index.ts';
import { type ExecutorPool, startExecutors } from './index.ts';
import { permissionFlags } from './process.ts';

const params = { ...presetParams('dev'), shardCount: 1 };
const genesis = createGenesis(describeGenesis(params, createNetworkKeys(), 4, 1_700_000_000n));
/** Init code that never ends: JUMPDEST PUSH0 JUMP. */
const ENDLESS = Uint8Array.of(0x5b, 0x5f, 0x56);

let directory: string;
let environment: Environment;
let pool: ExecutorPool;
const deaths: SherdError[] = [];
/** Milliseconds: longer than the longest call here, and no longer than one cares to wait for a process that says nothing. */
const SILENCE = 8_000;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'sherd-test-'));
  environment = openEnvironment(directory);
  commitGenesis(environment, genesis);
  const setup = { directory, params };
  pool = await startExecutors({ setup, size: 2, silenceLimit: SILENCE, onDeath: (death) => deaths.push(death) });
});

afterAll(async () => {
  await pool?.stop();
  await environment?.close();
  rmSync(directory, { recursive: true, force: true });
});

function build(beaconSlot: bigint) {
  const proposerIndex = shardProposer(params, genesis.state, 0, 1n);
  return pool.run({ kind: 'build', shard: 0, beaconSlot, slot: 1, proposerIndex, transactions: [] });
}

function call(data: Uint8Array, timeLimit = 5_000, killAfter?: number) {
  const job = { kind: 'call', shard: 0, height: 0, call: { data, gas: 2 ** 40 }, overrides: [], timeLimit } as const;
  return pool.run(job, killAfter);
}

async function until(isTrue: () => boolean): Promise<void> {
  for (let i = 0; i < 1000 && !isTrue(); i++) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(isTrue()).toBe(true);
}

it('builds on the state that the node has committed, and on no other', async () => {
  const { header } = await build(0n);
  expect(header).toMatchObject({ height: 1n, shard: 0 });
  await expect(build(1n)).rejects.toMatchObject({ code: 'STALE_SNAPSHOT' });
});

it('keeps a process free for blocks while clients call', async () => {
  const order: string[] = [];
  const calls = [1, 2].map(() => call(ENDLESS, 3_000, 60_000).catch(({ code }) => order.push(code)));
  await build(0n);
  order.push('block');
  await Promise.all(calls);
  expect(order).toEqual(['block', 'ABORTED', 'ABORTED']);
});

it('kills a process that does not answer in time, and starts another', async () => {
  await expect(call(ENDLESS, 60_000, 300)).rejects.toMatchObject({ code: 'EXECUTOR_TIMEOUT' });
  expect(deaths.map(({ code }) => code)).toEqual(['EXECUTOR_TIMEOUT']);
  await until(() => pool.pids().length === 2);
  expect(pool.replaced).toBe(1);
  await build(0n);
});

it('replaces a process that dies between two jobs', async () => {
  const [pid] = pool.pids();
  process.kill(pid!, 'SIGKILL');
  await until(() => pool.replaced === 2 && pool.pids().length === 2);
  expect(pool.pids()).not.toContain(pid);
});

it('tells of a process that dies at work', async () => {
  const before = pool.pids();
  const dying = expect(call(ENDLESS, 60_000)).rejects.toMatchObject({ code: 'EXECUTOR_DIED' });
  for (const pid of before) process.kill(pid, 'SIGKILL');
  await dying;
  await until(() => pool.pids().length === 2);
});

it('kills a process that gives no sign of life, long before its time is over', async () => {
  const before = pool.pids();
  const job = build(0n);
  // A process that is stopped is as silent as one that hangs in a compilation.
  for (const pid of before) process.kill(pid, 'SIGSTOP');
  const stopped = build(0n);
  const answers = await Promise.allSettled([job, stopped]);
  const reasons = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason as SherdError] : []));
  expect(reasons.length).toBeGreaterThan(0);
  for (const { code, message } of reasons) {
    expect(code).toBe('EXECUTOR_TIMEOUT');
    expect(message).toContain(`after ${SILENCE} ms without a sign of life`);
  }
  for (const pid of before) if (pool.pids().includes(pid)) process.kill(pid, 'SIGCONT');
  await until(() => pool.pids().length === 2);
  await build(0n);
});

describe('scripts', () => {
  const verdicts = Array.from({ length: 200 }, (_, i) => {
    const verdict = checkModule(assembleModule({ main: `i32.const ${i} drop` }));
    if (!verdict.ok) throw new Error(verdict.message);
    return verdict;
  });
  const hashes = verdicts.map(({ codeHash }) => codeHash);
  const isWarm = () => hashes.every((hash) => pool.compiled(hash).by === 2);

  it('are compiled by every executor ahead of their first run, also by those that come later', async () => {
    environment.write(() => {
      for (const { codeHash, metered } of verdicts) environment.tables.meteredCode.put(codeHash, metered);
    });
    expect(pool.compiled(hashes[0]!)).toEqual({ by: 0, time: undefined, isAvoided: false });
    pool.warm(hashes);
    await until(isWarm);
    expect(pool.compiled(hashes[0]!).time).toBeGreaterThan(0);
    const [pid] = pool.pids();
    process.kill(pid!, 'SIGKILL');
    await until(() => !isWarm());
    await until(isWarm);
    expect(pool.pids()).not.toContain(pid);
  });
});

it.runIf(permissionFlags(tmpdir()).length > 1)('may read the program and the store, and do nothing else', () => {
  const attempt = (code: string) => {
    const script = `try { ${code}; console.log('done') } catch (error) { console.log(error.code) }`;
    return execFileSync(process.execPath, [...permissionFlags(directory), '-e', script], { encoding: 'utf8' }).trim();
  };
  const file = JSON.stringify(join(directory, 'data.mdb'));
  expect(attempt(`fs.readFileSync(${file})`)).toBe('done');
  expect(attempt(`fs.writeFileSync(${file}, '')`)).toBe('ERR_ACCESS_DENIED');
  expect(attempt(`fs.readFileSync(${JSON.stringify(process.execPath)})`)).toBe('ERR_ACCESS_DENIED');
  expect(attempt(`child_process.execSync('true')`)).toBe('ERR_ACCESS_DENIED');
  expect(attempt(`new worker_threads.Worker('1', { eval: true })`)).toBe('ERR_ACCESS_DENIED');
});
