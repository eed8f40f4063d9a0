/**
 * One transaction, in the order in which clients have always run it: validate, buy gas, take intrinsic gas, execute,
 * refund, settle. A transaction that is refused leaves nothing behind.
 */
import { type Address, bytesToBigInt } from '../base/index.ts';
import {
  type BlockContext,
  type Environment,
  isSuccess,
  type Log,
  type Outcome,
  type TransactionEvent,
} from '../evm/index.ts';
import { forkRules, type Rules, type RulesName } from '../protocol/index.ts';
import type { Journal } from '../state/index.ts';
import { blobHashesOf, effectiveGasPrice, recoverAuthority, recoverSender, type Transaction } from '../tx/index.ts';
import { type EnvironmentExtras, type Execution, executeTransaction } from './execute.ts';
import type { GasPool } from './gasPool.ts';
import { type GasPlan, validateInState } from './validate.ts';

/** A transaction, and what it runs on. */
export interface TransactionInput {
  readonly journal: Journal;
  readonly fork: RulesName;
  readonly block: BlockContext;
  /** What is left of the block's gas; lowered by what the transaction uses. */
  readonly gasPool: GasPool;
  readonly transaction: Transaction;
  /** Known to the caller; otherwise recovered from the signature. */
  readonly sender?: Address;
  /** System contracts, abort flag and whatever else the machine's environment takes. */
  readonly extras?: EnvironmentExtras;
}

/** A transaction that ran, well or badly. Gas in units, prices in wei per gas. */
export interface TransactionResult {
  readonly sender: Address;
  readonly outcome: Outcome;
  readonly isSuccess: boolean;
  /** After the refund. */
  readonly gasUsed: bigint;
  readonly gasRefunded: bigint;
  readonly blobGasUsed: bigint;
  readonly effectiveGasPrice: bigint;
  readonly output: Uint8Array;
  readonly contractAddress: Address | undefined;
  readonly logs: readonly Log[];
}

/**
 * Applies a transaction to the journal and ends it there.
 * @throws SherdError every code of `validateInState`, SIGNATURE_INVALID, TX_NOT_SIGNED, ABORTED: the journal and the
 *   gas pool are then as before.
 */
export function applyTransaction(input: TransactionInput): TransactionResult {
  const { journal, fork, block, gasPool, transaction: tx } = input;
  const { rules } = forkRules(fork);
  const sender = input.sender ?? recoverSender(tx);
  const plan = validateInState(tx, sender, { rules, block, journal, gasPool });
  const price = effectiveGasPrice(tx, rules.baseFee ? block.baseFee : 0n);
  const environment = { ...input.extras, ...transactionEnvironment(fork, block, tx, sender, price) };

  const tracer = input.extras?.tracer;
  tracer?.beginTransaction?.(transactionEvent(tx, sender, block), journal);
  const start = journal.snapshot();
  let execution: Execution;
  try {
    journal.subBalance(sender, tx.gasLimit * price + plan.blobGas * block.blobBaseFee);
    execution = executeTransaction(journal, tx, sender, tx.gasLimit - BigInt(plan.intrinsic), environment);
  } catch (error) {
    journal.revertTo(start);
    throw error;
  }

  const { gasUsed, gasRefunded } = settleGas(tx.gasLimit, execution.gasLeft, journal.refund, plan, rules);
  payOut(journal, sender, block, { gasLeft: tx.gasLimit - gasUsed, gasUsed, price, rules });
  gasPool.gas -= gasUsed;
  gasPool.blobGas -= plan.blobGas;
  const logs = journal.logs;
  journal.finalizeTransaction({ removeEmpty: rules.clearsEmptyAccounts });
  tracer?.endTransaction?.();
  const { outcome, output, contractAddress } = execution;
  return {
    sender,
    outcome,
    isSuccess: isSuccess(outcome),
    gasUsed,
    gasRefunded,
    blobGasUsed: plan.blobGas,
    effectiveGasPrice: price,
    output,
    contractAddress,
    logs,
  };
}

/** What tracers are told of a transaction before it runs. */
export function transactionEvent(tx: Transaction, sender: Address, block: BlockContext): TransactionEvent {
  const authorizations = tx.type === 4 ? tx.authorizationList : [];
  const authorities = authorizations.map(recoverAuthority).filter((authority) => authority !== undefined);
  return { from: sender, to: tx.to, coinbase: block.coinbase, authorities };
}

/** What the machine is told of a transaction: `gasPrice` in wei per gas, as GASPRICE says it. */
export function transactionEnvironment(
  fork: RulesName,
  block: BlockContext,
  tx: Transaction,
  sender: Address,
  gasPrice: bigint,
): Environment {
  const blobHashes = blobHashesOf(tx).map(bytesToBigInt);
  return { fork, block, transaction: { origin: sender, gasPrice, blobHashes } };
}

/** Gas used after the refund, which is capped (EIP-3529), and after the calldata floor (EIP-7623). */
export function settleGas(
  gasLimit: bigint,
  gasLeft: bigint,
  refundCounter: number,
  plan: Pick<GasPlan, 'floor'>,
  rules: Rules,
): { gasUsed: bigint; gasRefunded: bigint } {
  const spent = gasLimit - gasLeft;
  const most = spent / BigInt(rules.refundQuotient);
  const earned = BigInt(Math.max(refundCounter, 0));
  const gasRefunded = earned < most ? earned : most;
  const floor = BigInt(plan.floor);
  const used = spent - gasRefunded;
  return { gasUsed: used < floor ? floor : used, gasRefunded };
}

/** Gives back what was bought and not used; the coinbase gets the price above the base fee, which is burnt. */
function payOut(
  journal: Journal,
  sender: Address,
  block: BlockContext,
  paid: { readonly gasLeft: bigint; readonly gasUsed: bigint; readonly price: bigint; readonly rules: Rules },
): void {
  journal.addBalance(sender, paid.gasLeft * paid.price);
  const tip = paid.rules.baseFee ? paid.price - block.baseFee : paid.price;
  journal.addBalance(block.coinbase, paid.gasUsed * tip);
}
