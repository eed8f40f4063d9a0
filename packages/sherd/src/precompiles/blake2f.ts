/** 0x09: the compression function of BLAKE2b (EIP-152). */
import { blake2F } from '../crypto/blake2f.ts';
import { type Precompile, precompileAddress } from './precompile.ts';

const INPUT = 213;

function roundsOf(input: Uint8Array): number {
  return new DataView(input.buffer, input.byteOffset, 4).getUint32(0);
}

export const blake2f: Precompile<number> = {
  address: precompileAddress(9),
  gas: (input, perRound) => (input.length === INPUT ? perRound * roundsOf(input) : 0),
  run(input) {
    const flag = input[212];
    if (input.length !== INPUT || (flag !== 0 && flag !== 1)) return undefined;
    const [state, message, counters] = [input.subarray(4, 68), input.subarray(68, 196), input.subarray(196, 212)];
    return blake2F(roundsOf(input), state, message, counters, flag === 1);
  },
};
