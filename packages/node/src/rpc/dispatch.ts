/**
 * JSON-RPC 2.0: from the bytes of a message to the text of its answer. Limits are checked before anything is parsed;
 * whatever a handler throws becomes an error object, so that no message can do more than get one.
 */
import { bytesToUtf8 } from 'sherd/base';
import { type ErrorObject, RPC_CODES, RpcError, toErrorObject } from './errors.ts';
import { measureJson, RawJson } from './json.ts';
import { LIMITS } from './limits.ts';
import type { Context, Method } from './method.ts';
import { describe, readParams } from './params.ts';

type Id = string | number | null;

export interface Dispatch<C extends Context> {
  readonly methods: ReadonlyMap<string, Method<C>>;
  /** Of this message: its signal says when to stop. */
  readonly context: C;
  /** Is told of faults of ours, which clients do not get to see. */
  onFault(error: unknown, method: string): void;
}

/** Milliseconds that a batch may work before others get their turn. */
const TURN_TIME = 20;

/**
 * Text of the answer to one message; undefined when it holds notifications only. Never rejects. Calls of a batch run
 * one after the other, as geth runs them: a batch may rely on its order.
 */
export async function answerMessage<C extends Context>(
  message: Uint8Array,
  dispatch: Dispatch<C>,
): Promise<string | undefined> {
  let parsed: unknown;
  try {
    parsed = parseMessage(message);
  } catch (error) {
    return errorText(
      null,
      toErrorObject(error, (fault) => dispatch.onFault(fault, 'parse')),
    );
  }
  const text = Array.isArray(parsed) ? await answerBatch(parsed, dispatch) : await answerCall(parsed, dispatch);
  await Promise.all(dispatch.context.waits);
  return text;
}

async function answerBatch<C extends Context>(
  calls: readonly unknown[],
  dispatch: Dispatch<C>,
): Promise<string | undefined> {
  if (calls.length === 0) return errorText(null, { code: RPC_CODES.INVALID_REQUEST, message: 'empty batch' });
  const answers: string[] = [];
  let size = 0;
  let turn = Date.now();
  for (const call of calls) {
    if (Date.now() - turn > TURN_TIME) {
      await new Promise(setImmediate);
      turn = Date.now();
    }
    const text = size > LIMITS.responseBytes ? tooLarge(call) : await answerCall(call, dispatch);
    if (text === undefined) continue;
    size += text.length;
    answers.push(size > LIMITS.responseBytes ? tooLarge(call) : text);
  }
  return answers.length === 0 ? undefined : `[${answers.join(',')}]`;
}

/** @throws RpcError -32700 for what is no JSON, -32600 for a batch or a nesting beyond the limits. */
function parseMessage(message: Uint8Array): unknown {
  const { depth, items } = measureJson(message, LIMITS.nesting);
  if (depth > LIMITS.nesting) {
    throw new RpcError(RPC_CODES.INVALID_REQUEST, `JSON nests deeper than ${LIMITS.nesting} levels`);
  }
  let text: string;
  try {
    text = bytesToUtf8(message);
  } catch {
    throw new RpcError(RPC_CODES.PARSE, 'parse error: not UTF-8');
  }
  if (items > LIMITS.batchItems && text.trimStart().startsWith('[')) {
    throw new RpcError(
      RPC_CODES.INVALID_REQUEST,
      `batch too large: have ${items} calls, want at most ${LIMITS.batchItems}`,
    );
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new RpcError(RPC_CODES.PARSE, `parse error: ${String((error as Error).message).slice(0, 200)}`);
  }
}

async function answerCall<C extends Context>(
  call: unknown,
  { methods, context, onFault }: Dispatch<C>,
): Promise<string | undefined> {
  const id = idOf(call);
  if (typeof call !== 'object' || call === null || Array.isArray(call)) {
    return errorText(null, { code: RPC_CODES.INVALID_REQUEST, message: 'invalid request: want an object' });
  }
  const { jsonrpc, method: name, params } = call as Readonly<Record<string, unknown>>;
  if (jsonrpc !== '2.0' || typeof name !== 'string' || id === undefined) {
    const message = 'invalid request: want {"jsonrpc": "2.0", "id", "method", "params"}';
    return errorText(id ?? null, { code: RPC_CODES.INVALID_REQUEST, message });
  }
  // A notification takes effect like a call, but nobody is told.
  const isNotification = !Object.hasOwn(call, 'id');
  try {
    const found = methods.get(name);
    if (found === undefined) {
      const shown = describe(name).slice(1, -1);
      throw new RpcError(RPC_CODES.METHOD_NOT_FOUND, `the method ${shown} does not exist/is not available`);
    }
    if (context.signal.aborted) throw timedOut();
    const result = await withSignal(context.signal, found.run(context, readParams(found.params, params)));
    if (isNotification) return undefined;
    const shown = result instanceof RawJson ? result.text : JSON.stringify(result);
    const text = `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${shown}}`;
    return text.length > LIMITS.responseBytes ? tooLarge(call) : text;
  } catch (error) {
    const shown = toErrorObject(error, (fault) => onFault(fault, name));
    return isNotification ? undefined : errorText(id, shown);
  }
}

/** The call's id; null when it has none, undefined when it is neither a string, a finite number nor null. */
function idOf(call: unknown): Id | undefined {
  if (typeof call !== 'object' || call === null || !Object.hasOwn(call, 'id')) return null;
  const { id } = call as { readonly id: unknown };
  if (id === null || (typeof id === 'string' && id.length <= 1024)) return id;
  return typeof id === 'number' && Number.isFinite(id) ? id : undefined;
}

function tooLarge(call: unknown): string {
  const message = `response too large: want at most ${LIMITS.responseBytes} bytes`;
  return errorText(idOf(call) ?? null, { code: RPC_CODES.RESPONSE_TOO_LARGE, message });
}

function errorText(id: Id, error: ErrorObject): string {
  return `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"error":${JSON.stringify(error)}}`;
}

function timedOut(): RpcError {
  return new RpcError(RPC_CODES.TIMEOUT, 'request timed out');
}

/** The handler's answer, or -32002 when the time is up first; its late answer is dropped. */
async function withSignal<T>(signal: AbortSignal, running: T | Promise<T>): Promise<T> {
  if (!(running instanceof Promise)) return running;
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(timedOut());
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([running, aborted]);
  } finally {
    if (onAbort !== undefined) signal.removeEventListener('abort', onAbort);
    // Whichever lost is still watched: its rejection has no other listener.
    aborted.catch(() => {});
    running.catch(() => {});
  }
}
