/** A network as a child process of ours: `sherd start` on a free port, stopped when it is no longer wanted. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { SherdError } from 'sherd/base';

export interface NetworkProcess {
  readonly url: string;
  readonly pid: number;
  /** What it has printed so far. */
  output(): string;
  /** Asks the process to stop and waits until it did. */
  stop(): Promise<void>;
}

const PROGRAM = fileURLToPath(new URL('../../bin/sherd.js', import.meta.url));
/** The first endpoint that the process prints, when its line is complete. */
const ENDPOINT = /https?:\/\/[\w.:[\]-]+:\d+(?=\D)/;
/** Characters of what it prints that are kept. */
const KEPT = 65_536;
/** Milliseconds. */
const START_TIME = 60_000;
const STOP_TIME = 15_000;

/**
 * Starts a network with further options of `sherd start`.
 * @throws SherdError START_FAILED with what the process said.
 */
export async function startNetwork(options: readonly string[]): Promise<NetworkProcess> {
  const child = spawn(process.execPath, [PROGRAM, 'start', '--port', '0', ...options], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // When this process exits, the child stops too, and cleans up behind itself.
  const kill = () => void child.kill('SIGTERM');
  process.once('exit', kill);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let said = '';
  const url = await new Promise<string>((resolve, reject) => {
    const fail = (why: string) =>
      reject(new SherdError('START_FAILED', `the network did not start: ${why} ${said.trim().slice(-400)}`));
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      fail(`no endpoint within ${START_TIME / 1000} s;`);
    }, START_TIME);
    const listen = (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-KEPT);
      const found = ENDPOINT.exec(said);
      if (found === null) return;
      clearTimeout(timer);
      resolve(found[0]);
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-KEPT);
    });
    child.once('error', (error) => fail(error.message));
    child.once('exit', (code) => {
      clearTimeout(timer);
      fail(`exit code ${code};`);
    });
  });
  return {
    url,
    pid: child.pid!,
    output: () => said,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIME);
      await ended;
      clearTimeout(timer);
      process.off('exit', kill);
    },
  };
}
