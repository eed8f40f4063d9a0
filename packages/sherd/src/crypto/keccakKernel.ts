/**
 * Keccak-f[1600] as a WebAssembly function, written out instruction by instruction: the 25 lanes of the state live in
 * locals from the first block to the last, and a round is one pass of the loop.
 */
import { constant32, EMPTY_BLOCK, type KernelFunction, load64, OP, store64 } from './wasmCode.ts';

/** Where things lie in the memory, in bytes. */
export const STATE_AT = 0;
/** 24 round constants of 64 bits. */
export const CONSTANTS_AT = 256;
export const INPUT_AT = 1024;

/** Bytes that a block of Keccak-256 takes up. */
export const RATE = 136;

const ROUNDS = 24;

/** Parameters and counters. */
const INPUT = 0;
const BLOCKS = 1;
const CONSTANT = 2;

/** Locals of 64 bits: the lanes, the lanes that a round makes of them, and the columns' parities. */
const lane = (x: number, y: number): number => 3 + (x % 5) + 5 * (y % 5);
const moved = (x: number, y: number): number => 28 + (x % 5) + 5 * (y % 5);
const parity = (x: number): number => 53 + ((x + 5) % 5);
const EFFECT = 58;

const FIVE = [0, 1, 2, 3, 4];

/** Rotation of each lane, by x + 5 y (FIPS 202, 3.2.2). */
function rotations(): number[] {
  const out = new Array<number>(25).fill(0);
  for (let t = 0, x = 1, y = 0; t < 24; t++) {
    out[x + 5 * y] = (((t + 1) * (t + 2)) / 2) % 64;
    [x, y] = [y, (2 * x + 3 * y) % 5];
  }
  return out;
}

/** Round constants from the feedback register of FIPS 202, 3.2.5. */
export function roundConstants(): bigint[] {
  const out: bigint[] = [];
  let register = 1;
  for (let round = 0; round < ROUNDS; round++) {
    let constant = 0n;
    for (let j = 0; j <= 6; j++) {
      if ((register & 1) === 1) constant |= 1n << BigInt(2 ** j - 1);
      register <<= 1;
      if ((register & 0x100) !== 0) register ^= 0x171;
    }
    out.push(constant);
  }
  return out;
}

function theta(): number[] {
  const columns = FIVE.flatMap((x) => [
    ...[OP.GET, lane(x, 0), OP.GET, lane(x, 1), OP.I64_XOR, OP.GET, lane(x, 2), OP.I64_XOR],
    ...[OP.GET, lane(x, 3), OP.I64_XOR, OP.GET, lane(x, 4), OP.I64_XOR, OP.SET, parity(x)],
  ]);
  return columns;
}

/** The rest of theta, with rho and pi: each lane, changed by its columns and rotated, at its new place. */
function thetaRhoPi(): number[] {
  const rotation = rotations();
  return FIVE.flatMap((x) => [
    ...[OP.GET, parity(x - 1), OP.GET, parity(x + 1), OP.I64_CONST, 1, OP.I64_ROTL, OP.I64_XOR, OP.SET, EFFECT],
    ...FIVE.flatMap((y) => {
      const bits = rotation[x + 5 * y]!;
      const value = [OP.GET, lane(x, y), OP.GET, EFFECT, OP.I64_XOR];
      // Below 64 a constant is one byte, or two where its bit 6 would be read as a sign.
      const rotated = bits === 0 ? [] : [OP.I64_CONST, ...(bits < 64 ? [bits | 0x80, 0] : []), OP.I64_ROTL];
      return [...value, ...rotated, OP.SET, moved(y, 2 * x + 3 * y)];
    }),
  ]);
}

function chi(): number[] {
  return FIVE.flatMap((y) =>
    FIVE.flatMap((x) => [
      ...[OP.GET, moved(x, y), OP.GET, moved(x + 1, y), OP.I64_CONST, 0x7f, OP.I64_XOR],
      ...[OP.GET, moved(x + 2, y), OP.I64_AND, OP.I64_XOR, OP.SET, lane(x, y)],
    ]),
  );
}

function iota(): number[] {
  return [OP.GET, lane(0, 0), ...load64(CONSTANTS_AT, CONSTANT), OP.I64_XOR, OP.SET, lane(0, 0)];
}

function step(local: number, by: number): number[] {
  return [OP.GET, local, ...constant32(by), OP.I32_ADD, OP.TEE, local];
}

const LANES = Array.from({ length: 25 }, (_, i) => i);

/** absorb(input, blocks): takes up blocks (at least one) that lie at `input`. */
function absorb(): number[] {
  return [
    ...LANES.flatMap((i) => [...load64(STATE_AT + 8 * i), OP.SET, 3 + i]),
    ...[OP.LOOP, EMPTY_BLOCK],
    ...LANES.slice(0, RATE / 8).flatMap((i) => [OP.GET, 3 + i, ...load64(8 * i, INPUT), OP.I64_XOR, OP.SET, 3 + i]),
    ...[...constant32(0), OP.SET, CONSTANT],
    ...[OP.LOOP, EMPTY_BLOCK],
    ...theta(),
    ...thetaRhoPi(),
    ...chi(),
    ...iota(),
    ...[...step(CONSTANT, 8), ...constant32(8 * ROUNDS), OP.I32_NE, OP.BR_IF, 0],
    OP.END,
    ...[OP.GET, INPUT, ...constant32(RATE), OP.I32_ADD, OP.SET, INPUT],
    ...[...step(BLOCKS, -1), ...constant32(0), OP.I32_NE, OP.BR_IF, 0],
    OP.END,
    ...LANES.flatMap((i) => store64(STATE_AT + 8 * i, [OP.GET, 3 + i])),
  ];
}

export const KECCAK_KERNEL: readonly KernelFunction[] = [
  { name: 'absorb', parameters: 2, counters: 1, words: 56, code: absorb() },
];
