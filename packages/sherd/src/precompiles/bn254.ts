/** 0x06 add, 0x07 multiply, 0x08 pairing check on alt_bn128 (EIP-196, EIP-197). */
import { bn254Add, bn254Multiply, bn254PairingCheck } from '../crypto/bn254.ts';
import { booleanWord, constantGas, type Precompile, padRight, precompileAddress } from './precompile.ts';

const PAIR = 192;

export const bnAdd: Precompile<number> = {
  address: precompileAddress(6),
  gas: constantGas,
  run: (input) => bn254Add(padRight(input, 128)),
};

export const bnMul: Precompile<number> = {
  address: precompileAddress(7),
  gas: constantGas,
  run: (input) => bn254Multiply(padRight(input, 96)),
};

export const bnPairing: Precompile<readonly [base: number, perPair: number]> = {
  address: precompileAddress(8),
  gas: (input, [base, perPair]) => base + perPair * Math.floor(input.length / PAIR),
  run(input) {
    if (input.length % PAIR !== 0) return undefined;
    const isOne = bn254PairingCheck(input);
    return isOne === undefined ? undefined : booleanWord(isOne);
  },
};
