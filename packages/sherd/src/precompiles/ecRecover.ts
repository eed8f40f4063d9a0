/** 0x01: the address that signed a hash. Malformed input gives no output, not a failure. */
import { bytesToBigInt, EMPTY_BYTES, hexToBytes, padLeft } from '../base/index.ts';
import { recoverAddress } from '../crypto/secp256k1.ts';
import { constantGas, type Precompile, padRight, precompileAddress } from './precompile.ts';

export const ecRecover: Precompile<number> = {
  address: precompileAddress(1),
  gas: constantGas,
  run(input) {
    const data = padRight(input, 128);
    const v = bytesToBigInt(data.subarray(32, 64));
    if (v !== 27n && v !== 28n) return EMPTY_BYTES;
    const r = bytesToBigInt(data.subarray(64, 96));
    const s = bytesToBigInt(data.subarray(96, 128));
    const address = recoverAddress(data.slice(0, 32), r, s, v === 27n ? 0 : 1);
    return address === undefined ? EMPTY_BYTES : padLeft(hexToBytes(address), 32);
  },
};
