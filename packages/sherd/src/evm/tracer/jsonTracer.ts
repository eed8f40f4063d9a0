/** Steps as lines of JSON (EIP-3155), with the names and the order of go-ethereum's `evm --json`. */
import { bytesToHex } from '../../base/index.ts';
import { joinGas } from '../largeGas.ts';
import { callError, opcodeLabel, stepError } from './stepError.ts';
import type { CallResult, StepEvent, Tracer } from './tracer.ts';

export interface JsonTracerOptions {
  readonly memory?: boolean;
  readonly returnData?: boolean;
  /** Default: true. */
  readonly stack?: boolean;
}

function quantity(value: number | bigint): string {
  return `0x${value.toString(16)}`;
}

function stepLine(step: StepEvent, options: JsonTracerOptions): string {
  return JSON.stringify({
    pc: step.pc,
    op: step.op,
    gas: quantity(joinGas(step.gas, step.reserve)),
    gasCost: quantity(step.gasCost),
    memory: options.memory === true ? bytesToHex(step.memory) : undefined,
    memSize: step.memorySize,
    stack: options.stack === false ? null : step.stack.map(quantity),
    returnData: options.returnData === true ? bytesToHex(step.returnData) : undefined,
    depth: step.depth,
    refund: step.refund,
    opName: opcodeLabel(step.op),
    error: stepError(step),
  });
}

function endLine(result: CallResult): string {
  return JSON.stringify({
    output: bytesToHex(result.output).slice(2),
    gasUsed: quantity(result.gasUsed),
    error: callError(result),
  });
}

/** A tracer that hands each line to `write`: one a step, and one when the message ends. */
export function createJsonTracer(write: (line: string) => void, options: JsonTracerOptions = {}): Tracer {
  return {
    wantsMemory: options.memory === true,
    step: (step) => write(stepLine(step, options)),
    exit(result) {
      if (result.depth === 0) write(endLine(result));
    },
  };
}
