/**
 * What a module may have. A valid module is not a harmless one: compilers take time that grows with the product of
 * what it holds, at the first call and without a way to stop them. Each bound says what it holds off; the figures are
 * of V8 (Node 20) on one core, and tools that compile well stay below them by a factor of several.
 */
export interface WasmLimits {
  readonly moduleBytes: number;
  readonly bodyBytes: number;
  readonly types: number;
  readonly parameters: number;
  readonly imports: number;
  readonly functions: number;
  readonly exports: number;
  readonly globals: number;
  readonly localsPerFunction: number;
  readonly localsInAll: number;
  readonly operandHeight: number;
  readonly nesting: number;
  readonly loopsPerFunction: number;
  readonly loopsPer64KiB: number;
  readonly branchTargets: number;
  readonly mergeWorkPerFunction: number;
  readonly mergeWorkInAll: number;
  readonly memoryPages: number;
  readonly tableEntries: number;
  readonly segments: number;
  readonly elements: number;
}

export const WASM_LIMITS: WasmLimits = {
  /** Compiling costs up to 2 ms for each KiB; decoding and metering some microseconds. */
  moduleBytes: 262_144,
  /** The optimising compiler takes one function at a time and more than linear time for it. */
  bodyBytes: 32_768,
  types: 1_000,
  /** Parameters beyond the registers are stack moves at each call; 1,000 of them took seconds to optimise. */
  parameters: 16,
  imports: 64,
  functions: 4_096,
  exports: 64,
  globals: 256,
  /** Parameters included. 20,000 locals with 20,000 merges took 12.8 s at the first call. */
  localsPerFunction: 100,
  localsInAll: 20_000,
  /** 20,000 operands with 10,000 loops took 3.7 s. */
  operandHeight: 128,
  /** A switch nests a block for each case. */
  nesting: 256,
  /** Optimising takes 50 to 250 microseconds for each, and more where one function has many: 2,000 in 14 KB took 0.9 s. */
  loopsPerFunction: 128,
  /** In all, for each started 64 KiB of code. Compilers write one for some 500 bytes. */
  loopsPer64KiB: 256,
  /** Entries of all br_table together: each is an edge with a value for each local. */
  branchTargets: 8_192,
  /**
   * Merges and branches, each times the locals and operands alive there: up to half a microsecond when optimised. A call
   * through the table counts as 50.
   */
  mergeWorkPerFunction: 150_000,
  mergeWorkInAll: 3_000_000,
  /** 16 MiB; nested runs have a memory each. */
  memoryPages: 256,
  /** A table of ten million entries ended the process. */
  tableEntries: 4_096,
  segments: 1_024,
  elements: 8_192,
};
