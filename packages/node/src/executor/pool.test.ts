/** The pool over executors that live in this process and die as the test wants. */
import { bytesToHex, type Hex, SherdError } from 'sherd/base';
import { presetParams } from 'sherd/beacon';
import { expect, it } from 'vitest';
import { type ExecutorPool, startExecutors } from './pool.ts';
import type { Executor, ExecutorOptions } from './process.ts';
import type { Job, JobKind, JobResults } from './protocol.ts';

const hashes = Array.from({ length: 10 }, (_, i) => new Uint8Array(32).fill(i + 1));
const setup = { directory: '', params: presetParams('dev') };

/** Scripts that an executor compiles before it lets others have their turn. */
const TURN = 3;

/** Executors that compile what they are told, and die of the codes in `deadly`, each so many times. */
function startPool(deadly: Map<Hex, number>, size = 1): Promise<ExecutorPool> {
  let pid = 0;
  async function start({ onSign = () => {} }: ExecutorOptions): Promise<Executor> {
    let isAlive = true;
    let end = () => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    function work(job: Job): JobResults[JobKind] {
      if (job.kind !== 'warm') throw new SherdError('NO_JOB', job.kind);
      const turn = job.codeHashes.slice(0, TURN);
      for (const codeHash of turn) {
        const hash = bytesToHex(codeHash);
        onSign({ kind: 'compiling', codeHash: hash });
        const times = deadly.get(hash) ?? 0;
        deadly.set(hash, times - 1);
        if (times > 0) {
          isAlive = false;
          end();
          throw new SherdError('EXECUTOR_DIED', 'it died', { compiling: hash });
        }
        onSign({ kind: 'compiled', codeHash: hash, meteredSize: 1, time: 5 });
      }
      return turn.length;
    }
    return {
      pid: ++pid,
      // Every answer of a process comes later.
      run: (async (job: Job) => Promise.resolve().then(() => work(job))) as Executor['run'],
      get isAlive() {
        return isAlive;
      },
      ended,
      async stop() {
        isAlive = false;
        end();
      },
    };
  }
  return startExecutors({ setup, size, start });
}

const state = (pool: ExecutorPool) => hashes.map((hash) => pool.compiled(hash).by);

it('has every executor compile every script, those that are told of later too', async () => {
  const pool = await startPool(new Map(), 3);
  pool.warm(hashes.slice(0, 4));
  pool.warm(hashes.slice(4));
  await expect.poll(() => state(pool)).toEqual(hashes.map(() => 3));
  await pool.stop();
});

it('takes one death for an accident', async () => {
  const pool = await startPool(new Map([[bytesToHex(hashes[3]!), 1]]));
  pool.warm(hashes);
  await expect.poll(() => state(pool)).toEqual(hashes.map(() => 1));
  expect(pool.compiled(hashes[3]!).isAvoided).toBe(false);
  expect(pool.replaced).toBe(1);
  await pool.stop();
});

it('leaves out a code that ends executors again and again, and compiles the others', async () => {
  const pool = await startPool(new Map([[bytesToHex(hashes[3]!), 1_000]]));
  pool.warm(hashes);
  await expect.poll(() => state(pool)).toEqual(hashes.map((_, i) => (i === 3 ? 0 : 1)));
  expect(pool.compiled(hashes[3]!)).toEqual({ by: 0, time: undefined, isAvoided: true });
  expect(pool.compiled(hashes[2]!)).toEqual({ by: 1, time: 5, isAvoided: false });
  expect(pool.replaced).toBe(2);
  await pool.stop();
});
