/** The steps of a message as a list, with the storage that they read and wrote: what a debugger shows. */
import { checkObject } from '../../base/arguments.ts';
import { type Address, wordToHex } from '../../base/index.ts';
import { OPCODES } from '../../protocol/index.ts';
import { OUTCOME } from '../outcome.ts';
import type { StepEvent, Tracer } from './tracer.ts';

/** A step with the storage that is known by then. */
export interface TracedStep extends StepEvent {
  /** Slots of the running account that steps have read or written so far; set for SLOAD and SSTORE alone. */
  readonly storage: ReadonlyMap<string, bigint> | undefined;
}

/** What is kept of the steps. */
export interface StepTracerOptions {
  readonly memory?: boolean;
  /** Steps above this number are counted and not kept. */
  readonly limit?: number;
}

/** A tracer whose result is a list of steps. */
export interface StepTracer extends Tracer {
  readonly steps: readonly TracedStep[];
  /** Steps that there were, kept or not. */
  readonly count: () => number;
}

/** Watches one message; holds all its steps in memory, up to the limit. */
export function createStepTracer(options: StepTracerOptions = {}): StepTracer {
  checkObject(options, 'options');
  const { memory = false, limit = Number.MAX_SAFE_INTEGER } = options;
  const steps: TracedStep[] = [];
  const storage = new Map<Address, Map<string, bigint>>();
  let count = 0;

  function storageBehind(step: StepEvent): ReadonlyMap<string, bigint> | undefined {
    const isLoad = step.op === OPCODES.SLOAD.byte;
    if ((!isLoad && step.op !== OPCODES.SSTORE.byte) || step.outcome !== OUTCOME.RUNNING) return undefined;
    const slot = step.stack.at(-1);
    const value = isLoad ? step.pushed : step.stack.at(-2);
    if (slot === undefined || value === undefined) return undefined;
    const slots = storage.get(step.address) ?? new Map<string, bigint>();
    slots.set(wordToHex(slot), value);
    storage.set(step.address, slots);
    return new Map(slots);
  }

  return {
    wantsMemory: memory,
    steps,
    count: () => count,
    step(step) {
      count++;
      if (steps.length < limit) steps.push({ ...step, storage: storageBehind(step) });
    },
  };
}
