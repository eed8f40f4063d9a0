/** As many scripts as a chain may have: how a node starts with them, and what they cost in memory. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytesToHex } from 'sherd/base';
import { assembleBlock, EMPTY_BODY, presetParams, SignedNewExecutionScript } from 'sherd/beacon';
import { blsSign, sha256 } from 'sherd/crypto';
import { checkModule } from 'sherd/scripts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connect, runTransaction } from '../packages/node/src/demo/network.ts';
import { newScriptOperation } from '../packages/node/src/demo/operations.ts';
import { type NetworkProcess, startNetwork } from '../packages/node/src/demo/process.ts';
import {
  commitGenesis,
  createGenesis,
  createKeyRing,
  createNetworkKeys,
  describeGenesis,
} from '../packages/node/src/genesis/index.ts';
import { commitSlot, openEnvironment } from '../packages/node/src/storage/index.ts';
import { assembleModule } from '../packages/testkit/src/wasmAssembler.ts';

const params = presetParams('dev');
const VALIDATORS = 16;
/** Operations of one kind in a block. */
const PER_BLOCK = 64;
const GIB = 2 ** 30;

let directory: string;
let node: NetworkProcess;

/** Script `id`: no other one has its code. It answers with its id; about 3 KB with its functions. */
function scriptCode(id: number): Uint8Array {
  const steps = Array.from({ length: 40 }, (_, i) => `i32.const ${id * 64 + i} i32.xor i32.const ${i + 1} i32.mul`);
  const functions = Object.fromEntries(
    ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => [
      name,
      { parameters: 'i32', result: 'i32', code: `local.get 0 ${steps.join(' ')}` },
    ]),
  );
  const calls = Object.keys(functions).map((name) => `call $${name}`);
  const answer = `i32.const 0 i32.const ${id} i32.store i32.const 0 i32.const 4 call $finish`;
  return assembleModule({ imports: ['finish'], functions, main: `i32.const 1 ${calls.join(' ')} drop ${answer}` });
}

/** A chain of the program's own genesis whose validators have registered every script that it may have. */
async function makeChain(): Promise<void> {
  const keys = createNetworkKeys();
  const ring = createKeyRing(keys, VALIDATORS);
  const genesis = createGenesis(describeGenesis(params, keys, VALIDATORS, BigInt(Math.floor(Date.now() / 1000))));
  const environment = openEnvironment(directory, { ephemeral: true });
  commitGenesis(environment, genesis);
  let { state } = genesis;
  for (let slot = 1n; state.executionScripts.length < params.maxScripts; slot++) {
    const metered = new Map<string, Uint8Array>();
    const first = state.executionScripts.length;
    const sender = Number(slot) % VALIDATORS;
    const newExecutionScripts = Array.from({ length: Math.min(PER_BLOCK, params.maxScripts - first) }, (_, i) => {
      const code = scriptCode(first + i);
      const verdict = checkModule(code);
      if (!verdict.ok) throw new Error(verdict.message);
      metered.set(bytesToHex(verdict.codeHash), verdict.metered);
      const nonce = state.validators[sender]!.nonce + BigInt(i);
      const message = { sender, nonce, slot: slot - 1n, code };
      return SignedNewExecutionScript.deserialize(
        newScriptOperation(BigInt(params.chainId), message, keys.validator(sender)),
      );
    });
    const checkScript = (code: Uint8Array) =>
      metered.has(bytesToHex(sha256(code)))
        ? ({ ok: true } as const)
        : ({ ok: false, code: 'UNKNOWN', message: 'never checked' } as const);
    const {
      block,
      effects,
      refused,
      state: after,
    } = assembleBlock(params, state, slot, { ...EMPTY_BODY, newExecutionScripts }, { checkScript }, (proposer, root) =>
      blsSign(ring.secretKey(state.validators[proposer]!.pubkey)!, root),
    );
    expect(refused).toEqual([]);
    commitSlot(environment, params, {
      beacon: { block, state: after, effects, metered, operations: [] },
      shards: [],
      newDeliveries: [],
      doneDeliveries: [],
    });
    state = after;
  }
  await environment.close();
}

/** Resident bytes of the node and of its executors; pages that they share count for each. */
function residentBytes(pid: number): number {
  const lines = execFileSync('ps', ['-axo', 'pid=,ppid=,rss='], { encoding: 'utf8' }).trim().split('\n');
  const rows = lines.map((line) => line.trim().split(/\s+/).map(Number) as [number, number, number]);
  const own = rows.filter(([id, parent]) => id === pid || parent === pid);
  return own.reduce((sum, [, , kilobytes]) => sum + 1024 * kilobytes, 0);
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'sherd-many-'));
  const start = performance.now();
  await makeChain();
  console.log(`made ${params.maxScripts} scripts in ${Math.round(performance.now() - start)} ms`);
}, 300_000);

afterAll(async () => {
  await node?.stop();
  rmSync(directory, { recursive: true, force: true });
});

it('a node starts with all the scripts that a chain may have, and keeps them in a gibibyte', async () => {
  const start = performance.now();
  node = await startNetwork(['--data', directory]);
  const network = await connect(node.url);
  const last = params.maxScripts - 1;
  const call = { script: last, gasLimit: 1_000_000, data: new Uint8Array(0) };
  const first = await runTransaction(network, 0, call);
  const answered = performance.now() - start;
  expect(first).toMatchObject({ outcome: 'finished', output: Uint8Array.of(last & 0xff, last >> 8, 0, 0) });
  const cold = residentBytes(node.pid);

  const states = async () => {
    const found = [];
    for (let from = 0; from < params.maxScripts; from += 1000) {
      const page = { from: `0x${from.toString(16)}`, count: '0x3e8' };
      found.push(...(await network.beacon.call<{ status: string }[]>('script_list', page)));
    }
    return found.map(({ status }) => status);
  };
  await expect
    .poll(async () => (await states()).filter((status) => status === 'warm').length, {
      timeout: 120_000,
      interval: 500,
    })
    .toBe(params.maxScripts - 1);
  const warm = performance.now() - start;
  const resident = residentBytes(node.pid);
  const megabytes = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MiB`;
  console.log(
    `first answer after ${Math.round(answered)} ms, ${megabytes(cold)}; all warm after ${Math.round(warm)} ms, ${megabytes(resident)}`,
  );
  expect(resident).toBeLessThan(GIB);
  expect((await runTransaction(network, 1, { ...call, script: 17 })).output).toEqual(Uint8Array.of(17, 0, 0, 0));
});
