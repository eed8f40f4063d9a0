/** The two groups of BLS12-381 in the library mcl: how each reads, checks and writes its points. */
import { bytesToBigInt, hexToBytes } from '../base/index.ts';
import { CURVE_BLS12_381, createMcl, FP_SIZE, G1_SIZE, G2_SIZE, getFp, setFp } from './mcl.ts';

const FIELD_ORDER = 0x1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaabn;

/** The instance of this curve, which everything over it shares. */
export const mcl = await createMcl(CURVE_BLS12_381, FIELD_ORDER);

const { f } = mcl;

/** Bytes of an encoded field element: 16 zeros, then 48. */
export const FP = 64;
export const G1 = 2 * FP;
export const G2 = 4 * FP;

/** How a group reads, checks and writes its points. */
export interface Group {
  /** Encoded bytes of a point. */
  readonly bytes: number;
  /** Bytes of a point in the library. */
  readonly size: number;
  /** Field elements of a coordinate. */
  readonly degree: 1 | 2;
  readonly clear: (x: number) => void;
  readonly isZero: (x: number) => number;
  readonly isValid: (x: number) => number;
  readonly isInSubgroup: (x: number) => number;
  readonly normalize: (z: number, x: number) => void;
  readonly add: (z: number, x: number, y: number) => void;
  readonly multiplySum: (z: number, x: number, y: number, count: number) => void;
}

export const GROUP_1: Group = {
  bytes: G1,
  size: G1_SIZE,
  degree: 1,
  clear: f._mclBnG1_clear,
  isZero: f._mclBnG1_isZero,
  isValid: f._mclBnG1_isValid,
  isInSubgroup: f._mclBnG1_isValidOrder,
  normalize: f._mclBnG1_normalize,
  add: f._mclBnG1_add,
  multiplySum: f._mclBnG1_mulVec,
};

export const GROUP_2: Group = {
  bytes: G2,
  size: G2_SIZE,
  degree: 2,
  clear: f._mclBnG2_clear,
  isZero: f._mclBnG2_isZero,
  isValid: f._mclBnG2_isValid,
  isInSubgroup: f._mclBnG2_isValidOrder,
  normalize: f._mclBnG2_normalize,
  add: f._mclBnG2_add,
  multiplySum: f._mclBnG2_mulVec,
};

/** Reads the point's coordinates; all zeros are infinity. False when it is not on the curve. */
export function setPoint(group: Group, target: number, bytes: Uint8Array): boolean {
  const count = 2 * group.degree;
  let isInfinity = true;
  for (let i = 0; i < count; i++) {
    const element = bytes.subarray(i * FP, (i + 1) * FP);
    const value = bytesToBigInt(element);
    if (value !== 0n) isInfinity = false;
    if (!setFp(mcl, target + i * FP_SIZE, element, value)) return false;
  }
  if (isInfinity) {
    group.clear(target);
    return true;
  }
  const z = target + count * FP_SIZE;
  f._mclBnFp_setInt32(z, 1);
  if (group.degree === 2) f._mclBnFp_clear(z + FP_SIZE);
  return group.isValid(target) !== 0;
}

/** The point's coordinates, normalised; all zeros for infinity. */
export function getPoint(group: Group, source: number): Uint8Array {
  const out = new Uint8Array(group.bytes);
  if (group.isZero(source) !== 0) return out;
  group.normalize(source, source);
  for (let i = 0; i < 2 * group.degree; i++) {
    getFp(mcl, source + i * FP_SIZE, out.subarray(i * FP, (i + 1) * FP));
  }
  return out;
}

/** Reads a compressed point (48 or 96 bytes) into the library; false unless it is canonical and in the subgroup. */
export function setCompressed(group: Group, target: number, bytes: Uint8Array): boolean {
  const flags = bytes[0]! & 0xe0;
  const rest = bytesToBigInt(bytes) & ((1n << BigInt(8 * bytes.length - 3)) - 1n);
  if ((flags & 0x80) === 0) return false;
  if ((flags & 0x40) !== 0) {
    // Infinity has one encoding: no sign, and nothing but zeros.
    if (flags !== 0xc0 || rest !== 0n) return false;
    group.clear(target);
    return true;
  }
  const elements = bytes.length / FP_SIZE;
  for (let i = 0; i < elements; i++) {
    if (((rest >> BigInt(8 * FP_SIZE * i)) & ((1n << 384n) - 1n)) >= FIELD_ORDER) return false;
  }
  new Uint8Array(f.wasmMemory.buffer).set(bytes, mcl.buffer);
  const read = group.degree === 1 ? f._mclBnG1_deserialize : f._mclBnG2_deserialize;
  if (read(target, mcl.buffer, bytes.length) === 0) return false;
  return group.isValid(target) !== 0 && group.isInSubgroup(target) !== 0;
}

/** The generators, compressed. */
export const GENERATOR_1 =
  '97f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb';
export const GENERATOR_2 =
  '93e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb8';
/** The secret of Ethereum's KZG ceremony times the generator of G2, compressed. */
export const CEREMONY_G2 =
  'b5bfd7dd8cdeb128843bc287230af38926187075cbfbefa81009a2ce615ac53d2914e5870cb452d2afaaab24f3499f72185cbfee53492714734429b7b38608e23926c911cceceac9a36851477ba4c60b087041de621000edc98edada20c1def2';

/** A compressed point that is known to be one, in memory of its own. */
export function constantPoint(group: Group, hex: string): number {
  const target = f._malloc(group.size);
  if (!setCompressed(group, target, hexToBytes(hex))) throw new Error(`not a point: ${hex}`);
  return target;
}
