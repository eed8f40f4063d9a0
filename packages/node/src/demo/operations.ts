/** Operations of the beacon chain, signed by a validator: what a client hands to `beacon_submitOperation`. */
import { type Address, addressToBytes, concatBytes } from 'sherd/base';
import {
  DepositData,
  DepositMessage,
  type Domain,
  NewExecutionScript,
  NewValidator,
  ReceiptClaim,
  SignedNewExecutionScript,
  SignedWithdrawal,
  signingRoot,
  Withdrawal,
} from 'sherd/beacon';
import { blsSign } from 'sherd/crypto';
import type { ValidatorKey } from '../genesis/index.ts';

function sign(chainId: bigint, domain: Domain, root: Uint8Array, { secretKey }: ValidatorKey): Uint8Array {
  return blsSign(secretKey, signingRoot(chainId, domain, root));
}

/** Serialised SignedNewExecutionScript. `slot` is one that the chain has reached. */
export function newScriptOperation(chainId: bigint, message: NewExecutionScript, key: ValidatorKey): Uint8Array {
  const signature = sign(chainId, 'newExecutionScript', NewExecutionScript.hashTreeRoot(message), key);
  return SignedNewExecutionScript.serialize({ message, pubkey: key.pubkey, signature });
}

/** Serialised SignedWithdrawal; the amount is gwei. */
export function withdrawalOperation(chainId: bigint, message: Withdrawal, key: ValidatorKey): Uint8Array {
  const signature = sign(chainId, 'withdrawal', Withdrawal.hashTreeRoot(message), key);
  return SignedWithdrawal.serialize({ message, pubkey: key.pubkey, signature });
}

/** Serialised DepositData for a validator whose withdrawals go to `owner`; the amount is gwei. */
export function depositData(chainId: bigint, amount: bigint, owner: Address, key: ValidatorKey): Uint8Array {
  const withdrawalCredentials = concatBytes(Uint8Array.of(1), new Uint8Array(11), addressToBytes(owner));
  const message = { pubkey: key.pubkey, withdrawalCredentials, amount };
  const signature = sign(chainId, 'deposit', DepositMessage.hashTreeRoot(message), key);
  return DepositData.serialize({ ...message, signature });
}

/** Serialised NewValidator for the claim (SSZ ReceiptClaim) of a receipt that carries DepositData. */
export function newValidatorOperation(claim: Uint8Array): Uint8Array {
  return NewValidator.serialize({ claim: ReceiptClaim.deserialize(claim) });
}
