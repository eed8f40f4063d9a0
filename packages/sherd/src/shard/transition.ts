/**
 * The two entrances to the transition of a shard block: the producer's, which leaves out what does not fit, and the
 * strict one, which refuses the whole block.
 */
import { equalBytes, SherdError } from '../base/index.ts';
import type { ShardTransaction, SignedShardBlock } from '../beacon/types.ts';
import {
  type BlockRun,
  beginBlock,
  type FinishedBlock,
  finishBlock,
  type Refusal,
  type RunWatch,
  readParent,
  stepBlock,
} from './blockRun.ts';
import { checkHeader, checkPlace, mismatch, mismatchRoot } from './header.ts';
import type { AppliedShardBlock, BuildInput, BuiltShardBlock, LeftOut, ShardInput } from './input.ts';
import type { TransactionOutcome } from './outcome.ts';

/**
 * Makes a block of the candidates that are valid and fit, in their order. The header has still to be signed.
 * @throws SherdError BLOCK_SLOT, BLOCK_BEACON_SLOT, BLOCK_PROPOSER, NO_SHARD_STATE, ABORTED.
 */
export function buildShardBlock(input: BuildInput): BuiltShardBlock {
  const parent = readParent(input);
  checkPlace(input, parent, input.slot, input.proposerIndex);
  const run = beginBlock(input, parent, input.slot, input.proposerIndex);
  const transactions: ShardTransaction[] = [];
  const included: number[] = [];
  const leftOut: LeftOut[] = [];
  input.transactions.forEach((transaction, index) => {
    const step = stepBlock(run, transaction);
    if (isRefusal(step)) {
      leftOut.push({ index, ...step });
      return;
    }
    transactions.push(transaction);
    included.push(index);
  });
  return { ...finishBlock(run, transactions), transactions, included, leftOut };
}

/**
 * Checks a signed block completely and gives what it changes.
 * @throws SherdError the codes of `checkHeader`; BLOCK_TRANSACTION with the reason, for a transaction that may not stand
 *   in the block; BLOCK_GAS_USED, BLOCK_STATE_ROOT, BLOCK_RECEIPTS_ROOT, BLOCK_OUTCOMES_ROOT; ABORTED.
 */
export function applyShardBlock(input: ShardInput, block: SignedShardBlock): AppliedShardBlock {
  const parent = readParent(input);
  checkHeader(input, parent, block);
  const { header, transactions } = block;
  const run = beginBlock(input, parent, Number(header.slot), header.proposerIndex);
  for (const [index, transaction] of transactions.entries()) mustStep(run, transaction, index);
  const finished = finishBlock(run, transactions);
  checkResult(block, finished);
  const { outcomes, state, writes } = finished;
  return { outcomes, state, writes };
}

/**
 * Runs a block that was accepted once more, up to its transaction `index`, watching that one.
 * `input.store` must be as the parent left it, and `input.view` what the block was built on.
 * @throws SherdError TRANSACTION_INDEX, BLOCK_PARENT, and what {@link applyShardBlock} throws for a transaction.
 */
export function traceShardTransaction(
  input: ShardInput,
  block: SignedShardBlock,
  index: number,
  watch: RunWatch,
): TransactionOutcome {
  const { transactions } = block;
  if (index < 0 || index >= transactions.length) {
    throw new SherdError('TRANSACTION_INDEX', `transaction ${index} of a block of ${transactions.length}`, { index });
  }
  const run = beginAgain(input, block);
  for (let at = 0; at < index; at++) mustStep(run, transactions[at]!, at);
  return mustStep(run, transactions[index]!, index, watch);
}

/**
 * Runs a block that was accepted once more, to its end, and gives each transaction's outcome as soon as it is there.
 * `watchOf` says, right before each, who watches it. Input and errors as for {@link traceShardTransaction}.
 */
export function* traceShardBlock(
  input: ShardInput,
  block: SignedShardBlock,
  watchOf: (index: number) => RunWatch,
): Generator<TransactionOutcome> {
  const run = beginAgain(input, block);
  for (const [index, transaction] of block.transactions.entries()) {
    yield mustStep(run, transaction, index, watchOf(index));
  }
}

function beginAgain(input: ShardInput, { header }: SignedShardBlock): BlockRun {
  const parent = readParent(input);
  if (!equalBytes(header.parentRoot, parent.root)) {
    mismatchRoot('BLOCK_PARENT', 'parent', header.parentRoot, parent.root);
  }
  return beginBlock(input, parent, Number(header.slot), header.proposerIndex);
}

function mustStep(run: BlockRun, transaction: ShardTransaction, index: number, watch?: RunWatch): TransactionOutcome {
  const step = stepBlock(run, transaction, watch);
  if (!isRefusal(step)) return step;
  throw new SherdError('BLOCK_TRANSACTION', `transaction ${index}: ${step.code}: ${step.message}`, {
    index,
    reason: step.code,
  });
}

function isRefusal(step: TransactionOutcome | Refusal): step is Refusal {
  return 'mayFitLater' in step;
}

function checkResult({ header: have }: SignedShardBlock, { header: want }: FinishedBlock): void {
  if (have.gasUsed !== want.gasUsed) mismatch('BLOCK_GAS_USED', 'gas used', have.gasUsed, want.gasUsed);
  if (have.receiptCount !== want.receiptCount) {
    mismatch('BLOCK_RECEIPTS_ROOT', 'receipt count', have.receiptCount, want.receiptCount);
  }
  const roots = [
    ['receiptsRoot', 'BLOCK_RECEIPTS_ROOT'],
    ['outcomesRoot', 'BLOCK_OUTCOMES_ROOT'],
    ['stateRoot', 'BLOCK_STATE_ROOT'],
  ] as const;
  for (const [field, code] of roots) {
    if (!equalBytes(have[field], want[field])) mismatchRoot(code, field, have[field], want[field]);
  }
}
