/** ECDSA verification over P-256 (secp256r1) for EIP-7951. */
import { p256 } from '@noble/curves/nist.js';

const UNCOMPRESSED = 0x04;
const OPTIONS = { prehash: false, lowS: false, format: 'compact' } as const;

/** True when the signature (r and s, 64 bytes) over `hash` (32 bytes) was made by the key (x and y, 64 bytes). */
export function verifyP256(hash: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean {
  const key = new Uint8Array(65);
  key[0] = UNCOMPRESSED;
  key.set(publicKey, 1);
  try {
    return p256.verify(signature, hash, key, OPTIONS);
  } catch {
    // The library throws for r, s or a key out of range; the contract calls all of these a wrong signature.
    return false;
  }
}
