import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFixture, type Fixture, logOf, signedTransfer } from './backend.fixture.ts';
import { createEndpoints, type Endpoint } from './endpoints.ts';
import { SHARD_METHODS } from './methods/index.ts';

const SEED = 20_190;
const methods = [...SHARD_METHODS.keys()];

let fixture: Fixture;
let endpoint: Endpoint;
let faults: unknown[];
beforeEach(() => {
  fixture = createFixture();
  fixture.addBlock([{ transaction: signedTransfer(0n), logs: [logOf(1n)] }]);
  faults = [];
  endpoint = createEndpoints(fixture.backend, (error, method) => faults.push([method, error])).find('/shard/0')!;
});
afterEach(() => expect(faults).toEqual([]));

async function answer(message: string | Uint8Array): Promise<unknown> {
  const bytes = typeof message === 'string' ? new TextEncoder().encode(message) : message;
  const text = await endpoint.answer(bytes, new AbortController().signal, undefined);
  return text === undefined ? undefined : JSON.parse(text);
}

/** Values that are nearly what some parameter wants. */
const plausible = fc.constantFrom<unknown>(
  '0x',
  '0x0',
  '0x1',
  '0x01',
  '0x7fffffffffffffffffffffffffffffff',
  `0x${'f'.repeat(64)}`,
  `0x${'0'.repeat(40)}`,
  `0x${'ab'.repeat(48)}`,
  'latest',
  'pending',
  'earliest',
  'safe',
  'logs',
  '__proto__',
  -1,
  0.5,
  2 ** 53,
  true,
  null,
  [],
  {},
  { fromBlock: 'latest', toBlock: '0x0' },
  { blockHash: `0x${'0'.repeat(64)}` },
  { address: [], topics: [[], null, [null]] },
  { kind: 'withdrawal', data: '0x' },
  { script: 0, gasLimit: '0x0', data: '0x' },
  { from: '0x1', to: null },
  { from: 5, count: 5 },
  { __proto__: null, constructor: 1 },
);

describe('hostile input', () => {
  it('never becomes a fault: every method, any parameters', async () => {
    const calls = fc.record({
      jsonrpc: fc.constant('2.0'),
      id: fc.constant(1),
      method: fc.constantFrom(...methods),
      params: fc.array(fc.oneof({ weight: 3, arbitrary: plausible }, fc.jsonValue()), { maxLength: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(calls, async (call) => {
        const found = (await answer(JSON.stringify(call))) as { error?: { code: number } };
        expect(found).toMatchObject({ jsonrpc: '2.0', id: 1 });
        expect(found.error?.code).not.toBe(-32603);
      }),
      { seed: SEED, numRuns: 5000 },
    );
  });

  it('never becomes a fault: any JSON as a message', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), async (text) => {
        const found = await answer(text);
        if (Array.isArray(found)) for (const one of found) expect(one).toMatchObject({ jsonrpc: '2.0' });
        else if (found !== undefined) expect(found).toMatchObject({ jsonrpc: '2.0' });
      }),
      { seed: SEED, numRuns: 1000 },
    );
  });

  it('never becomes a fault: any bytes as a message', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 64 }), async (bytes) => {
        expect(await answer(bytes)).toBeDefined();
      }),
      { seed: SEED, numRuns: 1000 },
    );
  });
});
