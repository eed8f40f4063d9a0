/**
 * The loop: reads an opcode, checks the stack, charges the constant gas and runs the instruction. Most of the time goes into
 * moves: instructions so small that calling a function would cost more than they do. The loop carries them out itself, with
 * its counters in locals; for all others it calls the jump table. (While steps are traced every instruction is a function.)
 */
import { assert } from '../base/index.ts';
import { OPCODES, type OpcodeName } from '../protocol/index.ts';
import { jumpTarget, pushConstant } from './analysis.ts';
import type { Frame, STACK_LIMIT } from './frame.ts';
import type { Machine, Step } from './machine.ts';
import { OUTCOME, type Outcome } from './outcome.ts';

// A row of the table is one integer, since one load a step is cheaper than four. The lowest bits are the constant gas.
// (These stay in this file: what comes from another module is loaded and checked anew at each use.)
const GAS_MASK = 0xffff;
/** Words that the instruction needs on the stack. */
const NEEDS_SHIFT = 16;
const NEEDS_MASK = 0x1f;
/** Set where the stack is one word higher afterwards; no instruction adds more. */
const GROWS = 1 << 21;
/** The number of the move, in the highest bits; 0 for what is no move. */
const MOVE_SHIFT = 22;

const MAX_HEIGHT: typeof STACK_LIMIT = 1024;

/** The loop names these by literals: only then does an engine make a jump table of its switch. */
const MOVES = { JUMPDEST: 1, POP: 2, PUSH: 3, DUP: 4, SWAP: 5, JUMP: 6, JUMPI: 7 } as const;

const JUMPDEST = 0x5b;

/** A move's own number is its byte less one of these. */
const BEFORE_PUSH1 = 0x5f;
const BEFORE_DUP1 = 0x7f;
const BEFORE_SWAP1 = 0x8f;

/** The row of an instruction at this price, as {@link runFrame} reads it. */
export function packRow(name: OpcodeName, price: number): number {
  const { pops, pushes } = OPCODES[name];
  const rises = pushes > pops;
  assert(price <= GAS_MASK && pops <= NEEDS_MASK && pushes <= pops + 1, `no row holds ${name}`);
  // PUSH0 has no constant behind it, so it is no PUSH here.
  const family = name === 'PUSH0' ? name : name.replace(/\d+$/, '');
  const move = family in MOVES ? MOVES[family as keyof typeof MOVES] : 0;
  return price | (pops << NEEDS_SHIFT) | (rises ? GROWS : 0) | (move << MOVE_SHIFT);
}

/** Steps between two looks at the abort flag. */
const ABORT_INTERVAL = 1000;

/** Runs a frame until it ends or another frame must run first. */
export function runFrame(f: Frame, m: Machine): Step {
  for (;;) {
    if (m.abort?.aborted === true) return OUTCOME.ABORTED;
    const step = runSteps(f, m);
    if (step !== 0) return step;
  }
}

/**
 * Some steps; 0 when the frame has more of them. A function of its own, because engines optimise one that is called again
 * and again better than one that is entered once and loops.
 */
function runSteps(f: Frame, m: Machine): Step {
  const { rows } = m.table;
  const run = f.isStatic ? m.table.runStatic : m.table.run;
  const { code, stack, analysis } = f;
  const { marks, constants } = analysis;
  // A jump leads to a JUMPDEST, whose only work is to be paid: that is done with the jump.
  const landing = rows[JUMPDEST]! & GAS_MASK;
  let { pc, sp, gas } = f;
  for (let steps = ABORT_INTERVAL; steps > 0; steps--) {
    const op = code[pc]!;
    const row = rows[op]!;
    if (sp < ((row >> NEEDS_SHIFT) & NEEDS_MASK)) return halt(f, pc, sp, OUTCOME.STACK_UNDERFLOW);
    if (sp === MAX_HEIGHT && (row & GROWS) !== 0) return halt(f, pc, sp, OUTCOME.STACK_OVERFLOW);
    gas -= row & GAS_MASK;
    if (gas < 0) return halt(f, pc, sp, OUTCOME.OUT_OF_GAS);
    switch (row >> MOVE_SHIFT) {
      case 1: // JUMPDEST
        pc++;
        break;
      case 2: // POP
        sp--;
        pc++;
        break;
      case 3: {
        // PUSH1 .. PUSH32
        const size = op - BEFORE_PUSH1;
        const mark = marks[pc]!;
        stack[sp++] = mark > 0 ? constants[mark]! : pushConstant(analysis, pc, size);
        pc += 1 + size;
        break;
      }
      case 4: // DUP1 .. DUP16
        stack[sp] = stack[sp - (op - BEFORE_DUP1)]!;
        sp++;
        pc++;
        break;
      case 5: {
        // SWAP1 .. SWAP16
        const top = sp - 1;
        const other = top - (op - BEFORE_SWAP1);
        const word = stack[top]!;
        stack[top] = stack[other]!;
        stack[other] = word;
        pc++;
        break;
      }
      case 6: {
        // JUMP
        const target = jumpTarget(analysis, stack[--sp]!);
        if (target < 0) return halt(f, pc, sp, OUTCOME.INVALID_JUMP);
        gas -= landing;
        if (gas < 0) return halt(f, target, sp, OUTCOME.OUT_OF_GAS);
        pc = target + 1;
        break;
      }
      case 7: {
        // JUMPI
        sp -= 2;
        if (stack[sp] === 0n) {
          pc++;
          break;
        }
        const target = jumpTarget(analysis, stack[sp + 1]!);
        if (target < 0) return halt(f, pc, sp, OUTCOME.INVALID_JUMP);
        gas -= landing;
        if (gas < 0) return halt(f, target, sp, OUTCOME.OUT_OF_GAS);
        pc = target + 1;
        break;
      }
      default: {
        f.pc = pc + 1;
        f.sp = sp;
        f.gas = gas;
        const step = run[op]!(f, m);
        if (step !== 0) return step;
        pc = f.pc;
        sp = f.sp;
        gas = f.gas;
      }
    }
  }
  f.pc = pc;
  f.sp = sp;
  f.gas = gas;
  return 0;
}

/** The instruction at `pc` halts: a tracer asks the frame for its opcode and the height of the stack. */
function halt(f: Frame, pc: number, sp: number, outcome: Outcome): Outcome {
  f.pc = pc + 1;
  f.sp = sp;
  return outcome;
}
