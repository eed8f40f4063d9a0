import { bytesToHex } from 'sherd/base';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CONTRACT, createFixture, logOf, signedTransfer } from './backend.fixture.ts';
import { startTestServer, type TestServer } from './client.fixture.ts';
import { createFilters } from './filters.ts';
import { LIMITS } from './limits.ts';

const word = (value: number) => `0x${value.toString(16).padStart(64, '0')}`;

let test: TestServer;
beforeEach(async () => {
  test = await startTestServer();
});
afterEach(() => test.server.close());

describe('eth_getLogs', () => {
  beforeEach(() => {
    test.addBlock([{ transaction: signedTransfer(0n), logs: [logOf(1n), logOf(2n, 5n)] }]);
    test.addBlock([{ transaction: signedTransfer(1n), logs: [logOf(1n, 6n)] }]);
  });

  it('finds by range, address and alternatives of topics', async () => {
    const count = async (filter: object) => (await test.call('eth_getLogs', filter)).result.length;
    expect(await count({ fromBlock: 'earliest' })).toBe(3);
    expect(await count({})).toBe(1);
    expect(await count({ fromBlock: '0x1', toBlock: '0x1' })).toBe(2);
    expect(await count({ fromBlock: '0x0', toBlock: '0xffffffffffffffff' })).toBe(3);
    expect(await count({ fromBlock: '0x0', address: [CONTRACT] })).toBe(3);
    expect(await count({ fromBlock: '0x0', address: `0x${'00'.repeat(20)}` })).toBe(0);
    expect(await count({ fromBlock: '0x0', topics: [word(1)] })).toBe(2);
    expect(
      await count({
        fromBlock: '0x0',
        topics: [
          [word(1), word(2)],
          [word(5), word(6)],
        ],
      }),
    ).toBe(2);
    expect(await count({ fromBlock: '0x0', topics: [null, word(6)] })).toBe(1);
    expect(await count({ fromBlock: '0x0', topics: [null, null] })).toBe(2);
  });

  it('finds by block hash, and refuses an unknown one', async () => {
    const hash = bytesToHex(test.backend.shards[0]!.blockByHeight(1)!.root);
    expect((await test.call('eth_getLogs', { blockHash: hash })).result).toHaveLength(2);
    expect((await test.call('eth_getLogs', { blockHash: word(1) })).error!.message).toBe('unknown block');
    expect((await test.call('eth_getLogs', { blockHash: hash, fromBlock: '0x1' })).error!.code).toBe(-32602);
  });

  it('refuses ranges that run backwards and too many alternatives', async () => {
    const error = async (filter: object) => (await test.call('eth_getLogs', filter)).error!.message;
    expect(await error({ fromBlock: '0x2', toBlock: '0x1' })).toBe('invalid block range params');
    expect(await error({ topics: [Array(1001).fill(word(1))] })).toContain('have 1001 items, want at most 1000');
    expect(await error({ topics: [null, null, null, null, null] })).toContain('want at most 4');
  });
});

describe('filters that are polled', () => {
  it('tell each new log once', async () => {
    const { result: id } = await test.call('eth_newFilter', { topics: [word(1)] });
    test.addBlock([{ transaction: signedTransfer(0n), logs: [logOf(1n), logOf(2n)] }]);
    expect((await test.call('eth_getFilterChanges', id)).result).toHaveLength(1);
    expect((await test.call('eth_getFilterChanges', id)).result).toEqual([]);
    expect((await test.call('eth_getFilterLogs', id)).result).toHaveLength(1);
    expect((await test.call('eth_uninstallFilter', id)).result).toBe(true);
    expect((await test.call('eth_uninstallFilter', id)).result).toBe(false);
    expect((await test.call('eth_getFilterChanges', id)).error).toEqual({ code: -32000, message: 'filter not found' });
  });

  it('tell new blocks and pending transactions', async () => {
    const { result: blocks } = await test.call('eth_newBlockFilter');
    const { result: pending } = await test.call('eth_newPendingTransactionFilter');
    const first = test.addBlock([]);
    const second = test.addBlock([]);
    const { hash } = test.addPending(signedTransfer(0n));
    expect((await test.call('eth_getFilterChanges', blocks)).result).toEqual(
      [first, second].map((b) => bytesToHex(b.root)),
    );
    expect((await test.call('eth_getFilterChanges', pending)).result).toEqual([bytesToHex(hash)]);
    expect((await test.call('eth_getFilterChanges', pending)).result).toEqual([]);
  });

  it('are forgotten after five minutes without a poll', () => {
    let time = 0;
    const { backend, listeners } = createFixture();
    const filters = createFilters(backend, 0, () => time);
    const id = filters.add({ kind: 'pending', hashes: [] });
    expect(listeners.size).toBe(1);
    time += LIMITS.filterLife - 1;
    expect(filters.get(id).kind).toBe('pending');
    time += LIMITS.filterLife;
    expect(() => filters.get(id)).toThrow('filter not found');
    filters.add({ kind: 'blocks', height: 0 });
    expect(listeners.size).toBe(0);
  });

  it('have ids without leading zeros', () => {
    const filters = createFilters(createFixture().backend, 0);
    for (let i = 0; i < 500; i++) expect(filters.add({ kind: 'blocks', height: 0 })).toMatch(/^0x[1-9a-f][0-9a-f]*$/);
  });

  it('are bounded in number', () => {
    const filters = createFilters(createFixture().backend, 0, () => 0);
    for (let i = 0; i < LIMITS.filtersPerShard; i++) filters.add({ kind: 'blocks', height: 0 });
    expect(() => filters.add({ kind: 'blocks', height: 0 })).toThrow('too many filters');
  });
});
