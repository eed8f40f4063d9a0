/** What is known of a piece of code before it runs: its jump destinations, and room for the constants it pushes. */
import { bytesToBigInt } from '../base/index.ts';
import { OPCODES } from '../protocol/index.ts';
import { smallWord } from './smallWord.ts';

/** Mark of a JUMPDEST that is no push data. */
export const JUMP_DESTINATION = -1;

export interface CodeAnalysis {
  /** The code with zeros behind it: running off the end reads STOP, and a cut PUSH reads zeros. */
  readonly padded: Uint8Array;
  /** Bytes of the code itself. */
  readonly length: number;
  /** Per byte of code: -1 a jump destination; n > 0 a push whose constant is `constants[n]`; 0 nothing known. */
  readonly marks: Int32Array;
  /** Constants of the PUSH instructions that have run; filled as they run, since most never do. */
  readonly constants: bigint[];
}

/** PUSH32 as the last byte reads 32 more, and the program counter then stands behind them. */
const PADDING = 33;

const known = new WeakMap<Uint8Array, CodeAnalysis>();

/** Analysis of `code`, kept as long as that very array lives. The code must not change after. */
export function analyseCode(code: Uint8Array): CodeAnalysis {
  let analysis = known.get(code);
  if (analysis === undefined) {
    analysis = analyse(code);
    known.set(code, analysis);
  }
  return analysis;
}

function analyse(code: Uint8Array): CodeAnalysis {
  const length = code.length;
  const padded = new Uint8Array(length + PADDING);
  padded.set(code);
  const marks = new Int32Array(length);
  const jumpdest = OPCODES.JUMPDEST.byte;
  const push1 = OPCODES.PUSH1.byte;
  const push32 = OPCODES.PUSH32.byte;
  for (let i = 0; i < length; i++) {
    const byte = padded[i]!;
    if (byte === jumpdest) marks[i] = JUMP_DESTINATION;
    else if (byte >= push1 && byte <= push32) i += byte - push1 + 1;
  }
  return { padded, length, marks, constants: [0n] };
}

/** The constant of the PUSH at `position`, with `size` bytes behind it. */
export function pushConstant(analysis: CodeAnalysis, position: number, size: number): bigint {
  const mark = analysis.marks[position]!;
  if (mark > 0) return analysis.constants[mark]!;
  const constant = bytesToBigInt(analysis.padded.subarray(position + 1, position + 1 + size));
  analysis.marks[position] = analysis.constants.length;
  analysis.constants.push(constant);
  return constant;
}

/** Where a jump to `target` leads, or -1 when no JUMPDEST is there. */
export function jumpTarget(analysis: CodeAnalysis, target: bigint): number {
  const position = smallWord(target);
  return position >= 0 && position < analysis.length && analysis.marks[position] === JUMP_DESTINATION ? position : -1;
}
