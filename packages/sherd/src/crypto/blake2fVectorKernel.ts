/**
 * The same compression function with vectors of two 64-bit words: a row of the work vector is two of them, and the four
 * columns, then the four diagonals, go through G side by side. What makes it faster than words one by one is not fewer
 * operations (a round is a chain of 26 that wait for each other, either way) but that everything stays in registers.
 * Row b never moves: to line the diagonals up, the others turn around it, whose words are waited for the least.
 */
import { blake2fEnd, blake2fStart, MESSAGE_AT, SIGMA, VECTOR_AT } from './blake2fKernel.ts';
import {
  EMPTY_BLOCK,
  type KernelFunction,
  load64,
  loadVector,
  OP,
  store64,
  storeVector,
  VECTOR_OP,
} from './wasmCode.ts';

/** Message words in the order in which the ten permutations add them, 16 a round; `start` lays them out. */
const SCHEDULE_AT = 512;
const ROUND_BYTES = 128;

const ROUNDS = 0;

/** A row as the locals of its words 0 and 1, and 2 and 3. */
type Row = readonly [number, number];
const A: Row = [1, 2];
const B: Row = [3, 4];
const C: Row = [5, 6];
const D: Row = [7, 8];
/** Row d turned by two words is its halves exchanged. */
const D_TURNED: Row = [8, 7];
const ROWS = [...A, ...B, ...C, ...D];

const get = (local: number): number[] => [OP.GET, local];

/** Turns each 64-bit word of what is on the stack right by whole bytes. */
function rotateBytes(count: number): number[] {
  const lanes = Array.from({ length: 16 }, (_, i) => (i & 8) | ((i + count) & 7));
  return [...VECTOR_OP.CONST, ...lanes, ...VECTOR_OP.SWIZZLE];
}

/** Turns each word of a local right by 32, 24, 16 or 63 bits. */
function rotated(local: number, bits: number): number[] {
  // Left by one is doubling, with the highest bit put in at the other end.
  if (bits === 63) {
    const doubled = [...get(local), ...get(local), ...VECTOR_OP.ADD];
    return [...doubled, ...get(local), OP.I32_CONST, 63, ...VECTOR_OP.SHIFT_RIGHT, ...VECTOR_OP.XOR];
  }
  return [...get(local), ...rotateBytes(bits / 8)];
}

/** a += b + message; d = (d ^ a) >>> first; c += d; b = (b ^ c) >>> second, on whole rows. */
function halfG(a: Row, b: Row, c: Row, d: Row, message: number, first: number, second: number): number[] {
  const both = (step: (half: 0 | 1) => number[]) => [...step(0), ...step(1)];
  const add = (to: Row, from: Row) => both((i) => [...get(to[i]), ...get(from[i]), ...VECTOR_OP.ADD, OP.SET, to[i]]);
  const xorTurn = (to: Row, from: Row, bits: number) => [
    ...both((i) => [...get(to[i]), ...get(from[i]), ...VECTOR_OP.XOR, OP.SET, to[i]]),
    ...both((i) => [...rotated(to[i], bits), OP.SET, to[i]]),
  ];
  return [
    // The message first: it does not wait for b.
    ...both((i) => [...get(a[i]), ...loadVector(message + 16 * i), ...VECTOR_OP.ADD, OP.SET, a[i]]),
    ...add(a, b),
    ...xorTurn(d, a, first),
    ...add(c, d),
    ...xorTurn(b, c, second),
  ];
}

/** The upper word of one local and the lower word of another. */
function joined(upper: number, lower: number): number[] {
  return [...get(upper), ...get(lower), ...VECTOR_OP.SHUFFLE, ...Array.from({ length: 16 }, (_, i) => i + 8)];
}

/** Turns a row by one word: 1 2 3 0. */
function left([low, high]: Row): number[] {
  return [...joined(low, high), ...joined(high, low), OP.SET, high, OP.SET, low];
}

/** Turns a row by one word the other way: 3 0 1 2. */
function right([low, high]: Row): number[] {
  return [...joined(high, low), ...joined(low, high), OP.SET, high, OP.SET, low];
}

function round(index: number): number[] {
  const message = (part: number) => SCHEDULE_AT + ROUND_BYTES * index + 32 * part;
  return [
    ...halfG(A, B, C, D, message(0), 32, 24),
    ...halfG(A, B, C, D, message(1), 16, 63),
    ...[...right(A), ...left(C)],
    ...halfG(A, B, C, D_TURNED, message(2), 32, 24),
    ...halfG(A, B, C, D_TURNED, message(3), 16, 63),
    ...[...left(A), ...right(C)],
  ];
}

/** Message words of a round in the order of the lanes. Lane j of a diagonal step has word j of b, so diagonal j - 1. */
function schedule(permutation: readonly number[]): number[] {
  const columns = [0, 1, 2, 3];
  const diagonals = [7, 4, 5, 6];
  return [columns, diagonals].flatMap((lanes) => [
    ...lanes.map((g) => permutation[2 * g]!),
    ...lanes.map((g) => permutation[2 * g + 1]!),
  ]);
}

function start(): number[] {
  const words = SIGMA.flatMap(schedule);
  const layOut = words.flatMap((word, i) => store64(SCHEDULE_AT + 8 * i, load64(MESSAGE_AT + 8 * word)));
  return [...blake2fStart(), ...layOut];
}

/** run(rounds): that many rounds over the work vector, beginning with the first permutation. */
function run(): number[] {
  return [
    ...ROWS.flatMap((local, i) => [...loadVector(VECTOR_AT + 16 * i), OP.SET, local]),
    ...[OP.BLOCK, EMPTY_BLOCK, OP.LOOP, EMPTY_BLOCK],
    ...SIGMA.flatMap((_, i) => [
      ...[OP.GET, ROUNDS, OP.I32_EQZ, OP.BR_IF, 1],
      ...round(i),
      ...[OP.GET, ROUNDS, OP.I32_CONST, 1, OP.I32_SUB, OP.SET, ROUNDS],
    ]),
    ...[OP.BR, 0, OP.END, OP.END],
    ...ROWS.flatMap((local, i) => storeVector(VECTOR_AT + 16 * i, get(local))),
  ];
}

/** The functions of blake2fKernel() for engines that have vectors. */
export function blake2fVectorKernel(): readonly KernelFunction[] {
  return [
    { name: 'start', parameters: 0, counters: 0, words: 0, code: start() },
    { name: 'run', parameters: 1, counters: 0, words: 0, vectors: 8, code: run() },
    { name: 'end', parameters: 0, counters: 0, words: 0, code: blake2fEnd() },
  ];
}
