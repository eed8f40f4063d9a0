/**
 * Type checking of one function body: the algorithm of the core specification's appendix, with the bounds of
 * `limits.ts` on the way. One checker serves all bodies of a module; its stacks are allocated once.
 */
import { type WasmErrorCode, wasmError } from './errors.ts';
import {
  INSTRUCTIONS,
  type Instruction,
  MEMORY_COPY,
  MEMORY_FILL,
  prefixedRefusalOf,
  refusalOf,
} from './instructions.ts';
import type { WasmLimits } from './limits.ts';
import { WasmReader } from './reader.ts';
import { type FunctionType, functionType, I32, showType, VOID, type WasmModule } from './types.ts';
import { typeRefusal } from './vectors.ts';

/** Any type: what an operand of unreachable code is. */
const ANY = 0;
const NONE = 0;

/** What metering needs to know of a body. */
export interface FunctionFacts {
  /** Most operands on the stack at once. */
  readonly operandHeight: number;
  /** Instructions that compute a value: see `FRAME_SLOTS` in meter.ts. */
  readonly computations: number;
  /** Calls a function of this module or, by the table, perhaps one. */
  readonly callsGuest: boolean;
  /** Calls the host. */
  readonly callsHost: boolean;
  readonly loops: number;
  /** Joins of control flow times the values alive at each. */
  readonly mergeWork: number;
}

interface Control {
  readonly opcode: number;
  /** Type of the result, NONE for none. */
  readonly result: number;
  readonly height: number;
  isUnreachable: boolean;
}

/** Bounds and type are looked at before each call through the table: 6,500 of them took 0.16 s to optimise. */
const INDIRECT_MERGE_WORK = 50;

const BLOCK = 0x02;
const LOOP = 0x03;
const IF = 0x04;
const ELSE = 0x05;

export class BodyChecker {
  readonly #module: WasmModule;
  readonly #limits: WasmLimits;
  readonly #values: Uint8Array;
  #height = 0;
  #most = 0;
  #controls: Control[] = [];
  #locals: number[] = [];
  #reader: WasmReader = new WasmReader(new Uint8Array(0));
  #function = 0;
  #at = 0;
  #loops = 0;
  #mergeWork = 0;
  #callsGuest = false;
  #callsHost = false;
  #targets = 0;
  #computations = 0;

  constructor(module: WasmModule, limits: WasmLimits) {
    this.#module = module;
    this.#limits = limits;
    this.#values = new Uint8Array(limits.operandHeight);
  }

  /** Checks the body of function `index` (imports counted). @throws SherdError one of WASM_ERRORS */
  check(index: number): FunctionFacts {
    const body = this.#module.bodies[index - this.#module.imports.length]!;
    const type = functionType(this.#module, index)!;
    this.#function = index;
    this.#reader = new WasmReader(body.code, body.offset);
    this.#locals = [...type.parameters, ...body.locals];
    this.#controls = [];
    this.#height = 0;
    this.#most = 0;
    this.#loops = 0;
    this.#mergeWork = 0;
    this.#callsGuest = false;
    this.#callsHost = false;
    this.#computations = 0;
    this.#open(BLOCK, type.results[0] ?? NONE);
    const reader = this.#reader;
    while (this.#controls.length > 0) {
      this.#at = reader.offset;
      const opcode = reader.u8();
      if (opcode === 0xfc) this.#prefixed();
      else {
        const instruction = INSTRUCTIONS[opcode];
        if (instruction === undefined)
          throw this.#refusal(refusalOf(opcode), `opcode 0x${opcode.toString(16).padStart(2, '0')}`);
        this.#instruction(opcode, instruction);
      }
    }
    if (!reader.atEnd) throw this.#error('WASM_MALFORMED', 'instructions after the end of the function');
    return {
      operandHeight: this.#most,
      computations: this.#computations,
      callsGuest: this.#callsGuest,
      callsHost: this.#callsHost,
      loops: this.#loops,
      mergeWork: this.#mergeWork,
    };
  }

  #error(code: WasmErrorCode, message: string): Error {
    const name = this.#module.names.get(this.#function);
    return wasmError(code, message, { offset: this.#at, function: this.#function, ...(name && { name }) });
  }

  #refusal(code: WasmErrorCode, what: string): Error {
    return this.#error(
      code,
      code === 'WASM_MALFORMED' ? `${what}, want a known instruction` : `${what} is not allowed`,
    );
  }

  #push(type: number): void {
    if (this.#height >= this.#limits.operandHeight) {
      throw this.#error('WASM_TOO_DEEP', `more than ${this.#limits.operandHeight} operands on the stack`);
    }
    this.#values[this.#height++] = type;
    if (this.#height > this.#most) this.#most = this.#height;
  }

  #pop(want: number): number {
    const control = this.#controls[this.#controls.length - 1]!;
    if (this.#height === control.height) {
      if (control.isUnreachable) return want;
      throw this.#error('WASM_TYPE_MISMATCH', `no operand on the stack, want ${showType(want)}`);
    }
    const have = this.#values[--this.#height]!;
    if (have !== want && have !== ANY && want !== ANY) {
      throw this.#error('WASM_TYPE_MISMATCH', `operand of type ${showType(have)}, want ${showType(want)}`);
    }
    return have;
  }

  #open(opcode: number, result: number): void {
    if (this.#controls.length > this.#limits.nesting) {
      throw this.#error('WASM_TOO_DEEP', `blocks nested more than ${this.#limits.nesting} deep`);
    }
    this.#controls.push({ opcode, result, height: this.#height, isUnreachable: false });
  }

  /** Checks that the block's result is all that is on its stack, and leaves the stack as it was before the block. */
  #close(): Control {
    const control = this.#controls[this.#controls.length - 1]!;
    if (control.result !== NONE) this.#pop(control.result);
    if (this.#height !== control.height) {
      const message = `${this.#height - control.height} operands too many at the end of a block`;
      throw this.#error('WASM_TYPE_MISMATCH', message);
    }
    this.#controls.pop();
    return control;
  }

  #unreachable(): void {
    const control = this.#controls[this.#controls.length - 1]!;
    this.#height = control.height;
    control.isUnreachable = true;
  }

  /** Counts an edge or a join of control flow: what is alive there has to agree. */
  #merge(height: number): void {
    this.#addMergeWork(this.#locals.length + height + 1);
  }

  #addMergeWork(work: number): void {
    this.#mergeWork += work;
    if (this.#mergeWork > this.#limits.mergeWorkPerFunction) {
      const message = `branches times values alive above ${this.#limits.mergeWorkPerFunction}`;
      throw this.#error('WASM_TOO_MANY_MERGES', message);
    }
  }

  #instruction(opcode: number, instruction: Instruction): void {
    if (instruction.work !== 'free' && instruction.work !== 'move') this.#computations++;
    switch (instruction.immediate) {
      case 'none':
        if (opcode <= 0x1b) {
          this.#plain(opcode);
          return;
        }
        break;
      case 'block':
        this.#block(opcode);
        return;
      case 'label':
        this.#branch(opcode);
        return;
      case 'labels':
        this.#branchTable();
        return;
      case 'function':
        this.#call();
        return;
      case 'indirect':
        this.#callIndirect();
        return;
      case 'local':
        this.#local(opcode);
        return;
      case 'global':
        this.#global(opcode);
        return;
      case 'memory':
        this.#memoryArgument(instruction);
        break;
      case 'zero':
        this.#needMemory();
        this.#zeroByte();
        break;
      case 'i32':
        this.#reader.skipSigned(32);
        break;
      case 'i64':
        this.#reader.skipSigned(64);
        break;
    }
    const { pops, pushes } = instruction;
    for (let i = pops.length - 1; i >= 0; i--) this.#pop(pops[i]!);
    if (pushes !== undefined) this.#push(pushes);
  }

  /** Control without immediates, drop and select. */
  #plain(opcode: number): void {
    switch (opcode) {
      case 0x00:
        this.#unreachable();
        return;
      case 0x01:
        return;
      case ELSE: {
        const control = this.#close();
        if (control.opcode !== IF) throw this.#error('WASM_MALFORMED', 'else without an if');
        this.#open(ELSE, control.result);
        return;
      }
      case 0x0b: {
        const control = this.#close();
        if (control.opcode === IF && control.result !== NONE) {
          throw this.#error('WASM_TYPE_MISMATCH', 'an if with a result and without an else');
        }
        this.#merge(control.height);
        if (this.#controls.length > 0 && control.result !== NONE) this.#push(control.result);
        return;
      }
      case 0x0f: {
        const { result } = this.#controls[0]!;
        if (result !== NONE) this.#pop(result);
        this.#merge(0);
        this.#unreachable();
        return;
      }
      case 0x1a:
        this.#pop(ANY);
        return;
      default: {
        this.#pop(I32);
        const first = this.#pop(ANY);
        const second = this.#pop(first);
        this.#push(first === ANY ? second : first);
      }
    }
  }

  #block(opcode: number): void {
    const byte = this.#reader.u8();
    if (byte !== VOID && byte !== 0x7f && byte !== 0x7e) {
      // A type index has the sign bit of its LEB128 clear, or goes on.
      if (byte >= 0x80 || byte < 0x40) throw this.#refusal('WASM_MULTI_VALUE', 'a block with a function type');
      throw typeRefusal(byte, { offset: this.#at, function: this.#function });
    }
    if (opcode === IF) this.#pop(I32);
    if (opcode === LOOP) this.#loop();
    this.#open(opcode, byte === VOID ? NONE : byte);
  }

  #loop(): void {
    this.#loops++;
    if (this.#loops > this.#limits.loopsPerFunction) {
      throw this.#error('WASM_TOO_MANY_LOOPS', `more than ${this.#limits.loopsPerFunction} loops in one function`);
    }
    this.#merge(this.#height);
  }

  /** Target of a branch `depth` labels out. */
  #target(depth: number): Control {
    const control = this.#controls[this.#controls.length - 1 - depth];
    if (control === undefined) {
      throw this.#error('WASM_UNKNOWN_INDEX', `label ${depth}, have ${this.#controls.length}`);
    }
    this.#merge(control.height);
    return control;
  }

  #branch(opcode: number): void {
    if (opcode === 0x0d) this.#pop(I32);
    const target = this.#target(this.#reader.u32());
    const type = target.opcode === LOOP ? NONE : target.result;
    if (type !== NONE) this.#pop(type);
    if (opcode === 0x0c) this.#unreachable();
    else if (type !== NONE) this.#push(type);
  }

  #branchTable(): void {
    const count = this.#reader.u32();
    this.#targets += count + 1;
    if (this.#targets > this.#limits.branchTargets) {
      const message = `${this.#targets} entries of br_table in all, want at most ${this.#limits.branchTargets}`;
      throw this.#error('WASM_TOO_MANY_TARGETS', message);
    }
    this.#pop(I32);
    let type: number | undefined;
    for (let i = 0; i <= count; i++) {
      const target = this.#target(this.#reader.u32());
      const here = target.opcode === LOOP ? NONE : target.result;
      if (type !== undefined && here !== type) {
        throw this.#error('WASM_TYPE_MISMATCH', 'labels of a br_table with different types');
      }
      type = here;
    }
    if (type !== undefined && type !== NONE) this.#pop(type);
    this.#unreachable();
  }

  #apply(type: FunctionType): void {
    for (let i = type.parameters.length - 1; i >= 0; i--) this.#pop(type.parameters[i]!);
    for (const result of type.results) this.#push(result);
  }

  #call(): void {
    const index = this.#reader.u32();
    const type = functionType(this.#module, index);
    if (type === undefined) {
      const count = this.#module.imports.length + this.#module.functions.length;
      throw this.#error('WASM_UNKNOWN_INDEX', `call of function ${index}, have ${count}`);
    }
    if (index < this.#module.imports.length) this.#callsHost = true;
    else this.#callsGuest = true;
    this.#apply(type);
  }

  #callIndirect(): void {
    const index = this.#reader.u32();
    const type = this.#module.types[index];
    if (type === undefined) throw this.#error('WASM_UNKNOWN_INDEX', `type ${index}, have ${this.#module.types.length}`);
    const table = this.#reader.u32();
    if (table !== 0 || this.#module.table === undefined) {
      throw this.#error('WASM_UNKNOWN_INDEX', `call through table ${table}, have ${this.#module.table ? 1 : 0}`);
    }
    this.#callsGuest = true;
    this.#addMergeWork(INDIRECT_MERGE_WORK);
    this.#pop(I32);
    this.#apply(type);
  }

  #local(opcode: number): void {
    const index = this.#reader.u32();
    const type = this.#locals[index];
    if (type === undefined) throw this.#error('WASM_UNKNOWN_INDEX', `local ${index}, have ${this.#locals.length}`);
    if (opcode !== 0x20) this.#pop(type);
    if (opcode !== 0x21) this.#push(type);
  }

  #global(opcode: number): void {
    const index = this.#reader.u32();
    const global = this.#module.globals[index];
    if (global === undefined) {
      throw this.#error('WASM_UNKNOWN_INDEX', `global ${index}, have ${this.#module.globals.length}`);
    }
    if (opcode === 0x23) {
      this.#push(global.type);
      return;
    }
    if (!global.isMutable) throw this.#error('WASM_TYPE_MISMATCH', `global ${index} is constant, want a mutable one`);
    this.#pop(global.type);
  }

  #needMemory(): void {
    if (this.#module.memory === undefined) throw this.#error('WASM_UNKNOWN_INDEX', 'memory 0, have 0');
  }

  #zeroByte(): void {
    const byte = this.#reader.u8();
    if (byte !== 0) throw this.#error('WASM_MULTI_MEMORY', `memory ${byte}, want 0`);
  }

  #memoryArgument(instruction: Instruction): void {
    this.#needMemory();
    const alignment = this.#reader.u32();
    if (alignment >= 64 && alignment < 128) throw this.#error('WASM_MULTI_MEMORY', 'a memory index, want none');
    if (alignment > instruction.alignment) {
      const message = `alignment 2^${alignment} of ${instruction.name}, want at most 2^${instruction.alignment}`;
      throw this.#error('WASM_MALFORMED', message);
    }
    this.#reader.u32();
  }

  #prefixed(): void {
    const code = this.#reader.u32();
    if (code !== MEMORY_COPY && code !== MEMORY_FILL)
      throw this.#refusal(prefixedRefusalOf(code), `opcode 0xfc ${code}`);
    this.#needMemory();
    this.#zeroByte();
    if (code === MEMORY_COPY) this.#zeroByte();
    this.#pop(I32);
    this.#pop(I32);
    this.#pop(I32);
  }
}
