/**
 * Prices of instructions in eighths of a gas. A block of instructions is charged at once, rounded up. One gas is about
 * five nanoseconds of unoptimised code, so that the same price holds before and after a compiler has warmed up.
 */
import type { Work } from './instructions.ts';

export const EIGHTHS: Readonly<Record<Work, number>> = {
  free: 0,
  move: 1,
  simple: 2,
  multiply: 4,
  memory: 4,
  branch: 3,
  divide: 24,
  table: 12,
  call: 24,
  indirect: 40,
  grow: 800,
};

/** Each turn of a loop, beside its instructions: V8 looks for interrupts there. In eighths. */
export const LOOP_EIGHTHS = 4;
/** Gas of each page that memory.grow asks for, granted or not. */
export const GAS_PER_PAGE = 4_000;
/** memory.copy and memory.fill: one gas for each 2^5 bytes, beside the call. */
export const BYTES_PER_GAS_LOG2 = 5;
