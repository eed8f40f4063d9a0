/** Tracers whose result is text, and how large it may be. */
import { type Address, SherdError } from 'sherd/base';
import type { Tracer } from 'sherd/evm';

/** Characters of one trace, or of all of a block; an answer may not be much larger. */
export const MAX_TRACE_TEXT = 24_000_000;

/** Where a transaction stands. */
export interface TracePlace {
  /** 32 bytes. */
  readonly blockHash: Uint8Array;
  readonly blockNumber: number;
  /** 32 bytes. */
  readonly transactionHash: Uint8Array;
  /** Among the block's Ethereum transactions. */
  readonly transactionPosition: number;
}

/** What is known of the transaction or call besides its steps. */
export interface TraceEnd {
  readonly isSuccess: boolean;
  readonly gasLimit: bigint;
  readonly gasUsed: number;
  readonly output: Uint8Array;
  readonly from: Address;
  readonly to: Address | undefined;
  /** Of a transaction in a block. */
  readonly place?: TracePlace | undefined;
}

export interface TextTracer extends Tracer {
  /** JSON text of the trace. */
  finish(end: TraceEnd): string;
}

/** @param after How far it came: `12 steps`. */
export function traceTooLarge(after: string): SherdError {
  const message = `trace of more than ${MAX_TRACE_TEXT} characters after ${after}, want a limit or fewer fields`;
  return new SherdError('TRACE_TOO_LARGE', message, { limit: MAX_TRACE_TEXT });
}
