/** Calls as a list of actions and their results, in the form of Parity's traces as geth's `flatCallTracer` writes them. */
import { bytesToHex } from 'sherd/base';
import { type CallTree, createCallTracer, flattenCalls, isSuccess, OUTCOME } from 'sherd/evm';
import type { TraceOptions } from '../rpc/backend.ts';
import { MAX_TRACE_TEXT, type TextTracer, type TraceEnd, type TracePlace, traceTooLarge } from './textTracer.ts';

/** What Parity calls an error whose text, in geth's words, begins so. */
const PARITY_ERRORS: readonly (readonly [begin: string, text: string])[] = [
  ['contract creation code storage out of gas', 'Out of gas'],
  ['out of gas', 'Out of gas'],
  ['gas uint64 overflow', 'Out of gas'],
  ['max code size exceeded', 'Out of gas'],
  ['invalid jump destination', 'Bad jump destination'],
  ['execution reverted', 'Reverted'],
  ['return data out of bounds', 'Out of bounds'],
  ['stack limit reached', 'Out of stack'],
  ['precompiled contract failed', 'Built-in failed'],
  ['invalid opcode', 'Bad instruction'],
  ['stack underflow', 'Stack underflow'],
];

/** @throws SherdError TRACE_TOO_LARGE from `finish`. */
export function createFlatCallText(options: TraceOptions): TextTracer {
  const { result, ...tracer } = createCallTracer();
  return {
    ...tracer,
    finish(end) {
      const tree = result() ?? withoutCode(end);
      const lines: string[] = [];
      let size = 0;
      for (const { call, traceAddress, subtraces } of flattenCalls(tree, options)) {
        // The first call is the transaction: its gas counts with what stands before any code.
        const isFirst = lines.length === 0;
        const gas = isFirst ? end.gasLimit : call.gas;
        const gasUsed = isFirst ? end.gasUsed : call.gasUsed;
        const text = JSON.stringify(frame(call, { gas, gasUsed, traceAddress, subtraces }, end.place, options));
        size += text.length + 1;
        if (size > MAX_TRACE_TEXT) throw traceTooLarge(`${lines.length} calls`);
        lines.push(text);
      }
      return `[${lines.join(',')}]`;
    },
  };
}

/** A claim that only pays runs no message at all. */
function withoutCode({ from, to, output }: TraceEnd): CallTree {
  const call = { type: 'CALL', from, to: to ?? from, value: 0n, gas: 0, input: new Uint8Array(0) } as const;
  const end = { outcome: OUTCOME.STOP, gasUsed: 0, output, error: undefined };
  return { ...call, isPrecompile: false, ...end, calls: [], logs: [] };
}

interface FrameFacts {
  readonly gas: number | bigint;
  readonly gasUsed: number;
  readonly traceAddress: readonly number[];
  readonly subtraces: number;
}

const quantity = (value: number | bigint) => `0x${value.toString(16)}`;

/** In the order of geth; outside of a block it has null and 0 for the place. */
function frame(call: CallTree, facts: FrameFacts, place: TracePlace | undefined, options: TraceOptions): object {
  // What a revert returns says why; the result of any other failure is none.
  const hasResult = call.error === undefined || call.outcome === OUTCOME.REVERT;
  return {
    action: actionOf(call, facts),
    blockHash: place === undefined ? null : bytesToHex(place.blockHash),
    blockNumber: place?.blockNumber ?? 0,
    error: options.convertParityErrors === true ? parityError(call.error) : call.error,
    result: hasResult ? resultOf(call, facts) : undefined,
    subtraces: facts.subtraces,
    traceAddress: facts.traceAddress,
    transactionHash: place === undefined ? null : bytesToHex(place.transactionHash),
    transactionPosition: place?.transactionPosition ?? 0,
    type: call.type === 'SELFDESTRUCT' ? 'suicide' : isCreation(call) ? 'create' : 'call',
  };
}

function isCreation({ type }: CallTree): boolean {
  return type === 'CREATE' || type === 'CREATE2';
}

function actionOf(call: CallTree, { gas }: FrameFacts): object {
  const { type, from, to, input } = call;
  const value = quantity(call.value);
  if (type === 'SELFDESTRUCT') return { address: from, balance: value, refundAddress: to };
  const common = { from, gas: quantity(gas) };
  if (isCreation(call)) return { creationMethod: type.toLowerCase(), ...common, init: bytesToHex(input), value };
  return { callType: type.toLowerCase(), ...common, input: bytesToHex(input), to, value };
}

function resultOf(call: CallTree, { gasUsed }: FrameFacts): object | undefined {
  if (call.type === 'SELFDESTRUCT') return undefined;
  const output = bytesToHex(call.output);
  if (!isCreation(call)) return { gasUsed: quantity(gasUsed), output };
  return { ...(isSuccess(call.outcome) && { address: call.to }), code: output, gasUsed: quantity(gasUsed) };
}

function parityError(error: string | undefined): string | undefined {
  if (error === undefined) return undefined;
  return PARITY_ERRORS.find(([begin]) => error.startsWith(begin))?.[1] ?? error;
}
