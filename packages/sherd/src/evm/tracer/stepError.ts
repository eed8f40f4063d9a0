/** Why a step halted or a call failed, in geth's words, with the numbers that geth puts into them. */
import { NAME_OF_BYTE, OPCODES } from '../../protocol/index.ts';
import { STACK_LIMIT } from '../frame.ts';
import { isSuccess, OUTCOME, OUTCOME_TEXT, type Outcome } from '../outcome.ts';
import type { CallResult, HaltPlace, StepEvent } from './tracer.ts';

/** Name of an opcode as traces show it; what is none is `opcode 0x.. not defined`. */
export function opcodeLabel(op: number): string {
  return NAME_OF_BYTE[op] ?? `opcode 0x${op.toString(16)} not defined`;
}

/** Undefined for a step that did not halt. */
export function stepError({ op, outcome, stack }: StepEvent): string | undefined {
  return outcome === OUTCOME.RUNNING ? undefined : haltText(outcome, { op, stackSize: stack.length });
}

/** Undefined for a call that succeeded. */
export function callError({ outcome, halt }: Pick<CallResult, 'outcome' | 'halt'>): string | undefined {
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
