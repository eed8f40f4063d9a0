/**
 * BLAKE2b's compression function as WebAssembly functions, written out here instruction by instruction: 64-bit words and
 * rotations are what JavaScript lacks. All ten permutations of a round are unrolled; the 16 words live in locals.
 */
import { constant64, EMPTY_BLOCK, type KernelFunction, load64, OP, store64 } from './wasmCode.ts';

/** Order of the message words in each of the ten rounds that repeat (RFC 7693, 2.7). */
export const SIGMA: readonly (readonly number[])[] = [
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
  [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
  [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
  [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
  [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
  [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
  [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
  [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
  [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
  [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
];

const IV: readonly bigint[] = [
  0x6a09e667f3bcc908n,
  0xbb67ae8584caa73bn,
  0x3c6ef372fe94f82bn,
  0xa54ff53a5f1d36f1n,
  0x510e527fade682d1n,
  0x9b05688c2b3e6c1fn,
  0x1f83d9abfb41bd6bn,
  0x5be0cd19137e2179n,
];

/** Where the inputs lie in the module's memory, in bytes. */
export const STATE_AT = 0;
export const MESSAGE_AT = 64;
export const COUNTERS_AT = 192;
/** 64 bits, all set for the final block. */
export const FINAL_AT = 208;
/** Work vector, between `start` and `end`. */
export const VECTOR_AT = 256;

const ROUNDS = 0;

/** The local that holds word `i` of the work vector. */
function word(i: number): number {
  return 1 + i;
}

/** a += b + message word; d = (d ^ a) >>> first; c += d; b = (b ^ c) >>> second. */
function halfG(a: number, b: number, c: number, d: number, message: number, first: bigint, second: bigint): number[] {
  const get = (i: number) => [OP.GET, word(i)];
  const rotate = (by: bigint) => [...constant64(by), OP.I64_ROTR];
  return [
    ...[...get(a), ...get(b), OP.I64_ADD, ...load64(MESSAGE_AT + 8 * message), OP.I64_ADD, OP.TEE, word(a)],
    ...[...get(d), OP.I64_XOR, ...rotate(first), OP.TEE, word(d)],
    ...[...get(c), OP.I64_ADD, OP.TEE, word(c)],
    ...[...get(b), OP.I64_XOR, ...rotate(second), OP.SET, word(b)],
  ];
}

const COLUMNS_AND_DIAGONALS = [
  [0, 4, 8, 12],
  [1, 5, 9, 13],
  [2, 6, 10, 14],
  [3, 7, 11, 15],
  [0, 5, 10, 15],
  [1, 6, 11, 12],
  [2, 7, 8, 13],
  [3, 4, 9, 14],
] as const;

function round(permutation: readonly number[]): number[] {
  return COLUMNS_AND_DIAGONALS.flatMap(([a, b, c, d], i) => [
    ...halfG(a, b, c, d, permutation[2 * i]!, 32n, 24n),
    ...halfG(a, b, c, d, permutation[2 * i + 1]!, 16n, 63n),
  ]);
}

/** start(): the work vector from state, constants, counters and the final flag. */
export function blake2fStart(): number[] {
  const out: number[] = [];
  for (let i = 0; i < 8; i++) {
    out.push(...store64(VECTOR_AT + 8 * i, load64(STATE_AT + 8 * i)));
    const value = constant64(IV[i]!);
    if (i === 4 || i === 5) value.push(...load64(COUNTERS_AT + 8 * (i - 4)), OP.I64_XOR);
    if (i === 6) value.push(...load64(FINAL_AT), OP.I64_XOR);
    out.push(...store64(VECTOR_AT + 8 * (8 + i), value));
  }
  return out;
}

/** run(rounds): that many rounds over the work vector, beginning with the first permutation. */
function run(): number[] {
  const out: number[] = [];
  for (let i = 0; i < 16; i++) out.push(...load64(VECTOR_AT + 8 * i), OP.SET, word(i));
  out.push(OP.BLOCK, EMPTY_BLOCK, OP.LOOP, EMPTY_BLOCK);
  for (const permutation of SIGMA) {
    out.push(OP.GET, ROUNDS, OP.I32_EQZ, OP.BR_IF, 1);
    out.push(...round(permutation));
    out.push(OP.GET, ROUNDS, OP.I32_CONST, 1, OP.I32_SUB, OP.SET, ROUNDS);
  }
  out.push(OP.BR, 0, OP.END, OP.END);
  for (let i = 0; i < 16; i++) out.push(...store64(VECTOR_AT + 8 * i, [OP.GET, word(i)]));
  return out;
}

/** end(): folds the work vector into the state. */
export function blake2fEnd(): number[] {
  const out: number[] = [];
  for (let i = 0; i < 8; i++) {
    const [state, low, high] = [STATE_AT + 8 * i, VECTOR_AT + 8 * i, VECTOR_AT + 8 * (8 + i)];
    out.push(...store64(state, [...load64(state), ...load64(low), OP.I64_XOR, ...load64(high), OP.I64_XOR]));
  }
  return out;
}

/** The functions `start`, `run(rounds)` and `end` over what lies in the memory. */
export function blake2fKernel(): readonly KernelFunction[] {
  return [
    { name: 'start', parameters: 0, counters: 0, words: 0, code: blake2fStart() },
    { name: 'run', parameters: 1, counters: 0, words: 16, code: run() },
    { name: 'end', parameters: 0, counters: 0, words: 0, code: blake2fEnd() },
  ];
}
