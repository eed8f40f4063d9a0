/**
 * The pairing library mcl (WebAssembly), driven through its C interface: its own JavaScript face holds one curve per
 * process, and here each curve has an instance of its own. Points live in the instance's memory at fixed offsets.
 */
import createModule from 'mcl-wasm/dist/mcl_c.js';

type Pointer = number;

/** The functions of the C interface that are used. Those that return a number return 0 for failure or no. */
export interface MclFunctions {
  readonly wasmMemory: { readonly buffer: ArrayBuffer };
  _malloc(size: number): Pointer;
  _free(pointer: Pointer): void;
  _mclBn_init(curve: number, compiledTimeVar: number): number;
  _mclBn_setMapToMode(mode: number): number;
  _mclBn_setETHserialization(on: number): void;
  _mclBn_verifyOrderG1(on: number): void;
  _mclBn_verifyOrderG2(on: number): void;
  _mclBnFp_setLittleEndianMod(x: Pointer, bytes: Pointer, size: number): number;
  _mclBnFp_getLittleEndian(bytes: Pointer, size: number, x: Pointer): number;
  _mclBnFp_setInt32(x: Pointer, value: number): void;
  _mclBnFp_clear(x: Pointer): void;
  _mclBnFr_setLittleEndianMod(x: Pointer, bytes: Pointer, size: number): number;
  _mclBnG1_clear(x: Pointer): void;
  _mclBnG1_isZero(x: Pointer): number;
  _mclBnG1_isValid(x: Pointer): number;
  _mclBnG1_isValidOrder(x: Pointer): number;
  _mclBnG1_normalize(z: Pointer, x: Pointer): void;
  _mclBnG1_neg(z: Pointer, x: Pointer): void;
  _mclBnG1_add(z: Pointer, x: Pointer, y: Pointer): void;
  _mclBnG1_sub(z: Pointer, x: Pointer, y: Pointer): void;
  _mclBnG1_mul(z: Pointer, x: Pointer, y: Pointer): void;
  _mclBnG1_mulVec(z: Pointer, x: Pointer, y: Pointer, count: number): void;
  _mclBnG1_serialize(bytes: Pointer, maxSize: number, x: Pointer): number;
  _mclBnG1_deserialize(x: Pointer, bytes: Pointer, size: number): number;
  _mclBnG2_clear(x: Pointer): void;
  _mclBnG2_isZero(x: Pointer): number;
  _mclBnG2_isValid(x: Pointer): number;
  _mclBnG2_isValidOrder(x: Pointer): number;
  _mclBnG2_normalize(z: Pointer, x: Pointer): void;
  _mclBnG2_add(z: Pointer, x: Pointer, y: Pointer): void;
  _mclBnG2_sub(z: Pointer, x: Pointer, y: Pointer): void;
  _mclBnG2_mul(z: Pointer, x: Pointer, y: Pointer): void;
  _mclBnG2_mulVec(z: Pointer, x: Pointer, y: Pointer, count: number): void;
  _mclBnG2_deserialize(x: Pointer, bytes: Pointer, size: number): number;
  _mclBnFp_mapToG1(point: Pointer, x: Pointer): number;
  _mclBnFp2_mapToG2(point: Pointer, x: Pointer): number;
  _mclBn_millerLoopVec(z: Pointer, g1: Pointer, g2: Pointer, count: number): void;
  _mclBn_finalExp(y: Pointer, x: Pointer): void;
  _mclBnGT_isOne(x: Pointer): number;
}

/** Bytes of a field element and of a scalar inside the library, whatever the curve. */
export const FP_SIZE = 48;
export const FR_SIZE = 32;
export const G1_SIZE = 3 * FP_SIZE;
export const G2_SIZE = 6 * FP_SIZE;
export const GT_SIZE = 12 * FP_SIZE;

/** The library checks that it was built for elements of this size: 6 words per Fp, 4 per Fr. */
const COMPILED_TIME_VAR = 4 * 10 + 6;

export const CURVE_BN254 = 4;
export const CURVE_BLS12_381 = 5;
export const CURVE_P256 = 107;

/** RFC 9380's maps to the curve. */
const MAP_RFC_9380 = 5;

export interface Mcl {
  readonly f: MclFunctions;
  /** Order of the base field. */
  readonly fieldOrder: bigint;
  /** 128 bytes for what goes in and out. */
  readonly buffer: Pointer;
}

export async function createMcl(curve: number, fieldOrder: bigint): Promise<Mcl> {
  const create = createModule as unknown as (options: object) => Promise<MclFunctions>;
  const f = await create({
    cryptoGetRandomValues: () => {
      throw new Error('no function that is used here needs randomness');
    },
  });
  if (f._mclBn_init(curve, COMPILED_TIME_VAR) !== 0) throw new Error(`mcl has no curve ${curve}`);
  // The subgroup is checked where a rule says so; on curves where it need not be, it must not be.
  f._mclBn_verifyOrderG1(0);
  f._mclBn_verifyOrderG2(0);
  if (curve === CURVE_BLS12_381) {
    f._mclBn_setETHserialization(1);
    f._mclBn_setMapToMode(MAP_RFC_9380);
  }
  return { f, fieldOrder, buffer: f._malloc(128) };
}

/** Copies bytes into the library's memory, last byte first: the library reads little-endian. */
function writeReversed(mcl: Mcl, bytes: Uint8Array): void {
  const memory = new Uint8Array(mcl.f.wasmMemory.buffer, mcl.buffer, bytes.length);
  for (let i = 0; i < bytes.length; i++) memory[i] = bytes[bytes.length - 1 - i]!;
}

/** Reads big-endian bytes as a field element; false when they are not below the field's order. */
export function setFp(mcl: Mcl, target: Pointer, bytes: Uint8Array, value: bigint): boolean {
  if (value >= mcl.fieldOrder) return false;
  if (value === 0n) {
    mcl.f._mclBnFp_clear(target);
    return true;
  }
  const start = Math.max(0, bytes.length - FP_SIZE);
  writeReversed(mcl, bytes.subarray(start));
  return mcl.f._mclBnFp_setLittleEndianMod(target, mcl.buffer, bytes.length - start) === 0;
}

/** Writes a field element as big-endian bytes over the whole of `target`. */
export function getFp(mcl: Mcl, source: Pointer, target: Uint8Array): void {
  const length = mcl.f._mclBnFp_getLittleEndian(mcl.buffer, FP_SIZE, source);
  const memory = new Uint8Array(mcl.f.wasmMemory.buffer, mcl.buffer, length);
  for (let i = 0; i < length; i++) target[target.length - 1 - i] = memory[i]!;
}

/** Reads 32 big-endian bytes as a scalar, modulo the order of the group. */
export function setFr(mcl: Mcl, target: Pointer, bytes: Uint8Array): void {
  writeReversed(mcl, bytes);
  mcl.f._mclBnFr_setLittleEndianMod(target, mcl.buffer, bytes.length);
}

/** True when the product of the pairings of `count` pairs, none of them with infinity, is one. */
export function pairingProductIsOne(mcl: Mcl, g1: Pointer, g2: Pointer, count: number): boolean {
  if (count === 0) return true;
  const { f } = mcl;
  const result = f._malloc(GT_SIZE);
  f._mclBn_millerLoopVec(result, g1, g2, count);
  f._mclBn_finalExp(result, result);
  const isOne = f._mclBnGT_isOne(result) !== 0;
  f._free(result);
  return isOne;
}
