/** Steps as lines of JSON (EIP-3155), with the names, the order and the choice of lines of go-ethereum's `evm`. */
import { checkFunction, checkObject } from '../../base/arguments.ts';
import { bytesToHex } from '../../base/index.ts';
import { joinGas } from '../largeGas.ts';
import { isHalt } from '../outcome.ts';
import { callError, opcodeLabel, stepError } from './stepError.ts';
import type { CallEvent, CallResult, FaultEvent, StepEvent, Tracer } from './tracer.ts';

/** What a line has in it, and whether calls have lines of their own. Default: stack alone. */
export interface JsonTracerOptions {
  readonly memory?: boolean;
  readonly returnData?: boolean;
  /** Default: true. */
  readonly stack?: boolean;
  /** A line for each call, creation and self-destruction that begins, and one where it ends. */
  readonly callFrames?: boolean;
}

function quantity(value: number | bigint): string {
  return `0x${value.toString(16)}`;
}

/** Left out when there is nothing, as geth leaves it out. */
function bytesField(bytes: Uint8Array, isWanted: boolean | undefined): string | undefined {
  return isWanted === true && bytes.length > 0 ? bytesToHex(bytes) : undefined;
}

function stepLine(step: StepEvent | FaultEvent, options: JsonTracerOptions): string {
  return JSON.stringify({
    pc: step.pc,
    op: step.op,
    gas: quantity(joinGas(step.gas, step.reserve)),
    gasCost: quantity(step.gasCost),
    memory: bytesField(step.memory, options.memory),
    memSize: step.memorySize,
    stack: options.stack === false ? null : step.stack.map(quantity),
    returnData: bytesField(step.returnData, options.returnData),
    depth: step.depth,
    refund: step.refund,
    opName: opcodeLabel(step.op),
    error: stepError(step),
  });
}

function callLine(call: CallEvent, options: JsonTracerOptions): string {
  return JSON.stringify({
    from: call.from,
    to: call.to,
    input: bytesField(call.input, options.memory),
    gas: quantity(call.gas),
    // A static call carries no value at all.
    value: call.type === 'STATICCALL' ? null : quantity(call.value),
    type: call.type,
  });
}

function endLine({ output, gasUsed }: CallResult, error: string | undefined): string {
  return JSON.stringify({ output: bytesToHex(output).slice(2), gasUsed: quantity(gasUsed), error });
}

/**
 * A tracer that hands each line to `write`: one a step, a second one for a step that fails after it has begun (REVERT
 * too), and one when the message ends.
 */
export function createJsonTracer(write: (line: string) => void, options: JsonTracerOptions = {}): Tracer {
  checkFunction(write, 'write');
  checkObject(options, 'options');
  let lastError: string | undefined;
  return {
    wantsMemory: options.memory === true,
    step(step) {
      lastError = stepError(step);
      write(stepLine(step, options));
    },
    fault(fault) {
      lastError = stepError(fault);
      // What geth hands on here has no return data.
      write(stepLine(fault, { ...options, returnData: false }));
    },
    ...(options.callFrames === true && { enter: (call: CallEvent) => write(callLine(call, options)) }),
    exit(result) {
      if (result.depth > 0 && options.callFrames !== true) return;
      // The step that halted the frame knows more than the outcome does.
      const isHaltedStep = isHalt(result.outcome) && result.halt !== undefined;
      write(endLine(result, (isHaltedStep ? lastError : undefined) ?? callError(result)));
      lastError = undefined;
    },
  };
}
