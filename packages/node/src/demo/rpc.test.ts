/** The client of the demo: answers, refusals with their codes, and servers that are none. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SherdError } from 'sherd/base';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRpcClient, until } from './rpc.ts';

let server: Server;
let url: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      if (request.url === '/html') return response.end('<html>');
      const { id, method, params } = JSON.parse(body) as { id: number; method: string; params: unknown };
      const error = { code: -32_000, message: 'no', data: { code: 'BAD_NONCE', have: '0x1' } };
      if (method === 'refuse') return response.end(JSON.stringify({ jsonrpc: '2.0', id, error }));
      if (method === 'geth') {
        return response.end(JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32_000, message: 'nonce too low' } }));
      }
      return response.end(JSON.stringify({ jsonrpc: '2.0', id, result: { method, params } }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => new Promise((resolve) => server.close(resolve)));

async function refusal(action: Promise<unknown>): Promise<SherdError> {
  return action.then(
    () => {
      throw new Error('nothing was refused');
    },
    (error: SherdError) => error,
  );
}

test('an answer comes back as it is', async () => {
  expect(await createRpcClient(url).call('ask', 1, 'two')).toEqual({ method: 'ask', params: [1, 'two'] });
});

test('a refusal keeps its code, its message and its data', async () => {
  const error = await refusal(createRpcClient(url).call('refuse'));
  expect(error).toMatchObject({ code: 'BAD_NONCE', message: 'refuse: no', data: { have: '0x1', rpcCode: -32_000 } });
  expect((await refusal(createRpcClient(url).call('geth'))).code).toBe('RPC_ERROR');
});

test('what is no JSON-RPC server is said to be none', async () => {
  expect((await refusal(createRpcClient(`${url}/html`).call('ask'))).code).toBe('NO_NETWORK');
  const nobody = await refusal(createRpcClient('http://127.0.0.1:1').call('ask'));
  expect(nobody.message).toMatch(/^nothing answers at http:\/\/127\.0\.0\.1:1 /);
});

test('waiting ends with the first answer, or with a refusal', async () => {
  let asked = 0;
  expect(await until('three', async () => (++asked === 3 ? asked : undefined))).toBe(3);
  const late = await refusal(until('godot', async () => undefined, 100));
  expect(late).toMatchObject({ code: 'TIMEOUT', message: 'waited 0.1 s for godot' });
});
