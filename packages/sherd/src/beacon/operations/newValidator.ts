/** NewValidator: a script asked, by a receipt for the beacon chain, that part of its balance become a validator. */
import { equalBytes, isSherdError, SherdError } from '../../base/index.ts';
import { BEACON } from '../../scripts/world.ts';
import { decodeSsz } from '../../ssz/index.ts';
import { verifyReceiptClaim } from '../claims.ts';
import { type BeaconDraft, creditScript, EXIT_NEVER, registrySlot } from '../draft.ts';
import type { ChainParams } from '../params.ts';
import { consume, isConsumed } from '../receipts.ts';
import { recentRootAt } from '../slot.ts';
import type { BeaconState } from '../state.ts';
import { DepositData, DepositMessage, type NewValidator, type Receipt, type ReceiptClaim } from '../types.ts';
import { checkSignature } from './signer.ts';

/**
 * Consumes the receipt and moves the deposit (gwei) from the script to a new validator; a key that the registry knows
 * is topped up instead.
 * @throws SherdError WRONG_TARGET, UNKNOWN_SHARD, UNKNOWN_SCRIPT, RECEIPT_CONSUMED, UNKNOWN_ROOT, BAD_PROOF, BAD_DEPOSIT,
 * DEPOSIT_TOO_SMALL, BAD_SIGNATURE, INSUFFICIENT_BALANCE
 */
export function applyNewValidator(params: ChainParams, draft: BeaconDraft, { claim }: NewValidator): void {
  const { state } = draft;
  const { receipt } = claim;
  checkReceipt(params, state, receipt);
  checkProof(params, state, claim);
  const deposit = decodeDeposit(receipt.data);
  if (deposit.amount < params.minDeposit) {
    throw new SherdError('DEPOSIT_TOO_SMALL', `deposit of ${deposit.amount} gwei, want ${params.minDeposit}`, {
      have: deposit.amount,
      want: params.minDeposit,
    });
  }
  const script = state.executionScripts[receipt.sender]!;
  if (script.balance < deposit.amount) {
    throw new SherdError(
      'INSUFFICIENT_BALANCE',
      `script ${receipt.sender} has ${script.balance} gwei, the deposit takes ${deposit.amount}`,
      { have: script.balance, want: deposit.amount },
    );
  }
  checkSignature(params, 'deposit', depositRoot(deposit), deposit.pubkey, deposit.signature);

  consume(draft, receipt.source, receipt.index);
  creditScript(state, receipt.sender, -deposit.amount);
  const known = state.validators.findIndex(({ pubkey }) => equalBytes(pubkey, deposit.pubkey));
  if (known >= 0) {
    const validator = state.validators[known]!;
    state.validators[known] = { ...validator, balance: validator.balance + deposit.amount };
    return;
  }
  state.validators.push({
    pubkey: deposit.pubkey,
    withdrawalCredentials: deposit.withdrawalCredentials,
    balance: deposit.amount,
    nonce: 0n,
    activationSlot: registrySlot(params, state),
    exitSlot: EXIT_NEVER,
  });
}

/** What the depositor's key signs (under the domain `deposit`). */
export function depositRoot(deposit: DepositMessage): Uint8Array {
  const { pubkey, withdrawalCredentials, amount } = deposit;
  return DepositMessage.hashTreeRoot({ pubkey, withdrawalCredentials, amount });
}

function checkReceipt(params: ChainParams, state: BeaconState, receipt: Receipt): void {
  if (receipt.targetShard !== BEACON) {
    throw new SherdError('WRONG_TARGET', `receipt for shard ${receipt.targetShard}, want one for the beacon chain`, {
      have: receipt.targetShard,
      want: BEACON,
    });
  }
  if (receipt.source >= params.shardCount) {
    throw new SherdError(
      'UNKNOWN_SHARD',
      `receipt of source ${receipt.source}, want a shard below ${params.shardCount}`,
      {
        have: receipt.source,
        want: params.shardCount,
      },
    );
  }
  if (receipt.sender >= state.executionScripts.length) {
    throw new SherdError(
      'UNKNOWN_SCRIPT',
      `receipt of script ${receipt.sender}, the chain has ${state.executionScripts.length}`,
      {
        have: receipt.sender,
        want: state.executionScripts.length,
      },
    );
  }
  if (isConsumed(state, receipt.source, receipt.index)) {
    throw new SherdError(
      'RECEIPT_CONSUMED',
      `receipt ${receipt.index} of shard ${receipt.source} was consumed before`,
      {
        source: receipt.source,
        index: receipt.index,
      },
    );
  }
}

function checkProof(params: ChainParams, state: BeaconState, claim: ReceiptClaim): void {
  const anchor = recentRootAt(params, state, claim.proof.beaconSlot);
  if (anchor === undefined) {
    throw new SherdError(
      'UNKNOWN_ROOT',
      `proof against the state of slot ${claim.proof.beaconSlot}, want one of the ${params.rootWindow} before ${state.slot}`,
      { have: claim.proof.beaconSlot, want: state.slot - 1n },
    );
  }
  if (!verifyReceiptClaim(claim, anchor, params)) {
    throw new SherdError('BAD_PROOF', `receipt ${claim.receipt.index} of shard ${claim.receipt.source} is not proved`, {
      source: claim.receipt.source,
      index: claim.receipt.index,
    });
  }
}

function decodeDeposit(data: Uint8Array): DepositData {
  try {
    return decodeSsz(DepositData, data, 'deposit data');
  } catch (error) {
    if (!isSherdError(error)) throw error;
    throw new SherdError('BAD_DEPOSIT', error.message, error.data);
  }
}
