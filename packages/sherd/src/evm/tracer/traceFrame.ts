/** The loop again, reporting each step. Kept apart so that the loop that nobody watches carries nothing of it. */
import { EMPTY_BYTES } from '../../base/index.ts';
import type { Frame } from '../frame.ts';
import { joinGas } from '../largeGas.ts';
import type { Machine, Step } from '../machine.ts';
import { isSuccess, OUTCOME, type Outcome } from '../outcome.ts';
import type { StepEvent, StepStart } from './tracer.ts';

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

/** What the running step has cost so far. */
function costOf({ event, frame }: PendingStep): number {
  if (event.reserve === frame.reserve) return event.gas - frame.gas;
  return Number(joinGas(event.gas, event.reserve) - joinGas(frame.gas, frame.reserve));
}

/**
 * Reports the running step, if it is not reported yet: its cost is what the frame has paid so far. An instruction that
 * calls does this before the callee begins, so that the cost is without what comes back from it.
 */
export function reportStep(m: Machine, pushed?: bigint): void {
  const pending = m.pendingStep;
  if (pending !== undefined) report(m, pending, { gasCost: costOf(pending), pushed, outcome: OUTCOME.RUNNING });
}

function report(m: Machine, { event }: PendingStep, end: Pick<StepEvent, 'gasCost' | 'pushed' | 'outcome'>): void {
  m.pendingStep = undefined;
  m.tracer?.step?.({ ...event, refund: m.host.refund ?? 0, ...end });
}

/** Stack and gas are looked at before an instruction begins, everything else while it runs. */
const BEFORE_BEGIN: ReadonlySet<Step> = new Set([
  OUTCOME.STACK_UNDERFLOW,
  OUTCOME.STACK_OVERFLOW,
  OUTCOME.OUT_OF_GAS,
  OUTCOME.INIT_CODE_TOO_LARGE,
]);

/** Reports a step that ended its frame without success: as refused, or as begun and then failed. */
function reportFailure(m: Machine, pending: PendingStep, outcome: Outcome): void {
  const { event, frame } = pending;
  const gasCost = costOf(pending);
  if (BEFORE_BEGIN.has(outcome)) {
    const charged = outcome === OUTCOME.OUT_OF_GAS ? gasCost : m.table.gas[event.op]!;
    report(m, pending, { gasCost: charged, pushed: undefined, outcome });
    return;
  }
  reportStep(m);
  const { memory } = frame;
  m.tracer?.fault?.({
    ...event,
    gasCost,
    refund: m.host.refund ?? 0,
    stack: frame.stack.slice(0, frame.sp),
    memory: m.tracer.wantsMemory === true ? memory.slice(0, memory.size) : EMPTY_BYTES,
    memorySize: memory.size,
    outcome,
  });
}

/**
 * What comes of an instruction that writes where nothing may be written: geth charges for it, which may fail, and
 * only then refuses. Runs it as if it were allowed; the frame is lost either way, and its effects with it.
 */
function payForbidden(f: Frame, m: Machine, op: number): Outcome {
  const pending = m.pendingStep!;
  const { sp, stack } = { sp: f.sp, stack: f.stack.slice(0, f.sp) };
  let left = f.gas;
  // A creation reports its step when it has paid and before it hands gas on; whatever it begins is forgotten.
  const onReport = () => {
    left = f.gas;
  };
  const unwatched: Machine = { ...m, frames: [], tracer: { step: onReport }, pendingStep: pending };
  const step = m.table.run[op]!(f, unwatched);
  if (unwatched.pendingStep !== undefined) left = f.gas;
  f.gas = left;
  f.creating = undefined;
  if (isFailure(step)) return step as Outcome;
  for (const [index, word] of stack.entries()) f.stack[index] = word;
  f.sp = sp;
  return OUTCOME.STATIC_WRITE;
}

function isFailure(step: Step): boolean {
  return step > 0 && !isSuccess(step as Outcome);
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
    if (isFailure(step)) {
      const isForbidden = step === OUTCOME.STATIC_WRITE && run[op] !== m.table.run[op];
      reportFailure(m, pending, isForbidden ? payForbidden(f, m, op) : (step as Outcome));
      return step;
    }
    reportStep(m, step === 0 && f.sp > 0 ? f.stack[f.sp - 1] : undefined);
    if (step !== 0) return step;
  }
}
