/** `sherd script`: a module from the check to its first call, with the built program. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type NetworkProcess, startNetwork } from '../packages/node/src/demo/process.ts';
import { assembleModule } from '../packages/testkit/src/wasmAssembler.ts';
import { sherd } from './cli.ts';

const TRANSFER = fileURLToPath(new URL('../execution-scripts/eth-transfer/eth-transfer.wasm', import.meta.url));

let directory: string;
let spin: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'sherd-script-'));
  spin = join(directory, 'spin.wasm');
  writeFileSync(spin, assembleModule({ main: 'loop br 0 end' }));
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('check', () => {
  test('accepts the transfer script and tells its price', async () => {
    const { code, stdout } = await sherd('script', 'check', TRANSFER, '--json');
    expect(code).toBe(0);
    const { size, priceGwei, ...verdict } = JSON.parse(stdout) as { ok: boolean; size: number; priceGwei: string };
    expect(verdict.ok).toBe(true);
    expect(BigInt(priceGwei)).toBe(BigInt(size) * 10_000n);
    expect((await sherd('script', 'check', TRANSFER)).stdout).toContain('accepted');
  });

  test('refuses what is no script, with the reason and exit code 1', async () => {
    const broken = join(directory, 'broken.wasm');
    writeFileSync(broken, 'no module');
    const { code, stdout } = await sherd('script', 'check', broken);
    expect(code).toBe(1);
    expect(stdout).toMatch(/refused.* WASM_MALFORMED/);
  });

  test('says when there is no file', async () => {
    const { code, stderr } = await sherd('script', 'check', join(directory, 'none.wasm'));
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error FILE_NOT_READ: /);
  });
});

describe('against a network', () => {
  let node: NetworkProcess;
  beforeAll(async () => {
    node = await startNetwork(['--ephemeral']);
  });
  afterAll(() => node?.stop());

  test('registers, lists and calls', async () => {
    const registered = await sherd('script', 'register', spin, '--url', node.url, '--validator', '2', '--json');
    expect(registered.code, registered.stderr).toBe(0);
    const { script } = JSON.parse(registered.stdout) as { script: number };
    const list = JSON.parse((await sherd('script', 'list', '--url', node.url, '--json')).stdout) as { id: number }[];
    expect(list.map(({ id }) => id)).toEqual(Array.from({ length: script + 1 }, (_, id) => id));
    const call = await sherd('script', 'call', String(script), '--url', node.url, '--gas', '500000', '--json');
    expect(call.code).toBe(1);
    expect(JSON.parse(call.stdout)).toMatchObject({ outcome: 'outOfGas', gasUsed: 500_000 });
  });

  test('refuses a stranger, an unknown shard and bad options', async () => {
    const stranger = await sherd('script', 'register', spin, '--url', node.url, '--validator', '900');
    expect(stranger.code).toBe(1);
    expect(stranger.stderr).toMatch(/^error UNKNOWN_VALIDATOR: /);
    const nowhere = await sherd('script', 'call', '1', '--url', node.url, '--shard', '99');
    expect(nowhere.stderr).toMatch(/^error UNKNOWN_SHARD: /);
    expect((await sherd('script', 'call', 'x', '--url', node.url)).code).toBe(2);
  });
});
