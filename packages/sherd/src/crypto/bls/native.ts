/** BLS by blst, the native library that consensus clients use: about a millisecond for a verification. Node only. */
import {
  aggregateSerializedSignatures,
  fastAggregateVerify,
  PublicKey,
  SecretKey,
  Signature,
  verify,
} from '@chainsafe/blst';
import { bytesToHex, throwIfStackIsFull } from '../../base/index.ts';
import type { BlsPort } from './port.ts';

/** Keys kept after their check; the same validators sign slot after slot. A key takes about 150 bytes. */
const KEYS_KEPT = 16_384;
const checkedKeys = new Map<string, PublicKey>();

export const bls: BlsPort = {
  deriveSecretKey(seed, path) {
    let key = SecretKey.deriveMasterEip2333(seed);
    for (const index of path) key = key.deriveChildEip2333(index);
    return plain(key.toBytes());
  },

  publicKey: (secretKey) => plain(SecretKey.fromBytes(secretKey).toPublicKey().toBytes()),

  sign: (secretKey, message) => plain(SecretKey.fromBytes(secretKey).sign(message).toBytes()),

  verify(publicKey, message, signature) {
    try {
      return verify(message, checkedKey(publicKey), Signature.fromBytes(signature, true));
    } catch (error) {
      throwIfStackIsFull(error);
      // Bytes that are no point of the right subgroup.
      return false;
    }
  },

  aggregate: (signatures) => plain(aggregateSerializedSignatures([...signatures], true).toBytes()),

  fastAggregateVerify(publicKeys, message, signature) {
    if (publicKeys.length === 0) return false;
    try {
      return fastAggregateVerify(message, publicKeys.map(checkedKey), Signature.fromBytes(signature, true));
    } catch (error) {
      throwIfStackIsFull(error);
      return false;
    }
  },
};

/**
 * The key as a point. To decompress one and check its subgroup costs 45 us, a look-up 3.
 * @throws Error for bytes that are no key, and for the point at infinity.
 */
function checkedKey(bytes: Uint8Array): PublicKey {
  const name = bytesToHex(bytes);
  let key = checkedKeys.get(name);
  if (key === undefined) {
    key = PublicKey.fromBytes(bytes, true);
    if (checkedKeys.size >= KEYS_KEPT) checkedKeys.delete(checkedKeys.keys().next().value!);
    checkedKeys.set(name, key);
  }
  return key;
}

/** The library returns Buffers, some of a shared pool. */
function plain(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}
