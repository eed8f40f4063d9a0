/**
 * Loops whose turns can be counted before they begin: a local goes up or down by a step until it passes a bound, and
 * there is no other way out. Metering pays for all turns at once then, where the gas suffices, and runs the loop without
 * a counter. What is found here decides nothing but where gas is taken: a loop that is not recognised is counted turn by
 * turn, at the same price.
 *
 * Shapes that compilers write (`step` is an addition to the counter or a subtraction from it):
 *
 *     loop  condition  if  ... step ...  br 1  end  end        (head)
 *     loop  condition  br_if outer  ... step ...  br 0  end    (head)
 *     loop  ... step ...  condition  br_if 0  end              (tail)
 */
import { INSTRUCTIONS } from './instructions.ts';
import { WasmReader } from './reader.ts';
import type { WasmWriter } from './writer.ts';

/** Bytes of a loop that is looked at: it is written twice. */
const MOST_LOOP_BYTES = 512;

/** A constant, or a local (i32) that the loop does not write. */
export type Operand = { readonly kind: 'constant' | 'local'; readonly value: number };

export interface CountedLoop {
  /** Where the condition is looked at: before each turn, or after it. */
  readonly test: 'head' | 'tail';
  /** Local (i32) that counts, and by how much each turn changes it; constants are positive. */
  readonly counter: number;
  readonly direction: 'up' | 'down';
  readonly step: Operand;
  /** Turns go on while the counter is below (`up`) or above (`down`) the bound, or while they differ. */
  readonly until: 'passes' | 'equals';
  readonly bound: Operand;
  /** The bound itself still is a turn. */
  readonly includesBound: boolean;
  readonly isSigned: boolean;
  /** The turn stands in an `if` of the loop (the first shape). */
  readonly isInBlock: boolean;
  /** Position behind the loop's `end`. */
  readonly end: number;
  /** Position of the `br_if` that leaves the loop, in the second shape. */
  readonly exit: number;
}

interface Code {
  readonly opcode: number;
  /** Position of the opcode. */
  readonly at: number;
  /** Blocks of the loop around the instruction. */
  readonly depth: number;
  /** Label, local or constant. */
  readonly value: number;
}

const OP = {
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  br: 0x0c,
  brIf: 0x0d,
  return: 0x0f,
  get: 0x20,
  set: 0x21,
  tee: 0x22,
  const: 0x41,
  eqz: 0x45,
  add: 0x6a,
  sub: 0x6b,
} as const;

/** Comparisons of i32 from 0x46 on. */
const COMPARISONS = ['eq', 'ne', 'lt_s', 'lt_u', 'gt_s', 'gt_u', 'le_s', 'le_u', 'ge_s', 'ge_u'] as const;
type Relation = 'eq' | 'ne' | 'lt' | 'gt' | 'le' | 'ge';
const NEGATED: Readonly<Record<Relation, Relation>> = { eq: 'ne', ne: 'eq', lt: 'ge', ge: 'lt', gt: 'le', le: 'gt' };
const MIRRORED: Readonly<Record<Relation, Relation>> = { eq: 'eq', ne: 'ne', lt: 'gt', gt: 'lt', le: 'ge', ge: 'le' };

/** The instructions of the loop whose first one stands at `start`, with its `end`; undefined for those left alone. */
function readLoop(
  code: Uint8Array,
  start: number,
): { readonly codes: readonly Code[]; readonly end: number } | undefined {
  const reader = new WasmReader(code);
  reader.position = start;
  const codes: Code[] = [];
  for (let depth = 0; ; ) {
    const at = reader.position;
    if (at - start > MOST_LOOP_BYTES) return undefined;
    const opcode = reader.u8();
    const instruction = INSTRUCTIONS[opcode];
    // What calls or grows has its own look at the counter; loops inside have turns of their own.
    if (instruction === undefined || opcode === OP.loop || opcode === OP.return || opcode === 0x00) return undefined;
    if (opcode === OP.end || opcode === OP.else) depth--;
    let value = 0;
    switch (instruction.immediate) {
      case 'none':
        break;
      case 'block':
        reader.u8();
        break;
      case 'label':
      case 'local':
      case 'global':
        value = reader.u32();
        break;
      case 'memory':
        reader.u32();
        reader.u32();
        break;
      case 'i32':
        value = Number(reader.signed(32));
        break;
      case 'i64':
        reader.skipSigned(64);
        break;
      default:
        // Branch tables among them: those would be more ways out.
        return undefined;
    }
    codes.push({ opcode, at, depth, value });
    if (depth < 0) return { codes, end: reader.position };
    if (opcode === OP.block || opcode === OP.if || opcode === OP.else) depth++;
  }
}

/** Looks at the loop whose first instruction stands at `start`. */
export function findCountedLoop(code: Uint8Array, start: number): CountedLoop | undefined {
  const loop = readLoop(code, start);
  return loop === undefined ? undefined : new Finder(loop.codes, loop.end).find();
}

/** Where a condition stands, and what it asks. */
interface Condition {
  readonly first: number;
  readonly relation: Relation;
  readonly isSigned: boolean;
  readonly left: Value;
  readonly right: Value;
}

/** An operand of a condition; one that the step leaves on the stack is the counter. */
interface Value extends Operand {
  readonly first: number;
}

class Finder {
  readonly #codes: readonly Code[];
  readonly #end: number;

  constructor(codes: readonly Code[], end: number) {
    this.#codes = codes;
    this.#end = end;
  }

  find(): CountedLoop | undefined {
    const codes = this.#codes;
    const last = codes.length - 1;
    const back = codes[last - 1];
    if (back === undefined) return undefined;
    if (back.opcode === OP.brIf && back.depth === 0 && back.value === 0) return this.#tail(last - 1);
    if (back.opcode === OP.br && back.depth === 0 && back.value === 0) return this.#headBranch(last - 1);
    const body = codes[last - 2];
    if (back.opcode === OP.end && body?.opcode === OP.br && body.depth === 1 && body.value === 1) {
      return this.#headIf(last - 2);
    }
    return undefined;
  }

  #tail(back: number): CountedLoop | undefined {
    const condition = this.#condition(back);
    return condition === undefined ? undefined : this.#counted(condition, 'tail', 0, back, -1);
  }

  #headIf(back: number): CountedLoop | undefined {
    const at = this.#codes.findIndex(({ opcode }) => opcode === OP.if);
    const codes = this.#codes;
    if (at < 0 || codes[at]!.depth !== 0) return undefined;
    // Nothing but the condition and this block stands in the loop directly; an else would be another way.
    if (codes.some(({ depth }, i) => depth === 0 && i > at && i < codes.length - 2)) return undefined;
    const condition = this.#headCondition(at);
    return condition === undefined ? undefined : this.#counted(condition, 'head', 1, back, -1);
  }

  #headBranch(back: number): CountedLoop | undefined {
    const at = this.#codes.findIndex(({ opcode }) => opcode === OP.brIf);
    if (at < 0 || this.#codes[at]!.depth !== 0 || this.#codes[at]!.value === 0) return undefined;
    const condition = this.#headCondition(at);
    if (condition === undefined) return undefined;
    const goesOn = { ...condition, relation: NEGATED[condition.relation] };
    return this.#counted(goesOn, 'head', 0, back, at);
  }

  /** The condition that is all that stands before instruction `at`, and changes nothing. */
  #headCondition(at: number): Condition | undefined {
    const condition = this.#condition(at);
    return condition?.first === 0 && !this.#codes.slice(0, at).some(isWrite) ? condition : undefined;
  }

  /** The condition that ends before instruction `at`: a comparison of i32, a value against zero, and their negations. */
  #condition(at: number): Condition | undefined {
    let last = at - 1;
    let isNegated = false;
    for (; this.#codes[last]?.opcode === OP.eqz; last--) isNegated = !isNegated;
    const name = COMPARISONS[(this.#codes[last]?.opcode ?? 0) - 0x46];
    if (name === undefined) {
      const left = this.#value(last);
      if (left === undefined) return undefined;
      const right: Value = { kind: 'constant', value: 0, first: left.first };
      return { first: left.first, relation: isNegated ? 'eq' : 'ne', isSigned: false, left, right };
    }
    const right = this.#value(last - 1);
    const left = right === undefined ? undefined : this.#value(right.first - 1);
    if (right === undefined || left === undefined) return undefined;
    const relation = name.slice(0, 2) as Relation;
    return {
      first: left.first,
      relation: isNegated ? NEGATED[relation] : relation,
      isSigned: name.endsWith('_s'),
      left,
      right,
    };
  }

  /** A constant, a local, or a step that leaves its result on the stack; `last` is its last instruction. */
  #value(last: number): Value | undefined {
    const code = this.#codes[last];
    if (code === undefined) return undefined;
    if (code.opcode === OP.const) return { kind: 'constant', value: code.value, first: last };
    if (code.opcode === OP.get) return { kind: 'local', value: code.value, first: last };
    return code.opcode === OP.tee ? { kind: 'local', value: code.value, first: last - 3 } : undefined;
  }

  #counted(
    condition: Condition,
    test: 'head' | 'tail',
    depth: number,
    back: number,
    exit: number,
  ): CountedLoop | undefined {
    if (!this.#staysInside(depth, back, exit)) return undefined;
    for (const isMirrored of [false, true]) {
      const [counter, bound] = isMirrored ? [condition.right, condition.left] : [condition.left, condition.right];
      if (counter.kind !== 'local') continue;
      const change = this.#change(counter.value, depth);
      if (change === undefined || !this.#isConstant(bound) || !this.#isConstant(change.step)) continue;
      const relation = isMirrored ? MIRRORED[condition.relation] : condition.relation;
      const asks = this.#asks(relation, change.direction);
      if (asks === undefined || (asks.until === 'equals' && !isPowerOfTwo(change.step))) continue;
      return {
        test,
        counter: counter.value,
        ...change,
        ...asks,
        bound,
        isSigned: condition.isSigned,
        isInBlock: depth === 1,
        end: this.#end,
        exit: exit < 0 ? -1 : this.#codes[exit]!.at,
      };
    }
    return undefined;
  }

  /** Every branch but the two that make the loop leads to the end of a block inside a turn. */
  #staysInside(depth: number, back: number, exit: number): boolean {
    return this.#codes.every(({ opcode, depth: at, value }, i) => {
      if ((opcode !== OP.br && opcode !== OP.brIf) || i === back || i === exit) return true;
      return value < at - depth;
    });
  }

  #isConstant(operand: Operand): boolean {
    return operand.kind === 'constant' || !this.#codes.some((code) => isWrite(code) && code.value === operand.value);
  }

  /** The only write to the counter: at `depth`, where each turn passes, and the sum or difference of it and a step. */
  #change(counter: number, depth: number): Pick<CountedLoop, 'direction' | 'step'> | undefined {
    const codes = this.#codes;
    const writes = codes.map((code, i) => (isWrite(code) && code.value === counter ? i : -1)).filter((i) => i >= 0);
    const [at] = writes;
    if (writes.length !== 1 || at === undefined || at < 3 || codes[at]!.depth !== depth) return undefined;
    const [left, right, operation] = codes.slice(at - 3, at) as [Code, Code, Code];
    if (operation.opcode !== OP.add && operation.opcode !== OP.sub) return undefined;
    const isCounter = (code: Code) => code.opcode === OP.get && code.value === counter;
    let step: Code;
    if (isCounter(left)) step = right;
    else if (isCounter(right) && operation.opcode === OP.add) step = left;
    else return undefined;
    const goesUp = operation.opcode === OP.add;
    if (step.opcode === OP.get) {
      if (step.value === counter) return undefined;
      return { direction: goesUp ? 'up' : 'down', step: { kind: 'local', value: step.value } };
    }
    if (step.opcode !== OP.const || step.value === 0 || step.value === -0x8000_0000) return undefined;
    const isUp = goesUp === step.value > 0;
    return { direction: isUp ? 'up' : 'down', step: { kind: 'constant', value: Math.abs(step.value) } };
  }

  /** What keeps turns going, when the counter moves towards its end. */
  #asks(relation: Relation, direction: 'up' | 'down'): Pick<CountedLoop, 'until' | 'includesBound'> | undefined {
    if (relation === 'ne') return { until: 'equals', includesBound: false };
    const [strict, loose] = direction === 'up' ? ['lt', 'le'] : ['gt', 'ge'];
    if (relation !== strict && relation !== loose) return undefined;
    return { until: 'passes', includesBound: relation === loose };
  }
}

function isWrite({ opcode }: Code): boolean {
  return opcode === OP.set || opcode === OP.tee;
}

function isPowerOfTwo({ kind, value }: Operand): boolean {
  return kind === 'constant' && (value & (value - 1)) === 0;
}

const I64 = {
  const: 0x42,
  eqz: 0x50,
  leS: 0x57,
  geS: 0x59,
  gtS: 0x55,
  add: 0x7c,
  sub: 0x7d,
  mul: 0x7e,
  divU: 0x80,
  and: 0x83,
  extendS: 0xac,
  extendU: 0xad,
} as const;
const SELECT = 0x1b;
const I64_TYPE = 0x7e;
const I32_GT_S = 0x4a;
const I32_DIV_U = 0x6e;
const I32_WRAP = 0xa7;
const I32_AND = 0x71;

/**
 * Writes the count, on the counter's value before the loop: afterwards `turns` (a local, i64) holds the number of times
 * that the condition holds from here on (in a `tail` loop, after the first turn), and an i32 on the stack tells whether
 * that is so. It is zero when the counter would run past the end of its range, and wrap around.
 */
export function writeCount(w: WasmWriter, loop: CountedLoop, turns: number): void {
  const { step, until } = loop;
  if (until === 'equals') {
    writeDistance(w, loop);
    w.u8(OP.tee).u32(turns);
    // The counter meets the bound only if the step divides the distance; otherwise it goes around, and may later.
    w.u8(I64.const)
      .signed(step.value - 1)
      .u8(I64.and, I64.eqz);
    w.u8(OP.get).u32(turns).u8(I64.const).signed(step.value).u8(I64.divU, OP.set).u32(turns);
    return;
  }
  writeDistance(w, loop);
  if (step.kind === 'constant') {
    // Rounded up to whole steps; below zero, the first look ends the loop.
    w.u8(I64.const)
      .signed(step.value - 1)
      .u8(I64.add, OP.tee)
      .u32(turns);
    w.u8(I64.const, 0, OP.get).u32(turns).u8(I64.const, 0, I64.gtS, SELECT);
    w.u8(I64.const).signed(step.value).u8(I64.divU, OP.set).u32(turns);
  } else {
    writeDivision(w, step, turns);
  }
  if (step.kind === 'constant' && step.value === 1 && !loop.includesBound) {
    // Steps of one end on the bound.
    w.u8(OP.const, 1);
    return;
  }
  // The last value of the counter has to be one that it can hold.
  writeCounter(w, loop);
  w.u8(OP.get).u32(turns);
  writeStep(w, step);
  w.u8(I64.mul, loop.direction === 'up' ? I64.add : I64.sub);
  w.u8(I64.const)
    .signed(lastValue(loop))
    .u8(loop.direction === 'up' ? I64.leS : I64.geS);
  if (step.kind === 'constant') return;
  writeStep(w, step);
  w.u8(I64.const, 0, I64.gtS, I32_AND);
}

/** How far the counter may go in its direction. */
function lastValue({ direction, isSigned }: CountedLoop): bigint {
  if (direction === 'up') return isSigned ? 0x7fff_ffffn : 0xffff_ffffn;
  return isSigned ? -0x8000_0000n : 0n;
}

/** From the counter to the bound in the direction of the steps, as an i64; one more when the bound is a turn too. */
function writeDistance(w: WasmWriter, loop: CountedLoop): void {
  const { direction, until, includesBound } = loop;
  if (until === 'equals') {
    // Modulo 2^32, as the counter itself moves.
    if (direction === 'up') {
      writeOperand(w, loop.bound);
      writeCounterWord(w, loop);
    } else {
      writeCounterWord(w, loop);
      writeOperand(w, loop.bound);
    }
    w.u8(OP.sub, I64.extendU);
    return;
  }
  if (direction === 'up') {
    writeBound(w, loop);
    writeCounter(w, loop);
  } else {
    writeCounter(w, loop);
    writeBound(w, loop);
  }
  w.u8(I64.sub);
  if (includesBound) w.u8(I64.const, 1, I64.add);
}

function writeOperand(w: WasmWriter, { kind, value }: Operand): void {
  if (kind === 'local') w.u8(OP.get).u32(value);
  else w.u8(OP.const).signed(value);
}

function writeBound(w: WasmWriter, { bound, isSigned }: CountedLoop): void {
  writeOperand(w, bound);
  w.u8(isSigned ? I64.extendS : I64.extendU);
}

/** The counter at the first look, as an i32: in a `tail` loop it has changed once by then. */
function writeCounterWord(w: WasmWriter, { counter, test, step, direction }: CountedLoop): void {
  w.u8(OP.get).u32(counter);
  if (test === 'head') return;
  writeOperand(w, step);
  w.u8(direction === 'up' ? OP.add : OP.sub);
}

function writeCounter(w: WasmWriter, loop: CountedLoop): void {
  writeCounterWord(w, loop);
  w.u8(loop.isSigned ? I64.extendS : I64.extendU);
}

/** The step as an i64; below or at zero only for a local. */
function writeStep(w: WasmWriter, step: Operand): void {
  if (step.kind === 'constant') {
    w.u8(I64.const).signed(step.value);
    return;
  }
  w.u8(OP.get).u32(step.value).u8(I64.extendS);
}

/**
 * From a distance on the stack to whole steps in `turns`, rounded up; 0 for a distance or a step that is not positive.
 * Many loops end at their first look, and dividing is slow: it happens only where it has to, and in 32 bits, which a
 * distance less one fits into.
 */
function writeDivision(w: WasmWriter, step: Operand, turns: number): void {
  w.u8(OP.tee).u32(turns).u8(I64.const, 0, I64.gtS);
  w.u8(OP.get).u32(step.value).u8(OP.const, 0, I32_GT_S, I32_AND, OP.if, I64_TYPE);
  w.u8(OP.get).u32(turns).u8(I64.const, 1, I64.sub, I32_WRAP);
  w.u8(OP.get).u32(step.value).u8(I32_DIV_U, I64.extendU, I64.const, 1, I64.add);
  w.u8(OP.else, I64.const, 0, OP.end, OP.set).u32(turns);
}
