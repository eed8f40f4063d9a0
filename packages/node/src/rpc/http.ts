/** JSON-RPC over HTTP: one POST, one answer. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Access, corsOrigin, isHostAllowed } from './access.ts';
import type { RpcBackend } from './backend.ts';
import { describeEndpoints, describeHealth, type Endpoints } from './endpoints.ts';
import type { Json } from './json.ts';
import { LIMITS } from './limits.ts';

export interface HttpOptions {
  readonly backend: RpcBackend;
  readonly endpoints: Endpoints;
  readonly access: Access;
}

const CORS_HEADERS = {
  'access-control-allow-methods': 'POST, GET',
  'access-control-allow-headers': 'content-type',
  'access-control-max-age': '600',
};

/** The path without the query; what a client sends there need not be a URL at all. */
export function pathOf(request: IncomingMessage): string {
  return (request.url ?? '/').split('?', 1)[0]!;
}

/** Answers one request. */
export async function handleHttp(
  request: IncomingMessage,
  response: ServerResponse,
  options: HttpOptions,
): Promise<void> {
  const { headers } = request;
  if (!isHostAllowed(headers.host, options.access)) {
    return sendText(response, 403, 'invalid host specified: this name may not be used to reach the node');
  }
  const origin = corsOrigin(headers.origin, options.access);
  if (origin !== undefined) {
    response.setHeader('access-control-allow-origin', origin);
    response.setHeader('vary', 'origin');
  }
  const path = pathOf(request);
  if (request.method === 'OPTIONS') return sendPreflight(response, origin);
  if (request.method === 'GET') return answerGet(path, request, response, options);
  if (request.method !== 'POST') return sendText(response, 405, 'method not allowed: want POST, or GET / or /health');
  const endpoint = options.endpoints.find(path);
  if (endpoint === undefined)
    return sendText(response, 404, `no such endpoint: ${path.slice(0, 80)}; GET / names them`);
  // Pages can send other types without asking first (no preflight), so that only this one is taken.
  if (!/^application\/json\s*(?:;|$)/i.test(headers['content-type'] ?? '')) {
    return sendText(response, 415, 'invalid content type, only application/json is supported');
  }
  const body = await readBody(request, response);
  if (body === undefined) return;
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), LIMITS.requestTime);
  const onClose = () => controller.abort();
  response.once('close', onClose);
  try {
    const text = await endpoint.answer(body, controller.signal, undefined);
    send(response, 200, 'application/json', text ?? '');
  } finally {
    clearTimeout(timer);
    response.off('close', onClose);
  }
}

function answerGet(
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
  { backend, endpoints }: HttpOptions,
): void {
  if (path === '/') {
    sendJson(response, 200, describeEndpoints(backend, request.headers.host ?? 'localhost'));
  } else if (path === '/health') {
    const { ok, body } = describeHealth(backend);
    sendJson(response, ok ? 200 : 503, body);
  } else if (endpoints.find(path) === undefined) {
    sendText(response, 404, `no such page: ${path.slice(0, 80)}`);
  } else {
    response.setHeader('allow', 'POST');
    sendText(response, 405, 'method not allowed: want POST with a JSON-RPC request, or a WebSocket');
  }
}

function sendPreflight(response: ServerResponse, origin: string | undefined): void {
  if (origin !== undefined) for (const [name, value] of Object.entries(CORS_HEADERS)) response.setHeader(name, value);
  response.writeHead(origin === undefined ? 403 : 204).end();
}

/** The body; undefined when it was too large or broke off, and the answer to that is given. */
function readBody(request: IncomingMessage, response: ServerResponse): Promise<Uint8Array | undefined> {
  const refuse = () => {
    // The rest of the body is not read: the connection ends with the answer.
    response.setHeader('connection', 'close');
    sendText(response, 413, `content length too large: want at most ${LIMITS.bodyBytes} bytes`);
  };
  if (Number(request.headers['content-length'] ?? 0) > LIMITS.bodyBytes) {
    refuse();
    return Promise.resolve(undefined);
  }
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    let length = 0;
    request.on('data', (part: Buffer) => {
      length += part.length;
      if (length <= LIMITS.bodyBytes) parts.push(part);
      else {
        request.removeAllListeners('data').pause();
        refuse();
        resolve(undefined);
      }
    });
    request.once('end', () => resolve(Buffer.concat(parts)));
    request.once('error', () => resolve(undefined));
    request.once('close', () => resolve(undefined));
  });
}

function sendJson(response: ServerResponse, status: number, body: Json): void {
  send(response, status, 'application/json', `${JSON.stringify(body, null, 2)}\n`);
}

function sendText(response: ServerResponse, status: number, text: string): void {
  send(response, status, 'text/plain; charset=utf-8', `${text}\n`);
}

function send(response: ServerResponse, status: number, type: string, text: string): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text) }).end(text);
}
