/** Calls that are no transactions: eth_call and gas estimates. No fee, no nonce, no signature; nothing is kept. */
import { type Address, SherdError } from '../base/index.ts';
import { type BlockContext, isSuccess, type Log, OUTCOME, type Outcome } from '../evm/index.ts';
import { forkRules, type RulesName } from '../protocol/index.ts';
import type { Journal } from '../state/index.ts';
import { effectiveGasPrice, feeCap, type Transaction } from '../tx/index.ts';
import { type EnvironmentExtras, executeTransaction } from './execute.ts';
import { settleGas, transactionEnvironment, transactionEvent } from './transaction.ts';
import { planGas } from './validate.ts';

/** A call, and what it runs on. */
export interface CallInput {
  readonly journal: Journal;
  readonly fork: RulesName;
  readonly block: BlockContext;
  readonly sender: Address;
  /** Unsigned; its nonce is not looked at. A gas price other than 0 is what GASPRICE says, and is not paid. */
  readonly transaction: Transaction;
  readonly extras?: EnvironmentExtras;
}

/** What a call came to. Gas in units. */
export interface CallResult {
  readonly outcome: Outcome;
  readonly isSuccess: boolean;
  readonly output: Uint8Array;
  /** What a transaction would have used, intrinsic gas and refund included. */
  readonly gasUsed: bigint;
  readonly gasRefunded: bigint;
  readonly contractAddress: Address | undefined;
  readonly logs: readonly Log[];
}

/**
 * Runs a call on the journal and undoes it. Between transactions only.
 * @throws SherdError INTRINSIC_GAS_TOO_LOW, FLOOR_GAS_TOO_LOW, INSUFFICIENT_FUNDS (for the value), ABORTED.
 */
export function callMessage(input: CallInput): CallResult {
  const { journal, fork, block, sender, transaction: tx } = input;
  const { rules } = forkRules(fork);
  const plan = planGas(tx, rules);
  const balance = journal.getBalance(sender);
  if (balance < tx.value) {
    throw new SherdError(
      'INSUFFICIENT_FUNDS',
      `insufficient funds for gas * price + value: address ${sender} have ${balance} want ${tx.value}`,
      { address: sender, have: balance, want: tx.value },
    );
  }
  const price = feeCap(tx) === 0n ? 0n : effectiveGasPrice(tx, rules.baseFee ? block.baseFee : 0n);
  const environment = { ...input.extras, ...transactionEnvironment(fork, block, tx, sender, price) };
  const tracer = input.extras?.tracer;
  const start = journal.snapshot();
  try {
    tracer?.beginTransaction?.(transactionEvent(tx, sender, block), journal);
    const gas = tx.gasLimit - BigInt(plan.intrinsic);
    const execution = executeTransaction(journal, tx, sender, gas, environment);
    const settled = settleGas(tx.gasLimit, execution.gasLeft, journal.refund, plan, rules);
    const { outcome, output, contractAddress } = execution;
    tracer?.endTransaction?.();
    const logs = [...journal.logs];
    return { outcome, isSuccess: isSuccess(outcome), output, ...settled, contractAddress, logs };
  } finally {
    journal.revertTo(start);
    journal.setAlwaysWarm(new Set());
  }
}

/** How close an estimate must come. */
export interface GasEstimateOptions {
  /** Stop when the bounds are this close to each other, relative to the upper one. 0: exact. Default as geth: 0.015. */
  readonly tolerance?: number;
}

/**
 * The least gas limit with which a call succeeds, by bisection.
 * @param attempt Runs the call with this gas limit, as {@link callMessage} does.
 * @param cap The highest gas limit to try.
 * @throws SherdError GAS_ESTIMATE_FAILED with the outcome and output of the run at `cap`, or what `attempt` throws.
 */
export function estimateGas(
  attempt: (gasLimit: bigint) => CallResult,
  cap: bigint,
  options: GasEstimateOptions = {},
): bigint {
  const tolerance = options.tolerance ?? 0.015;
  const first = attempt(cap);
  if (!first.isSuccess) {
    throw new SherdError('GAS_ESTIMATE_FAILED', `call fails with ${cap} gas`, {
      outcome: first.outcome,
      output: first.output,
      gas: cap,
    });
  }
  let low = first.gasUsed > 0n ? first.gasUsed - 1n : 0n;
  let high = cap;
  // Most calls need what they used, the refund that came too late, and a 64th per level kept back for a stipend.
  const guess = ((first.gasUsed + first.gasRefunded + 2300n) * 64n) / 63n;
  if (guess < high) {
    if (succeeds(attempt, guess)) high = guess;
    else low = guess;
  }
  while (low + 1n < high && Number(high - low) / Number(high) > tolerance) {
    let middle = (high + low) / 2n;
    // Most calls need little more than they used: look there first.
    if (low > 0n && middle > low * 2n) middle = low * 2n;
    if (succeeds(attempt, middle)) high = middle;
    else low = middle;
  }
  return high;
}

function succeeds(attempt: (gasLimit: bigint) => CallResult, gasLimit: bigint): boolean {
  try {
    const result = attempt(gasLimit);
    return result.isSuccess && result.outcome !== OUTCOME.ABORTED;
  } catch (error) {
    if (error instanceof SherdError && (error.code === 'INTRINSIC_GAS_TOO_LOW' || error.code === 'FLOOR_GAS_TOO_LOW')) {
      return false;
    }
    throw error;
  }
}
