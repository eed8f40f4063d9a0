/** BLS by blst, the native library that consensus clients use: about a millisecond for a verification. Node only. */
import {
  aggregateSerializedSignatures,
  fastAggregateVerify,
  PublicKey,
  SecretKey,
  Signature,
  verify,
} from '@chainsafe/blst';
import type { BlsPort } from './port.ts';

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
      return verify(message, PublicKey.fromBytes(publicKey, true), Signature.fromBytes(signature, true));
    } catch {
      // Bytes that are no point of the right subgroup.
      return false;
    }
  },

  aggregate: (signatures) => plain(aggregateSerializedSignatures([...signatures], true).toBytes()),

  fastAggregateVerify(publicKeys, message, signature) {
    if (publicKeys.length === 0) return false;
    try {
      const keys = publicKeys.map((key) => PublicKey.fromBytes(key, true));
      return fastAggregateVerify(message, keys, Signature.fromBytes(signature, true));
    } catch {
      return false;
    }
  },
};

/** The library returns Buffers, some of a shared pool. */
function plain(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}
