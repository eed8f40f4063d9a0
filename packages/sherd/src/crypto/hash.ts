/**
 * Hash functions. One WebAssembly instance of each is made when the module loads, so that hashing is synchronous and
 * costs about a microsecond; see docs/decisions/0002-libraries.md for the measurements behind the choice.
 */

import { createRIPEMD160, createSHA256 } from 'hash-wasm';
import { longSha256 } from '#sha256';

export { keccak256, keccak256Word, keccak512 } from './keccak.ts';

const [sha, ripemd] = await Promise.all([createSHA256(), createRIPEMD160()]);

/** From this length on the call into the platform costs less than it saves. */
const LONG = 512;

/** SHA-256 (FIPS 180-4). 32 bytes. */
export function sha256(data: Uint8Array): Uint8Array {
  if (longSha256 !== undefined && data.length >= LONG) return longSha256(data);
  return sha.init().update(data).digest('binary');
}

/** RIPEMD-160. 20 bytes. */
export function ripemd160(data: Uint8Array): Uint8Array {
  return ripemd.init().update(data).digest('binary');
}
