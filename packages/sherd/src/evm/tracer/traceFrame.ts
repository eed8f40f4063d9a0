/** The loop again, reporting each step. Kept apart so that the loop that nobody watches carries nothing of it. */
import { EMPTY_BYTES } from '../../base/index.ts';
import type { Frame } from '../frame.ts';
import { joinGas } from '../largeGas.ts';
import type { Machine, Step } from '../machine.ts';
import { isHalt, OUTCOME, type Outcome } from '../outcome.ts';
import type { StepStart } from './tracer.ts';

/** A step that has begun and is not reported yet. */
export interface PendingStep {
  readonly frame: Frame;
  readonly event: StepStart;
}

function beginStep(f: Frame, m: Machine, op: number): PendingStep {
  const memory = m.tracer?.wantsMemory === true ? f.memory.slice(0, f.memory.size) : EMPTY_BYTES;
  const event = {
    pc: f.pc,
    op,
    gas: f.gas,
    reserve: f.reserve,
    depth: f.depth + 1,
    stack: f.stack.slice(0, f.sp),
    memory,
    memorySize: f.memory.size,
    returnData: f.returnData,
    refund: m.host.refund ?? 0,
    address: f.address,
  };
  return { frame: f, event };
}

/**
 * Reports the running step, if it is not reported yet: its cost is what the frame has paid so far. An instruction that
 * calls does this before the callee begins, so that the cost is without what comes back from it.
 */
export function reportStep(m: Machine, outcome: Outcome = OUTCOME.RUNNING, pushed?: bigint): void {
  const pending = m.pendingStep;
  if (pending === undefined) return;
  m.pendingStep = undefined;
  const { event, frame } = pending;
  const gasCost =
    event.reserve === frame.reserve
      ? event.gas - frame.gas
      : Number(joinGas(event.gas, event.reserve) - joinGas(frame.gas, frame.reserve));
  m.tracer?.step?.({ ...event, gasCost, pushed, outcome });
}

/** Runs a frame until it ends or another frame must run first. */
export function traceFrame(f: Frame, m: Machine): Step {
  const { gas, minStack, maxStack } = m.table;
  const run = f.isStatic ? m.table.runStatic : m.table.run;
  for (;;) {
    if (m.abort?.aborted === true) return OUTCOME.ABORTED;
    const op = f.code[f.pc]!;
    const pending = beginStep(f, m, op);
    m.pendingStep = pending;
    m.tracer?.beforeStep?.(pending.event);
    f.pc++;
    let step: Step;
    if (f.sp < minStack[op]!) step = OUTCOME.STACK_UNDERFLOW;
    else if (f.sp > maxStack[op]!) step = OUTCOME.STACK_OVERFLOW;
    else {
      f.gas -= gas[op]!;
      step = f.gas < 0 ? OUTCOME.OUT_OF_GAS : run[op]!(f, m);
    }
    const outcome = step > 0 && isHalt(step as Outcome) ? (step as Outcome) : OUTCOME.RUNNING;
    reportStep(m, outcome, step === 0 && f.sp > 0 ? f.stack[f.sp - 1] : undefined);
    if (step !== 0) return step;
  }
}
