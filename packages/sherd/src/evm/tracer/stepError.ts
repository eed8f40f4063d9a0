/** Why a step halted, in geth's words, with the numbers that geth puts into them. */
import { NAME_OF_BYTE, OPCODES } from '../../protocol/index.ts';
import { STACK_LIMIT } from '../frame.ts';
import { OUTCOME, OUTCOME_TEXT } from '../outcome.ts';
import type { StepEvent } from './tracer.ts';

/** Name of an opcode as traces show it; what is none is `opcode 0x.. not defined`. */
export function opcodeLabel(op: number): string {
  return NAME_OF_BYTE[op] ?? `opcode 0x${op.toString(16)} not defined`;
}

/** Undefined for a step that did not halt. */
export function stepError({
  op,
  outcome,
  stack,
}: Pick<StepEvent, 'op' | 'outcome'> & { readonly stack: { readonly length: number } }): string | undefined {
  if (outcome === OUTCOME.RUNNING) return undefined;
  const text = OUTCOME_TEXT[outcome];
  const name = NAME_OF_BYTE[op];
  if (outcome === OUTCOME.INVALID_OPCODE) return `${text}: ${opcodeLabel(op)}`;
  if (name === undefined) return text;
  const { pops, pushes } = OPCODES[name];
  if (outcome === OUTCOME.STACK_UNDERFLOW) return `${text} (${stack.length} <=> ${pops})`;
  if (outcome === OUTCOME.STACK_OVERFLOW) return `${text} ${stack.length} (${STACK_LIMIT + pops - pushes})`;
  return text;
}
