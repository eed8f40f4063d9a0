/** Arithmetic modulo 2^256. Signed forms read words as two's complement. */
import { WORD_MAX, WORD_MODULUS } from '../../base/index.ts';
import type { Frame } from '../frame.ts';
import { charge } from '../gas.ts';
import type { Instruction, Machine } from '../machine.ts';
import { OUTCOME } from '../outcome.ts';

/** An instruction that replaces two words by one. */
function binary(compute: (a: bigint, b: bigint) => bigint): Instruction {
  return (f) => {
    const s = f.stack;
    const top = --f.sp;
    s[top - 1] = compute(s[top]!, s[top - 1]!);
    return 0;
  };
}

/** Bytes that a word fills without its leading zeros. */
function byteLength(word: bigint): number {
  return word === 0n ? 0 : (word.toString(16).length + 1) >> 1;
}

/** Values of the hex digits by char code. */
const HEX_DIGITS: readonly number[] = Array.from({ length: 128 }, (_, code) => {
  const value = Number.parseInt(String.fromCharCode(code), 16);
  return Number.isNaN(value) ? 0 : value;
});

/** base^exponent mod 2^256: squares, with four bits of the exponent at a time. */
function power(base: bigint, exponent: bigint): bigint {
  if (base === 2n) return exponent < 256n ? 1n << exponent : 0n;
  const digits = exponent.toString(16);
  // Powers of the base, as far as a digit has asked for them.
  const powers: bigint[] = [1n, base];
  let result = 1n;
  for (let i = 0; i < digits.length; i++) {
    if (i > 0) {
      for (let k = 0; k < 4; k++) result = (result * result) & WORD_MAX;
    }
    const digit = HEX_DIGITS[digits.charCodeAt(i)]!;
    if (digit === 0) continue;
    for (let n = powers.length; n <= digit; n++) powers.push((powers[n - 1]! * base) & WORD_MAX);
    result = (result * powers[digit]!) & WORD_MAX;
  }
  return result;
}

function signed(word: bigint): bigint {
  return BigInt.asIntN(256, word);
}

export const arithmetic = {
  // The commonest four are written out: a call less per step. Comparing costs less than cutting a result that is no
  // greater than a word.
  ADD(f: Frame) {
    const s = f.stack;
    const top = --f.sp;
    const sum = s[top]! + s[top - 1]!;
    s[top - 1] = sum > WORD_MAX ? sum - WORD_MODULUS : sum;
    return 0;
  },
  MUL(f: Frame) {
    const s = f.stack;
    const top = --f.sp;
    const product = s[top]! * s[top - 1]!;
    s[top - 1] = product > WORD_MAX ? product & WORD_MAX : product;
    return 0;
  },
  SUB(f: Frame) {
    const s = f.stack;
    const top = --f.sp;
    const difference = s[top]! - s[top - 1]!;
    s[top - 1] = difference < 0n ? difference + WORD_MODULUS : difference;
    return 0;
  },
  DIV(f: Frame) {
    const s = f.stack;
    const top = --f.sp;
    const divisor = s[top - 1]!;
    if (divisor !== 0n) s[top - 1] = s[top]! / divisor;
    return 0;
  },
  SDIV: binary((a, b) => (b === 0n ? 0n : BigInt.asUintN(256, signed(a) / signed(b)))),
  MOD: binary((a, b) => (b === 0n ? 0n : a % b)),
  /** The result has the sign of the dividend. */
  SMOD: binary((a, b) => (b === 0n ? 0n : BigInt.asUintN(256, signed(a) % signed(b)))),
  ADDMOD(f: Frame) {
    const s = f.stack;
    f.sp -= 2;
    const top = f.sp;
    const modulus = s[top - 1]!;
    if (modulus !== 0n) s[top - 1] = (s[top + 1]! + s[top]!) % modulus;
    return 0;
  },
  MULMOD(f: Frame) {
    const s = f.stack;
    f.sp -= 2;
    const top = f.sp;
    const modulus = s[top - 1]!;
    if (modulus !== 0n) s[top - 1] = (s[top + 1]! * s[top]!) % modulus;
    return 0;
  },
  EXP(f: Frame, m: Machine) {
    const s = f.stack;
    const top = --f.sp;
    const exponent = s[top - 1]!;
    if (!charge(f, m.rules.expByte * byteLength(exponent))) return OUTCOME.OUT_OF_GAS;
    s[top - 1] = power(s[top]!, exponent);
    return 0;
  },
  /** Operand a counts the bytes of b less one. */
  SIGNEXTEND: binary((a, b) => (a > 30n ? b : BigInt.asUintN(256, BigInt.asIntN(8 * (Number(a) + 1), b)))),
} satisfies Record<string, Instruction>;
