/**
 * The story of the system over real HTTP, against the built program as a child process: the demo, twice; then the node
 * stops, starts again from the same directory with everything in place, and its whole chain is executed once more.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Hex } from 'sherd/base';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect, type Network, scriptBalance, transferAccount } from '../packages/node/src/demo/network.ts';
import { type NetworkProcess, startNetwork } from '../packages/node/src/demo/process.ts';
import { createNetworkKeys } from '../packages/node/src/genesis/index.ts';
import { sherd } from './cli.ts';

interface Report {
  readonly ok: boolean;
  readonly steps: readonly {
    readonly title: string;
    readonly facts: Readonly<Record<string, string>>;
    readonly checks: readonly { readonly have: string; readonly want: string }[];
    readonly balances: readonly { readonly what: string; readonly amount: string }[];
  }[];
  readonly error?: { readonly code: string; readonly message: string };
}

const keys = createNetworkKeys();
let directory: string;
let node: NetworkProcess;
let network: Network;

async function start(): Promise<void> {
  node = await startNetwork(['--data', directory]);
  network = await connect(node.url);
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'sherd-story-'));
  await start();
});

afterAll(async () => {
  await node?.stop();
  rmSync(directory, { recursive: true, force: true });
});

async function tell(): Promise<Report> {
  const { code, stdout, stderr } = await sherd('demo', '--url', node.url, '--json');
  const report = JSON.parse(stdout) as Report;
  expect(report.error, stderr).toBeUndefined();
  expect(code).toBe(0);
  return report;
}

/** Everything that has to be there after a restart. */
async function picture(script: number): Promise<unknown> {
  const { beacon, shards } = network;
  const accounts = await Promise.all(
    [0, 1, 2].flatMap((person) =>
      [1, 2].map((shard) => transferAccount(network, shard, script, keys.account(person).address)),
    ),
  );
  return {
    head: await beacon.call('beacon_head'),
    heads: await Promise.all(shards.map((shard) => shard.call('shard_head'))),
    validators: await beacon.call('beacon_getValidators'),
    scripts: await beacon.call('script_list'),
    supply: await beacon.call('beacon_getSupply'),
    receipts: await Promise.all(shards.map((shard) => shard.call('shard_getReceipts'))),
    balances: await Promise.all(
      shards.flatMap((shard) =>
        [3, 4, 5, 6, 7].map((i) => shard.call<Hex>('eth_getBalance', keys.account(i).address, 'latest')),
      ),
    ),
    accounts,
  };
}

test('the story holds, twice over, and survives a restart', async () => {
  const first = await tell();
  expect(first.ok).toBe(true);
  expect(first.steps.map(({ checks }) => checks.length)).toEqual([2, 10, 8, 4, 6]);
  for (const { checks } of first.steps) for (const { have, want } of checks) expect(have).toBe(want);
  const script = Number(first.steps[0]!.facts['script']);

  const second = await tell();
  expect(Number(second.steps[0]!.facts['script'])).toBe(script + 1);
  expect(await scriptBalance(network, script)).toBe(3_000_000_000n);

  const before = await picture(script + 1);
  await node.stop();
  await start();
  expect(await picture(script + 1)).toEqual(before);

  const third = await tell();
  expect(Number(third.steps[0]!.facts['script'])).toBe(script + 2);
});

test('the whole chain replays', async () => {
  await node.stop();
  const { code, stdout, stderr } = await sherd('verify', '--data', directory, '--json');
  expect(code, `${stdout}\n${stderr}`).toBe(0);
  await start();
});

test('a demo without a network says so in one line', async () => {
  const { code, stdout, stderr } = await sherd('demo', '--url', 'http://127.0.0.1:1');
  expect(code).toBe(1);
  expect(stdout).toBe('');
  expect(stderr).toMatch(/^error NO_NETWORK: .*sherd start.*\n$/);
});

test('a demo may bring its own network', async () => {
  const { code, stdout, stderr } = await sherd('demo', '--ephemeral');
  expect(code, stderr).toBe(0);
  expect(stdout).toContain('30 checks hold');
});
