/** What all frames of one transaction share, and the shape of an instruction. */
import type { Address } from '../base/index.ts';
import type { ActivePrecompile } from '../precompiles/index.ts';
import type { Rules } from '../protocol/index.ts';
import type { ForeignCode } from './foreignCode.ts';
import type { Frame } from './frame.ts';
import type { Host } from './host.ts';
import type { AbortFlag, BlockContext, SystemContract, TransactionContext } from './message.ts';
import type { Outcome } from './outcome.ts';
import type { PendingStep } from './tracer/traceFrame.ts';
import type { Tracer } from './tracer/tracer.ts';

/** What an instruction answers when another frame must run before its own goes on. */
export const SUSPENDED = -1;

/** 0 = go on with the next instruction; {@link SUSPENDED}; or how the frame ended. */
export type Step = Outcome | typeof SUSPENDED;

/**
 * One instruction. The loop has checked the stack and charged the constant gas; the instruction charges what depends
 * on its operands and then does its work: stack, gas, effect, in this order.
 */
export type Instruction = (frame: Frame, machine: Machine) => Step;

/** The jump table of a fork, by opcode byte. */
export interface InstructionTable {
  readonly run: readonly Instruction[];
  /** The same where writing is forbidden. */
  readonly runStatic: readonly Instruction[];
  /** Constant gas; 0 for bytes that are no instruction, whose function halts. */
  readonly gas: Int32Array;
  /** Words that the instruction needs on the stack. */
  readonly minStack: Uint16Array;
  /** Words above which the instruction would overflow the stack. */
  readonly maxStack: Uint16Array;
  /** 1 where the fork has an instruction. */
  readonly exists: Uint8Array;
  /** Gas, stack and kind of each instruction, packed as interpreter.ts has it. */
  readonly rows: Int32Array;
}

export interface Machine {
  readonly host: Host;
  readonly rules: Rules;
  readonly table: InstructionTable;
  readonly precompiles: ReadonlyMap<Address, ActivePrecompile>;
  readonly systemContracts: ReadonlyMap<Address, SystemContract> | undefined;
  readonly block: BlockContext;
  readonly transaction: TransactionContext;
  readonly originWord: bigint;
  readonly coinbaseWord: bigint;
  readonly foreignCode: ForeignCode | undefined;
  readonly abort: AbortFlag | undefined;
  readonly tracer: Tracer | undefined;
  /** Frames by depth, made when first needed. */
  readonly frames: Frame[];
  /** Depth of the frame that runs; -1 when none does. */
  depth: number;
  /** How the last call ended that needed no frame, or whose frame has ended. */
  endOutcome: Outcome;
  endGas: number;
  endReserve: bigint;
  endOutput: Uint8Array;
  /** While steps are traced, the one that runs. */
  pendingStep: PendingStep | undefined;
}
