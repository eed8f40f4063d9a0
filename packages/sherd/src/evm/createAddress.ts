/** Addresses of new contracts. */
import { checkBytes, checkUnsigned } from '../base/arguments.ts';
import {
  type Address,
  addressFromBytes,
  addressToBytes,
  bigIntToMinimalBytes,
  concatBytes,
  encodeRlp,
  wordToBytes,
} from '../base/index.ts';
import { keccak256 } from '../crypto/hash.ts';

const CREATE2_PREFIX = Uint8Array.of(0xff);

/** What CREATE and creating transactions make: by the creator's address and its nonce before the creation. */
export function createAddress(creator: Address, nonce: bigint): Address {
  checkUnsigned(nonce, 'nonce');
  const hash = keccak256(encodeRlp([addressToBytes(creator), bigIntToMinimalBytes(nonce)]));
  return addressFromBytes(hash.subarray(12));
}

/** What CREATE2 makes (EIP-1014): by creator, salt and init code. */
export function create2Address(creator: Address, salt: bigint, initCode: Uint8Array): Address {
  checkUnsigned(salt, 'salt');
  checkBytes(initCode, 'init code');
  const parts = concatBytes(CREATE2_PREFIX, addressToBytes(creator), wordToBytes(salt), keccak256(initCode));
  return addressFromBytes(keccak256(parts).subarray(12));
}
