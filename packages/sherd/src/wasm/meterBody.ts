/**
 * Rewrites one function body so that it counts. A *segment* is a run of instructions that is entered at its start only
 * and left at its end only; its price is taken off the gas counter where it starts.
 *
 * Inside the module the counters travel in registers: every function takes both (gas, stack) behind its own parameters
 * and gives the gas back behind its own result. Host and guest share them as globals, which are written before a host
 * function is called, and where a run ends.
 *
 * The gas counter is looked at where a run could go on for long: at each function's start and each loop's head (or, for
 * a loop whose turns can be counted, before it: see meterLoops.ts). Elsewhere it may go below zero for a while, which
 * nobody can see: host functions look before they act, a run that ends with less than zero is out of gas whatever it
 * did, and its effects are undone. (A trap between two looks is a trap. It burns all gas too, and is the same on every
 * machine.) Code after an unconditional branch is dropped.
 */
import { ARGUMENT_TICKS, COUNT_TICKS, LOOP_TICKS, SEGMENT_TICKS, TICKS_PER_GAS } from './costs.ts';
import { INSTRUCTIONS, MEMORY_COPY, OPCODE, type Work } from './instructions.ts';
import { type CountedLoop, findCountedLoop, type Operand, writeCount } from './meterLoops.ts';
import { WasmReader } from './reader.ts';
import { type FunctionBody, I32, I64, type ValueTypeByte, VOID } from './types.ts';
import { WasmWriter } from './writer.ts';

const OP = OPCODE as Readonly<
  Record<'if' | 'else' | 'end' | 'unreachable' | 'block' | 'loop' | 'br' | 'br_if' | 'call' | 'call_indirect', number>
>;
const LOCAL_GET = 0x20;
const LOCAL_SET = 0x21;
const LOCAL_TEE = 0x22;
const GLOBAL_GET = 0x23;
const GLOBAL_SET = 0x24;
const I32_CONST = 0x41;
const I32_LT_S = 0x48;
const I32_SUB = 0x6b;
const I64_CONST = 0x42;
const I64_LT_S = 0x53;
const I64_SUB = 0x7d;
const I64_ADD = 0x7c;
const I64_MUL = 0x7e;
const I64_LE_S = 0x57;
const I32_AND = 0x71;

/** Code of counted loops that one body may have twice, in bytes: what compiling it costs stays in proportion. */
const MOST_COUNTED_BYTES = 1024;

/** Prices in this module, and the numbers that metering gave to what it added. */
export interface MeterIndices {
  /** Ticks of each class of work. */
  readonly ticks: Readonly<Record<Work, number>>;
  /** Global of the gas counter (i64) and of the stack counter (i32). */
  readonly gas: number;
  readonly stack: number;
  /** Functions for memory.grow, memory.copy and memory.fill: they take the gas as well, and give it back. */
  readonly grow: number;
  readonly copy: number;
  readonly fill: number;
  /** Gas of each imported function, by its index. */
  readonly importGas: readonly number[];
  /** Types of functions with their counters, by the index of the type without. */
  readonly countedTypes: readonly number[];
  /** Parameters of each function, and of each type, of the module itself. */
  readonly functionArguments: readonly number[];
  readonly typeArguments: readonly number[];
}

/** What is put around a body. */
export interface FrameShape {
  /** Taken off the stack counter while the function runs; 0 for functions that call nothing. */
  readonly slots: number;
  /** Block type of the function's result. */
  readonly blockType: number;
  /** The body's own parameters: the counters come behind them (gas, stack), and its locals behind the counters. */
  readonly parameters: number;
  /** Parameters and locals of the body itself. */
  readonly locals: number;
}

/** Parameters that metering adds. */
const COUNTERS = 2;

/** Locals that metering adds to a body: what counted loops and indirect calls compute with. */
export const METER_LOCALS: readonly ValueTypeByte[] = [I64, I32];

/** How a piece of a body is metered. */
type Mode =
  /** A whole body: looked at where it begins. */
  | 'body'
  /** One loop: looked at at its head. */
  | 'loop'
  /** A loop whose turns were paid before it: only what not every turn runs is taken off. */
  | 'paid';

/** What the turns of a paid loop take, in ticks. */
interface TurnTicks {
  /** The first segment, which a loop with its condition there enters once more than the others. */
  readonly head: number;
  /** The other segments of every turn. */
  readonly rest: number;
  /** All segments that not every turn enters: none of them twice. */
  readonly arms: number;
}

/** Traps when the gas (an i64 on the stack, and in a local) is below zero; the host finds it in the global. */
export function writeGasCheck(w: WasmWriter, gasLocal: number, gasGlobal: number): void {
  w.u8(I64_CONST, 0, I64_LT_S, OP.if, VOID, LOCAL_GET).u32(gasLocal);
  w.u8(GLOBAL_SET).u32(gasGlobal).u8(OP.unreachable, OP.end);
}

class BodyMeter {
  readonly #out: WasmWriter;
  readonly #reader: WasmReader;
  readonly #at: MeterIndices;
  readonly #frame: FrameShape;
  readonly #gasLocal: number;
  readonly #stackLocal: number;
  readonly #countLocal: number;
  readonly #calleeLocal: number;
  readonly #mode: Mode;
  /** Instructions of the open segment. */
  readonly #segment = new WasmWriter();
  #ticks = 0;
  #isChecked: boolean;
  /** Open blocks: opcode, and whether something branches to the end. */
  readonly #labels: { readonly opcode: number; isTarget: boolean }[];
  /** Blocks opened inside dropped code; below zero when code is not being dropped. */
  #dropped = -1;
  /** Bytes of counted loops so far. */
  #countedBytes = 0;
  /** Counted loops so far. */
  counted = 0;

  // Of a paid loop:
  readonly #loop: CountedLoop | undefined;
  /** Blocks around the open segment where it began. */
  #segmentDepth = 1;
  #isHead = true;
  readonly turn = { head: 0, rest: 0, arms: 0 };

  constructor(
    out: WasmWriter,
    reader: WasmReader,
    at: MeterIndices,
    frame: FrameShape,
    mode: Mode,
    loop?: CountedLoop,
  ) {
    this.#out = out;
    this.#reader = reader;
    this.#at = at;
    this.#frame = frame;
    this.#gasLocal = frame.parameters;
    this.#stackLocal = frame.parameters + 1;
    this.#countLocal = frame.locals + COUNTERS;
    this.#calleeLocal = frame.locals + COUNTERS + 1;
    this.#mode = mode;
    this.#loop = loop;
    this.#labels = [{ opcode: mode === 'body' ? OP.block : OP.loop, isTarget: false }];
    this.#ticks = mode === 'body' ? 0 : LOOP_TICKS;
    this.#isChecked = mode !== 'paid';
  }

  /** Writes the body up to and with its final `end`. */
  run(): void {
    const reader = this.#reader;
    while (this.#labels.length > 0) {
      const start = reader.position;
      const opcode = reader.u8();
      if (this.#dropped >= 0) {
        this.#skipDead(opcode, start);
        continue;
      }
      this.#ticks += this.#at.ticks[INSTRUCTIONS[opcode]?.work ?? 'bulk'];
      this.#live(opcode, start);
    }
  }

  #copyFrom(start: number): void {
    this.#segment.bytes(this.#reader.bytes.subarray(start, this.#reader.position));
  }

  /** Where a local of the body stands now. */
  #local(index: number): number {
    return index < this.#frame.parameters ? index : index + COUNTERS;
  }

  /** Calls the host, which counts on the globals. */
  #callHost(callee: number): void {
    const w = this.#segment;
    w.u8(LOCAL_GET).u32(this.#gasLocal).u8(GLOBAL_SET).u32(this.#at.gas);
    w.u8(LOCAL_GET).u32(this.#stackLocal).u8(GLOBAL_SET).u32(this.#at.stack);
    w.u8(OP.call).u32(callee).u8(GLOBAL_GET).u32(this.#at.gas).u8(LOCAL_SET).u32(this.#gasLocal);
  }

  #callGuest(callee: number): void {
    const w = this.#segment;
    w.u8(LOCAL_GET).u32(this.#gasLocal).u8(LOCAL_GET).u32(this.#stackLocal);
    w.u8(OP.call).u32(callee).u8(LOCAL_SET).u32(this.#gasLocal);
  }

  /** The counters go in between the arguments and the number of the callee. */
  #callIndirect(type: number, table: number): void {
    const w = this.#segment;
    w.u8(LOCAL_SET).u32(this.#calleeLocal);
    w.u8(LOCAL_GET).u32(this.#gasLocal).u8(LOCAL_GET).u32(this.#stackLocal).u8(LOCAL_GET).u32(this.#calleeLocal);
    w.u8(OP.call_indirect).u32(this.#at.countedTypes[type]!).u32(table).u8(LOCAL_SET).u32(this.#gasLocal);
  }

  /** A function of the metering's own. */
  #callHelper(callee: number): void {
    this.#segment.u8(LOCAL_GET).u32(this.#gasLocal).u8(OP.call).u32(callee).u8(LOCAL_SET).u32(this.#gasLocal);
  }

  #charge(): void {
    const w = this.#out;
    if (this.#ticks === 0 && !this.#isChecked) return;
    if (this.#mode === 'paid' && this.#isPaid()) return;
    w.u8(LOCAL_GET).u32(this.#gasLocal);
    if (this.#ticks > 0) {
      w.u8(I64_CONST)
        .signed(this.#ticks + SEGMENT_TICKS)
        .u8(I64_SUB);
      w.u8(this.#isChecked ? LOCAL_TEE : LOCAL_SET).u32(this.#gasLocal);
    }
    if (this.#isChecked) writeGasCheck(w, this.#gasLocal, this.#at.gas);
  }

  /** Notes what the open segment of a paid loop takes, and tells whether that was paid before the loop. */
  #isPaid(): boolean {
    const { turn } = this;
    const ticks = this.#ticks + SEGMENT_TICKS;
    const isHead = this.#isHead;
    this.#isHead = false;
    // The condition and the `if` around the turn; or, without one, whatever stands in the loop directly.
    const everyTurn = this.#loop!.isInBlock ? 2 : 1;
    if (isHead) turn.head += ticks;
    else if (this.#segmentDepth === everyTurn) turn.rest += ticks;
    else turn.arms += ticks;
    return isHead || this.#segmentDepth === everyTurn;
  }

  #closeSegment(opensLoop = false): void {
    this.#charge();
    this.#out.append(this.#segment);
    this.#segment.clear();
    this.#segmentDepth = this.#labels.length;
    this.#ticks = opensLoop ? LOOP_TICKS : 0;
    this.#isChecked = opensLoop;
  }

  #target(depth: number): void {
    // A paid or a counted loop is metered apart, and does not see the blocks around it.
    const label = this.#labels[this.#labels.length - 1 - depth];
    if (label !== undefined) label.isTarget = true;
  }

  /** A loop whose turns can be counted, in both forms; false for another one. The reader stands behind its type. */
  #countedLoop(start: number): boolean {
    const reader = this.#reader;
    const from = reader.position;
    if (this.#mode !== 'body' || reader.bytes[start + 1] !== VOID) return false;
    const loop = findCountedLoop(reader.bytes, from);
    if (loop === undefined || this.#countedBytes + loop.end - from > MOST_COUNTED_BYTES) return false;
    this.#countedBytes += loop.end - from;
    this.counted++;
    const paid = this.#meterLoop(from, 'paid', loop);
    const counted = this.#meterLoop(from, 'loop', loop);
    this.#ticks += COUNT_TICKS + (loop.step.kind === 'local' ? this.#at.ticks.divide : 0);
    writeCount(this.#segment, this.#renumbered(loop), this.#countLocal);
    const { head, rest, arms } = paid.turn;
    const extra = loop.test === 'head' ? head : 0;
    // turns * most of a turn <= gas?
    this.#writeTurns(this.#segment, loop, head + rest + arms, extra);
    this.#segment.u8(LOCAL_GET).u32(this.#gasLocal).u8(I64_LE_S, I32_AND, OP.if, VOID);
    // The counter that the question is asked of has paid for the segment that asks.
    this.#closeSegment();
    const w = this.#out;
    w.u8(LOCAL_GET).u32(this.#gasLocal);
    this.#writeTurns(w, loop, head + rest, extra);
    w.u8(I64_SUB, LOCAL_SET).u32(this.#gasLocal).u8(OP.loop, VOID).append(paid.code);
    w.u8(OP.else, OP.loop, VOID).append(counted.code).u8(OP.end);
    reader.position = loop.end;
    if (loop.exit >= 0) this.#target(exitLabel(reader.bytes, loop.exit) - 1);
    return true;
  }

  /** The loop with the numbers that its locals have now. */
  #renumbered(loop: CountedLoop): CountedLoop {
    const operand = (one: Operand): Operand =>
      one.kind === 'local' ? { kind: 'local', value: this.#local(one.value) } : one;
    return { ...loop, counter: this.#local(loop.counter), step: operand(loop.step), bound: operand(loop.bound) };
  }

  /** Ticks of all turns: those of the condition come `extra`. */
  #writeTurns(w: WasmWriter, { test }: CountedLoop, each: number, extra: number): void {
    w.u8(LOCAL_GET).u32(this.#countLocal);
    // The first turn of a loop that looks at its tail comes before the first look.
    if (test === 'tail') w.u8(I64_CONST, 1, I64_ADD);
    w.u8(I64_CONST).signed(each).u8(I64_MUL, I64_CONST).signed(extra).u8(I64_ADD);
  }

  #meterLoop(from: number, mode: Mode, loop: CountedLoop): { code: WasmWriter; turn: TurnTicks } {
    const { bytes, base } = this.#reader;
    const reader = new WasmReader(bytes, base);
    reader.position = from;
    const code = new WasmWriter(2 * (loop.end - from) + 64);
    const meter = new BodyMeter(code, reader, this.#at, this.#frame, mode, loop);
    meter.run();
    return { code, turn: meter.turn };
  }

  #live(opcode: number, start: number): void {
    const reader = this.#reader;
    switch (opcode) {
      case 0x00:
        this.#ends(start);
        return;
      case 0x02:
      case 0x03:
      case 0x04:
        reader.u8();
        if (opcode === 0x03 && this.#countedLoop(start)) return;
        this.#copyFrom(start);
        this.#labels.push({ opcode, isTarget: false });
        if (opcode !== 0x02) this.#closeSegment(opcode === 0x03);
        return;
      case 0x05:
        this.#copyFrom(start);
        this.#closeSegment();
        return;
      case 0x0b:
        this.#end(start);
        return;
      case 0x0c:
        this.#target(reader.u32());
        this.#ends(start);
        return;
      case 0x0d: {
        const label = reader.u32();
        this.#target(label);
        // Two forms of the loop stand in one more block.
        if (start === this.#loop?.exit) this.#segment.u8(OP.br_if).u32(label + 1);
        else this.#copyFrom(start);
        this.#closeSegment();
        return;
      }
      case 0x0e:
        for (let left = reader.u32(); left >= 0; left--) this.#target(reader.u32());
        this.#ends(start);
        return;
      case 0x0f:
        // The counters have to be put back: a return is a branch to the end of the block around the body.
        this.#segment.u8(OP.br).u32(this.#labels.length - 1);
        this.#closeSegment();
        this.#dropped = 0;
        return;
      case 0x40:
        reader.u8();
        this.#callHelper(this.#at.grow);
        return;
      case 0x10: {
        const callee = reader.u32();
        const gas = this.#at.importGas[callee];
        this.#ticks += TICKS_PER_GAS * (gas ?? 0) + ARGUMENT_TICKS * this.#at.functionArguments[callee]!;
        if (gas === undefined) this.#callGuest(callee);
        else this.#callHost(callee);
        return;
      }
      case 0x11: {
        const type = reader.u32();
        this.#ticks += ARGUMENT_TICKS * this.#at.typeArguments[type]!;
        this.#callIndirect(type, reader.u32());
        return;
      }
      case LOCAL_GET:
      case LOCAL_SET:
      case LOCAL_TEE:
        this.#segment.u8(opcode).u32(this.#local(reader.u32()));
        return;
      case 0xfc: {
        const isCopy = reader.u32() === MEMORY_COPY;
        reader.u8();
        if (isCopy) reader.u8();
        this.#callHelper(isCopy ? this.#at.copy : this.#at.fill);
        return;
      }
      default:
        skipImmediates(reader, opcode);
        this.#copyFrom(start);
    }
  }

  /** Nothing runs after this instruction until the block's else or end. */
  #ends(start: number): void {
    this.#copyFrom(start);
    this.#closeSegment();
    this.#dropped = 0;
  }

  #end(start: number): void {
    this.#copyFrom(start);
    const label = this.#labels.pop()!;
    // The end of a loop, and of a block that nothing branches to, joins no paths.
    const goesOn = label.opcode === OP.loop || (label.opcode === OP.block && !label.isTarget);
    if (!goesOn || this.#labels.length === 0) this.#closeSegment();
  }

  #skipDead(opcode: number, start: number): void {
    if (opcode === 0x0b || opcode === 0x05) {
      if (this.#dropped > 0) {
        if (opcode === 0x0b) this.#dropped--;
        return;
      }
      this.#dropped = -1;
      this.#live(opcode, start);
      return;
    }
    if (opcode === 0x02 || opcode === 0x03 || opcode === 0x04) this.#dropped++;
    skipImmediates(this.#reader, opcode);
  }
}

/** Moves the reader past what follows the opcode. */
export function skipImmediates(reader: WasmReader, opcode: number): void {
  if (opcode === 0xfc) {
    const isCopy = reader.u32() === MEMORY_COPY;
    reader.slice(isCopy ? 2 : 1);
    return;
  }
  switch (INSTRUCTIONS[opcode]!.immediate) {
    case 'none':
      return;
    case 'block':
    case 'zero':
      reader.u8();
      return;
    case 'label':
    case 'function':
    case 'local':
    case 'global':
      reader.u32();
      return;
    case 'labels':
      for (let left = reader.u32(); left >= 0; left--) reader.u32();
      return;
    case 'indirect':
    case 'memory':
      reader.u32();
      reader.u32();
      return;
    case 'i32':
      reader.skipSigned(32);
      return;
    case 'i64':
      reader.skipSigned(64);
  }
}

/** Label of the `br_if` that stands at `position`. */
function exitLabel(code: Uint8Array, position: number): number {
  const reader = new WasmReader(code);
  reader.position = position + 1;
  return reader.u32();
}

/** Slots that a counted loop adds to a frame: what an optimiser may keep of its arithmetic. */
const COUNT_SLOTS = 8;

/**
 * The metered code of a valid body. It takes {@link COUNTERS} more parameters (gas i64, stack i32), gives the gas back
 * behind its result, and has {@link METER_LOCALS} behind its locals.
 */
export function meterBody(body: FunctionBody, at: MeterIndices, frame: FrameShape): Uint8Array {
  const { blockType, parameters } = frame;
  const [gasLocal, stackLocal] = [parameters, parameters + 1];
  const metered = new WasmWriter(2 * body.code.length + 64);
  const meter = new BodyMeter(metered, new WasmReader(body.code, body.offset), at, frame, 'body');
  meter.run();
  const slots = frame.slots > 0 ? frame.slots + COUNT_SLOTS * meter.counted : 0;
  const out = new WasmWriter(metered.length + 64);
  if (slots > 0) {
    out.u8(LOCAL_GET).u32(stackLocal).u8(I32_CONST).signed(slots).u8(I32_SUB, LOCAL_TEE).u32(stackLocal);
    out.u8(I32_CONST, 0, I32_LT_S, OP.if, VOID, LOCAL_GET).u32(stackLocal);
    out.u8(GLOBAL_SET).u32(at.stack).u8(OP.unreachable, OP.end);
  }
  out.u8(OP.block, blockType).append(metered);
  return out.u8(LOCAL_GET).u32(gasLocal).u8(OP.end).finish();
}

/** What the host calls: `main` with the counters from the globals, and back into them. */
export function mainBody(at: MeterIndices, main: number): Uint8Array {
  const out = new WasmWriter();
  out.u8(GLOBAL_GET).u32(at.gas).u8(GLOBAL_GET).u32(at.stack).u8(OP.call).u32(main).u8(GLOBAL_SET).u32(at.gas);
  return out.u8(OP.end).finish();
}
