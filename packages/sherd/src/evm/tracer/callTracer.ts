/** The calls of a message as a tree: who called whom with what, and how it ended. */
import type { Address } from '../../base/index.ts';
import type { Log } from '../host.ts';
import type { Outcome } from '../outcome.ts';
import { callError } from './stepError.ts';
import type { CallType, Tracer } from './tracer.ts';

/** A call with the calls that it made. */
export interface CallTree {
  readonly type: CallType;
  readonly from: Address;
  readonly to: Address;
  /** Wei. */
  readonly value: bigint;
  readonly gas: number;
  readonly input: Uint8Array;
  readonly isPrecompile: boolean;
  readonly outcome: Outcome;
  readonly gasUsed: number;
  readonly output: Uint8Array;
  /** Why it failed, in geth's words; undefined when it succeeded. */
  readonly error: string | undefined;
  readonly calls: readonly CallTree[];
  /** Logs of this call itself; they stand here even when the call was rolled back later. */
  readonly logs: readonly CallLog[];
}

/** A log, and where it stands. */
export interface CallLog extends Log {
  /** How many calls this one had made before: where the log stands among them. */
  readonly position: number;
}

type Open = Omit<CallTree, 'outcome' | 'gasUsed' | 'output' | 'error' | 'calls' | 'logs'> & {
  readonly calls: CallTree[];
  readonly logs: CallLog[];
};

/** A tracer whose result is a tree of calls. */
export interface CallTracer extends Tracer {
  /** The tree of the last message; undefined before one has ended. */
  readonly result: () => CallTree | undefined;
}

/** Watches messages one after the other; costs nothing per step. */
export function createCallTracer(): CallTracer {
  const open: Open[] = [];
  let root: CallTree | undefined;
  return {
    enter({ depth: _, input, ...call }) {
      open.push({ ...call, input: input.slice(), calls: [], logs: [] });
    },
    exit(result) {
      const call = open.pop();
      if (call === undefined) return;
      const { outcome, gasUsed, output } = result;
      const tree: CallTree = { ...call, outcome, gasUsed, output, error: callError(result) };
      const parent = open.at(-1);
      if (parent === undefined) root = tree;
      else parent.calls.push(tree);
    },
    log(log) {
      const call = open.at(-1);
      call?.logs.push({ ...log, position: call.calls.length });
    },
    result: () => root,
  };
}
