/**
 * Prices of instructions in ticks, 64 to a gas: the counter inside a module counts ticks, so that a short run of
 * instructions need not be rounded up. One tick is some 80 picoseconds of code that no optimiser has seen yet, on the
 * slowest machine that we count on; optimised code is two to five times faster and costs the same.
 */
import type { Work } from './instructions.ts';

/** 2^6 ticks are one gas. */
export const TICKS_PER_GAS_LOG2 = 6;
export const TICKS_PER_GAS = 64;

export const TICKS: Readonly<Record<Work, number>> = {
  free: 0,
  move: 1,
  simple: 3,
  /** V8's first compiler calls a C function for it: 3 ns. */
  rotate: 32,
  memory: 5,
  multiply: 12,
  branch: 10,
  /** A 64-bit division takes 20 ns where processors have no fast one. */
  divide: 64,
  table: 24,
  call: 24,
  indirect: 40,
  /** Filling no bytes of a page that was never touched takes 150 ns: masked stores fault and are suppressed. */
  bulk: 1_280,
  grow: 6_400,
};

/** The charge of a segment is itself work. */
export const SEGMENT_TICKS = 4;
/** Each argument of a call: those that registers do not hold go through memory. */
export const ARGUMENT_TICKS = 4;
/** Each turn of a loop, beside its instructions: V8 looks for interrupts there. */
export const LOOP_TICKS = 8;
/** Counting the turns of a loop before it begins, where that can be done; a division more where its step is a local. */
export const COUNT_TICKS = 64;
/** Each page that memory.grow asks for, granted or not: 4,000 gas. */
export const PAGE_TICKS = 4_000 * TICKS_PER_GAS;
/** Each byte of memory.copy and memory.fill. */
export const BYTE_TICKS = 2;
