/** A client for tests that sends what it is told to, right or wrong. */
import { request } from 'node:http';
import { WebSocket } from 'ws';
import { createFixture, type Fixture } from './backend.fixture.ts';
import { type RpcServer, startRpcServer } from './server.ts';

export interface Answer {
  readonly id?: unknown;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly result?: any;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
}

export interface TestServer extends Fixture {
  readonly server: RpcServer;
  readonly faults: unknown[];
  readonly url: string;
  /** One call on shard 0 over HTTP. */
  call(method: string, ...params: unknown[]): Promise<Answer>;
  /** Text as it is, to any path. */
  post(
    body: string | Uint8Array,
    path?: string,
    headers?: Record<string, string>,
  ): Promise<{ status: number; text: string }>;
  socket(path?: string, headers?: Record<string, string>): Promise<TestSocket>;
}

export async function startTestServer(options: { corsOrigins?: string[]; hosts?: string[] } = {}): Promise<TestServer> {
  const fixture = createFixture();
  const faults: unknown[] = [];
  const server = await startRpcServer({
    ...options,
    backend: fixture.backend,
    port: 0,
    onFault: (error) => faults.push(error),
  });
  const post: TestServer['post'] = (body, path = '/shard/0', headers = {}) =>
    send(server.port, 'POST', path, { 'content-type': 'application/json', ...headers }, body);
  return {
    ...fixture,
    server,
    faults,
    url: `http://127.0.0.1:${server.port}`,
    post,
    async call(method, ...params) {
      const { text } = await post(JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }));
      return JSON.parse(text);
    },
    socket: (path = '/shard/0', headers = {}) => openSocket(`ws://127.0.0.1:${server.port}${path}`, headers),
  };
}

/** fetch() neither lets a test choose the Host header nor a wrong length. */
export function send(
  port: number,
  method: string,
  path: string,
  headers: Record<string, string>,
  body: string | Uint8Array = '',
): Promise<{ status: number; text: string; headers: Record<string, unknown> }> {
  return new Promise((resolve, reject) => {
    const message = request({ host: '127.0.0.1', port, method, path, headers, agent: false }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () =>
        resolve({ status: response.statusCode!, text: Buffer.concat(parts).toString(), headers: response.headers }),
      );
    });
    message.on('error', reject);
    message.end(body);
  });
}

export interface TestSocket {
  readonly socket: WebSocket;
  call(method: string, ...params: unknown[]): Promise<Answer>;
  /** The next message that is not an answer to a call. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into messages of every shape
  next(): Promise<any>;
  close(): void;
}

function openSocket(url: string, headers: Record<string, string>): Promise<TestSocket> {
  const socket = new WebSocket(url, { headers });
  const waiting = new Map<unknown, (answer: Answer) => void>();
  const heard: unknown[] = [];
  const listeners: ((message: unknown) => void)[] = [];
  let id = 0;
  socket.on('message', (data) => {
    const message = JSON.parse(String(data));
    const resolve = waiting.get(message.id);
    if (resolve !== undefined) resolve(message);
    else {
      const listener = listeners.shift();
      if (listener === undefined) heard.push(message);
      else listener(message);
    }
  });
  const client: TestSocket = {
    socket,
    call(method, ...params) {
      const mine = ++id;
      socket.send(JSON.stringify({ jsonrpc: '2.0', id: mine, method, params }));
      return new Promise((resolve) => waiting.set(mine, resolve));
    },
    next: () =>
      new Promise((resolve) => {
        if (heard.length > 0) resolve(heard.shift());
        else listeners.push(resolve);
      }),
    close: () => socket.close(),
  };
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve(client));
    socket.once('error', reject);
  });
}
