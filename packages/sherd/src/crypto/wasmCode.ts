/**
 * Enough of WebAssembly's binary format to write the kernels of this folder out by hand: functions over 64-bit words in
 * locals and in one memory. (The decoder, validator and general encoder are in wasm/, which may not be imported here.)
 */

export const OP = {
  BLOCK: 0x02,
  LOOP: 0x03,
  END: 0x0b,
  BR: 0x0c,
  BR_IF: 0x0d,
  GET: 0x20,
  SET: 0x21,
  TEE: 0x22,
  I64_LOAD: 0x29,
  I64_STORE: 0x37,
  I32_CONST: 0x41,
  I64_CONST: 0x42,
  I32_EQZ: 0x45,
  I32_NE: 0x47,
  I32_ADD: 0x6a,
  I32_SUB: 0x6b,
  I64_ADD: 0x7c,
  I64_AND: 0x83,
  I64_XOR: 0x85,
  I64_ROTL: 0x89,
  I64_ROTR: 0x8a,
} as const;

/** Operations on vectors of 128 bits, here seen as two words of 64. The engine must have them: see {@link kernelCode}. */
export const VECTOR_OP = {
  LOAD: simd(0x00),
  STORE: simd(0x0b),
  CONST: simd(0x0c),
  SHUFFLE: simd(0x0d),
  SWIZZLE: simd(0x0e),
  XOR: simd(0x51),
  SHIFT_RIGHT: simd(0xcd),
  ADD: simd(0xce),
} as const;

/** Type of a block without result. */
export const EMPTY_BLOCK = 0x40;
export const I32 = 0x7f;
export const I64 = 0x7e;
export const V128 = 0x7b;

const ALIGNED_8 = 3;
const ALIGNED_16 = 4;

function simd(code: number): readonly number[] {
  return [0xfd, ...unsigned(code)];
}

function unsigned(value: number): number[] {
  const out: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return [...out, rest];
    out.push((rest & 0x7f) | 0x80);
  }
}

function signed(value: bigint): number[] {
  const out: number[] = [];
  for (let rest = value; ; ) {
    const byte = Number(rest & 0x7fn);
    rest >>= 7n;
    const isLast = (rest === 0n && (byte & 0x40) === 0) || (rest === -1n && (byte & 0x40) !== 0);
    out.push(isLast ? byte : byte | 0x80);
    if (isLast) return out;
  }
}

export function constant64(value: bigint): number[] {
  return [OP.I64_CONST, ...signed(BigInt.asIntN(64, value))];
}

export function constant32(value: number): number[] {
  return [OP.I32_CONST, ...signed(BigInt(value | 0))];
}

/** 64 bits from a fixed place, or from `offset` bytes behind the address that a local holds. */
export function load64(offset: number, addressLocal?: number): number[] {
  const address = addressLocal === undefined ? [OP.I32_CONST, 0] : [OP.GET, addressLocal];
  return [...address, OP.I64_LOAD, ALIGNED_8, ...unsigned(offset)];
}

/** Stores what `value` computes at a fixed place. */
export function store64(offset: number, value: readonly number[]): number[] {
  return [OP.I32_CONST, 0, ...value, OP.I64_STORE, ALIGNED_8, ...unsigned(offset)];
}

/** 128 bits from a fixed place. */
export function loadVector(offset: number): number[] {
  return [OP.I32_CONST, 0, ...VECTOR_OP.LOAD, ALIGNED_16, ...unsigned(offset)];
}

/** Stores the 128 bits that `value` computes at a fixed place. */
export function storeVector(offset: number, value: readonly number[]): number[] {
  return [OP.I32_CONST, 0, ...value, ...VECTOR_OP.STORE, ALIGNED_16, ...unsigned(offset)];
}

/** A function that takes i32 parameters and returns nothing; its i64 locals come behind them. */
export interface KernelFunction {
  readonly name: string;
  readonly parameters: number;
  /** Further i32 locals. */
  readonly counters: number;
  /** i64 locals, behind the counters. */
  readonly words: number;
  /** v128 locals, behind the words. */
  readonly vectors?: number;
  readonly code: readonly number[];
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...unsigned(content.length), ...content];
}

function vector(items: readonly (readonly number[])[]): number[] {
  return [...unsigned(items.length), ...items.flat()];
}

function exported(name: string, kind: number, index: number): number[] {
  return [name.length, ...Array.from(name, (letter) => letter.charCodeAt(0)), kind, index];
}

const FUNCTION = 0;
const MEMORY = 2;

/** A module with `pages` of `memory` and the functions by name. `WebAssembly.validate` says whether an engine has vectors. */
export function kernelCode(pages: number, functions: readonly KernelFunction[]): Uint8Array<ArrayBuffer> {
  const types = functions.map(({ parameters }) => [0x60, parameters, ...new Array<number>(parameters).fill(I32), 0]);
  const bodies = functions.map(({ counters, words, vectors = 0, code }) => {
    const locals = [
      [...unsigned(counters), I32],
      [...unsigned(words), I64],
    ];
    // An engine without vectors knows no such type.
    if (vectors > 0) locals.push([...unsigned(vectors), V128]);
    const body = [...vector(locals), ...code, OP.END];
    return [...unsigned(body.length), ...body];
  });
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, vector(types)),
    ...section(3, vector(functions.map((_, i) => [i]))),
    ...section(5, [1, 1, pages, pages]),
    ...section(
      7,
      vector([exported('memory', MEMORY, 0), ...functions.map(({ name }, i) => exported(name, FUNCTION, i))]),
    ),
    ...section(10, vector(bodies)),
  ]);
}

/** What an instance of a kernel's code exports: `memory`, and the functions by name. */
export function instantiateKernel(code: Uint8Array<ArrayBuffer>): Record<string, unknown> {
  return new WebAssembly.Instance(new WebAssembly.Module(code)).exports;
}
