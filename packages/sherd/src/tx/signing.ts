/** Hashes and signatures of transactions and authorisations, and who made them. */
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
  return { ...tx, signature: signHash(signingHash(tx), secretKey) };
}

/** @throws SherdError TX_NOT_SIGNED, SIGNATURE_INVALID when no public key fits. */
export function recoverSender(tx: Transaction): Address {
  if (tx.signature === undefined) throw new SherdError('TX_NOT_SIGNED', 'transaction without a signature');
  const { r, s, yParity } = tx.signature;
  const sender = recoverAddress(signingHash(tx), r, s, yParity);
  if (sender === undefined) {
    throw new SherdError('SIGNATURE_INVALID', 'signature: no public key can have made it', { r, s, yParity });
  }
  return sender;
}

/** What the authority signs. */
export function authorizationHash({
  chainId,
  address,
  nonce,
}: Pick<Authorization, 'chainId' | 'address' | 'nonce'>): Uint8Array {
  const fields = [bigIntToMinimalBytes(chainId), addressToBytes(address), bigIntToMinimalBytes(nonce)];
  return keccak256(concatBytes(AUTHORIZATION_MAGIC, encodeRlp(fields)));
}

/** An authorisation signed with a secret key of 32 bytes: deterministic, with low s (EIP-7702). @throws SherdError BAD_SECRET_KEY. */
export function signAuthorization(
  authorization: Pick<Authorization, 'chainId' | 'address' | 'nonce'>,
  secretKey: Uint8Array,
): Authorization {
  const { yParity, r, s } = signHash(authorizationHash(authorization), secretKey);
  return { ...authorization, yParity: BigInt(yParity), r, s };
}

/** Who gave the authorisation; undefined when the signature is no valid one (or has a high s). */
export function recoverAuthority(authorization: Authorization): Address | undefined {
  const { yParity, r, s } = authorization;
  if (yParity > 1n || s > SECP256K1_HALF_ORDER) return undefined;
  return recoverAddress(authorizationHash(authorization), r, s, yParity === 0n ? 0 : 1);
}
