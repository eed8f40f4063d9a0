/** A frame: one running piece of code with its stack, memory and gas. Frames of a machine are reused level by level. */
import { type Address, EMPTY_BYTES, ZERO_ADDRESS } from '../base/index.ts';
import { analyseCode, type CodeAnalysis } from './analysis.ts';
import type { Snapshot } from './host.ts';
import { Memory } from './memory.ts';

/** Words that a stack holds at most. */
export const STACK_LIMIT = 1024;

/** Frames above the first: a call from a frame at this depth is refused. */
export const CALL_DEPTH_LIMIT = 1024;

/** What runs: a call's code, or a creation's init code. */
export type FrameKind = 'call' | 'create';

export interface Frame {
  readonly depth: number;
  kind: FrameKind;
  analysis: CodeAnalysis;
  /** The padded code. */
  code: Uint8Array;
  /** The code when it is no EVM bytecode; the machine's `foreignCode` runs it. */
  foreignCode: Uint8Array | undefined;
  /** The next byte to read: while an instruction runs, the one behind its opcode. */
  pc: number;
  /** Words on the stack. */
  sp: number;
  /** The stack at its full height, bottom first; what lies at `sp` and above is rubbish. */
  readonly stack: bigint[];
  readonly memory: Memory;
  gas: number;
  /** Gas above what `gas` counts exactly; 0 but for gas limits that nobody can use up. See largeGas.ts. */
  reserve: bigint;
  /** The account whose storage and balance are in play. */
  address: Address;
  caller: Address;
  /** Wei. */
  value: bigint;
  input: Uint8Array;
  isStatic: boolean;
  /** Undoes all that this frame did. */
  snapshot: Snapshot;
  /** What the last call of this frame returned. */
  returnData: Uint8Array;
  /** What this frame itself returns. */
  output: Uint8Array;
  /** Where the running call's output goes. */
  resultOffset: number;
  resultSize: number;
  /** Word that a running creation pushes when it succeeds; undefined while a call runs. */
  creating: bigint | undefined;
}

const ZEROS: readonly bigint[] = Array.from({ length: STACK_LIMIT }, () => 0n);

/** What a frame holds that runs no bytecode. */
export const NO_CODE = analyseCode(EMPTY_BYTES);

export function createFrame(depth: number): Frame {
  return {
    depth,
    kind: 'call',
    analysis: NO_CODE,
    code: NO_CODE.padded,
    foreignCode: undefined,
    pc: 0,
    sp: 0,
    // Full from the start: an array that never grows is stored to faster.
    stack: ZEROS.slice(),
    memory: new Memory(),
    gas: 0,
    reserve: 0n,
    address: ZERO_ADDRESS,
    caller: ZERO_ADDRESS,
    value: 0n,
    input: EMPTY_BYTES,
    isStatic: false,
    snapshot: 0,
    returnData: EMPTY_BYTES,
    output: EMPTY_BYTES,
    resultOffset: 0,
    resultSize: 0,
    creating: undefined,
  };
}

/** Pushes without a check: the loop has made sure that there is room. */
export function push(frame: Frame, word: bigint): void {
  frame.stack[frame.sp++] = word;
}
