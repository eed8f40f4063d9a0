/** A whole node in this process, its executors from the build: what it keeps, what it refuses, what it survives. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { assembleModule } from '@sherd/testkit';
import { bytesToHex, type Hex, utf8ToBytes } from 'sherd/base';
import { encodeTransaction, type FeeMarketTransaction, signTransaction } from 'sherd/tx';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { newScriptOperation } from '../demo/operations.ts';
import type { Executor } from '../executor/process.ts';
import type { JobKind, JobOf } from '../executor/protocol.ts';
import { createNetworkKeys } from '../genesis/index.ts';
import type { NodeEvent, OperationRecord } from '../rpc/backend.ts';
import { openEnvironment } from '../storage/index.ts';
import { createNode, type NodeOptions, type RunningNode } from './index.ts';
import { replayChain } from './replay.ts';

const keys = createNetworkKeys();
const ETHER = 10n ** 18n;
/** Never returns. */
const LOOP = 'loop br 0 end';

/** Which jobs end the executor that is given them, before it can answer. */
const hunted = vi.hoisted(() => ({ kills: (_job: JobOf<JobKind>): boolean => false }));

vi.mock('../executor/process.ts', async (original) => {
  const { startExecutor, ...others } = await original<typeof import('../executor/process.ts')>();
  const start: typeof startExecutor = async (options) => {
    const executor = await startExecutor(options);
    const work = executor.run.bind(executor);
    const run: Executor['run'] = (job, timeLimit) => {
      if (!hunted.kills(job)) return work(job, timeLimit);
      process.kill(executor.pid, 'SIGSTOP');
      const answer = work(job, timeLimit);
      process.kill(executor.pid, 'SIGKILL');
      return answer;
    };
    return Object.assign(executor, { run });
  };
  return { ...others, startExecutor: start };
});

let directory: string;
let node: RunningNode | undefined;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sherd-test-'));
});

afterEach(async () => {
  hunted.kills = () => false;
  await node?.stop();
  node = undefined;
  rmSync(directory, { recursive: true, force: true });
});

async function start(options: NodeOptions = {}): Promise<RunningNode> {
  node = await createNode({ directory, shards: 2, validators: 8, executors: 2, ...options }).start();
  return node;
}

async function stop(): Promise<void> {
  await node?.stop();
  node = undefined;
}

async function until<T>(what: string, look: () => T | undefined | false): Promise<T> {
  const end = performance.now() + 60_000;
  for (;;) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > end) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function transfer(shard: number, nonce: number, fields: Partial<FeeMarketTransaction> = {}): Uint8Array {
  const transaction: FeeMarketTransaction = {
    type: 2,
    chainId: BigInt(53_000 + shard),
    nonce: BigInt(nonce),
    gasLimit: 100_000n,
    to: keys.account(1).address,
    value: ETHER,
    data: new Uint8Array(0),
    accessList: [],
    maxFeePerGas: 10n ** 11n,
    maxPriorityFeePerGas: 10n ** 9n,
    ...fields,
  };
  return encodeTransaction(signTransaction(transaction, keys.account(0).secretKey));
}

async function pay(running: RunningNode, shard: number, nonce: number, fields = {}): Promise<number> {
  const hash = await running.backend.shards[shard]!.submitEthereum(transfer(shard, nonce, fields));
  return (await until('the block of a payment', () => running.backend.shards[shard]!.findTransaction(hash))).height;
}

function balance(running: RunningNode, shard: number, account: number): bigint {
  const backend = running.backend.shards[shard]!;
  return backend.account(keys.account(account).address, Number(backend.head().block.header.height)).balance;
}

/** Registers a module and returns its id. */
async function register(running: RunningNode, main: string, validator = 0): Promise<number> {
  const operation = await registration(running, main, validator);
  expect(operation).toMatchObject({ status: 'included' });
  return operation.scriptId!;
}

/** What becomes of the registration of a module. */
async function registration(running: RunningNode, main: string, validator = 0): Promise<OperationRecord> {
  const { backend } = running;
  const state = backend.beacon.state();
  const message = {
    sender: validator,
    nonce: state.validators[validator]!.nonce,
    slot: state.slot,
    code: assembleModule({ main }),
  };
  const data = newScriptOperation(BigInt(backend.params.chainId), message, keys.validator(validator));
  const id = await backend.beacon.submitOperation('newExecutionScript', data);
  return until('the registration', () => {
    const found = backend.beacon.operation(id);
    return found?.status === 'pending' ? undefined : found;
  });
}

async function verify(): Promise<void> {
  const source = openEnvironment(directory, { readOnly: true });
  await replayChain(source);
  await source.close();
}

describe('a node', () => {
  it('makes blocks when there is work, tells of them, and goes on where it stopped', async () => {
    const first = await start();
    expect(first.isNew).toBe(true);
    const events: NodeEvent[] = [];
    first.backend.subscribe((event) => events.push(event));
    expect(await pay(first, 0, 0)).toBe(1);
    expect(await pay(first, 0, 1)).toBe(2);
    expect(await pay(first, 1, 0)).toBe(1);
    expect(events.map(({ kind }) => kind).slice(0, 3)).toEqual(['pendingTransaction', 'shardBlock', 'beaconBlock']);
    const { root } = first.backend.beacon.head();
    await stop();

    const second = await start();
    expect(second.isNew).toBe(false);
    expect(second.backend.beacon.head().root).toEqual(root);
    expect(balance(second, 0, 1)).toBe(10_002n * ETHER);
    expect(await pay(second, 0, 2)).toBe(3);
    await stop();
    await verify();
  });

  it('knows the state after every block', async () => {
    const running = await start();
    for (let nonce = 0; nonce < 5; nonce++) await pay(running, 0, nonce);
    const shard = running.backend.shards[0]!;
    const { address } = keys.account(1);
    const balances = [0, 1, 2, 3, 4, 5].map((height) => shard.account(address, height).balance / ETHER);
    expect(balances).toEqual([10_000n, 10_001n, 10_002n, 10_003n, 10_004n, 10_005n]);
    // BALANCE of the receiver, asked by a contract creation on the state of each block.
    const code = `0x73${address.slice(2)}3160005260206000f3` as Hex;
    const ask = async (height: number) => {
      const data = new Uint8Array(Buffer.from(code.slice(2), 'hex'));
      const { output } = await shard.call({ data }, height);
      return BigInt(bytesToHex(output)) / ETHER;
    };
    for (const height of [0, 2, 5]) expect(await ask(height)).toBe(10_000n + BigInt(height));
    expect(() => shard.account(address, 6)).toThrow('has no block 6');
  });

  it('makes empty blocks at a steady pace when it is told to', async () => {
    const running = await start({ slotTime: 0.2 });
    await until('three blocks on both shards', () =>
      running.backend.shards.every((shard) => shard.head().block.header.height >= 3n),
    );
    expect(running.backend.beacon.state().crosslinks[1]!.height).toBeGreaterThan(0n);
    await stop();
    await verify();
  });

  it('goes on after hours in which nothing happened, whatever the clock does', async () => {
    const running = await start();
    await pay(running, 0, 0);
    const real = Date.now;
    let ahead = 0;
    const clock = vi.spyOn(Date, 'now').mockImplementation(() => real() + ahead);
    // Far beyond the slots for which proofs and operations are good; then back again.
    let nonce = 1;
    for (const hours of [1, 30, 2, 31]) {
      ahead = hours * 3_600_000;
      await pay(running, 0, nonce++);
      await register(running, `i32.const ${nonce} drop`);
    }
    const { slot } = running.backend.beacon.head().block.header;
    expect(slot).toBeGreaterThan(31n * 3_600n);
    clock.mockRestore();
    await pay(running, 1, 0);
    await stop();
    await verify();
  });

  it('delivers what one shard sends to another', async () => {
    const running = await start();
    // send(uint256 shard, address to, uint256 gasLimit, bytes data) of the system contract.
    const { SYSTEM_CONTRACT } = await import('sherd/shard');
    const { keccak256 } = await import('sherd/crypto');
    const selector = bytesToHex(keccak256(new TextEncoder().encode('send(uint256,address,uint256,bytes)'))).slice(
      2,
      10,
    );
    const word = (value: bigint | string) => BigInt(value).toString(16).padStart(64, '0');
    const data = `${selector}${word(1n)}${word(keys.account(2).address)}${word(0n)}${word(128n)}${word(0n)}`;
    await pay(running, 0, 0, {
      to: SYSTEM_CONTRACT,
      gasLimit: 500_000n,
      data: new Uint8Array(Buffer.from(data, 'hex')),
    });
    await until('the delivery', () => balance(running, 1, 2) === 10_001n * ETHER);
    expect(running.backend.shards[0]!.receipt(0n)?.status).toBe('consumed');
    await stop();
    await verify();
  });
});

describe('hostile input', () => {
  it('ends a script that loops for ever by its gas, and goes on', async () => {
    const running = await start();
    const script = await register(running, LOOP);
    const id = await running.backend.shards[1]!.submitTransaction({
      script,
      gasLimit: 10_000_000n,
      data: new Uint8Array(0),
    });
    const { height, index } = await until('its block', () => running.backend.shards[1]!.findTransaction(id));
    const { outcomes } = running.backend.shards[1]!.blockByHeight(height)!;
    expect(outcomes[index]).toMatchObject({ outcome: 'outOfGas', gasUsed: 10_000_000 });
    await pay(running, 1, 0);
  });

  it('survives the death of executors in the middle of jobs', async () => {
    const running = await start();
    const script = await register(running, LOOP);
    const before = new Set(running.executors());
    const shard = running.backend.shards[0]!;
    const id = await shard.submitTransaction({ script, gasLimit: 30_000_000n, data: new Uint8Array(0) });
    for (const pid of before) process.kill(pid, 'SIGKILL');
    // An accident is nobody's fault: the transaction still gets its block.
    await until('its block', () => shard.findTransaction(id));
    await pay(running, 0, 0);
    await until('new executors', () => running.executors().length === 2);
    expect(running.executors().some((pid) => before.has(pid))).toBe(false);
  });

  it('leaves out a transaction that kills executors every time, and says so', async () => {
    const running = await start();
    const script = await register(running, LOOP);
    const shard = running.backend.shards[0]!;
    hunted.kills = (job) => job.kind === 'build' && job.transactions.length > 0;
    const id = await shard.submitTransaction({ script, gasLimit: 30_000_000n, data: new Uint8Array(0) });
    const status = await until('the verdict', () => {
      const found = shard.waitingTransaction(id);
      return found?.status === 'leftOut' && found;
    });
    hunted.kills = () => false;
    expect(status).toMatchObject({ error: { code: 'EXECUTOR_KILLED' } });
    expect(shard.findTransaction(id)).toBeUndefined();
    await pay(running, 0, 0);
    await pay(running, 1, 0);
  });

  it('refuses a code that kills executors every time it is checked', async () => {
    const running = await start();
    hunted.kills = ({ kind }) => kind === 'checkScript';
    const { status, error } = await registration(running, LOOP);
    hunted.kills = () => false;
    expect(status).toBe('refused');
    expect(error).toMatchObject({ code: 'CODE_REFUSED', message: expect.stringContaining('EXECUTOR_KILLED') });
    expect(running.backend.beacon.state().executionScripts.length).toBe(1);
    // The same code, when nothing happens to its check.
    expect(await register(running, LOOP, 1)).toBe(1);
  });

  it('gives a call up that takes too long, and serves others meanwhile', async () => {
    const running = await start();
    const shard = running.backend.shards[0]!;
    // JUMPDEST PUSH0 JUMP, with more gas than any block has.
    const endless = shard.call({ data: Uint8Array.of(0x5b, 0x5f, 0x56), gas: 2 ** 40 }, 0);
    const refused = expect(endless).rejects.toThrow('execution aborted (timeout = 5s)');
    await pay(running, 0, 0);
    await refused;
    const { outcome } = await shard.call({ data: Uint8Array.of(0x00) }, 0);
    expect(outcome).toBeDefined();
  });

  it('refuses what cannot be with a code, and goes on', async () => {
    const running = await start();
    const [shard] = running.backend.shards;
    const data = new Uint8Array(0);
    await expect(shard!.submitTransaction({ script: 9, gasLimit: 1n, data })).rejects.toThrow('no script 9');
    await expect(shard!.submitEthereum(Uint8Array.of(1, 2, 3))).rejects.toMatchObject({ name: 'SherdError' });
    await expect(running.backend.beacon.submitOperation('withdrawal', data)).rejects.toMatchObject({ code: 'BAD_SSZ' });
    expect(() => shard!.receiptClaim(0n)).toThrow('has no receipt 0');
    const verdict = await running.backend.beacon.checkScript(Uint8Array.of(0, 0x61, 0x73, 0x6d, 9));
    expect(verdict.ok).toBe(false);
    await pay(running, 0, 0);
    expect(running.backend.health()).toEqual({ ok: true });
  });
});

describe('a directory', () => {
  it('is for one node at a time', async () => {
    await start();
    await expect(createNode({ directory }).start()).rejects.toMatchObject({ code: 'DATA_DIR_IN_USE' });
  });

  it('is for one chain', async () => {
    await start();
    await stop();
    for (const other of [{ shards: 3 }, { validators: 9 }, { preset: 'test' }, { gasPolicy: 'minimum' as const }]) {
      await expect(createNode({ directory, ...other }).start()).rejects.toMatchObject({ code: 'DATA_DIR_OTHER_CHAIN' });
    }
    const words = 'legal winner thank year wave sausage worth useful legal winner thank yellow';
    await expect(createNode({ directory, mnemonic: words }).start()).rejects.toMatchObject({
      code: 'DATA_DIR_OTHER_CHAIN',
    });
    // What is not said is taken from the directory.
    expect((await start({})).backend.shards.length).toBe(2);
  });

  it('is for one set of rules and one format', async () => {
    await start();
    await stop();
    const change = async (name: string, value: number) => {
      const store = openEnvironment(directory);
      const old = store.tables.meta.get(utf8ToBytes(name))!;
      store.write(() => store.tables.meta.put(utf8ToBytes(name), serialize(value)));
      await store.close();
      return deserialize(old) as number;
    };
    const rules = await change('meteringRules', 0);
    await expect(createNode({ directory }).start()).rejects.toMatchObject({ code: 'STORE_RULES' });
    await change('meteringRules', rules);
    const format = await change('format', 99);
    await expect(createNode({ directory }).start()).rejects.toMatchObject({ code: 'STORE_FORMAT' });
    await change('format', format);
    await start();
  });

  it('is refused when it is damaged, wherever that is', async () => {
    const running = await start();
    for (let nonce = 0; nonce < 24; nonce++) await pay(running, 0, nonce);
    const head = Buffer.from(running.backend.shards[0]!.head().root);
    await stop();
    const file = join(directory, 'data.mdb');
    const whole = readFileSync(file);
    // Wherever the newest block stands is something that is still referred to.
    const everyHead = (bytes: Buffer) => {
      for (let at = bytes.indexOf(head); at >= 0; at = bytes.indexOf(head, at + 1)) bytes.fill(0xff, at, at + 32);
    };
    const place = (at: number) => (bytes: Buffer) => bytes.fill(0xff, at, at + 64);
    const isDamage = { code: expect.stringMatching(/^(STORE_DAMAGED|STORE_FORMAT|VERIFY_DIFFERENCE)$/) };
    const opened = async (damage: (bytes: Buffer) => void) => {
      const damaged = Buffer.from(whole);
      damage(damaged);
      writeFileSync(file, damaged);
      await start();
      await stop();
      await verify();
    };
    await expect(opened(everyHead)).rejects.toMatchObject(isDamage);
    const somewhere = Array.from({ length: 12 }, (_, i) => Math.floor((whole.length * (i + 0.37)) / 12));
    for (const at of [0, 24, 4096 + 24, ...somewhere]) {
      // Pages that nothing refers to any more may hold anything: everything else must be as it was.
      await opened(place(at)).catch((error: unknown) => expect(error).toMatchObject(isDamage));
    }
    writeFileSync(file, whole.subarray(0, whole.length >> 1));
    await expect(createNode({ directory }).start()).rejects.toMatchObject({ code: 'STORE_DAMAGED' });
    writeFileSync(file, whole);
    expect(balance(await start(), 0, 1)).toBe(10_024n * ETHER);
  });
});
