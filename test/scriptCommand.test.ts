/** `sherd script`: a module from the check to its first call, with the built program. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type NetworkProcess, startNetwork } from '../packages/node/src/demo/process.ts';
import { assembleModule } from '../packages/testkit/src/wasmAssembler.ts';
import { sherd, sherdWith } from './cli.ts';

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

  test('takes bytecode in hex digits, and no other text', async () => {
    const digits = join(directory, 'stop.bin');
    writeFileSync(digits, '0x6001 6000\n55\n');
    const { code, stdout } = await sherd('script', 'check', digits, '--json');
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { ok: true, face: 'evm', size: 5 }]);
    const note = join(directory, 'note.txt');
    writeFileSync(note, 'hello\n');
    for (const command of ['check', 'register']) {
      const refused = await sherd('script', command, note);
      expect(refused.code).toBe(1);
      expect(refused.stderr).toMatch(/^error FILE_IS_TEXT: .*note\.txt is text/);
    }
  });

  test('says when the compiler is not installed', async () => {
    const hook = `export async function resolve(name, context, next) {
      if (!name.startsWith('@sherd/sdk')) return next(name, context);
      throw Object.assign(new Error('no package ' + name), { code: 'ERR_MODULE_NOT_FOUND' });
    }`;
    const register = `import { register } from 'node:module'; register(${JSON.stringify(`data:text/javascript,${encodeURIComponent(hook)}`)});`;
    const without = (...args: string[]) =>
      sherdWith({ NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(register)}` }, ...args);
    await sherd('script', 'new', 'bare', '--dir', directory);
    const folder = join(directory, 'bare');
    for (const command of ['build', 'check', 'register']) {
      const { code, stderr } = await without('script', command, folder);
      expect([command, code]).toEqual([command, 1]);
      expect(stderr).toMatch(/^error COMPILER_NOT_INSTALLED: .*@sherd\/sdk and assemblyscript/);
    }
    // A module needs no compiler.
    expect((await without('script', 'check', TRANSFER)).code).toBe(0);
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

  test('traces a call on the newest state and a transaction of a block, and tells of status and use', async () => {
    const project = join(directory, 'tally');
    await sherd('script', 'new', 'tally', '--dir', directory);
    const registered = await sherd('script', 'register', project, '--url', node.url, '--json');
    expect(registered.code, registered.stderr).toBe(0);
    const script = String((JSON.parse(registered.stdout) as { script: number }).script);
    const ask = async (...args: string[]) => {
      const { stdout, stderr } = await sherd('script', ...args, '--url', node.url, '--json');
      expect(stderr).toBe('');
      return JSON.parse(stdout);
    };
    const data = `0x01${'07'.repeat(32)}0500000000000000`;
    const before = await ask('trace', script, '--shard', '1', '--data', data);
    const call = await ask('call', script, '--shard', '1', '--data', data);
    expect(before).toMatchObject({ outcome: 'finished', gasUsed: call.gasUsed, output: call.output });
    const names = ['dataSize', 'dataCopy', 'storageRead', 'storageWrite', 'finish'];
    expect(before.calls.map((each: { function: string }) => each.function)).toEqual(names);
    // As it ran in its block, though the state has gone on. The same transaction twice would have the same id.
    await ask('call', script, '--shard', '1', '--data', data, '--gas', '900000');
    expect(await ask('trace', call.id, '--shard', '1')).toEqual(before);
    const after = await ask('trace', script, '--shard', '1', '--data', data);
    expect(after.output).toBe('0x000000000f00000000000000');

    await expect.poll(async () => (await ask('status', script)).status).toBe('warm');
    const status = await ask('status', script);
    expect(status).toMatchObject({ calls: 2, failures: 0, compiledBy: status.executors, avoided: false });
    expect(status.gasUsed).toBe(2 * call.gasUsed + 8);
    expect(status.compileMicroseconds).toBeGreaterThan(0);
    const refused = await sherd('script', 'call', script, '--url', node.url);
    expect(refused.code).toBe(1);
    expect(refused.stdout).toContain('reason       1: a message has 1 to 41 bytes');
    expect(await ask('status', script)).toMatchObject({ calls: 3, failures: 1 });
    const listed = (await ask('list')) as { id: number; status: string; calls: number }[];
    expect(listed[Number(script)]).toMatchObject({ status: 'warm', calls: 3 });
  });

  test('refuses to trace what is not there', async () => {
    const trace = async (...args: string[]) => (await sherd('script', 'trace', ...args)).stderr;
    expect(await trace('900', '--url', node.url)).toMatch(/^error UNKNOWN_SCRIPT: /);
    expect(await trace(`0x${'12'.repeat(32)}`, '--url', node.url)).toMatch(/^error UNKNOWN_TRANSACTION: /);
    expect(await trace('1', '--url', node.url, '--shard', '99')).toMatch(/^error UNKNOWN_SHARD: /);
    expect(await trace('1', '--url', node.url, '--gas', '30000001')).toMatch(/^error GAS_LIMIT_TOO_HIGH: /);
    expect(await trace(TRANSFER, '--url', node.url)).toMatch(/^error BAD_OPTION: /);
    expect(await trace('1', '--world', 'x.json')).toMatch(/^error BAD_OPTION: /);
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
