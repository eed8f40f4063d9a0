/** BLS in plain TypeScript by noble, where there is no native code (browsers). Some 25 times slower than blst. */
import { bls12_381 } from '@noble/curves/bls12-381.js';
import { expand, extract } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bigIntToBytes, bytesToBigInt, concatBytes, throwIfStackIsFull, utf8ToBytes } from '../../base/index.ts';
import type { BlsPort } from './port.ts';

const { longSignatures: scheme } = bls12_381;
/** Ciphersuite of Ethereum's consensus layer: proof of possession. */
const DST = 'BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_';
const ORDER = bls12_381.fields.Fr.ORDER;

export const bls: BlsPort = {
  deriveSecretKey(seed, path) {
    let key = keyFromMaterial(seed);
    for (const index of path) key = keyFromMaterial(lamportPublicKey(key, index));
    return key;
  },

  publicKey: (secretKey) => scheme.getPublicKey(secretKey).toBytes(),

  sign: (secretKey, message) => scheme.sign(scheme.hash(message, DST), secretKey).toBytes(),

  verify(publicKey, message, signature) {
    try {
      return scheme.verify(signaturePoint(signature), scheme.hash(message, DST), keyPoint(publicKey));
    } catch (error) {
      throwIfStackIsFull(error);
      return false;
    }
  },

  aggregate: (signatures) => scheme.aggregateSignatures(signatures.map(signaturePoint)).toBytes(),

  fastAggregateVerify(publicKeys, message, signature) {
    if (publicKeys.length === 0) return false;
    try {
      const key = scheme.aggregatePublicKeys(publicKeys.map(keyPoint));
      return scheme.verify(signaturePoint(signature), scheme.hash(message, DST), key);
    } catch (error) {
      throwIfStackIsFull(error);
      return false;
    }
  },
};

/** @throws Error for bytes that are no point of the subgroup, and for the point at infinity. */
function keyPoint(bytes: Uint8Array) {
  const point = bls12_381.G1.Point.fromBytes(bytes);
  point.assertValidity();
  if (point.is0()) throw new Error('public key is the point at infinity');
  return point;
}

function signaturePoint(bytes: Uint8Array) {
  const point = bls12_381.G2.Point.fromBytes(bytes);
  point.assertValidity();
  if (point.is0()) throw new Error('signature is the point at infinity');
  return point;
}

/** hkdf_mod_r of EIP-2333. */
function keyFromMaterial(material: Uint8Array): Uint8Array {
  let salt = utf8ToBytes('BLS-SIG-KEYGEN-SALT-');
  for (;;) {
    salt = sha256(salt);
    const random = extract(sha256, concatBytes(material, Uint8Array.of(0)), salt);
    const key = bytesToBigInt(expand(sha256, random, Uint8Array.of(0, 48), 48)) % ORDER;
    if (key !== 0n) return bigIntToBytes(key, 32);
  }
}

/** parent_SK_to_lamport_PK of EIP-2333: 32 bytes that depend on the parent's key and the child's index. */
function lamportPublicKey(parent: Uint8Array, index: number): Uint8Array {
  const salt = bigIntToBytes(BigInt(index), 4);
  const flipped = parent.map((byte) => byte ^ 0xff);
  const hashes: Uint8Array[] = [];
  for (const material of [parent, flipped]) {
    const chunks = expand(sha256, extract(sha256, material, salt), new Uint8Array(0), 32 * 255);
    for (let at = 0; at < chunks.length; at += 32) hashes.push(sha256(chunks.subarray(at, at + 32)));
  }
  return sha256(concatBytes(...hashes));
}
