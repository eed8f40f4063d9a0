/** 0x100: ECDSA verification over P-256 (EIP-7951). A wrong signature gives no output, not a failure. */
import { EMPTY_BYTES } from '../base/index.ts';
import { verifyP256 } from '../crypto/p256.ts';
import { booleanWord, constantGas, type Precompile, precompileAddress } from './precompile.ts';

const INPUT = 160;

export const p256Verify: Precompile<number> = {
  address: precompileAddress(0x100),
  gas: constantGas,
  run(input) {
    if (input.length !== INPUT) return EMPTY_BYTES;
    const isValid = verifyP256(input.slice(0, 32), input.slice(32, 96), input.slice(96));
    return isValid ? booleanWord(true) : EMPTY_BYTES;
  },
};
