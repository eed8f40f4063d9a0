/** Traces as geth writes them: a list of steps, or the tree of calls. Text, because a trace can be millions of values. */
import { type Address, bytesToHex, wordToHex } from 'sherd/base';
import {
  type CallTree,
  combineTracers,
  createCallTracer,
  createSelectorTracer,
  createStateDiffTracer,
  isSuccess,
  joinGas,
  OUTCOME,
  opcodeLabel,
  type StepEvent,
  stepError,
} from 'sherd/evm';
import { OPCODES } from 'sherd/protocol';
import type { TraceOptions } from '../rpc/backend.ts';
import { revertReason } from '../rpc/ethereum/revert.ts';
import { createFlatCallText } from './flatCallText.ts';
import { MAX_TRACE_TEXT, type TextTracer, type TraceEnd, traceTooLarge } from './textTracer.ts';

/** @throws SherdError TRACE_TOO_LARGE from its hooks. */
export function createTextTracer(options: TraceOptions): TextTracer {
  switch (options.tracer) {
    case 'structLogger':
      return createStepText(options);
    case 'callTracer':
      return createCallText(options);
    case 'flatCallTracer':
      return createFlatCallText(options);
    case 'prestateTracer':
      return createStateText(options);
    case '4byteTracer':
      return createSelectorText();
    case 'noopTracer':
      return { finish: () => '{}' };
    case 'muxTracer':
      return createMuxText(options.parts ?? []);
  }
}

const quantity = (value: number | bigint) => `0x${value.toString(16)}`;

function createStepText(options: TraceOptions): TextTracer {
  const lines: string[] = [];
  const slots = new Map<Address, Map<string, string>>();
  let size = 0;

  /** Slots of the account that its steps have read or written so far, this one included. */
  function storageOf(step: StepEvent): Record<string, string> | undefined {
    const isLoad = step.op === OPCODES.SLOAD.byte;
    if ((!isLoad && step.op !== OPCODES.SSTORE.byte) || step.outcome !== OUTCOME.RUNNING) return undefined;
    const slot = step.stack.at(-1);
    const value = isLoad ? step.pushed : step.stack.at(-2);
    if (slot === undefined || value === undefined) return undefined;
    const own = slots.get(step.address) ?? new Map<string, string>();
    own.set(wordToHex(slot), wordToHex(value));
    slots.set(step.address, own);
    return Object.fromEntries(own);
  }

  return {
    wantsMemory: options.memory,
    step(step) {
      if (options.limit > 0 && lines.length >= options.limit) return;
      const text = JSON.stringify({
        pc: step.pc,
        op: opcodeLabel(step.op),
        gas: Number(joinGas(step.gas, step.reserve)),
        gasCost: step.gasCost,
        depth: step.depth,
        error: stepError(step),
        // As geth: nothing is left out of a line but what is empty.
        refund: step.refund === 0 ? undefined : step.refund,
        stack: options.stack ? step.stack.map(quantity) : undefined,
        memory: options.memory ? wordsOf(step.memory) : undefined,
        returnData: options.returnData ? bytesToHex(step.returnData) : undefined,
        storage: options.storage ? storageOf(step) : undefined,
      });
      size += text.length + 1;
      if (size > MAX_TRACE_TEXT) throw traceTooLarge(`${lines.length} steps`);
      lines.push(text);
    },
    finish: ({ isSuccess: succeeded, gasUsed, output }) => {
      const head = `"gas":${gasUsed},"failed":${!succeeded},"returnValue":"${bytesToHex(output)}"`;
      return `{${head},"structLogs":[${lines.join(',')}]}`;
    },
  };
}

function wordsOf(memory: Uint8Array): string[] {
  const words: string[] = [];
  for (let at = 0; at + 32 <= memory.length; at += 32) words.push(bytesToHex(memory.subarray(at, at + 32)));
  return words;
}

/** Accounts and slots as they were, or both sides of what changed; nothing for a claim that only pays. */
function createStateText(options: TraceOptions): TextTracer {
  const { result, ...tracer } = createStateDiffTracer(options);
  return {
    ...tracer,
    finish() {
      const { pre, post } = result() ?? { pre: {} };
      const text = JSON.stringify(post === undefined ? pre : { post, pre });
      if (text.length > MAX_TRACE_TEXT) throw traceTooLarge('its end');
      return text;
    },
  };
}

function createSelectorText(): TextTracer {
  const { counts, ...tracer } = createSelectorTracer();
  return { ...tracer, finish: () => JSON.stringify(counts()) };
}

/** Several traces of one run, by the names of their tracers. */
function createMuxText(parts: readonly TraceOptions[]): TextTracer {
  const tracers = parts.map((options) => [options.tracer, createTextTracer(options)] as const);
  return {
    ...combineTracers(...tracers.map(([, tracer]) => tracer)),
    finish(end) {
      const texts = tracers.map(([name, tracer]) => `${JSON.stringify(name)}:${tracer.finish(end)}`);
      const text = `{${texts.join(',')}}`;
      if (text.length > MAX_TRACE_TEXT) throw traceTooLarge('its end');
      return text;
    },
  };
}

function createCallText(options: TraceOptions): TextTracer {
  const { result, ...tracer } = createCallTracer();
  return {
    ...tracer,
    finish(end) {
      const tree = result();
      const total = { gas: quantity(end.gasLimit), gasUsed: quantity(end.gasUsed) };
      const text = JSON.stringify(
        tree === undefined ? withoutCode(end, total) : { ...callFields(tree, options, true), ...total },
      );
      if (text.length > MAX_TRACE_TEXT) throw traceTooLarge('its end');
      return text;
    },
  };
}

/** A claim that only pays runs no message at all. */
function withoutCode({ from, to }: TraceEnd, total: object): object {
  return { from, ...total, to, input: '0x', value: '0x0', type: 'CALL' };
}

/** Logs are left out where the call or one around it was undone. */
function callFields(call: CallTree, options: TraceOptions, isKept: boolean): object {
  const succeeded = isSuccess(call.outcome);
  const keepsLogs = isKept && succeeded;
  const isCreation = call.type === 'CREATE' || call.type === 'CREATE2';
  const hasOutput = call.output.length > 0 && (succeeded || call.outcome === OUTCOME.REVERT);
  const calls = options.onlyTopCall ? [] : call.calls.map((inner) => callFields(inner, options, keepsLogs));
  const logs = options.withLogs && keepsLogs ? call.logs : [];
  return {
    from: call.from,
    gas: quantity(call.gas),
    gasUsed: quantity(call.gasUsed),
    to: isCreation && !succeeded ? undefined : call.to,
    input: bytesToHex(call.input),
    output: hasOutput ? bytesToHex(call.output) : undefined,
    error: call.error,
    revertReason: call.outcome === OUTCOME.REVERT ? revertReason(call.output) : undefined,
    calls: calls.length === 0 ? undefined : calls,
    logs: logs.length === 0 ? undefined : logs.map(logFields),
    value: call.type === 'STATICCALL' ? undefined : quantity(call.value),
    type: call.type,
  };
}

function logFields({ address, topics, data, position }: CallTree['logs'][number]): object {
  return { address, topics: topics.map(wordToHex), data: bytesToHex(data), position: quantity(position) };
}
