/** The checks that every operation signed by a validator begins and ends with. */
import { equalBytes, SherdError } from '../../base/index.ts';
import { blsVerify } from '../../crypto/index.ts';
import { type Domain, signingRoot } from '../domains.ts';
import type { ChainParams } from '../params.ts';
import type { BeaconState } from '../state.ts';

/**
 * The validator exists, the key is its own and the nonce is its next one.
 * @throws SherdError UNKNOWN_VALIDATOR, WRONG_KEY, BAD_NONCE
 */
export function checkSigner(state: BeaconState, index: number, pubkey: Uint8Array, nonce: bigint): void {
  const validator = state.validators[index];
  if (validator === undefined) {
    throw new SherdError('UNKNOWN_VALIDATOR', `validator ${index}, want one below ${state.validators.length}`, {
      have: index,
      want: state.validators.length,
    });
  }
  if (!equalBytes(pubkey, validator.pubkey)) {
    throw new SherdError('WRONG_KEY', `signed with a key that is not validator ${index}'s`, { validator: index });
  }
  if (nonce !== validator.nonce) {
    throw new SherdError('BAD_NONCE', `nonce ${nonce}, want ${validator.nonce} of validator ${index}`, {
      have: nonce,
      want: validator.nonce,
    });
  }
}

/** @throws SherdError BAD_SIGNATURE */
export function checkSignature(
  params: ChainParams,
  domain: Domain,
  objectRoot: Uint8Array,
  pubkey: Uint8Array,
  signature: Uint8Array,
): void {
  if (!blsVerify(pubkey, signingRoot(params.chainId, domain, objectRoot), signature)) {
    throw new SherdError('BAD_SIGNATURE', `${domain}: the signature is not the key's over this message`, { domain });
  }
}
