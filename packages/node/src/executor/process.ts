/** One executor process: started, given one job at a time, killed when it takes too long. */
import { type ChildProcess, fork } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SherdError } from 'sherd/base';
import type { ExecutorSetup, JobKind, JobOf, JobResults, Request, Response, Sign } from './protocol.ts';
import { receivedError } from './protocol.ts';

export interface Executor {
  readonly pid: number;
  /**
   * Runs a job. One at a time.
   * @throws SherdError what the job refuses; EXECUTOR_DIED when the process ended before the answer, EXECUTOR_TIMEOUT
   * when it was killed after `timeLimit` milliseconds, EXECUTOR_FAULT for an error that is no refusal.
   */
  run<Kind extends JobKind>(job: JobOf<Kind>, timeLimit: number): Promise<JobResults[Kind]>;
  readonly isAlive: boolean;
  /** Settles when the process has ended. */
  readonly ended: Promise<void>;
  /** Ends the process. */
  stop(): Promise<void>;
}

export interface ExecutorOptions {
  readonly setup: ExecutorSetup;
  /** Milliseconds without a sign of life after which a process at work is killed; {@link SILENCE_LIMIT} by default. */
  readonly silenceLimit?: number;
  readonly onSign?: (sign: Sign) => void;
}

interface Waiting {
  readonly id: number;
  /** A sign of life came. */
  readonly alive: () => void;
  readonly settle: (answer: { readonly result: unknown } | { readonly error: SherdError }) => void;
}

const START_LIMIT = 30_000;

/**
 * Milliseconds between two signs of life. They come with each transaction and each compilation, and the longest of those
 * that the limits of modules and the gas of a block allow takes a second or two on a slow machine.
 */
export const SILENCE_LIMIT = 20_000;

/** @throws SherdError EXECUTOR_DIED when the process does not come up. */
export async function startExecutor(options: ExecutorOptions): Promise<Executor> {
  const { setup } = options;
  const child = fork(workerFile(), [], {
    serialization: 'advanced',
    execArgv: permissionFlags(setup.directory),
    // Nothing of ours is in its environment.
    env: {},
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-2000);
  });
  const handle = new ExecutorProcess(child, options, () => errors);
  await handle.setUp(setup);
  return handle;
}

class ExecutorProcess implements Executor {
  readonly #child: ChildProcess;
  readonly #errors: () => string;
  readonly ended: Promise<void>;
  #waiting: Waiting | undefined;
  #ready: (() => void) | undefined;
  #nextId = 1;
  #killedFor: string | undefined;
  readonly #silenceLimit: number;
  readonly #onSign: (sign: Sign) => void;
  /** What it was last heard to be at, in the job that it has. */
  #lastSign: Sign | undefined;
  #heard = 0;

  constructor(child: ChildProcess, options: ExecutorOptions, errors: () => string) {
    this.#child = child;
    this.#silenceLimit = options.silenceLimit ?? SILENCE_LIMIT;
    this.#onSign = options.onSign ?? (() => {});
    this.#errors = errors;
    this.ended = new Promise((resolve) => {
      child.once('exit', () => resolve());
      child.once('error', () => resolve());
    });
    child.on('message', (response: Response) => this.#receive(response));
    child.on('error', () => this.#end());
    child.on('exit', () => this.#end());
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null && this.#child.connected;
  }

  async setUp(setup: ExecutorSetup): Promise<void> {
    const ready = new Promise<void>((resolve) => {
      this.#ready = resolve;
    });
    this.#send({ kind: 'setup', setup });
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), START_LIMIT);
    await Promise.race([ready, this.ended]);
    clearTimeout(timer);
    if (!this.isAlive) throw this.#death();
  }

  run<Kind extends JobKind>(job: JobOf<Kind>, timeLimit: number): Promise<JobResults[Kind]> {
    if (this.#waiting !== undefined) throw new Error('an executor runs one job at a time');
    if (!this.isAlive) return Promise.reject(this.#death());
    const id = this.#nextId++;
    this.#lastSign = undefined;
    return new Promise((resolve, reject) => {
      const whole = setTimeout(() => this.#kill(`${timeLimit} ms`), timeLimit);
      const silence = setTimeout(() => {
        // Signs that came while this process was busy are heard first.
        const heard = this.#heard;
        setImmediate(() => {
          if (this.#waiting?.id !== id || this.#heard !== heard) return;
          this.#kill(`${this.#silenceLimit} ms without a sign of life`);
        });
      }, this.#silenceLimit);
      this.#waiting = {
        id,
        alive: () => silence.refresh(),
        settle: (answer) => {
          clearTimeout(whole);
          clearTimeout(silence);
          this.#waiting = undefined;
          if ('error' in answer) reject(answer.error);
          else resolve(answer.result as JobResults[Kind]);
        },
      };
      this.#send({ kind: 'job', id, job });
    });
  }

  async stop(): Promise<void> {
    if (this.isAlive) this.#child.kill('SIGKILL');
    await this.ended;
  }

  #send(request: Request): void {
    // A failed send is a dead process: its end settles what waits.
    this.#child.send(request, () => {});
  }

  #receive(response: Response): void {
    if (response.kind === 'ready') {
      this.#ready?.();
      return;
    }
    if (response.kind === 'sign') {
      this.#heard++;
      this.#lastSign = response.sign;
      this.#waiting?.alive();
      this.#onSign(response.sign);
      return;
    }
    if (this.#waiting?.id !== response.id) return;
    this.#waiting.settle(
      response.kind === 'result' ? { result: response.result } : { error: receivedError(response.error) },
    );
  }

  #end(): void {
    this.#waiting?.settle({ error: this.#death() });
  }

  #kill(after: string): void {
    this.#killedFor = after;
    this.#child.kill('SIGKILL');
  }

  #death(): SherdError {
    const { exitCode, signalCode } = this.#child;
    const at = this.#lastSign;
    const doing = at === undefined || at.kind === 'compiled' ? '' : `, while ${signText(at)}`;
    const facts = { pid: this.pid, ...(at?.kind === 'compiling' && { compiling: at.codeHash }) };
    if (this.#killedFor !== undefined) {
      const message = `executor ${this.pid} was killed after ${this.#killedFor}${doing}`;
      return new SherdError('EXECUTOR_TIMEOUT', message, facts);
    }
    const how = signalCode ?? `exit code ${exitCode}`;
    const said = this.#errors().trim();
    const message = `executor ${this.pid} ended${doing}: ${how}${said === '' ? '' : `: ${said}`}`;
    return new SherdError('EXECUTOR_DIED', message, { ...facts, exitCode, signal: signalCode });
  }
}

function signText(sign: Exclude<Sign, { readonly kind: 'compiled' }>): string {
  return sign.kind === 'running' ? `running script ${sign.script}` : `compiling code ${sign.codeHash}`;
}

/** The built file, also when this one runs from the sources. */
function workerFile(): string {
  const here = fileURLToPath(import.meta.url);
  return here.endsWith('.ts')
    ? resolve(dirname(here), '../../dist/executor/worker.js')
    : resolve(dirname(here), 'worker.js');
}

/**
 * Node's permission model, where this Node has it: the executor may read the program and the store, and may not write
 * files, start processes or threads. Native code (the store, BLS) is exempt from it, and so is the network, which Node 20
 * cannot forbid; nothing in the executor opens a socket.
 */
export function permissionFlags(directory: string): string[] {
  const known = process.allowedNodeEnvironmentFlags;
  const model = ['--permission', '--experimental-permission'].find((flag) => known.has(flag));
  const flags = ['--no-warnings'];
  if (model === undefined || process.platform === 'win32') return flags;
  const folders = new Set([realpathSync(directory), ...codeFolders()]);
  flags.push(model, ...[...folders].map((folder) => `--allow-fs-read=${folder}`));
  if (known.has('--allow-addons')) flags.push('--allow-addons');
  return flags;
}

/** This package, the core, and where their dependencies are installed. */
function codeFolders(): string[] {
  const folders: string[] = [resolve(dirname(fileURLToPath(import.meta.url)), '../..')];
  for (const name of ['sherd/base', 'lmdb']) {
    const file = fileURLToPath(import.meta.resolve(name));
    const at = file.lastIndexOf('/node_modules/');
    if (at >= 0) folders.push(file.slice(0, at + '/node_modules'.length));
    // A workspace: the link in node_modules leads to the package itself.
    folders.push(packageFolder(realpathSync(file)));
  }
  for (let folder = dirname(folders[0]!); folder !== dirname(folder); folder = dirname(folder)) {
    folders.push(resolve(folder, 'node_modules'));
  }
  return folders;
}

function packageFolder(file: string): string {
  const at = file.lastIndexOf('/dist/');
  return at >= 0 ? file.slice(0, at) : dirname(file);
}
