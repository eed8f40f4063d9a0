/** What makes a transaction valid in a block and a state. All checks come before any change. */
import { type Address, SherdError } from '../base/index.ts';
import { type BlockContext, delegationTarget } from '../evm/index.ts';
import type { Rules } from '../protocol/index.ts';
import type { Journal } from '../state/index.ts';
import { feeCap, type Transaction, validateTransaction } from '../tx/index.ts';
import { checkGasPool, type GasPool } from './gasPool.ts';
import { floorGas, intrinsicGas, intrinsicGasInput } from './intrinsicGas.ts';

/** Gas that is settled before the machine starts. */
export interface GasPlan {
  readonly intrinsic: number;
  readonly floor: number;
  readonly blobGas: bigint;
}

/**
 * @throws SherdError every code of `validateTransaction`, and INTRINSIC_GAS_TOO_LOW, FLOOR_GAS_TOO_LOW,
 *   BLOCK_GAS_EXCEEDED, BLOCK_BLOB_GAS_EXCEEDED, FEE_CAP_BELOW_BASE_FEE, BLOB_FEE_CAP_TOO_LOW, NONCE_TOO_LOW,
 *   NONCE_TOO_HIGH, SENDER_NOT_EOA, INSUFFICIENT_FUNDS.
 */
export function validateInState(
  tx: Transaction,
  sender: Address,
  context: {
    readonly rules: Rules;
    readonly block: BlockContext;
    readonly journal: Journal;
    readonly gasPool: GasPool;
  },
): GasPlan {
  const { rules, block, journal, gasPool } = context;
  validateTransaction(tx, rules, block.chainId);
  const blobGas = blobGasOf(tx, rules);
  checkGasPool(gasPool, tx.gasLimit, blobGas);
  checkSender(tx, sender, rules, journal);
  checkPrices(tx, rules, block);
  const cost = maxCost(tx, blobGas);
  const balance = journal.getBalance(sender);
  if (balance < cost) {
    throw new SherdError(
      'INSUFFICIENT_FUNDS',
      `insufficient funds for gas * price + value: address ${sender} have ${balance} want ${cost}`,
      { address: sender, have: balance, want: cost },
    );
  }
  return planGas(tx, rules);
}

/** The most that the sender may have to pay, value included, in wei. */
export function maxCost(tx: Transaction, blobGas: bigint): bigint {
  const blobFee = tx.type === 3 ? blobGas * tx.maxFeePerBlobGas : 0n;
  return tx.gasLimit * feeCap(tx) + blobFee + tx.value;
}

/** @throws SherdError INTRINSIC_GAS_TOO_LOW, FLOOR_GAS_TOO_LOW. */
export function planGas(tx: Transaction, rules: Rules): GasPlan {
  const intrinsic = intrinsicGas(intrinsicGasInput(tx), rules);
  if (tx.gasLimit < BigInt(intrinsic)) {
    throw new SherdError('INTRINSIC_GAS_TOO_LOW', `intrinsic gas too low: have ${tx.gasLimit}, want ${intrinsic}`, {
      have: tx.gasLimit,
      want: intrinsic,
    });
  }
  const floor = floorGas(tx, rules);
  if (tx.gasLimit < BigInt(floor)) {
    throw new SherdError(
      'FLOOR_GAS_TOO_LOW',
      `insufficient gas for floor data gas cost: have ${tx.gasLimit}, want ${floor}`,
      {
        have: tx.gasLimit,
        want: floor,
      },
    );
  }
  return { intrinsic, floor, blobGas: blobGasOf(tx, rules) };
}

function blobGasOf(tx: Transaction, rules: Rules): bigint {
  return tx.type === 3 ? BigInt(tx.blobVersionedHashes.length * rules.blobGas) : 0n;
}

function checkPrices(tx: Transaction, rules: Rules, block: BlockContext): void {
  if (rules.baseFee && feeCap(tx) < block.baseFee) {
    throw new SherdError(
      'FEE_CAP_BELOW_BASE_FEE',
      `max fee per gas less than block base fee: have ${feeCap(tx)}, want ${block.baseFee}`,
      { have: feeCap(tx), want: block.baseFee },
    );
  }
  if (tx.type === 3 && tx.maxFeePerBlobGas < block.blobBaseFee) {
    throw new SherdError(
      'BLOB_FEE_CAP_TOO_LOW',
      `max fee per blob gas less than block blob gas fee: have ${tx.maxFeePerBlobGas}, want ${block.blobBaseFee}`,
      { have: tx.maxFeePerBlobGas, want: block.blobBaseFee },
    );
  }
}

function checkSender(tx: Transaction, sender: Address, rules: Rules, journal: Journal): void {
  const nonce = journal.getNonce(sender);
  if (tx.nonce !== nonce) {
    const isLow = tx.nonce < nonce;
    throw new SherdError(
      isLow ? 'NONCE_TOO_LOW' : 'NONCE_TOO_HIGH',
      `nonce too ${isLow ? 'low' : 'high'}: address ${sender}, tx: ${tx.nonce} state: ${nonce}`,
      { address: sender, have: tx.nonce, want: nonce },
    );
  }
  // EIP-3607 holds for every fork: no account with code ever sent a transaction.
  const code = journal.getCode(sender);
  if (code.length > 0 && !(rules.delegations && delegationTarget(code) !== undefined)) {
    throw new SherdError('SENDER_NOT_EOA', `sender ${sender} has ${code.length} bytes of code, want none`, {
      address: sender,
    });
  }
}
