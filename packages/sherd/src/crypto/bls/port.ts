/** BLS signatures over BLS12-381, minimal public keys (48 bytes), signatures of 96 bytes, the Ethereum ciphersuite. */

/** What an implementation offers; {@link ../bls.ts} checks lengths before it calls. All of them return; only a full stack is thrown. */
export interface BlsPort {
  /** Key of EIP-2333 at `path` (child indexes from the master key), from a seed of at least 32 bytes. 32 bytes. */
  deriveSecretKey(seed: Uint8Array, path: readonly number[]): Uint8Array;
  publicKey(secretKey: Uint8Array): Uint8Array;
  sign(secretKey: Uint8Array, message: Uint8Array): Uint8Array;
  /** False for a wrong signature and for bytes that are no key or signature. Checks the subgroups. */
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
  aggregate(signatures: readonly Uint8Array[]): Uint8Array;
  /** All keys signed the same message. False for no keys. */
  fastAggregateVerify(publicKeys: readonly Uint8Array[], message: Uint8Array, signature: Uint8Array): boolean;
}
