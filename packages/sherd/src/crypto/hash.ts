/**
 * Hash functions. One WebAssembly instance of each is made when the module loads, so that hashing is synchronous and
 * costs about a microsecond; see docs/decisions/0002-libraries.md for the measurements behind the choice.
 */
import { createKeccak, createRIPEMD160, createSHA256 } from 'hash-wasm';

const [keccak, sha, ripemd] = await Promise.all([createKeccak(256), createSHA256(), createRIPEMD160()]);

/** Keccak-256 as Ethereum uses it (the padding before FIPS 202). 32 bytes. */
export function keccak256(data: Uint8Array): Uint8Array {
  return keccak.init().update(data).digest('binary');
}

/** SHA-256 (FIPS 180-4). 32 bytes. */
export function sha256(data: Uint8Array): Uint8Array {
  return sha.init().update(data).digest('binary');
}

/** RIPEMD-160. 20 bytes. */
export function ripemd160(data: Uint8Array): Uint8Array {
  return ripemd.init().update(data).digest('binary');
}
