/** Errors on the wire: JSON-RPC's numbers, geth's numbers beyond them, and how a SherdError travels. */
import { isSherdError } from 'sherd/base';
import { type Json, toJson } from './json.ts';

export const RPC_CODES = {
  PARSE: -32700,
  INVALID_REQUEST: -32600,
  METHOD_NOT_FOUND: -32601,
  INVALID_PARAMS: -32602,
  INTERNAL: -32603,
  /** Any refusal that has no number of its own. */
  REFUSED: -32000,
  NO_NOTIFICATIONS: -32001,
  TIMEOUT: -32002,
  RESPONSE_TOO_LARGE: -32003,
  LIMIT_EXCEEDED: -32005,
  /** A call that the contract reverted; `data` is its revert data (geth). */
  REVERTED: 3,
} as const;

/** A fault of ours in another process: its message is a stack, which is nothing for clients. */
const EXECUTOR_FAULT = 'EXECUTOR_FAULT';

export interface ErrorObject {
  readonly code: number;
  readonly message: string;
  readonly data?: Json;
}

/** A refusal that already has its number. */
export class RpcError extends Error {
  readonly code: number;
  readonly data: Json | undefined;

  constructor(code: number, message: string, data?: Json) {
    super(message);
    this.name = 'RpcError';
    this.code = code;
    this.data = data;
  }
}

export function invalidParams(message: string): RpcError {
  return new RpcError(RPC_CODES.INVALID_PARAMS, message);
}

/**
 * The error object for whatever a handler threw. A SherdError keeps its message and travels with its code in
 * `data.code`; anything else is a fault of ours: `onFault` gets it, and the client no more than that there was one.
 */
export function toErrorObject(error: unknown, onFault: (error: unknown) => void): ErrorObject {
  if (error instanceof RpcError) {
    const { code, message, data } = error;
    return data === undefined ? { code, message } : { code, message, data };
  }
  if (isSherdError(error) && error.code !== EXECUTOR_FAULT) {
    return {
      code: RPC_CODES.REFUSED,
      message: error.message,
      data: { ...(toJson(error.data) as object), code: error.code },
    };
  }
  onFault(error);
  return { code: RPC_CODES.INTERNAL, message: 'internal error' };
}
