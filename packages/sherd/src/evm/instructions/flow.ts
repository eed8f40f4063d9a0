/** Jumps, the counters of the frame, and its ends. */
import { EMPTY_BYTES } from '../../base/index.ts';
import { jumpTarget } from '../analysis.ts';
import type { Frame } from '../frame.ts';
import { chargeMemory } from '../gas.ts';
import { joinGas } from '../largeGas.ts';
import type { Instruction, Machine } from '../machine.ts';
import { OUTCOME } from '../outcome.ts';
import { smallWord } from '../smallWord.ts';

/** Takes offset and size from the stack and makes that memory the frame's output. */
function setOutput(f: Frame, m: Machine): boolean {
  f.sp -= 2;
  const sp = f.sp;
  const offset = f.stack[sp + 1]!;
  const size = f.stack[sp]!;
  if (!chargeMemory(f, m, offset, size)) return false;
  f.output = size === 0n ? EMPTY_BYTES : f.memory.slice(smallWord(offset), smallWord(size));
  return true;
}

export const flow = {
  STOP() {
    return OUTCOME.STOP;
  },
  JUMP(f: Frame) {
    const target = jumpTarget(f.analysis, f.stack[--f.sp]!);
    if (target < 0) return OUTCOME.INVALID_JUMP;
    f.pc = target;
    return 0;
  },
  JUMPI(f: Frame) {
    f.sp -= 2;
    const sp = f.sp;
    if (f.stack[sp]! === 0n) return 0;
    const target = jumpTarget(f.analysis, f.stack[sp + 1]!);
    if (target < 0) return OUTCOME.INVALID_JUMP;
    f.pc = target;
    return 0;
  },
  PC(f: Frame) {
    f.stack[f.sp++] = BigInt(f.pc - 1);
    return 0;
  },
  /** What is left after this instruction itself. */
  GAS(f: Frame) {
    f.stack[f.sp++] = f.reserve === 0n ? BigInt(f.gas) : joinGas(f.gas, f.reserve);
    return 0;
  },
  JUMPDEST() {
    return 0;
  },
  RETURN(f: Frame, m: Machine) {
    return setOutput(f, m) ? OUTCOME.RETURN : OUTCOME.OUT_OF_GAS;
  },
  /** EIP-140. */
  REVERT(f: Frame, m: Machine) {
    return setOutput(f, m) ? OUTCOME.REVERT : OUTCOME.OUT_OF_GAS;
  },
  INVALID() {
    return OUTCOME.INVALID_OPCODE;
  },
} satisfies Record<string, Instruction>;
