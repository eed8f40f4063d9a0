/** Hashes, curves and signatures, behind functions of our own: bytes in, bytes or false out. */
export * from './blake2f.ts';
export * from './bls.ts';
export * from './bls12381.ts';
export * from './bn254.ts';
export * from './hash.ts';
export * from './p256.ts';
export * from './secp256k1.ts';
