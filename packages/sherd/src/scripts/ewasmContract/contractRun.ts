/** One run of a contract as the interface's functions see it: its frame, its memory, its gas. */
import { type Address, addressFromBytes, bigIntToBytes, bytesToBigInt, EMPTY_BYTES } from '../../base/index.ts';
import { TICKS_PER_GAS_LOG2 } from '../../wasm/index.ts';
import type { ContractFrame, ContractOutcome } from './frame.ts';
import type { ContractSchedule } from './schedule.ts';

/** Why a run ended before it returned. Not an Error: nobody may catch it by mistake, and it needs no stack trace. */
export class ContractHalt {
  readonly outcome: ContractOutcome;
  readonly output: Uint8Array;
  /** Stable code of a failure (`OUT_OF_BOUNDS`). */
  readonly code: string;
  readonly message: string;

  constructor(outcome: ContractOutcome, output: Uint8Array, code = '', message = '') {
    this.outcome = outcome;
    this.output = output;
    this.code = code;
    this.message = message;
  }
}

/** A failure of the contract: it burns the gas of its run. */
export function failure(code: string, message: string, outcome: ContractOutcome = 'failed'): ContractHalt {
  return new ContractHalt(outcome, EMPTY_BYTES, code, message);
}

const TICK_BITS = BigInt(TICKS_PER_GAS_LOG2);

/** Ticks that so much gas buys. */
export function ticksOf(gas: number): bigint {
  return BigInt(gas) << TICK_BITS;
}

/** Numbers that stand in memory; they are little-endian there, unlike addresses and words. */
const UINT128_BYTES = 16;
export const UINT128_LIMIT = 1n << 128n;

export class ContractRun {
  readonly frame: ContractFrame;
  readonly schedule: ContractSchedule;
  /** What the last call or creation gave back. */
  returnData: Uint8Array = EMPTY_BYTES;
  readonly #memory: WebAssembly.Memory;
  #view: Uint8Array;
  /** The instance's counter of ticks: gas, or work. */
  #ticks: WebAssembly.Global | undefined;
  /** Gas where instructions cost none. */
  #gas: number;
  readonly #countsTicks: boolean;

  constructor(frame: ContractFrame, schedule: ContractSchedule, memory: WebAssembly.Memory) {
    this.frame = frame;
    this.schedule = schedule;
    this.#memory = memory;
    this.#view = new Uint8Array(memory.buffer);
    this.#gas = frame.gas;
    this.#countsTicks = schedule.instructions === 'gas';
  }

  /** The counter that guest and host share, and what it begins with when it does not count gas. */
  start(ticks: WebAssembly.Global, work: bigint): void {
    this.#ticks = ticks;
    ticks.value = this.#countsTicks ? ticksOf(this.#gas) : work;
  }

  /** Whole gas left; negative when the guest has overdrawn since it was last checked. */
  get gasLeft(): number {
    return this.#countsTicks ? Number((this.#ticks!.value as bigint) >> TICK_BITS) : this.#gas;
  }

  /** True when neither gas nor work is overdrawn. */
  get isSolvent(): boolean {
    return this.gasLeft >= 0 && (this.#ticks!.value as bigint) >= 0n;
  }

  /** Gas back from what ran below. */
  give(gas: number): void {
    if (this.#countsTicks) this.#ticks!.value = (this.#ticks!.value as bigint) + ticksOf(gas);
    else this.#gas += gas;
  }

  /** @throws ContractHalt outOfGas */
  charge(gas: number): void {
    this.give(-gas);
    if (!this.isSolvent) throw failure('OUT_OF_GAS', `a function of the interface asks for ${gas} gas`, 'outOfGas');
  }

  /** @throws ContractHalt staticWrite */
  mayWrite(what: string): void {
    if (this.frame.isStatic) throw failure('STATIC_WRITE', `${what} in a static call`, 'staticWrite');
  }

  #bytes(pointer: number, length: number): Uint8Array {
    // Growth detaches the old buffer.
    if (this.#view.buffer !== this.#memory.buffer) this.#view = new Uint8Array(this.#memory.buffer);
    if (pointer + length > this.#view.length) {
      const size = this.#view.length;
      throw failure('OUT_OF_BOUNDS', `bytes ${pointer} to ${pointer + length} of a memory of ${size} bytes`);
    }
    return this.#view.subarray(pointer, pointer + length);
  }

  /** A copy of guest memory. @throws ContractHalt OUT_OF_BOUNDS */
  read(pointer: number, length: number): Uint8Array {
    return this.#bytes(pointer, length).slice();
  }

  readAddress(pointer: number): Address {
    return addressFromBytes(this.read(pointer, 20));
  }

  readWord(pointer: number): bigint {
    return bytesToBigInt(this.read(pointer, 32));
  }

  readUint128(pointer: number): bigint {
    return bytesToBigInt(this.read(pointer, UINT128_BYTES).reverse());
  }

  /** @throws ContractHalt OUT_OF_BOUNDS */
  write(pointer: number, bytes: Uint8Array): void {
    this.#bytes(pointer, bytes.length).set(bytes);
  }

  writeWord(pointer: number, word: bigint): void {
    this.write(pointer, bigIntToBytes(word, 32));
  }

  /** @throws ContractHalt TOO_LARGE for a number that 16 bytes cannot hold. */
  writeUint128(pointer: number, value: bigint): void {
    if (value >= UINT128_LIMIT) throw failure('TOO_LARGE', `${value}, want less than 2^128`);
    this.write(pointer, bigIntToBytes(value, UINT128_BYTES).reverse());
  }

  /** Copies `length` bytes of `source` from `offset` on. @throws ContractHalt OUT_OF_BOUNDS when either side has fewer. */
  copyOut(source: Uint8Array, what: string, pointer: number, offset: number, length: number): void {
    if (offset + length > source.length) {
      throw failure('OUT_OF_BOUNDS', `bytes ${offset} to ${offset + length} of ${source.length} bytes of ${what}`);
    }
    this.write(pointer, source.subarray(offset, offset + length));
  }
}
