import { createServer } from 'node:net';
import { SherdError } from 'sherd/base';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { send, startTestServer, type TestServer } from './client.fixture.ts';
import { LIMITS } from './limits.ts';
import { startRpcServer } from './server.ts';

const call = (method: string, params: unknown = [], id: unknown = 1) => ({ jsonrpc: '2.0', id, method, params });

let test: TestServer;
beforeEach(async () => {
  test = await startTestServer();
});
afterEach(() => test.server.close());

describe('requests', () => {
  it('answers a call with its id', async () => {
    const { status, text } = await test.post(JSON.stringify(call('eth_chainId', [], 'abc')));
    expect(status).toBe(200);
    expect(JSON.parse(text)).toEqual({ jsonrpc: '2.0', id: 'abc', result: '0xd28c' });
  });

  it('gives each shard its endpoint, and shard 0 the root', async () => {
    const chainIds = await Promise.all(
      ['/', '/shard/0', '/shard/1'].map(async (path) => {
        const { text } = await test.post(JSON.stringify(call('eth_chainId')), path);
        return JSON.parse(text).result;
      }),
    );
    expect(chainIds).toEqual(['0xd28c', '0xd28c', '0xd28d']);
    expect((await test.post('{}', '/shard/2')).status).toBe(404);
    expect((await test.post('{}', '/shard/00')).status).toBe(404);
    expect((await test.post('{}', '//')).status).toBe(404);
  });

  it('has no Ethereum methods at the beacon chain', async () => {
    const ask = async (method: string) => JSON.parse((await test.post(JSON.stringify(call(method)), '/beacon')).text);
    expect((await ask('beacon_head')).result.slot).toBe('0x0');
    expect((await ask('eth_chainId')).error.code).toBe(-32601);
  });

  it('names unknown methods, prototype names included', async () => {
    expect(await test.call('eth_nothing')).toMatchObject({
      error: { code: -32601, message: 'the method eth_nothing does not exist/is not available' },
    });
    expect((await test.call('constructor')).error!.code).toBe(-32601);
    expect((await test.call('__proto__')).error!.code).toBe(-32601);
  });

  it('names the parameter that does not fit', async () => {
    expect((await test.call('eth_getBalance')).error).toEqual({
      code: -32602,
      message: 'missing value for required argument 0 (address)',
    });
    expect((await test.call('eth_getBalance', '0x12')).error!.message).toBe(
      'invalid argument 0 (address): have "0x12", want an address: 20 bytes in hex',
    );
    expect((await test.call('eth_chainId', 1)).error!.message).toBe('too many arguments: have 1, want at most 0');
    expect((await test.call('eth_getBlockByNumber', '0x01', false)).error!.message).toContain('without leading zeros');
    expect((await test.call('eth_getBlockByNumber', `0x${'1'.repeat(70)}`, false)).error!.message).toContain(
      '256 bits',
    );
  });

  it('refuses what is no JSON, no request, no array of parameters', async () => {
    const code = async (body: string) => JSON.parse((await test.post(body)).text).error.code;
    expect(await code('{')).toBe(-32700);
    expect(await code('\u0000')).toBe(-32700);
    expect(await code('5')).toBe(-32600);
    expect(await code('{"id":1,"method":"eth_chainId"}')).toBe(-32600);
    expect(await code('{"jsonrpc":"2.0","id":{},"method":"eth_chainId"}')).toBe(-32600);
    expect(await code('{"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":{}}')).toBe(-32602);
    const notText = await test.post(Uint8Array.of(0x22, 0xff, 0x22));
    expect(JSON.parse(notText.text).error.code).toBe(-32700);
  });

  it('says nothing to a notification', async () => {
    const { status, text } = await test.post('{"jsonrpc":"2.0","method":"eth_chainId"}');
    expect([status, text]).toEqual([200, '']);
  });

  it('shows a fault of the node as no more than that', async () => {
    test.onCall(() => {
      throw new TypeError('a secret');
    });
    const { error } = await test.call('eth_call', { to: `0x${'11'.repeat(20)}` });
    expect(error).toEqual({ code: -32603, message: 'internal error' });
    expect(String(test.faults[0])).toContain('a secret');
    test.onCall(() => {
      throw new SherdError('EXECUTOR_FAULT', 'a secret of another process');
    });
    expect((await test.call('eth_call', {})).error).toEqual({ code: -32603, message: 'internal error' });
  });
});

describe('batches', () => {
  it('answers in order, errors among results', async () => {
    const { text } = await test.post(JSON.stringify([call('eth_chainId'), call('no'), 7, call('net_version', [], 3)]));
    expect(JSON.parse(text)).toMatchObject([
      { id: 1, result: '0xd28c' },
      { id: 1, error: { code: -32601 } },
      { id: null, error: { code: -32600 } },
      { id: 3, result: '53900' },
    ]);
  });

  it('refuses an empty one, and one of more than 1000 calls', async () => {
    expect(JSON.parse((await test.post('[]')).text).error.message).toBe('empty batch');
    const most = JSON.stringify(Array.from({ length: 1000 }, () => call('eth_chainId')));
    expect(JSON.parse((await test.post(most)).text)).toHaveLength(1000);
    const more = JSON.stringify(Array.from({ length: 1001 }, () => call('eth_chainId')));
    expect(JSON.parse((await test.post(more)).text).error).toEqual({
      code: -32600,
      message: 'batch too large: have 1001 calls, want at most 1000',
    });
  });

  it('cuts answers off at 25 MB', async () => {
    test.onCall(() => ({ outcome: 2, output: new Uint8Array(1_000_000), gasUsed: 0, logs: [] }));
    const batch = JSON.stringify(Array.from({ length: 20 }, () => call('eth_call', [{}])));
    const { text } = await test.post(batch);
    const answers = JSON.parse(text);
    expect(text.length).toBeLessThan(LIMITS.responseBytes + 10_000);
    expect(answers).toHaveLength(20);
    expect(answers[11].result).toHaveLength(2_000_002);
    expect(answers[12].error.code).toBe(-32003);
    expect(answers[19].error.code).toBe(-32003);
  });
});

describe('limits', () => {
  it('does not parse deep nesting', async () => {
    const { text } = await test.post('['.repeat(5_000_000));
    expect(JSON.parse(text).error.code).toBe(-32600);
    const nested = `${'{"a":'.repeat(65)}1${'}'.repeat(65)}`;
    expect(JSON.parse((await test.post(nested)).text).error.message).toContain('deeper than 64');
  });

  it('refuses bodies above 5 MiB, announced or not', async () => {
    const big = ' '.repeat(LIMITS.bodyBytes + 1);
    expect((await test.post(big)).status).toBe(413);
    const chunked = await test.post(big, '/shard/0', { 'transfer-encoding': 'chunked' }).catch((error) => error);
    // The node hangs up on the rest of the body: the client sees the answer or the end of the connection.
    expect([413, 'EPIPE', 'ECONNRESET']).toContain(chunked.status ?? chunked.code);
  });

  it('refuses types that pages may send unasked, and other methods', async () => {
    expect((await test.post('{}', '/', { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await send(test.server.port, 'PUT', '/', {})).status).toBe(405);
    expect((await send(test.server.port, 'GET', '/shard/0', {})).status).toBe(405);
  });

  it('refuses names that a page could point at loopback', async () => {
    const status = async (host: string) => (await test.post(JSON.stringify(call('eth_chainId')), '/', { host })).status;
    expect(await status('localhost:8545')).toBe(200);
    expect(await status('127.0.0.1')).toBe(200);
    expect(await status('[::1]:8545')).toBe(200);
    expect(await status('evil.example:8545')).toBe(403);
    expect(await status('localhost.evil.example')).toBe(403);
  });

  it('gives pages no leave unless told to', async () => {
    const origin = 'https://wallet.example';
    const preflight = (port: number) => send(port, 'OPTIONS', '/', { origin, 'access-control-request-method': 'POST' });
    expect((await preflight(test.server.port)).status).toBe(403);
    const open = await startTestServer({ corsOrigins: [origin] });
    const allowed = await preflight(open.server.port);
    expect([allowed.status, allowed.headers['access-control-allow-origin']]).toEqual([204, origin]);
    await open.server.close();
  });
});

describe('pages', () => {
  it('names the endpoints and the health', async () => {
    const root = JSON.parse((await send(test.server.port, 'GET', '/', { host: 'localhost:1' })).text);
    expect(root.shards[1]).toEqual({
      shard: 1,
      chainId: '0xd28d',
      http: 'http://localhost:1/shard/1',
      webSocket: 'ws://localhost:1/shard/1',
    });
    const health = await send(test.server.port, 'GET', '/health', {});
    expect([health.status, JSON.parse(health.text).ok]).toEqual([200, true]);
  });
});

describe('start', () => {
  it('says that the port is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as { port: number };
    await expect(startRpcServer({ backend: test.backend, port })).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      data: { port },
    });
    other.close();
  });
});
