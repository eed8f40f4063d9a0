/**
 * One run of a module as the host functions see it: its gas counter, its memory, who it is and whom it may reach.
 * A run ends early by throwing {@link Halt} through the guest's frames (a guest cannot catch: its format has no
 * exceptions); the engine turns it into an outcome at the border.
 */
import { EMPTY_BYTES } from '../base/index.ts';
import { TICKS_PER_GAS_LOG2 } from '../wasm/index.ts';
import type { Caller, ScriptOutcome, ScriptResult } from './run.ts';
import type { ScriptWorld } from './world.ts';

/** Why a run ended before it returned. Not an Error: nobody may catch it by mistake, and it needs no stack trace. */
export class Halt {
  readonly outcome: ScriptOutcome;
  readonly output: Uint8Array;
  /** Stable code of a fault (`OUT_OF_BOUNDS`). */
  readonly code: string;
  readonly message: string;

  constructor(outcome: ScriptOutcome, output: Uint8Array, code = '', message = '') {
    this.outcome = outcome;
    this.output = output;
    this.code = code;
    this.message = message;
  }
}

/** A fault of the guest: it burns the gas of its run. */
export function fault(code: string, message: string, outcome: ScriptOutcome = 'trapped'): Halt {
  return new Halt(outcome, EMPTY_BYTES, code, message);
}

const TICK_BITS = BigInt(TICKS_PER_GAS_LOG2);

/** What differs between the chains that an engine serves. */
export interface HostLimits {
  /** Bytes of one storage object. */
  readonly maxObjectBytes: number;
  /** Bytes of a receipt's data. */
  readonly maxReceiptBytes: number;
}

/** What a run may start below itself; the engine provides it. */
export interface NestedRuns {
  /** Another script, with `gas` of the caller's; the caller has already paid it. */
  script(script: number, data: Uint8Array, gas: number, isStatic: boolean): ScriptResult;
  /** Raw code (WebAssembly, EVM bytecode) as a pure function. */
  code(code: Uint8Array, data: Uint8Array, gas: number): ScriptResult;
}

export interface HostRunParts {
  readonly world: ScriptWorld;
  readonly script: number;
  readonly caller: Caller;
  readonly data: Uint8Array;
  readonly isStatic: boolean;
  /** Raw code of executeCode: it has no region. */
  readonly isRawCode: boolean;
  readonly limits: HostLimits;
  readonly nested: NestedRuns;
  readonly memory: WebAssembly.Memory;
  /** Gets what the script prints. */
  readonly debug: (text: string) => void;
}

export class HostRun {
  readonly world: ScriptWorld;
  readonly script: number;
  readonly caller: Caller;
  readonly data: Uint8Array;
  readonly isStatic: boolean;
  readonly isRawCode: boolean;
  readonly limits: HostLimits;
  readonly nested: NestedRuns;
  readonly debug: (text: string) => void;
  /** Scout's state root as it was when the run began, once the script has saved another one. */
  preStateRoot: Uint8Array | undefined;
  /** What the last call, static call, executed code or claimed receipt gave back. */
  result: Uint8Array = EMPTY_BYTES;

  readonly #memory: WebAssembly.Memory;
  #view: Uint8Array;
  #gas: WebAssembly.Global | undefined;

  constructor(parts: HostRunParts) {
    this.world = parts.world;
    this.script = parts.script;
    this.caller = parts.caller;
    this.data = parts.data;
    this.isStatic = parts.isStatic;
    this.isRawCode = parts.isRawCode;
    this.limits = parts.limits;
    this.nested = parts.nested;
    this.debug = parts.debug;
    this.#memory = parts.memory;
    this.#view = new Uint8Array(parts.memory.buffer);
  }

  /** The instance's own gas counter (a 64-bit global): guest and host count on the same one. */
  attachGas(counter: WebAssembly.Global): void {
    this.#gas = counter;
  }

  /** Whole gas left; negative when the guest has overdrawn since it was last checked. */
  get gasLeft(): number {
    return Number((this.#gas!.value as bigint) >> TICK_BITS);
  }

  /** Sets the counter to whole gas: the start of a run. */
  startGas(gas: number): void {
    this.#gas!.value = BigInt(gas) << TICK_BITS;
  }

  /** Takes gas off, or gives it back when negative, whatever is left. */
  take(gas: number): void {
    this.#gas!.value = (this.#gas!.value as bigint) - (BigInt(gas) << TICK_BITS);
  }

  /** @throws Halt outOfGas */
  charge(gas: number): void {
    const left = (this.#gas!.value as bigint) - (BigInt(gas) << TICK_BITS);
    this.#gas!.value = left;
    if (left >= 0n) return;
    throw fault('OUT_OF_GAS', gas > 0 ? `a host function asks for ${gas} gas` : 'out of gas', 'outOfGas');
  }

  #memoryView(): Uint8Array {
    // Growth detaches the old buffer.
    if (this.#view.buffer !== this.#memory.buffer) this.#view = new Uint8Array(this.#memory.buffer);
    return this.#view;
  }

  #check(view: Uint8Array, pointer: number, length: number): void {
    if (pointer + length > view.length) {
      throw fault('OUT_OF_BOUNDS', `bytes ${pointer} to ${pointer + length} of a memory of ${view.length} bytes`);
    }
  }

  /** A copy of guest memory. @throws Halt OUT_OF_BOUNDS */
  read(pointer: number, length: number): Uint8Array {
    const view = this.#memoryView();
    this.#check(view, pointer, length);
    return view.slice(pointer, pointer + length);
  }

  /** @throws Halt OUT_OF_BOUNDS */
  write(pointer: number, bytes: Uint8Array): void {
    const view = this.#memoryView();
    this.#check(view, pointer, bytes.length);
    view.set(bytes, pointer);
  }

  /** Copies `length` bytes of `source` from `offset` on. @throws Halt OUT_OF_BOUNDS when either side has fewer. */
  copyOut(source: Uint8Array, what: string, pointer: number, offset: number, length: number): void {
    if (offset + length > source.length) {
      throw fault('OUT_OF_BOUNDS', `bytes ${offset} to ${offset + length} of ${source.length} bytes of ${what}`);
    }
    this.write(pointer, source.subarray(offset, offset + length));
  }
}
