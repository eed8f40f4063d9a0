/** A small JSON-RPC client over HTTP: one request, one answer; refusals become SherdErrors with the node's own code. */

import { setTimeout as sleep } from 'node:timers/promises';
import { SherdError } from 'sherd/base';

/** Milliseconds. */
const REQUEST_TIME = 60_000;
const POLL_INTERVAL = 40;
const WAIT_TIME = 60_000;

export interface RpcClient {
  readonly url: string;
  /** @throws SherdError with the code in the error's data, RPC_ERROR without one, NO_NETWORK when nobody answers. */
  call<T>(method: string, ...params: readonly unknown[]): Promise<T>;
}

interface RpcAnswer {
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
}

export function createRpcClient(url: string): RpcClient {
  let id = 0;
  return {
    url,
    async call<T>(method: string, ...params: readonly unknown[]): Promise<T> {
      const body = JSON.stringify({ jsonrpc: '2.0', id: ++id, method, params });
      const { result, error } = await post(url, body);
      if (error === undefined) return result as T;
      const data = typeof error.data === 'object' && error.data !== null ? error.data : {};
      const code = 'code' in data && typeof data.code === 'string' ? data.code : 'RPC_ERROR';
      throw new SherdError(code, `${method}: ${error.message}`, { ...data, rpcCode: error.code });
    },
  };
}

async function post(url: string, body: string): Promise<RpcAnswer> {
  let response: Response;
  try {
    const headers = { 'content-type': 'application/json' };
    response = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(REQUEST_TIME) });
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SherdError('NO_NETWORK', `nothing answers at ${url} (${reason})`, { url });
  }
  const text = await response.text();
  try {
    return JSON.parse(text) as RpcAnswer;
  } catch {
    throw new SherdError('NO_NETWORK', `${url} answers ${response.status} and no JSON: ${text.slice(0, 80)}`, { url });
  }
}

/**
 * Asks again and again until `probe` gives something.
 * @throws SherdError TIMEOUT after a minute, and whatever `probe` throws.
 */
export async function until<T>(what: string, probe: () => Promise<T | undefined>, time = WAIT_TIME): Promise<T> {
  const end = Date.now() + time;
  for (;;) {
    const found = await probe();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new SherdError('TIMEOUT', `waited ${time / 1000} s for ${what}`, { what });
    await sleep(POLL_INTERVAL);
  }
}
