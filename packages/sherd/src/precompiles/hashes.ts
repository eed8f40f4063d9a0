/** 0x02 SHA-256, 0x03 RIPEMD-160, and 0x04, which returns its input. */
import { padLeft } from '../base/index.ts';
import { ripemd160 as ripemd160Of, sha256 as sha256Of } from '../crypto/hash.ts';
import { linearGas, type Precompile, precompileAddress } from './precompile.ts';

type Linear = readonly [base: number, perWord: number];

export const sha256: Precompile<Linear> = {
  address: precompileAddress(2),
  gas: linearGas,
  run: (input) => sha256Of(input),
};

export const ripemd160: Precompile<Linear> = {
  address: precompileAddress(3),
  gas: linearGas,
  run: (input) => padLeft(ripemd160Of(input), 32),
};

export const identity: Precompile<Linear> = {
  address: precompileAddress(4),
  gas: linearGas,
  run: (input) => input.slice(),
};
