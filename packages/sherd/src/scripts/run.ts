/** What goes into a run of a script and what comes out: the public shapes of the engine. */
import type { HostCallWatcher } from './hostCalls.ts';
import type { HostLimits, NestedRuns } from './hostRun.ts';
import type { ScriptWorld } from './world.ts';

/** How a run ended. `finished` and `aborted` are the script's own word; the rest are faults that burn all its gas. */
export const SCRIPT_OUTCOMES = [
  'finished',
  /** The script called abort(data): effects undone, gas left is kept. */
  'aborted',
  /** The script is a built-in one and says that this transaction may not stand in a block at all. */
  'refused',
  'outOfGas',
  'trapped',
  'callDepth',
  'unknownScript',
  'reentered',
  'badCode',
] as const;
export type ScriptOutcome = (typeof SCRIPT_OUTCOMES)[number];

/** Who calls: a transaction (nobody) or another script. */
export type Caller = { readonly kind: 'transaction' } | { readonly kind: 'script'; readonly script: number };

export interface ScriptRequest {
  readonly world: ScriptWorld;
  readonly script: number;
  readonly data: Uint8Array;
  /** Gas units; all that the run may use. */
  readonly gas: number;
  readonly caller: Caller;
  /** No writes, no receipts, no claims; only lower-index scripts may be called. */
  readonly isStatic?: boolean;
  /** Is told of each call of a host function, in this run and in all below it. */
  readonly onHostCall?: HostCallWatcher;
}

export interface ScriptResult {
  readonly outcome: ScriptOutcome;
  readonly gasLeft: number;
  /** finish(data), abort(data). Empty for faults. */
  readonly output: Uint8Array;
  /** For faults and refusals: a stable code (`OUT_OF_BOUNDS`, `NONCE_TOO_LOW`) and a sentence. */
  readonly error?: { readonly code: string; readonly message: string };
  /** What a built-in script wants its transaction's record to hold (the EVM script: its Ethereum receipt). */
  readonly detail?: unknown;
}

/** Runs a script as a nested call from a built-in one. */
export type NestedRun = (script: number, data: Uint8Array, gas: number, isStatic: boolean) => ScriptResult;

/** EVM bytecode to run: of a script on its region, or raw code without one. The start is paid. */
export interface EvmCodeRequest {
  readonly world: ScriptWorld;
  /** Whose region it is; of raw code, the script that executes it. */
  readonly script: number;
  readonly caller: Caller;
  readonly code: Uint8Array;
  readonly data: Uint8Array;
  readonly gas: number;
  readonly isStatic: boolean;
  readonly isRawCode: boolean;
  readonly limits: HostLimits;
  readonly nested: NestedRuns;
  /** Runs that this one is inside of. */
  readonly depth: number;
  readonly onHostCall?: HostCallWatcher;
}

/** A script that lives in the program. Effects go through `world`; the engine rolls them back unless it finished. */
export interface BuiltInScript {
  run(request: ScriptRequest, call: NestedRun): ScriptResult;
  /** A script that is a machine lends it: the engine runs scripts and raw code of EVM bytecode with this. */
  readonly runCode?: (request: EvmCodeRequest) => ScriptResult;
}
