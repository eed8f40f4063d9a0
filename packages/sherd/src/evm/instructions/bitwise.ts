/** Comparisons, logic and shifts. */
import { WORD_MAX } from '../../base/index.ts';
import type { Frame } from '../frame.ts';
import type { Instruction } from '../machine.ts';

function binary(compute: (a: bigint, b: bigint) => bigint): Instruction {
  return (f) => {
    const s = f.stack;
    const top = --f.sp;
    s[top - 1] = compute(s[top]!, s[top - 1]!);
    return 0;
  };
}

function signed(word: bigint): bigint {
  return BigInt.asIntN(256, word);
}

export const bitwise = {
  LT(f: Frame) {
    const s = f.stack;
    const top = --f.sp;
    s[top - 1] = s[top]! < s[top - 1]! ? 1n : 0n;
    return 0;
  },
  GT(f: Frame) {
    const s = f.stack;
    const top = --f.sp;
    s[top - 1] = s[top]! > s[top - 1]! ? 1n : 0n;
    return 0;
  },
  SLT: binary((a, b) => (signed(a) < signed(b) ? 1n : 0n)),
  SGT: binary((a, b) => (signed(a) > signed(b) ? 1n : 0n)),
  EQ(f: Frame) {
    const s = f.stack;
    const top = --f.sp;
    s[top - 1] = s[top]! === s[top - 1]! ? 1n : 0n;
    return 0;
  },
  ISZERO(f: Frame) {
    const s = f.stack;
    const top = f.sp - 1;
    s[top] = s[top]! === 0n ? 1n : 0n;
    return 0;
  },
  AND(f: Frame) {
    const s = f.stack;
    const top = --f.sp;
    s[top - 1] = s[top]! & s[top - 1]!;
    return 0;
  },
  OR(f: Frame) {
    const s = f.stack;
    const top = --f.sp;
    s[top - 1] = s[top]! | s[top - 1]!;
    return 0;
  },
  XOR(f: Frame) {
    const s = f.stack;
    const top = --f.sp;
    s[top - 1] = s[top]! ^ s[top - 1]!;
    return 0;
  },
  NOT(f: Frame) {
    const s = f.stack;
    const top = f.sp - 1;
    s[top] = s[top]! ^ WORD_MAX;
    return 0;
  },
  /** Byte 0 is the highest. */
  BYTE: binary((index, word) => (index > 31n ? 0n : (word >> (248n - 8n * index)) & 0xffn)),
  /** EIP-145: the number of bits is on top. */
  SHL: binary((bits, word) => (bits > 255n ? 0n : (word << bits) & WORD_MAX)),
  SHR: binary((bits, word) => (bits > 255n ? 0n : word >> bits)),
  SAR: binary((bits, word) => BigInt.asUintN(256, signed(word) >> (bits > 255n ? 255n : bits))),
  /** Leading zero bits; 256 for zero (EIP-7939). */
  CLZ(f: Frame) {
    const s = f.stack;
    const top = f.sp - 1;
    const word = s[top]!;
    s[top] = word === 0n ? 256n : BigInt(256 - word.toString(2).length);
    return 0;
  },
} satisfies Record<string, Instruction>;
