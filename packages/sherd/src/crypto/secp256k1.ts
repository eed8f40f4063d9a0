/** ECDSA over secp256k1 as Ethereum uses it: recoverable signatures over 32-byte hashes (libsecp256k1 in WebAssembly). */
import { instantiateSecp256k1 } from '@bitauth/libauth';
import { type Address, addressFromBytes, concatBytes, SherdError, wordToBytes } from '../base/index.ts';
import { keccak256 } from './hash.ts';

const secp256k1 = await instantiateSecp256k1();

/** Order of the group. */
export const SECP256K1_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

/** A higher s has a twin below it for the same message; EIP-2 allows transactions only the lower. */
export const SECP256K1_HALF_ORDER = SECP256K1_ORDER >> 1n;

export interface Signature {
  readonly r: bigint;
  readonly s: bigint;
  readonly yParity: 0 | 1;
}

/**
 * The public key (64 bytes, x and y) that made a signature over `hash` (32 bytes). Undefined when r or s is not in
 * 1 .. n-1 or no key could have made it. A high s is accepted: who forbids it checks {@link SECP256K1_HALF_ORDER}.
 */
export function recoverPublicKey(hash: Uint8Array, r: bigint, s: bigint, yParity: 0 | 1): Uint8Array | undefined {
  if (r <= 0n || r >= SECP256K1_ORDER || s <= 0n || s >= SECP256K1_ORDER) return undefined;
  const compact = concatBytes(wordToBytes(r), wordToBytes(s));
  const key = secp256k1.recoverPublicKeyUncompressed(compact, yParity, hash);
  return typeof key === 'string' ? undefined : key.subarray(1);
}

/** The address whose key made a signature; undefined when there is none. */
export function recoverAddress(hash: Uint8Array, r: bigint, s: bigint, yParity: 0 | 1): Address | undefined {
  const key = recoverPublicKey(hash, r, s, yParity);
  return key === undefined ? undefined : publicKeyToAddress(key);
}

/** @throws SherdError BAD_PUBLIC_KEY unless there are 64 bytes. */
export function publicKeyToAddress(publicKey: Uint8Array): Address {
  if (publicKey.length !== 64) {
    throw new SherdError('BAD_PUBLIC_KEY', `public key of ${publicKey.length} bytes, want 64`);
  }
  return addressFromBytes(keccak256(publicKey).subarray(12));
}

function checkSecretKey(secretKey: Uint8Array): void {
  if (secretKey.length !== 32 || !secp256k1.validatePrivateKey(secretKey)) {
    throw new SherdError('BAD_SECRET_KEY', 'secret key must be 32 bytes, a number in 1 .. n-1');
  }
}

/**
 * The public key (64 bytes, x and y) of a secret key.
 * @throws SherdError BAD_SECRET_KEY
 */
export function publicKeyOf(secretKey: Uint8Array): Uint8Array {
  checkSecretKey(secretKey);
  const key = secp256k1.derivePublicKeyUncompressed(secretKey);
  if (typeof key === 'string') throw new SherdError('BAD_SECRET_KEY', key);
  return key.subarray(1);
}

/** @throws SherdError BAD_SECRET_KEY */
export function addressOf(secretKey: Uint8Array): Address {
  return publicKeyToAddress(publicKeyOf(secretKey));
}

/**
 * Signs a 32-byte hash: deterministic (RFC 6979), with low s.
 * @throws SherdError BAD_SECRET_KEY; BAD_HASH unless the hash has 32 bytes
 */
export function signHash(hash: Uint8Array, secretKey: Uint8Array): Signature {
  checkSecretKey(secretKey);
  if (hash.length !== 32) throw new SherdError('BAD_HASH', `hash of ${hash.length} bytes, want 32`);
  const signed = secp256k1.signMessageHashRecoverableCompact(secretKey, hash);
  if (typeof signed === 'string') throw new SherdError('BAD_SECRET_KEY', signed);
  const { signature, recoveryId } = signed;
  return { r: word(signature, 0), s: word(signature, 32), yParity: (recoveryId & 1) as 0 | 1 };
}

function word(bytes: Uint8Array, offset: number): bigint {
  let value = 0n;
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, 32);
  for (let i = 0; i < 32; i += 8) value = (value << 64n) | view.getBigUint64(i);
  return value;
}
