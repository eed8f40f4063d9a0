/**
 * The metering pass: a valid module -> one that does the same and counts. It adds two counters (gas, stack), exported
 * under reserved names so that the host reads and writes the same ones, three functions that pay for growing, copying
 * and filling memory by length, and a `main` that hands the counters on; its memory comes from the host. Functions keep
 * their numbers: what is added comes last. Every function of the module takes the counters as parameters and gives the
 * gas back, so that all that may be called through the table does.
 */
import { BYTE_TICKS, instructionTicks, PAGE_TICKS } from './costs.ts';
import { RESERVED_PREFIX } from './decodeEntities.ts';
import { encodeModule } from './encode.ts';
import { type FrameShape, METER_LOCALS, type MeterIndices, mainBody, meterBody, writeGasCheck } from './meterBody.ts';
import {
  type BoundedModule,
  type FunctionBody,
  type FunctionType,
  functionType,
  I32,
  I64,
  VOID,
  type WasmModule,
} from './types.ts';
import { type HostInterface, MAIN_EXPORT, MEMORY_EXPORT } from './validate.ts';
import type { FunctionFacts } from './validateBody.ts';
import { WasmWriter } from './writer.ts';

/** Exports that metering adds: the gas counter (mutable i64, in ticks) and the stack counter (mutable i32). */
export const GAS_EXPORT = `${RESERVED_PREFIX}gas`;
export const STACK_EXPORT = `${RESERVED_PREFIX}stack`;
/** The stack counter when the machine refused memory that the module may have: no outcome, but a failure of the host. */
export const HOST_OUT_OF_MEMORY = -0x8000_0000;

/**
 * Slots of eight bytes that every frame counts beside its values: return address, instance, counters, saved registers.
 *
 * Its values are more than locals and operands. An optimiser that finds the same computation before and after a call
 * keeps the result across it: 100 such products made a frame fifty times as large as its locals tell, and used up the
 * native stack first. So each instruction that computes counts as a value.
 */
const FRAME_SLOTS = 16;

const MAIN: FunctionType = { parameters: [], results: [] };
const GROW: FunctionType = { parameters: [I32, I64], results: [I32, I64] };
const COPY: FunctionType = { parameters: [I32, I32, I32, I64], results: [I64] };

/** A type of the module as its functions have it after metering. */
function countedType({ parameters, results }: FunctionType): FunctionType {
  return { parameters: [...parameters, I64, I32], results: [...results, I64] };
}

/** Bytes of the metered form of a valid module. */
export function meterModule(module: BoundedModule, facts: readonly FunctionFacts[], host: HostInterface): Uint8Array {
  const types = [...module.types];
  const numbers = new Map(types.map((type, i) => [keyOf(type), i]));
  const typeOf = (type: FunctionType): number => {
    const key = keyOf(type);
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, types.length);
    return types.push(type) - 1;
  };
  const countedTypes = module.types.map((type) => typeOf(countedType(type)));
  const functions = module.imports.length + module.functions.length;
  const maximum = module.memory?.maximum ?? 0;
  const at: MeterIndices = {
    ticks: instructionTicks(maximum, module.functions.length),
    gas: module.globals.length,
    stack: module.globals.length + 1,
    grow: functions,
    copy: functions + 1,
    fill: functions + 2,
    importGas: module.imports.map(({ name }) => host.functions.get(name)!.gas),
    countedTypes,
    functionArguments: [...module.imports.map(({ type }) => type), ...module.functions].map(
      (type) => module.types[type]!.parameters.length,
    ),
    typeArguments: module.types.map(({ parameters }) => parameters.length),
  };
  const main = functions + 3;
  const bodies = module.bodies.map((body, i): FunctionBody => {
    const frame = frameShape(module, module.imports.length + i, body, facts[i]!);
    return { ...body, locals: [...body.locals, ...METER_LOCALS], code: meterBody(body, at, frame) };
  });
  const mainIndex = module.exports.find(({ name }) => name === MAIN_EXPORT)!.index;
  const helpers = [
    growBody(at, maximum),
    copyBody(at, 10),
    copyBody(at, 11),
    { locals: [], code: mainBody(at, mainIndex), offset: 0 },
  ];
  const metered: BoundedModule = {
    ...module,
    types,
    functions: [
      ...module.functions.map((type) => countedTypes[type]!),
      typeOf(GROW),
      typeOf(COPY),
      typeOf(COPY),
      typeOf(MAIN),
    ],
    globals: [...module.globals, { type: I64, isMutable: true, value: 0n }, { type: I32, isMutable: true, value: 0n }],
    exports: [
      ...module.exports.map((one) => (one.name === MAIN_EXPORT ? { ...one, index: main } : one)),
      { name: GAS_EXPORT, kind: 'global', index: at.gas },
      { name: STACK_EXPORT, kind: 'global', index: at.stack },
    ],
    bodies: [...bodies, ...helpers],
  };
  return encodeModule(metered, { memoryFrom: { module: host.module, name: MEMORY_EXPORT } });
}

function keyOf({ parameters, results }: FunctionType): string {
  return `${parameters.join()}>${results.join()}`;
}

/** Functions that call nothing need no stack counter: one of them is on the stack at most, and it is bounded. */
function frameShape(module: WasmModule, index: number, body: FunctionBody, facts: FunctionFacts): FrameShape {
  const type = functionType(module, index)!;
  const locals = type.parameters.length + body.locals.length;
  const calls = facts.callsGuest || facts.callsHost;
  return {
    slots: calls ? FRAME_SLOTS + locals + facts.operandHeight + facts.computations : 0,
    blockType: type.results[0] ?? VOID,
    parameters: type.parameters.length,
    locals,
  };
}

/** The code that takes what is on the operand stack (i64) off the gas in a local, and traps below zero. */
function writeTake(w: WasmWriter, at: MeterIndices, gasLocal: number): void {
  w.u8(0x7d, 0x22).u32(gasLocal);
  writeGasCheck(w, gasLocal, at.gas);
}

/** memory.grow for gas. Growth within the maximum can only fail because the machine has no memory: see the marker. */
function growBody(at: MeterIndices, maximum: number): FunctionBody {
  const w = new WasmWriter();
  w.u8(0x20, 1, 0x20, 0, 0xad, 0x42).signed(PAGE_TICKS).u8(0x7e);
  writeTake(w, at, 1);
  // pages before = memory.grow(pages); if it is -1 ...
  w.u8(0x20, 0, 0x40, 0, 0x22, 2, 0x41, 0x7f, 0x46, 0x04, VOID);
  // ... and size + pages <= maximum, then mark and trap.
  w.u8(0x3f, 0, 0xad, 0x20, 0, 0xad, 0x7c, 0x42).signed(maximum).u8(0x58, 0x04, VOID);
  w.u8(0x41).signed(HOST_OUT_OF_MEMORY).u8(0x24).u32(at.stack).u8(0x00, 0x0b);
  w.u8(0x0b, 0x20, 2, 0x20, 1, 0x0b);
  return { locals: [I32], code: w.finish(), offset: 0 };
}

/** memory.copy (10) or memory.fill (11) for gas. */
function copyBody(at: MeterIndices, code: 10 | 11): FunctionBody {
  const w = new WasmWriter();
  w.u8(0x20, 3, 0x20, 2, 0xad, 0x42, BYTE_TICKS, 0x7e);
  writeTake(w, at, 3);
  w.u8(0x20, 0, 0x20, 1, 0x20, 2, 0xfc, code, 0);
  if (code === 10) w.u8(0);
  w.u8(0x20, 3, 0x0b);
  return { locals: [], code: w.finish(), offset: 0 };
}
