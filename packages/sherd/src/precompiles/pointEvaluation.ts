/** 0x0a: checks a KZG proof about a blob (EIP-4844). */
import { bytesToBigInt, concatBytes, wordToBytes } from '../base/index.ts';
import { BLS12_381_ORDER, verifyKzgProof } from '../crypto/bls12381.ts';
import { sha256 } from '../crypto/hash.ts';
import { constantGas, type Precompile, precompileAddress } from './precompile.ts';

const INPUT = 192;
const VERSION_KZG = 0x01;
const FIELD_ELEMENTS_PER_BLOB = 4096n;

/** Field elements of a blob, and the order of the field. */
const SUCCESS = concatBytes(wordToBytes(FIELD_ELEMENTS_PER_BLOB), wordToBytes(BLS12_381_ORDER));

export const pointEvaluation: Precompile<number> = {
  address: precompileAddress(0x0a),
  gas: constantGas,
  run(input) {
    if (input.length !== INPUT) return undefined;
    const commitment = input.subarray(96, 144);
    const hash = sha256(commitment);
    hash[0] = VERSION_KZG;
    if (bytesToBigInt(hash) !== bytesToBigInt(input.subarray(0, 32))) return undefined;
    const isProved = verifyKzgProof(commitment, input.subarray(32, 64), input.subarray(64, 96), input.subarray(144));
    return isProved === true ? SUCCESS.slice() : undefined;
  },
};
