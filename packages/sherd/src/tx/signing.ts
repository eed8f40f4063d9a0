/** Hashes and signatures of transactions and authorisations, and who made them. */
import { checkBytes, checkObject } from '../base/arguments.ts';
import {
  type Address,
  addressToBytes,
  bigIntToMinimalBytes,
  concatBytes,
  encodeRlp,
  SherdError,
} from '../base/index.ts';
import { keccak256 } from '../crypto/hash.ts';
import { recoverAddress, SECP256K1_HALF_ORDER, signHash } from '../crypto/secp256k1.ts';
import { checkAuthorization, checkAuthorizationFields, checkSignatureFields } from './checkFields.ts';
import { encodeForSigning, encodeTransaction } from './codec.ts';
import type { Authorization, Transaction } from './types.ts';

/** Domain byte of authorisations (EIP-7702). */
const AUTHORIZATION_MAGIC = Uint8Array.of(5);

/** Keccak-256 of the encoded, signed transaction. */
export function transactionHash(tx: Transaction): Uint8Array {
  return keccak256(encodeTransaction(tx));
}

/** What the sender signs. */
export function signingHash(tx: Transaction): Uint8Array {
  return keccak256(encodeForSigning(tx));
}

/** `tx` with a deterministic signature (RFC 6979, low s). The key has 32 bytes. */
export function signTransaction<T extends Transaction>(tx: T, secretKey: Uint8Array): T {
  const hash = signingHash(tx);
  checkBytes(secretKey, 'secret key');
  return { ...tx, signature: signHash(hash, secretKey) };
}

/** @throws SherdError TX_NOT_SIGNED, SIGNATURE_INVALID when no public key fits. */
export function recoverSender(tx: Transaction): Address {
  checkObject(tx, 'transaction');
  if (tx.signature === undefined) throw new SherdError('TX_NOT_SIGNED', 'transaction without a signature');
  checkSignatureFields(tx.signature);
  const { r, s, yParity } = tx.signature;
  const sender = recoverAddress(signingHash(tx), r, s, yParity);
  if (sender === undefined) {
    throw new SherdError('SIGNATURE_INVALID', 'signature: no public key can have made it', { r, s, yParity });
  }
  return sender;
}

/** What the authority signs. @throws SherdError TX_FIELD. */
export function authorizationHash(authorization: Pick<Authorization, 'chainId' | 'address' | 'nonce'>): Uint8Array {
  checkAuthorizationFields(authorization);
  const { chainId, address, nonce } = authorization;
  const fields = [bigIntToMinimalBytes(chainId), addressToBytes(address), bigIntToMinimalBytes(nonce)];
  return keccak256(concatBytes(AUTHORIZATION_MAGIC, encodeRlp(fields)));
}

/** An authorisation signed with a secret key of 32 bytes: deterministic, with low s (EIP-7702). @throws SherdError BAD_SECRET_KEY. */
export function signAuthorization(
  authorization: Pick<Authorization, 'chainId' | 'address' | 'nonce'>,
  secretKey: Uint8Array,
): Authorization {
  const hash = authorizationHash(authorization);
  checkBytes(secretKey, 'secret key');
  const { yParity, r, s } = signHash(hash, secretKey);
  return { ...authorization, yParity: BigInt(yParity), r, s };
}

/** Who gave the authorisation; undefined when the signature is no valid one (or has a high s). */
export function recoverAuthority(authorization: Authorization): Address | undefined {
  checkAuthorization(authorization);
  const { yParity, r, s } = authorization;
  if (yParity > 1n || s > SECP256K1_HALF_ORDER) return undefined;
  return recoverAddress(authorizationHash(authorization), r, s, yParity === 0n ? 0 : 1);
}
