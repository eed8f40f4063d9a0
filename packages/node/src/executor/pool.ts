/** Several executor processes and the jobs that wait for them. One that dies or hangs is replaced. */
import { isSherdError, SherdError } from 'sherd/base';
import { type Executor, startExecutor } from './process.ts';
import type { ExecutorSetup, JobKind, JobOf, JobResults } from './protocol.ts';

/** Milliseconds after which an executor that works on a job is killed. Calls end by themselves before. */
export const TIME_LIMITS: Readonly<Record<JobKind, number>> = {
  build: 60_000,
  apply: 60_000,
  call: 6_000,
  estimate: 6_000,
  accessList: 6_000,
  trace: 10_000,
  checkScript: 30_000,
};

/** Blocks go before what clients ask. */
const IS_URGENT: Readonly<Record<JobKind, boolean>> = {
  build: true,
  apply: true,
  checkScript: true,
  call: false,
  estimate: false,
  accessList: false,
  trace: false,
};

/** Milliseconds between two tries to start a process. */
const RESTART_AFTER = 500;
/** Jobs of clients that may wait; more are refused. */
const MAX_WAITING_CALLS = 1_000;

export interface ExecutorPool {
  /** @throws SherdError what the job refuses, EXECUTOR_DIED, EXECUTOR_TIMEOUT, EXECUTORS_BUSY, NODE_STOPPED. */
  run<Kind extends JobKind>(job: JobOf<Kind>, timeLimit?: number): Promise<JobResults[Kind]>;
  /** Process ids of the executors that live. */
  pids(): readonly number[];
  /** How many were replaced since the start. */
  readonly replaced: number;
  stop(): Promise<void>;
}

export interface ExecutorPoolOptions {
  readonly setup: ExecutorSetup;
  /** Processes, at least 1. */
  readonly size: number;
  /** Is told of executors that died. */
  readonly onDeath?: (error: SherdError) => void;
}

interface Entry {
  readonly job: JobOf<JobKind>;
  readonly timeLimit: number;
  readonly resolve: (result: JobResults[JobKind]) => void;
  readonly reject: (error: unknown) => void;
}

export async function startExecutors(options: ExecutorPoolOptions): Promise<ExecutorPool> {
  const pool = new Pool(options);
  await pool.start();
  return pool;
}

class Pool implements ExecutorPool {
  readonly #options: ExecutorPoolOptions;
  readonly #executors = new Set<Executor>();
  readonly #idle: Executor[] = [];
  readonly #urgent: Entry[] = [];
  readonly #calls: Entry[] = [];
  #runningCalls = 0;
  #starting = 0;
  #isStopped = false;
  replaced = 0;

  constructor(options: ExecutorPoolOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    try {
      await Promise.all(Array.from({ length: this.#options.size }, () => this.#add()));
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  run<Kind extends JobKind>(job: JobOf<Kind>, timeLimit: number = TIME_LIMITS[job.kind]): Promise<JobResults[Kind]> {
    if (this.#isStopped) return Promise.reject(stopped());
    const queue = IS_URGENT[job.kind] ? this.#urgent : this.#calls;
    if (queue === this.#calls && queue.length >= MAX_WAITING_CALLS) {
      const message = `${queue.length} calls wait for an executor, want at most ${MAX_WAITING_CALLS}`;
      return Promise.reject(new SherdError('EXECUTORS_BUSY', message));
    }
    return new Promise<JobResults[JobKind]>((resolve, reject) => {
      queue.push({ job, timeLimit, resolve, reject });
      this.#next();
    }) as Promise<JobResults[Kind]>;
  }

  pids(): number[] {
    return [...this.#executors].filter(({ isAlive }) => isAlive).map(({ pid }) => pid);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const { reject } of [...this.#urgent.splice(0), ...this.#calls.splice(0)]) reject(stopped());
    await Promise.all([...this.#executors].map((executor) => executor.stop()));
  }

  async #add(): Promise<void> {
    this.#starting++;
    try {
      const executor = await startExecutor(this.#options.setup);
      if (this.#isStopped) {
        await executor.stop();
        return;
      }
      this.#executors.add(executor);
      this.#idle.push(executor);
      void executor.ended.then(() => this.#diedIdle(executor));
    } finally {
      this.#starting--;
    }
    this.#next();
  }

  /** Gives waiting jobs to idle executors. Calls never take the last one, so that blocks need not wait for them. */
  #next(): void {
    while (this.#idle.length > 0) {
      const mayCall = this.#runningCalls < Math.max(1, this.#options.size - 1);
      const entry = this.#urgent.shift() ?? (mayCall ? this.#calls.shift() : undefined);
      if (entry === undefined) return;
      const executor = this.#idle.pop()!;
      if (executor.isAlive) {
        void this.#work(executor, entry);
        continue;
      }
      (IS_URGENT[entry.job.kind] ? this.#urgent : this.#calls).unshift(entry);
      this.#replace(executor);
    }
  }

  async #work(executor: Executor, { job, timeLimit, resolve, reject }: Entry): Promise<void> {
    const isCall = !IS_URGENT[job.kind];
    if (isCall) this.#runningCalls++;
    try {
      resolve(await executor.run(job, timeLimit));
    } catch (error) {
      if (!this.#isStopped && isSherdError(error, 'EXECUTOR_DIED', 'EXECUTOR_TIMEOUT')) this.#options.onDeath?.(error);
      reject(this.#isStopped ? stopped() : error);
    }
    if (isCall) this.#runningCalls--;
    if (executor.isAlive) this.#idle.push(executor);
    else this.#replace(executor);
    this.#next();
  }

  /** An executor that dies at work is dealt with where its job fails. */
  #diedIdle(executor: Executor): void {
    const at = this.#idle.indexOf(executor);
    if (at < 0 || this.#isStopped) return;
    this.#idle.splice(at, 1);
    this.#replace(executor);
  }

  #replace(executor: Executor): void {
    this.#executors.delete(executor);
    if (this.#isStopped) return;
    this.replaced++;
    void executor.stop();
    void this.#refill();
  }

  /** Starts a process in the place of one that died, and goes on trying: without any, nothing would ever end. */
  async #refill(): Promise<void> {
    while (!this.#isStopped) {
      try {
        await this.#add();
        return;
      } catch (error) {
        if (isSherdError(error)) this.#options.onDeath?.(error);
        if (this.#executors.size === 0 && this.#starting === 0) {
          for (const { reject } of [...this.#urgent.splice(0), ...this.#calls.splice(0)]) reject(error);
        }
        await new Promise((resolve) => setTimeout(resolve, RESTART_AFTER));
      }
    }
  }
}

function stopped(): SherdError {
  return new SherdError('NODE_STOPPED', 'the node is stopping');
}
