/** Authorisations (EIP-7702): accounts that let their code be another account's. */
import { EMPTY_BYTES, ZERO_ADDRESS } from '../base/index.ts';
import { delegationCode, delegationTarget } from '../evm/index.ts';
import type { Rules } from '../protocol/index.ts';
import type { Journal } from '../state/index.ts';
import { type Authorization, MAX_NONCE, recoverAuthority } from '../tx/index.ts';

/** Applies each authorisation that checks out and skips the others, as the EIP orders its nine steps. */
export function applyAuthorizations(
  list: readonly Authorization[],
  context: { readonly journal: Journal; readonly rules: Rules; readonly chainId: bigint },
): void {
  for (const authorization of list) applyAuthorization(authorization, context);
}

function applyAuthorization(
  authorization: Authorization,
  { journal, rules, chainId }: { readonly journal: Journal; readonly rules: Rules; readonly chainId: bigint },
): void {
  if (authorization.chainId !== 0n && authorization.chainId !== chainId) return;
  if (authorization.nonce > MAX_NONCE) return;
  const authority = recoverAuthority(authorization);
  if (authority === undefined) return;
  journal.warmAddress(authority);
  const code = journal.getCode(authority);
  if (code.length > 0 && delegationTarget(code) === undefined) return;
  if (journal.getNonce(authority) !== authorization.nonce) return;
  if (journal.exists(authority)) journal.addRefund(rules.txAuthorization - rules.txAuthorizationExisting);
  const { address } = authorization;
  // The zero address takes a delegation back.
  journal.setCode(authority, address === ZERO_ADDRESS ? EMPTY_BYTES : delegationCode(address));
  journal.setNonce(authority, authorization.nonce + 1n);
}
