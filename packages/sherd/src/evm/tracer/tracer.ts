/**
 * What can watch the machine. Calls are reported by the code that enters and leaves them; single steps by a second
 * loop that only runs when somebody watches steps. A tracer reads; it must not change what it is shown.
 */
import type { Address } from '../../base/index.ts';
import type { Host, Log } from '../host.ts';
import type { Outcome } from '../outcome.ts';

/** What begins a call, by the name of its instruction. */
export type CallType = 'CALL' | 'CALLCODE' | 'DELEGATECALL' | 'STATICCALL' | 'CREATE' | 'CREATE2' | 'SELFDESTRUCT';

/** A call, creation or self-destruction that begins. */
export interface CallEvent {
  readonly type: CallType;
  /** 0 for the message itself. */
  readonly depth: number;
  readonly from: Address;
  /** The called account, the new contract, or the heir. */
  readonly to: Address;
  /** Wei. */
  readonly value: bigint;
  readonly gas: number;
  /** Calldata or init code; only good until the caller's memory changes. */
  readonly input: Uint8Array;
  /** True when no frame runs: a pre-compiled or system contract. */
  readonly isPrecompile: boolean;
}

/** How a call ended. Gas in units. */
export interface CallResult {
  readonly depth: number;
  readonly outcome: Outcome;
  readonly gasUsed: number;
  readonly output: Uint8Array;
  /** Where the frame stood, when it halted in an instruction. */
  readonly halt?: HaltPlace;
}

/** The instruction in which a frame halted. */
export interface HaltPlace {
  readonly op: number;
  /** Words on the stack. */
  readonly stackSize: number;
}

/** One executed instruction. The frame is shown as it was before, in stack, memory and storage. */
export interface StepEvent {
  readonly pc: number;
  readonly op: number;
  /** Before the instruction. */
  readonly gas: number;
  /** Gas above what `gas` counts; 0 but for gas limits above 2^52. */
  readonly reserve: bigint;
  /** All that it takes, gas handed to a callee included. */
  readonly gasCost: number;
  /** 1 for the first frame, as geth counts. */
  readonly depth: number;
  /** Bottom first; a copy. */
  readonly stack: readonly bigint[];
  /** A copy, when the tracer asked for memory; else empty. */
  readonly memory: Uint8Array;
  readonly memorySize: number;
  readonly returnData: Uint8Array;
  /** The refund counter, in gas, with what this step changes of it, as geth shows it; 0 when the host does not tell. */
  readonly refund: number;
  readonly address: Address;
  /** The word on top of the stack behind the instruction, for one that pushes and does not call; what SLOAD read. */
  readonly pushed: bigint | undefined;
  /** RUNNING, or why the instruction could not begin: stack or gas. What ends a frame later is a {@link Tracer.fault}. */
  readonly outcome: Outcome;
}

/** An instruction that began and failed, REVERT included: stack and memory as it left them, the rest as it began. */
export type FaultEvent = Omit<StepEvent, 'pushed'>;

/** An instruction that is about to run. */
export type StepStart = Omit<StepEvent, 'gasCost' | 'outcome' | 'pushed'>;

/** Whom a transaction names besides the instructions that it runs. */
export interface TransactionEvent {
  readonly from: Address;
  /** Undefined: a creation. */
  readonly to: Address | undefined;
  readonly coinbase: Address;
  /** Accounts whose authorisations it carries (EIP-7702). */
  readonly authorities: readonly Address[];
}

/** What can watch; every function may be left out. */
export interface Tracer {
  /** Before a transaction takes its fee, or a call without one begins. `state` is good until `endTransaction`. */
  beginTransaction?(transaction: TransactionEvent, state: Host): void;
  /** When it is settled and its accounts are as they will stay; not for one that was refused. */
  endTransaction?(): void;
  /** Steps are reported with a copy of the memory. */
  readonly wantsMemory?: boolean;
  enter?(call: CallEvent): void;
  exit?(result: CallResult): void;
  /** A log that the running call makes. */
  log?(log: Log): void;
  /** Before the instruction: the host is still as the ones before it left it. */
  beforeStep?(step: StepStart): void;
  /** In the order of execution; a call's step comes before the callee's `enter`. */
  step?(step: StepEvent): void;
  /** Behind its `step`, which knew nothing of it yet. Only heard by who has a `step` or `beforeStep` too. */
  fault?(fault: FaultEvent): void;
}
