/** Who signed: secp256k1 signatures, and the Ethereum-style address of their key. */
import { compareBigEndian, put } from "./bytes";
import * as host from "./host";

/** Half of the group order: a signature with a higher s is the same one in another form, and is refused. */
const HALF_ORDER: usize = memory.data<u8>([
  0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x5d, 0x57, 0x6e,
  0x73, 0x57, 0xa4, 0x50, 0x1d, 0xdf, 0xe9, 0x2f, 0x46, 0x68, 0x1b, 0x20, 0xa0,
]);

const publicKey: usize = memory.data(64, 8);
const hash: usize = memory.data(32, 8);

/**
 * Writes the address (20 bytes) whose key made the signature (65 bytes: r, s, recovery id 0 or 1) over a hash.
 * False when there is none, and for a high s.
 */
export function recoverAddress(hashPtr: usize, signaturePtr: usize, out: usize): bool {
  if (load<u8>(signaturePtr, 64) > 1) return false;
  if (compareBigEndian(signaturePtr + 32, HALF_ORDER, 32) > 0) return false;
  if (host.secp256k1Recover(hashPtr, signaturePtr, publicKey) != 1) return false;
  host.keccak256(publicKey, 64, hash);
  put(out, hash + 12, 20);
  return true;
}

/** Is this (96 bytes) a BLS signature of the message under the public key (48 bytes)? Any bytes may be asked. */
export function isBlsSigned(publicKeyPtr: usize, message: usize, length: i32, signature: usize): bool {
  return host.blsVerify(publicKeyPtr, message, length, signature) == 1;
}
