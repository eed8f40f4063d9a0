import { bytesToHex } from 'sherd/base';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CONTRACT, logOf, signedTransfer } from './backend.fixture.ts';
import { startTestServer, type TestServer, type TestSocket } from './client.fixture.ts';

let test: TestServer;
let client: TestSocket;
beforeEach(async () => {
  test = await startTestServer();
  client = await test.socket();
});
afterEach(async () => {
  client.close();
  await test.server.close();
});

describe('WebSocket', () => {
  it('answers many calls on one connection', async () => {
    const answers = await Promise.all(Array.from({ length: 200 }, () => client.call('eth_chainId')));
    expect(new Set(answers.map(({ result }) => result))).toEqual(new Set(['0xd28c']));
  });

  it('refuses pages from elsewhere and unknown paths', async () => {
    await expect(test.socket('/shard/0', { origin: 'https://evil.example' })).rejects.toThrow('403');
    await expect(test.socket('/shard/0', { host: 'evil.example' })).rejects.toThrow('403');
    await expect(test.socket('/shard/9')).rejects.toThrow('404');
    (await test.socket('/shard/0', { origin: 'http://localhost:5173' })).close();
  });

  it('closes a connection that sends nonsense frames, and goes on', async () => {
    const closed = new Promise((resolve) => client.socket.once('close', resolve));
    // A frame with a reserved bit set.
    (client.socket as unknown as { _socket: { write(data: Buffer): void } })._socket.write(Buffer.from([0xf1, 0x00]));
    expect(await closed).toBe(1002);
    expect((await test.call('eth_chainId')).result).toBe('0xd28c');
  });
});

describe('eth_subscribe', () => {
  it('tells new heads', async () => {
    const { result: id } = await client.call('eth_subscribe', 'newHeads');
    const block = test.addBlock([{ transaction: signedTransfer(0n) }]);
    const { method, params } = await client.next();
    expect([method, params.subscription]).toEqual(['eth_subscription', id]);
    expect(params.result).toMatchObject({ number: '0x1', hash: bytesToHex(block.root) });
    expect(params.result.transactions).toBeUndefined();
  });

  it('tells the logs that the filter wants', async () => {
    await client.call('eth_subscribe', 'logs', { address: CONTRACT, topics: [null, [`0x${'0'.repeat(63)}8`]] });
    test.addBlock([
      { transaction: signedTransfer(0n), logs: [logOf(1n), logOf(1n, 7n)] },
      { transaction: signedTransfer(1n), logs: [logOf(2n, 8n)] },
    ]);
    const { params } = await client.next();
    expect(params.result).toMatchObject({
      logIndex: '0x2',
      transactionIndex: '0x1',
      blockNumber: '0x1',
      removed: false,
    });
  });

  it('tells pending transactions, by hash or whole', async () => {
    await client.call('eth_subscribe', 'newPendingTransactions');
    const { hash } = test.addPending(signedTransfer(0n));
    expect((await client.next()).params.result).toBe(bytesToHex(hash));
    const second = await test.socket();
    await second.call('eth_subscribe', 'newPendingTransactions', true);
    test.addPending(signedTransfer(1n));
    expect((await second.next()).params.result).toMatchObject({ nonce: '0x1', blockHash: null });
    second.close();
  });

  it('stops when told to, and when the connection ends', async () => {
    const { result: id } = await client.call('eth_subscribe', 'newHeads');
    expect(test.listeners.size).toBe(1);
    expect((await client.call('eth_unsubscribe', id)).result).toBe(true);
    expect((await client.call('eth_unsubscribe', id)).error!.message).toBe('subscription not found');
    expect(test.listeners.size).toBe(0);
    const second = await test.socket();
    await second.call('eth_subscribe', 'newHeads');
    expect(test.listeners.size).toBe(1);
    const closed = new Promise((resolve) => second.socket.once('close', resolve));
    second.close();
    await closed;
    await expect.poll(() => test.listeners.size).toBe(0);
  });

  it('refuses unknown events, details that do not fit, and the 101st', async () => {
    expect((await client.call('eth_subscribe', 'everything')).error!.code).toBe(-32602);
    expect((await client.call('eth_subscribe', 'newHeads', {})).error!.code).toBe(-32602);
    expect((await client.call('eth_subscribe', 'logs', { address: '0x1' })).error!.message).toContain('detail');
    for (let i = 0; i < 100; i++) await client.call('eth_subscribe', 'newHeads');
    expect((await client.call('eth_subscribe', 'newHeads')).error!.code).toBe(-32005);
  });

  it('lets go of a client that does not read', async () => {
    const slow = await test.socket();
    for (let i = 0; i < 100; i++) await slow.call('eth_subscribe', 'logs', {});
    expect(test.listeners.size).toBe(1);
    slow.socket.on('error', () => {});
    slow.socket.pause();
    const logs = Array.from({ length: 500 }, () => logOf(1n));
    for (let i = 0; i < 20 && test.listeners.size > 0; i++) {
      test.addBlock([{ transaction: signedTransfer(BigInt(i)), logs }]);
      await new Promise(setImmediate);
    }
    expect(test.listeners.size).toBe(0);
    expect((await client.call('eth_blockNumber')).error).toBeUndefined();
    slow.socket.terminate();
  });

  it('is not there over HTTP', async () => {
    expect((await test.call('eth_subscribe', 'newHeads')).error!.code).toBe(-32001);
  });
});
