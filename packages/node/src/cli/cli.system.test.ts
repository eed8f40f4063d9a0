/** The built program as people use it: how it ends, what it says, and what survives kill -9. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bytesToHex } from 'sherd/base';
import { encodeTransaction, signTransaction } from 'sherd/tx';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createNetworkKeys } from '../genesis/index.ts';

const PROGRAM = fileURLToPath(new URL('../../bin/sherd.js', import.meta.url));
const keys = createNetworkKeys();

let directory: string;
const children = new Set<ChildProcess>();

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sherd-test-'));
});

afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
  rmSync(directory, { recursive: true, force: true });
});

interface Running {
  readonly url: string;
  readonly child: ChildProcess;
  /** Exit code, or the signal. */
  readonly ended: Promise<number | string | null>;
  output(): string;
}

function launch(...args: readonly string[]): Omit<Running, 'url'> {
  const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  children.add(child);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
  }
  const ended = new Promise<number | string | null>((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? signal));
  });
  return { child, ended, output: () => said };
}

async function start(...args: readonly string[]): Promise<Running> {
  const running = launch('start', '--port', '0', '--data', directory, '--shards', '2', '--validators', '4', ...args);
  const url = await new Promise<string>((resolve, reject) => {
    const look = () => {
      const found = /http:\/\/127\.0\.0\.1:\d+(?=\/)/.exec(running.output());
      if (found !== null) resolve(found[0]);
    };
    running.child.stdout!.on('data', look);
    void running.ended.then((code) => reject(new Error(`ended with ${code}: ${running.output()}`)));
  });
  return { ...running, url };
}

async function run(...args: readonly string[]): Promise<{ code: number | string | null; output: string }> {
  const running = launch(...args);
  const code = await running.ended;
  return { code, output: running.output() };
}

async function rpc<T>(url: string, shard: number, method: string, ...params: readonly unknown[]): Promise<T> {
  const response = await fetch(`${url}/shard/${shard}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  const answer = (await response.json()) as { result: T; error?: { message: string } };
  if (answer.error !== undefined) throw new Error(answer.error.message);
  return answer.result;
}

function transfer(sender: number, nonce: number): string {
  const transaction = {
    type: 2 as const,
    chainId: 53_000n,
    nonce: BigInt(nonce),
    gasLimit: 21_000n,
    to: keys.account(9).address,
    value: 1n,
    data: new Uint8Array(0),
    accessList: [],
    maxFeePerGas: 10n ** 12n,
    maxPriorityFeePerGas: 10n ** 9n,
  };
  return bytesToHex(encodeTransaction(signTransaction(transaction, keys.account(sender).secretKey)));
}

/** Sends payments of one sender one after the other until the node is gone. Returns the hashes that had a receipt. */
async function payUntilDeath(url: string, sender: number): Promise<string[]> {
  const acknowledged: string[] = [];
  try {
    let nonce = Number(await rpc(url, 0, 'eth_getTransactionCount', keys.account(sender).address, 'latest'));
    for (;;) {
      const hash = await rpc<string>(url, 0, 'eth_sendRawTransaction', transfer(sender, nonce++));
      while ((await rpc(url, 0, 'eth_getTransactionReceipt', hash)) === null) {
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
      acknowledged.push(hash);
    }
  } catch {
    return acknowledged;
  }
}

describe('sherd start', () => {
  it('loses nothing that it has acknowledged, however often it is killed', async () => {
    const acknowledged: string[] = [];
    const lives = [150, 40, 420, 90, 260, 700];
    // A slow machine needs more of them until enough has been acknowledged.
    while (lives.length > 0 || acknowledged.length <= 10) {
      const life = lives.shift() ?? 700;
      const { url, child, ended } = await start();
      for (const hash of acknowledged) {
        expect(await rpc(url, 0, 'eth_getTransactionReceipt', hash)).toMatchObject({ status: '0x1' });
      }
      const senders = [0, 1, 2].map((sender) => payUntilDeath(url, sender));
      await new Promise((resolve) => setTimeout(resolve, life));
      child.kill('SIGKILL');
      expect(await ended).toBe('SIGKILL');
      acknowledged.push(...(await Promise.all(senders)).flat());
    }
    const { code, output } = await run('verify', '--data', directory, '--json');
    expect(code, output).toBe(0);
    const report = JSON.parse(output) as { ok: boolean; transactions: number };
    expect(report.ok).toBe(true);
    expect(report.transactions).toBeGreaterThanOrEqual(acknowledged.length);
  });

  it('stops cleanly when it is asked to', async () => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      const { child, ended, output } = await start();
      child.kill(signal);
      expect(await ended).toBe(0);
      expect(output()).toMatch(/stopping \.\.\.\nstopped\n$/);
    }
  });

  it('says in one line that its port is taken', async () => {
    const server = createServer();
    const port = await new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
    });
    const { code, output } = await run('start', '--ephemeral', '--port', String(port));
    server.close();
    expect(code).toBe(1);
    expect(output).toMatch(/^error PORT_IN_USE: [^\n]*\n$/);
  });

  it('says in one line that its directory is taken', async () => {
    const { child } = await start();
    const { code, output } = await run('start', '--port', '0', '--data', directory);
    expect(code).toBe(1);
    expect(output).toBe(`error DATA_DIR_IN_USE: data directory ${directory} is in use by process ${child.pid}\n`);
  });
});

describe('the command line', () => {
  it('explains itself', async () => {
    const { code, output } = await run('--help');
    expect(code).toBe(0);
    for (const command of ['start', 'demo', 'script', 'status', 'accounts', 'verify', 'statetest']) {
      expect(output).toContain(command);
      expect((await run(command, '--help')).code).toBe(0);
    }
  });

  it('ends with 2 for what it does not know', async () => {
    for (const args of [
      ['strat'],
      ['start', '--prot', '1'],
      ['start', '--shards', 'many'],
      ['start', '--preset', 'x'],
    ]) {
      const { code, output } = await run(...args);
      expect(code, output).toBe(2);
      expect(output).toMatch(/^error: /);
    }
  });

  it('ends with 1 and a code for what it refuses', async () => {
    const empty = await run('verify', '--data', join(directory, 'nothing'));
    expect(empty).toEqual({ code: 1, output: expect.stringMatching(/^error DATA_DIR_EMPTY: [^\n]*\n$/) });
    const words = await run('accounts', '--mnemonic', 'not a phrase');
    expect(words).toEqual({ code: 1, output: expect.stringMatching(/^error BAD_MNEMONIC: [^\n]*\n$/) });
    const silent = await run('status', '--url', 'http://127.0.0.1:1');
    expect(silent).toEqual({ code: 1, output: expect.stringMatching(/^error NO_NETWORK: [^\n]*\n$/) });
  });

  it('shows how far a network is, running or not', async () => {
    const { url, child, ended } = await start();
    await rpc(url, 0, 'eth_sendRawTransaction', transfer(0, 0));
    while (Number(await rpc(url, 0, 'eth_blockNumber')) === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    const remote = await run('status', '--url', url, '--json');
    child.kill('SIGTERM');
    await ended;
    const stored = await run('status', '--data', directory, '--json');
    expect(JSON.parse(stored.output)).toEqual(JSON.parse(remote.output));
    expect(JSON.parse(stored.output)).toMatchObject({ shards: [{ height: 1 }, { height: 0 }] });
  });
});
