/** Several executor processes and the jobs that wait for them. One that dies or hangs is replaced. */
import { bytesToHex, type Hex, isSherdError, SherdError } from 'sherd/base';
import { type Executor, type ExecutorOptions, startExecutor } from './process.ts';
import type { ExecutorSetup, JobKind, JobOf, JobResults, Sign } from './protocol.ts';

/** Milliseconds after which an executor that works on a job is killed. Calls end by themselves before. */
export const TIME_LIMITS: Readonly<Record<JobKind, number>> = {
  build: 60_000,
  apply: 60_000,
  call: 6_000,
  estimate: 6_000,
  accessList: 6_000,
  trace: 10_000,
  traceScript: 10_000,
  checkScript: 30_000,
  warm: 30_000,
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
  traceScript: false,
  warm: false,
};

/** Milliseconds between two tries to start a process. */
const RESTART_AFTER = 500;
/** Jobs of clients that may wait; more are refused. */
const MAX_WAITING_CALLS = 1_000;
/** Scripts that an executor is given to warm up at once; it stops in between when they take long. */
const WARM_BATCH = 64;
/** Deaths of executors at the same code after which it is not compiled ahead any more. One may be an accident. */
const MAX_COMPILE_DEATHS = 2;

export interface ExecutorPool {
  /** @throws SherdError what the job refuses, EXECUTOR_DIED, EXECUTOR_TIMEOUT, EXECUTORS_BUSY, NODE_STOPPED. */
  run<Kind extends JobKind>(job: JobOf<Kind>, timeLimit?: number): Promise<JobResults[Kind]>;
  /**
   * Has every executor compile these scripts when it has nothing else to do, in this order, those that are started later
   * too. What they were told to compile before comes first.
   */
  warm(codeHashes: readonly Uint8Array[]): void;
  /** Executors that hold the machine code of a script, and the longest compilation in microseconds. */
  compiled(codeHash: Uint8Array): Compiled;
  /** Process ids of the executors that live. */
  pids(): readonly number[];
  /** How many were replaced since the start. */
  readonly replaced: number;
  stop(): Promise<void>;
}

export interface Compiled {
  readonly by: number;
  readonly time: number | undefined;
  /** Compiling it ended executors more than once: it is not compiled ahead any more. */
  readonly isAvoided: boolean;
}

export interface ExecutorPoolOptions {
  readonly setup: ExecutorSetup;
  /** Milliseconds without a sign of life after which an executor at work is killed; default: `SILENCE_LIMIT`. */
  readonly silenceLimit?: number;
  /** Processes, at least 1. */
  readonly size: number;
  /** Starts one; default: a process of its own. */
  readonly start?: (options: ExecutorOptions) => Promise<Executor>;
  /** Is told of executors that died. */
  readonly onDeath?: (error: SherdError) => void;
}

/** What an executor has compiled, and how much of the list of scripts to warm it has been given. */
interface Warmth {
  readonly compiled: Set<Hex>;
  position: number;
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
  readonly #executors = new Map<Executor, Warmth>();
  readonly #idle: Executor[] = [];
  readonly #urgent: Entry[] = [];
  readonly #calls: Entry[] = [];
  #runningCalls = 0;
  #starting = 0;
  #isStopped = false;
  /** Code hashes, in the order in which they are compiled. */
  readonly #warmList: Uint8Array[] = [];
  /** Executors that ended while they compiled a code. */
  readonly #compileDeaths = new Map<Hex, number>();
  readonly #compileTimes = new Map<Hex, number>();
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

  warm(codeHashes: readonly Uint8Array[]): void {
    this.#warmList.push(...codeHashes);
    this.#next();
  }

  compiled(codeHash: Uint8Array): Compiled {
    const hash = bytesToHex(codeHash);
    const by = [...this.#executors].filter(([{ isAlive }, { compiled }]) => isAlive && compiled.has(hash)).length;
    return { by, time: this.#compileTimes.get(hash), isAvoided: this.#isAvoided(hash) };
  }

  pids(): number[] {
    return [...this.#executors.keys()].filter(({ isAlive }) => isAlive).map(({ pid }) => pid);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const { reject } of [...this.#urgent.splice(0), ...this.#calls.splice(0)]) reject(stopped());
    await Promise.all([...this.#executors.keys()].map((executor) => executor.stop()));
  }

  async #add(): Promise<void> {
    this.#starting++;
    try {
      const warmth: Warmth = { compiled: new Set(), position: 0 };
      const onSign = (sign: Sign) => this.#note(warmth, sign);
      const { start = startExecutor, ...options } = this.#options;
      const executor = await start({ ...options, onSign });
      if (this.#isStopped) {
        await executor.stop();
        return;
      }
      this.#executors.set(executor, warmth);
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
      if (entry === undefined) break;
      const executor = this.#idle.pop()!;
      if (executor.isAlive) {
        void this.#work(executor, entry);
        continue;
      }
      (IS_URGENT[entry.job.kind] ? this.#urgent : this.#calls).unshift(entry);
      this.#replace(executor);
    }
    if (this.#urgent.length === 0 && this.#calls.length === 0) this.#warmIdle();
  }

  /** Idle executors go on with the scripts that they have not compiled yet. */
  #warmIdle(): void {
    for (const executor of [...this.#idle]) {
      const warmth = this.#executors.get(executor);
      if (warmth === undefined || !executor.isAlive) continue;
      const codeHashes = this.#warmList.slice(warmth.position, warmth.position + WARM_BATCH);
      if (codeHashes.length === 0) continue;
      this.#idle.splice(this.#idle.indexOf(executor), 1);
      void this.#warm(executor, warmth, codeHashes);
    }
  }

  async #warm(executor: Executor, warmth: Warmth, batch: readonly Uint8Array[]): Promise<void> {
    const codeHashes = batch.filter((hash) => !this.#isAvoided(bytesToHex(hash)));
    try {
      const done = await executor.run({ kind: 'warm', codeHashes }, TIME_LIMITS.warm);
      warmth.position += done === codeHashes.length ? batch.length : done;
    } catch (error) {
      if (!this.#isStopped && isSherdError(error)) this.#blame(error);
      // A refusal is no reason to try again for ever.
      warmth.position += batch.length;
    }
    if (executor.isAlive) this.#idle.push(executor);
    else this.#replace(executor);
    this.#next();
  }

  #isAvoided(codeHash: Hex): boolean {
    return (this.#compileDeaths.get(codeHash) ?? 0) >= MAX_COMPILE_DEATHS;
  }

  /** An executor ended: of the code that it was compiling, perhaps. */
  #blame(death: SherdError): void {
    this.#options.onDeath?.(death);
    const { compiling } = death.data as { readonly compiling?: Hex };
    if (compiling !== undefined) this.#compileDeaths.set(compiling, (this.#compileDeaths.get(compiling) ?? 0) + 1);
  }

  #note({ compiled }: Warmth, sign: Sign): void {
    if (sign.kind !== 'compiled') return;
    compiled.add(sign.codeHash);
    this.#compileTimes.set(sign.codeHash, Math.max(sign.time, this.#compileTimes.get(sign.codeHash) ?? 0));
  }

  async #work(executor: Executor, { job, timeLimit, resolve, reject }: Entry): Promise<void> {
    const isCall = !IS_URGENT[job.kind];
    if (isCall) this.#runningCalls++;
    try {
      resolve(await executor.run(job, timeLimit));
    } catch (error) {
      if (!this.#isStopped && isSherdError(error, 'EXECUTOR_DIED', 'EXECUTOR_TIMEOUT')) this.#blame(error);
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
