/** 0x0b .. 0x11: BLS12-381 (EIP-2537). */
import {
  blsG1Add as addG1,
  blsG2Add as addG2,
  blsG1MultiScalar,
  blsG2MultiScalar,
  blsMapToG1,
  blsMapToG2,
  blsPairingCheck,
} from '../crypto/bls12381.ts';
import { G1_DISCOUNTS, G2_DISCOUNTS } from './blsDiscounts.ts';
import { booleanWord, constantGas, type Precompile, precompileAddress } from './precompile.ts';

/** Bytes of a field element, a point of each group and a scalar. */
export const FP = 64;
export const G1 = 128;
export const G2 = 256;
export const SCALAR = 32;

/** A contract whose input always has the same length. */
export function constantLength(number: number, length: number, run: (input: Uint8Array) => Uint8Array | undefined) {
  return {
    address: precompileAddress(number),
    gas: constantGas,
    run: (input: Uint8Array) => (input.length === length ? run(input) : undefined),
  } satisfies Precompile<number>;
}

/** A sum of multiples: any number of pairs of `stride` bytes, at a price per pair that falls with their number. */
export function multiScalar(
  number: number,
  stride: number,
  discounts: readonly number[],
  run: (input: Uint8Array) => Uint8Array | undefined,
): Precompile<number> {
  return {
    address: precompileAddress(number),
    gas(input, perPoint) {
      const count = Math.floor(input.length / stride);
      if (count === 0) return 0;
      const discount = discounts[Math.min(count, discounts.length) - 1]!;
      return Math.floor((count * perPoint * discount) / 1000);
    },
    run: (input) => (input.length === 0 || input.length % stride !== 0 ? undefined : run(input)),
  };
}

export const blsG1Add = constantLength(0x0b, 2 * G1, addG1);
export const blsG1Msm = multiScalar(0x0c, G1 + SCALAR, G1_DISCOUNTS, blsG1MultiScalar);
export const blsG2Add = constantLength(0x0d, 2 * G2, addG2);
export const blsG2Msm = multiScalar(0x0e, G2 + SCALAR, G2_DISCOUNTS, blsG2MultiScalar);

const PAIR = G1 + G2;

export const blsPairing: Precompile<readonly [base: number, perPair: number]> = {
  address: precompileAddress(0x0f),
  gas: (input, [base, perPair]) => base + perPair * Math.floor(input.length / PAIR),
  run(input) {
    if (input.length === 0 || input.length % PAIR !== 0) return undefined;
    const isOne = blsPairingCheck(input);
    return isOne === undefined ? undefined : booleanWord(isOne);
  },
};

export const blsMapG1 = constantLength(0x10, FP, blsMapToG1);
export const blsMapG2 = constantLength(0x11, 2 * FP, blsMapToG2);
