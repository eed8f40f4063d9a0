/**
 * BLS signatures over BLS12-381 as Ethereum's consensus layer uses them: public keys of 48 bytes, signatures of 96.
 * `#bls` is native code in Node and portable code elsewhere; both agree byte for byte.
 *
 * Aggregates over one message are safe only among keys whose owners proved that they possess them.
 */
import { bls } from '#bls';
import { SherdError, throwIfStackIsFull } from '../base/index.ts';

const SECRET_KEY_BYTES = 32;
export const BLS_PUBLIC_KEY_BYTES = 48;
export const BLS_SIGNATURE_BYTES = 96;
/** Order of the groups; a secret key is below it and not zero. */
const ORDER = 0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001n;

/**
 * Secret key (32 bytes) of EIP-2333 at `path`, child indexes from the master key that `seed` gives.
 * @throws SherdError BAD_SEED below 32 bytes; BAD_KEY_PATH unless the indexes are uint32.
 */
export function blsDeriveSecretKey(seed: Uint8Array, path: readonly number[] = []): Uint8Array {
  if (seed.length < 32) throw new SherdError('BAD_SEED', `seed of ${seed.length} bytes, want at least 32`);
  for (const index of path) {
    if (!Number.isInteger(index) || index < 0 || index > 0xffff_ffff) {
      throw new SherdError('BAD_KEY_PATH', `child index ${index}, want an integer in 0 .. 2^32-1`, { have: index });
    }
  }
  return bls.deriveSecretKey(seed, path);
}

/** @throws SherdError BAD_SECRET_KEY */
export function blsPublicKey(secretKey: Uint8Array): Uint8Array {
  checkSecretKey(secretKey);
  return bls.publicKey(secretKey);
}

/** @throws SherdError BAD_SECRET_KEY */
export function blsSign(secretKey: Uint8Array, message: Uint8Array): Uint8Array {
  checkSecretKey(secretKey);
  return bls.sign(secretKey, message);
}

/** False for a wrong signature, and for bytes that are no key or no signature: never throws. */
export function blsVerify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== BLS_PUBLIC_KEY_BYTES || signature.length !== BLS_SIGNATURE_BYTES) return false;
  return bls.verify(publicKey, message, signature);
}

/**
 * One signature out of many.
 * @throws SherdError BAD_SIGNATURE for none, and for bytes that are no signature.
 */
export function blsAggregate(signatures: readonly Uint8Array[]): Uint8Array {
  if (signatures.length === 0) throw new SherdError('BAD_SIGNATURE', 'no signatures to aggregate');
  for (const signature of signatures) {
    if (signature.length !== BLS_SIGNATURE_BYTES) {
      throw new SherdError('BAD_SIGNATURE', `signature of ${signature.length} bytes, want ${BLS_SIGNATURE_BYTES}`, {
        have: signature.length,
        want: BLS_SIGNATURE_BYTES,
      });
    }
  }
  try {
    return bls.aggregate(signatures);
  } catch (error) {
    throwIfStackIsFull(error);
    throw new SherdError('BAD_SIGNATURE', `signatures that cannot be aggregated: ${reason(error)}`);
  }
}

/** True when `signature` is the aggregate of signatures of all `publicKeys` over `message`. False for no keys. */
export function blsFastAggregateVerify(
  publicKeys: readonly Uint8Array[],
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (signature.length !== BLS_SIGNATURE_BYTES) return false;
  if (publicKeys.some((key) => key.length !== BLS_PUBLIC_KEY_BYTES)) return false;
  return bls.fastAggregateVerify(publicKeys, message, signature);
}

function checkSecretKey(secretKey: Uint8Array): void {
  let value = 0n;
  for (const byte of secretKey) value = (value << 8n) | BigInt(byte);
  if (secretKey.length !== SECRET_KEY_BYTES || value === 0n || value >= ORDER) {
    throw new SherdError('BAD_SECRET_KEY', `secret key of ${secretKey.length} bytes, want 32 below the group order`);
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
