/** POP, PUSH, DUP and SWAP. */
import { pushConstant } from '../analysis.ts';
import type { Frame } from '../frame.ts';
import type { Instruction } from '../machine.ts';

const SMALL: readonly bigint[] = Array.from({ length: 256 }, (_, i) => BigInt(i));

function pushN(n: number): Instruction {
  return (f) => {
    const position = f.pc - 1;
    f.pc += n;
    const analysis = f.analysis;
    const mark = analysis.marks[position]!;
    f.stack[f.sp++] = mark > 0 ? analysis.constants[mark]! : pushConstant(analysis, position, n);
    return 0;
  };
}

function dup(n: number): Instruction {
  return (f) => {
    const s = f.stack;
    const sp = f.sp++;
    s[sp] = s[sp - n]!;
    return 0;
  };
}

function swap(n: number): Instruction {
  return (f) => {
    const s = f.stack;
    const top = f.sp - 1;
    const word = s[top]!;
    s[top] = s[top - n]!;
    s[top - n] = word;
    return 0;
  };
}

export const stack = {
  POP(f: Frame) {
    f.sp--;
    return 0;
  },
  PUSH0(f: Frame) {
    f.stack[f.sp++] = 0n;
    return 0;
  },
  PUSH1(f: Frame) {
    f.stack[f.sp++] = SMALL[f.code[f.pc++]!]!;
    return 0;
  },
  PUSH2: pushN(2),
  PUSH3: pushN(3),
  PUSH4: pushN(4),
  PUSH5: pushN(5),
  PUSH6: pushN(6),
  PUSH7: pushN(7),
  PUSH8: pushN(8),
  PUSH9: pushN(9),
  PUSH10: pushN(10),
  PUSH11: pushN(11),
  PUSH12: pushN(12),
  PUSH13: pushN(13),
  PUSH14: pushN(14),
  PUSH15: pushN(15),
  PUSH16: pushN(16),
  PUSH17: pushN(17),
  PUSH18: pushN(18),
  PUSH19: pushN(19),
  PUSH20: pushN(20),
  PUSH21: pushN(21),
  PUSH22: pushN(22),
  PUSH23: pushN(23),
  PUSH24: pushN(24),
  PUSH25: pushN(25),
  PUSH26: pushN(26),
  PUSH27: pushN(27),
  PUSH28: pushN(28),
  PUSH29: pushN(29),
  PUSH30: pushN(30),
  PUSH31: pushN(31),
  PUSH32: pushN(32),
  DUP1: dup(1),
  DUP2: dup(2),
  DUP3: dup(3),
  DUP4: dup(4),
  DUP5: dup(5),
  DUP6: dup(6),
  DUP7: dup(7),
  DUP8: dup(8),
  DUP9: dup(9),
  DUP10: dup(10),
  DUP11: dup(11),
  DUP12: dup(12),
  DUP13: dup(13),
  DUP14: dup(14),
  DUP15: dup(15),
  DUP16: dup(16),
  SWAP1: swap(1),
  SWAP2: swap(2),
  SWAP3: swap(3),
  SWAP4: swap(4),
  SWAP5: swap(5),
  SWAP6: swap(6),
  SWAP7: swap(7),
  SWAP8: swap(8),
  SWAP9: swap(9),
  SWAP10: swap(10),
  SWAP11: swap(11),
  SWAP12: swap(12),
  SWAP13: swap(13),
  SWAP14: swap(14),
  SWAP15: swap(15),
  SWAP16: swap(16),
} satisfies Record<string, Instruction>;
