/** Memory and the hash over it. */
import { keccak256Word } from '../../crypto/hash.ts';
import type { Frame } from '../frame.ts';
import { chargeMemory, chargeMemoryAt, chargeWords } from '../gas.ts';
import type { Instruction, Machine } from '../machine.ts';
import { OUTCOME } from '../outcome.ts';
import { smallWord } from '../smallWord.ts';

export const memory = {
  MLOAD(f: Frame, m: Machine) {
    const s = f.stack;
    const top = f.sp - 1;
    const offset = chargeMemoryAt(f, m, s[top]!, 32);
    if (offset < 0) return OUTCOME.OUT_OF_GAS;
    s[top] = f.memory.loadWord(offset);
    return 0;
  },
  MSTORE(f: Frame, m: Machine) {
    const s = f.stack;
    f.sp -= 2;
    const sp = f.sp;
    const offset = chargeMemoryAt(f, m, s[sp + 1]!, 32);
    if (offset < 0) return OUTCOME.OUT_OF_GAS;
    f.memory.storeWord(offset, s[sp]!);
    return 0;
  },
  MSTORE8(f: Frame, m: Machine) {
    const s = f.stack;
    f.sp -= 2;
    const sp = f.sp;
    const offset = chargeMemoryAt(f, m, s[sp + 1]!, 1);
    if (offset < 0) return OUTCOME.OUT_OF_GAS;
    f.memory.storeByte(offset, Number(s[sp]! & 0xffn));
    return 0;
  },
  MSIZE(f: Frame) {
    f.stack[f.sp++] = BigInt(f.memory.size);
    return 0;
  },
  /** EIP-5656; the ranges may overlap. */
  MCOPY(f: Frame, m: Machine) {
    const s = f.stack;
    f.sp -= 3;
    const sp = f.sp;
    const [to, from, size] = [s[sp + 2]!, s[sp + 1]!, s[sp]!];
    if (!chargeMemory(f, m, to, size) || !chargeMemory(f, m, from, size)) return OUTCOME.OUT_OF_GAS;
    if (!chargeWords(f, Number(size), m.rules.copyWord)) return OUTCOME.OUT_OF_GAS;
    if (size !== 0n) f.memory.move(Number(to), Number(from), Number(size));
    return 0;
  },
  KECCAK256(f: Frame, m: Machine) {
    const s = f.stack;
    const sp = --f.sp;
    const offset = s[sp]!;
    const size = s[sp - 1]!;
    if (!chargeMemory(f, m, offset, size)) return OUTCOME.OUT_OF_GAS;
    const length = smallWord(size);
    if (!chargeWords(f, length, m.rules.keccakWord)) return OUTCOME.OUT_OF_GAS;
    s[sp - 1] = keccak256Word(f.memory.peek(length === 0 ? 0 : smallWord(offset), length));
    return 0;
  },
} satisfies Record<string, Instruction>;
