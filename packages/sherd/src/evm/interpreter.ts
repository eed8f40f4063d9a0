/** The loop: reads an opcode, checks the stack, charges the constant gas and runs the instruction. */
import type { Frame } from './frame.ts';
import type { Machine, Step } from './machine.ts';
import { OUTCOME } from './outcome.ts';

/** Steps between two looks at the abort flag. */
const ABORT_INTERVAL = 1000;

/** Runs a frame until it ends or another frame must run first. */
export function runFrame(f: Frame, m: Machine): Step {
  const { gas, minStack, maxStack } = m.table;
  const run = f.isStatic ? m.table.runStatic : m.table.run;
  const code = f.code;
  for (;;) {
    if (m.abort?.aborted === true) return OUTCOME.ABORTED;
    for (let steps = ABORT_INTERVAL; steps > 0; steps--) {
      const op = code[f.pc++]!;
      const height = f.sp;
      if (height < minStack[op]!) return OUTCOME.STACK_UNDERFLOW;
      if (height > maxStack[op]!) return OUTCOME.STACK_OVERFLOW;
      const left = f.gas - gas[op]!;
      f.gas = left;
      if (left < 0) return OUTCOME.OUT_OF_GAS;
      const step = run[op]!(f, m);
      if (step !== 0) return step;
    }
  }
}
