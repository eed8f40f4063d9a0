/** The machine: `createEvm(host, environment).run(message)`. */
export { create2Address, createAddress } from './createAddress.ts';
export { createEvm } from './createEvm.ts';
export { delegationCode, delegationTarget } from './delegation.ts';
export { type DisassembledInstruction, disassemble, formatInstruction } from './disassemble.ts';
export { createEvmWith, type Evm, type EvmOptions } from './evm.ts';
export type { ForeignCall, ForeignCode, ForeignCreate, ForeignFrame } from './foreignCode.ts';
export type { Host, Log, Snapshot } from './host.ts';
export { joinGas, splitGas } from './largeGas.ts';
export type {
  AbortFlag,
  BlockContext,
  Environment,
  Message,
  MessageResult,
  SystemCall,
  SystemContract,
  TransactionContext,
} from './message.ts';
export { isHalt, isRevert, isSuccess, OUTCOME, OUTCOME_TEXT, type Outcome } from './outcome.ts';
export { type CallLog, type CallTracer, type CallTree, createCallTracer } from './tracer/callTracer.ts';
export { combineTracers } from './tracer/combineTracers.ts';
export { type FlatCall, type FlatCallOptions, flattenCalls } from './tracer/flatCalls.ts';
export { createJsonTracer, type JsonTracerOptions } from './tracer/jsonTracer.ts';
export { createSelectorTracer, type SelectorTracer } from './tracer/selectorTracer.ts';
export {
  createStateDiffTracer,
  type StateDiff,
  type StateDiffAccount,
  type StateDiffOptions,
  type StateDiffTracer,
} from './tracer/stateDiffTracer.ts';
export { callError, opcodeLabel, stepError } from './tracer/stepError.ts';
export { createStepTracer, type StepTracer, type StepTracerOptions, type TracedStep } from './tracer/stepTracer.ts';
export type {
  CallEvent,
  CallResult,
  CallType,
  FaultEvent,
  HaltPlace,
  StepEvent,
  StepStart,
  Tracer,
  TransactionEvent,
} from './tracer/tracer.ts';
