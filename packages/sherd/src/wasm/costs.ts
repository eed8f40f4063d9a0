/**
 * Prices of instructions in ticks, 64 to a gas: the counter inside a module counts ticks, so that a short run of
 * instructions need not be rounded up. One tick is some 80 picoseconds of code that no optimiser has seen yet, on the
 * slowest machine that we count on; optimised code is two to five times faster and costs the same. Prices of memory
 * accesses are those of the worst use of them, which no optimiser makes faster.
 */
import { assert } from '../base/index.ts';
import type { Work } from './instructions.ts';

/** 2^6 ticks are one gas. */
export const TICKS_PER_GAS_LOG2 = 6;
export const TICKS_PER_GAS = 64;

/** Work whose price depends on the memory of the module. */
export type MemoryWork = 'load' | 'store';
/** Work whose price depends on how many functions the module has. */
export type CallWork = 'call' | 'indirect';

export const TICKS: Readonly<Record<Exclude<Work, MemoryWork | CallWork>, number>> = {
  free: 0,
  move: 1,
  simple: 3,
  /** V8's first compiler makes three instructions of one: 0.9 ns where the next one needs it. */
  compare: 10,
  /** Globals, and the size of the memory, lie in memory: 2 ns from writing one to having read it back. */
  global: 8,
  /** V8's first compiler calls a C function for it: 3 ns. */
  rotate: 56,
  /** Nothing waits for a store, and a byte lies in one page; a load that needs it with its neighbours waits for 3 ns. */
  storeByte: 32,
  multiply: 12,
  branch: 10,
  /** A 64-bit division takes 20 ns where processors have no fast one. */
  divide: 64,
  table: 24,
  /** Filling no bytes of a page that was never touched takes 150 ns: masked stores fault and are suppressed. */
  bulk: 1_280,
  grow: 6_400,
};

/** The charge of a segment is itself work. */
export const SEGMENT_TICKS = 4;
/** Each argument of a call: those that registers do not hold go through memory. */
export const ARGUMENT_TICKS = 4;
/** Each turn of a loop, beside its instructions: V8 looks for interrupts there. */
export const LOOP_TICKS = 10;
/** Counting the turns of a loop before it begins, where that can be done; a division more where its step is a local. */
export const COUNT_TICKS = 64;
/** Each page that memory.grow asks for, granted or not: 4,000 gas. */
export const PAGE_TICKS = 4_000 * TICKS_PER_GAS;
/** Each byte of memory.copy and memory.fill. */
export const BYTE_TICKS = 2;

/** Prices of loads and stores in a module whose memory may grow to `pages` (of 64 KiB), and not only to less. */
export interface MemoryClass extends Readonly<Record<MemoryWork, number>> {
  readonly pages: number;
}

/**
 * What counts is the maximum that a module declares: it is known when the module is metered, and is the same everywhere.
 *
 * A *load* may need the one before it for its address, and there may be nothing else to do meanwhile: it costs what the
 * farthest cache takes that such a memory needs, or, on a machine whose caches others use too, what is behind it.
 *
 * Nothing waits for a *store*, wherever it goes. But one of several bytes may lie across two pages of the processor
 * (4 KiB), which takes it ten times as long as any other, and longer where it has to look both of them up.
 */
export const MEMORY_CLASSES: readonly MemoryClass[] = [
  /** 256 KiB: the second cache, 4 to 5 ns. */
  { pages: 4, load: 56, store: 176 },
  /** 1 MiB: what the second cache just holds when nobody else is there: 10 to 30 ns. */
  { pages: 16, load: 200, store: 256 },
  /** 4 MiB: the third cache when it is ours (20 to 60 ns), else beyond it (130 to 165 ns). */
  { pages: 64, load: 1_000, store: 256 },
  /** 16 MiB: beyond all caches, and beyond what the processor knows of where pages are: 145 to 200 ns. */
  { pages: 256, load: 1_800, store: 256 },
];

/** Prices of calls in a module that defines up to `functions`, and more than the class before. */
export interface CallClass extends Readonly<Record<CallWork, number>> {
  readonly functions: number;
}

/**
 * A call goes through an entry of V8's jump table to the function: code that the processor has to have at hand. The
 * first cache holds some hundred functions, however small, and the second one some thousand. Code without calls is
 * fetched ahead, and takes no longer where there is much of it.
 */
export const CALL_CLASSES: readonly CallClass[] = [
  { functions: 64, call: 48, indirect: 72 },
  /** 5 to 8 ns where all are called in turn, 11 to 14 ns through the table. */
  { functions: 512, call: 96, indirect: 160 },
  /** 9 to 23 ns where all are called in turn, 16 to 34 ns through the table. */
  { functions: 4_096, call: 224, indirect: 400 },
];

/**
 * Prices of all instructions in a module whose memory may grow to `maximum` pages and that defines so many functions.
 * Neither is above the last row of {@link MEMORY_CLASSES} and {@link CALL_CLASSES}: limits see to that.
 */
export function instructionTicks(maximum: number, functions: number): Readonly<Record<Work, number>> {
  const memory = MEMORY_CLASSES.find(({ pages }) => maximum <= pages);
  const calls = CALL_CLASSES.find((each) => functions <= each.functions);
  assert(memory !== undefined, `no prices for a memory of ${maximum} pages`);
  assert(calls !== undefined, `no prices for ${functions} functions`);
  return { ...TICKS, load: memory.load, store: memory.store, call: calls.call, indirect: calls.indirect };
}
