/** A network of the demo's own: `sherd start --ephemeral` as a child process, on a free port. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { SherdError } from 'sherd/base';

export interface EphemeralNetwork {
  readonly url: string;
  /** Asks the process to stop and waits until it did. */
  stop(): Promise<void>;
}

const PROGRAM = fileURLToPath(new URL('../../bin/sherd.js', import.meta.url));
const ENDPOINT = /https?:\/\/[\w.:[\]-]+:\d+/;
/** Milliseconds. */
const START_TIME = 60_000;
const STOP_TIME = 15_000;

/** @throws SherdError START_FAILED with what the process said. */
export async function startEphemeral(mnemonic: string): Promise<EphemeralNetwork> {
  const args = [PROGRAM, 'start', '--ephemeral', '--port', '0', '--mnemonic', mnemonic];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  // However this process ends, the child does not outlive it.
  const kill = () => void child.kill('SIGKILL');
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
      said += chunk.toString();
      const found = ENDPOINT.exec(said);
      if (found === null) return;
      clearTimeout(timer);
      resolve(found[0]);
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    child.once('error', (error) => fail(error.message));
    child.once('exit', (code) => {
      clearTimeout(timer);
      fail(`exit code ${code};`);
    });
  });
  return {
    url,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIME);
      await ended;
      clearTimeout(timer);
      process.off('exit', kill);
    },
  };
}
