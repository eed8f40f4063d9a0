/** Withdrawal: ETH moves from a validator to a script, and a receipt tells a shard of it. */
import { SherdError } from '../../base/index.ts';
import { BEACON } from '../../scripts/world.ts';
import { type BeaconDraft, checkPayment, creditScript, takePayment } from '../draft.ts';
import type { ChainParams } from '../params.ts';
import { appendWithdrawalReceipt } from '../receipts.ts';
import { type SignedWithdrawal, Withdrawal } from '../types.ts';
import { checkSignature, checkSigner } from './signer.ts';

/**
 * Moves the amount (gwei) and appends the withdrawal receipt. The data is opaque here.
 * @throws SherdError UNKNOWN_VALIDATOR, WRONG_KEY, BAD_NONCE, UNKNOWN_SHARD, UNKNOWN_SCRIPT, ZERO_AMOUNT, DATA_TOO_LONG,
 * INSUFFICIENT_BALANCE, LAST_VALIDATOR, BAD_SIGNATURE, ACCUMULATOR_FULL
 */
export function applyWithdrawal(
  params: ChainParams,
  draft: BeaconDraft,
  { message, pubkey, signature }: SignedWithdrawal,
): void {
  const { state } = draft;
  const { validatorIndex, targetShard, targetScript, amount, data } = message;
  checkSigner(state, validatorIndex, pubkey, message.nonce);
  if (targetShard >= params.shardCount) {
    throw new SherdError('UNKNOWN_SHARD', `target shard ${targetShard}, want one below ${params.shardCount}`, {
      have: targetShard,
      want: params.shardCount,
    });
  }
  if (targetScript >= state.executionScripts.length) {
    throw new SherdError(
      'UNKNOWN_SCRIPT',
      `target script ${targetScript}, the chain has ${state.executionScripts.length}`,
      {
        have: targetScript,
        want: state.executionScripts.length,
      },
    );
  }
  // An empty withdrawal would put a receipt into the list for ever at no cost.
  if (amount === 0n) throw new SherdError('ZERO_AMOUNT', 'withdrawal of 0 gwei');
  if (data.length > params.maxReceiptBytes) {
    throw new SherdError('DATA_TOO_LONG', `data of ${data.length} bytes, want at most ${params.maxReceiptBytes}`, {
      have: data.length,
      want: params.maxReceiptBytes,
    });
  }
  checkPayment(params, state, validatorIndex, amount);
  checkSignature(params, 'withdrawal', Withdrawal.hashTreeRoot(message), pubkey, signature);

  appendWithdrawalReceipt(draft, {
    source: BEACON,
    slot: state.slot,
    sender: validatorIndex,
    targetShard,
    targetScript,
    amount,
    data,
  });
  takePayment(params, state, validatorIndex, amount);
  creditScript(state, targetScript, amount);
}
