/** Traces of a transition: a file for each transaction that was included, named as geth names them. */
import { type Address, bytesToHex } from 'sherd/base';
import { createJsonTracer, type JsonTracerOptions, type Tracer } from 'sherd/evm';
import type { TransactionResult } from 'sherd/transition';
import type { Transaction } from 'sherd/tx';
import type { Json } from '../../conformance/fields.ts';
import type { TracerName } from '../../rpc/backend.ts';
import { createNamedTracer } from '../namedTracer.ts';

export interface TraceSettings {
  /** Undefined: steps as lines of JSON. */
  readonly tracer: TracerName | undefined;
  readonly tracerConfig: Json;
  /** What lines of steps have. */
  readonly steps: JsonTracerOptions;
}

/** A transaction that is about to run. */
export interface TracedTransaction {
  /** Its place among the included ones. */
  readonly index: number;
  readonly hash: Uint8Array;
  readonly transaction: Transaction;
  readonly sender: Address;
}

export interface TransactionTrace {
  readonly tracer: Tracer;
  /** Only when the transaction ran: the trace of a rejected one is dropped. */
  end(result: TransactionResult): void;
}

export interface TraceSink {
  begin(traced: TracedTransaction): TransactionTrace;
}

/**
 * `write` gets the file's name and text.
 * @throws SherdError BAD_TRACER_CONFIG at once, before anything runs.
 */
export function createTraceSink(settings: TraceSettings, write: (name: string, text: string) => void): TraceSink {
  if (settings.tracer !== undefined) createNamedTracer(settings.tracer, settings.tracerConfig);
  return {
    begin(traced) {
      const name = `trace-${traced.index}-${bytesToHex(traced.hash)}`;
      if (settings.tracer !== undefined) {
        return namedTrace(settings.tracer, settings.tracerConfig, traced, (text) => write(`${name}.json`, text));
      }
      const lines: string[] = [];
      const tracer = createJsonTracer((line) => lines.push(line), settings.steps);
      return { tracer, end: () => write(`${name}.jsonl`, `${lines.join('\n')}\n`) };
    },
  };
}

function namedTrace(
  name: TracerName,
  config: Json,
  { transaction: { to, gasLimit }, sender }: TracedTransaction,
  write: (text: string) => void,
): TransactionTrace {
  const { tracer, end } = createNamedTracer(name, config);
  return { tracer, end: (result) => write(`${end({ ...result, from: sender, to, gasLimit })}\n`) };
}
