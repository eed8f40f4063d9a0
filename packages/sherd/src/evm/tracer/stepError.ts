/** Why a step halted or a call failed, in geth's words, with the numbers that geth puts into them. */
import { checkCount, checkList, checkObject } from '../../base/arguments.ts';
import { NAME_OF_BYTE, OPCODES } from '../../protocol/index.ts';
import { STACK_LIMIT } from '../frame.ts';
import { isSuccess, OUTCOME, OUTCOME_TEXT, type Outcome } from '../outcome.ts';
import type { CallResult, FaultEvent, HaltPlace, StepEvent } from './tracer.ts';

/** Name of an opcode as traces show it; what is none is `opcode 0x.. not defined`. */
export function opcodeLabel(op: number): string {
  checkCount(op, 'opcode', 255);
  // geth never renamed it, whatever the fork.
  if (op === OPCODES.PREVRANDAO.byte) return 'DIFFICULTY';
  return NAME_OF_BYTE[op] ?? `opcode 0x${op.toString(16)} not defined`;
}

/** Undefined for a step that did not halt. */
export function stepError(step: StepEvent | FaultEvent): string | undefined {
  checkObject(step, 'step');
  const { op, outcome, stack } = step;
  if (outcome === OUTCOME.RUNNING) return undefined;
  checkList(stack, 'step: stack');
  // Gas that could not be counted at all: nothing was charged.
  if (outcome === OUTCOME.OUT_OF_GAS && step.gasCost <= step.gas) return uncountableGas(op, stack);
  if (outcome === OUTCOME.INIT_CODE_TOO_LARGE) {
    return `${OUTCOME_TEXT[OUTCOME.OUT_OF_GAS]}: ${OUTCOME_TEXT[outcome]}: size ${stack.at(-3)}`;
  }
  return haltText(outcome, { op, stackSize: stack.length });
}

/** Undefined for a call that succeeded. */
export function callError(result: Pick<CallResult, 'outcome' | 'halt'>): string | undefined {
  checkObject(result, 'result of a call');
  const { outcome, halt } = result;
  if (isSuccess(outcome)) return undefined;
  return halt === undefined ? OUTCOME_TEXT[outcome] : haltText(outcome, halt);
}

function haltText(outcome: Outcome, { op, stackSize }: HaltPlace): string {
  const text = OUTCOME_TEXT[outcome];
  const name = NAME_OF_BYTE[op];
  if (outcome === OUTCOME.INVALID_OPCODE) return `${text}: ${opcodeLabel(op)}`;
  if (name === undefined) return text;
  const { pops, pushes } = OPCODES[name];
  if (outcome === OUTCOME.STACK_UNDERFLOW) return `${text} (${stackSize} <=> ${pops})`;
  if (outcome === OUTCOME.STACK_OVERFLOW) return `${text} ${stackSize} (${STACK_LIMIT + pops - pushes})`;
  return text;
}

const MAX_UINT64 = (1n << 64n) - 1n;
/** Bytes of memory above which geth no longer computes a price. */
const MAX_PRICED_MEMORY = 0x1fffffffe0n;

/** Which of its limits geth names when an instruction asks for more memory than gas can be counted for. */
function uncountableGas(op: number, stack: readonly bigint[]): string {
  const text = OUTCOME_TEXT[OUTCOME.OUT_OF_GAS];
  if (op === OPCODES.SSTORE.byte) return `${text}: not enough gas for reentrancy sentry`;
  const size = memoryEnd(op, stack);
  if (size > MAX_UINT64 - 31n) return 'gas uint64 overflow';
  return size > MAX_PRICED_MEMORY ? `${text}: gas uint64 overflow` : text;
}

/** Where the memory ends that an instruction names; 0 for one that names none. */
function memoryEnd(op: number, stack: readonly bigint[]): bigint {
  const name = NAME_OF_BYTE[op];
  let end = 0n;
  for (const [offset, size] of name === undefined ? [] : OPCODES[name].memory) {
    const length = typeof size === 'number' ? (stack.at(-1 - size) ?? 0n) : BigInt(size);
    const last = length === 0n ? 0n : (stack.at(-1 - offset) ?? 0n) + length;
    if (last > end) end = last;
  }
  return end;
}
