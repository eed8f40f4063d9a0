/**
 * One block built from what is given: transactions that cannot run are left out and told, the others make the new
 * state. The steps and their order are those of geth's `evm t8n`.
 */
import { isSherdError, SherdError } from 'sherd/base';
import { depositsFromLogs, logsBloom, type Receipt, type Requests } from 'sherd/block';
import type { Log } from 'sherd/evm';
import { type ChainConfig, forkRules, type RulesName } from 'sherd/protocol';
import { Journal, type MemoryStore } from 'sherd/state';
import {
  applyTransaction,
  createGasPool,
  dequeueRequests,
  type GasPool,
  moveDaoBalances,
  runBlockStartCalls,
  type SystemCallContext,
  type TransactionResult,
} from 'sherd/transition';
import { recoverSender, type Transaction, transactionHash } from 'sherd/tx';
import { ancestorHash, type Environment, parentHash } from './environment.ts';
import { orFault, t8nFault } from './faults.ts';
import { rejectionText } from './rejections.ts';
import type { TraceSink, TransactionTrace } from './trace.ts';
import type { ReadTransaction } from './transactions.ts';

const GWEI = 1_000_000_000n;

export interface TransitionInput {
  readonly store: MemoryStore;
  readonly environment: Environment;
  readonly transactions: readonly ReadTransaction[];
  readonly config: ChainConfig;
  readonly fork: RulesName;
  /** Wei for the coinbase; undefined pays and touches nobody. */
  readonly reward: bigint | undefined;
  readonly traces: TraceSink | undefined;
}

export interface IncludedTransaction {
  readonly transaction: Transaction;
  readonly hash: Uint8Array;
  readonly result: TransactionResult;
  readonly receipt: Receipt;
}

export interface RejectedTransaction {
  /** Among all transactions of the input. */
  readonly index: number;
  readonly error: string;
}

/** The new state is in the input's store. */
export interface TransitionOutcome {
  readonly included: readonly IncludedTransaction[];
  readonly rejected: readonly RejectedTransaction[];
  readonly gasUsed: bigint;
  readonly blobGasUsed: bigint;
  readonly requests: readonly Requests[];
}

/** @throws SherdError T8N_EVM, T8N_MISSING_BLOCKHASH: there is no block. */
export function runTransition(input: TransitionInput): TransitionOutcome {
  const { store, environment, config, fork } = input;
  const { rules } = forkRules(fork);
  const { file, block } = environment;
  const journal = new Journal(store, { blockHash: (number) => ancestorHash(file, number) });
  const context: SystemCallContext = { journal, fork, block };
  if (isDaoBlock(config, block.number)) moveDaoBalances(journal);
  runBlockStartCalls(context, { hash: parentHash(file), beaconBlockRoot: file.parentBeaconBlockRoot });
  const { included, rejected, gasUsed, blobGasUsed } = runTransactions(input, journal);
  payRewards(journal, environment, input.reward);
  if (rules.withdrawals) {
    for (const { address, amount } of file.withdrawals ?? []) journal.addBalance(address, amount * GWEI);
  }
  journal.finalizeTransaction({ removeEmpty: rules.clearsEmptyAccounts });
  const logs = included.flatMap(({ result }) => result.logs);
  const requests = orFault('T8N_EVM', () => collectRequests(context, logs, config));
  store.apply(journal.drain());
  return { included, rejected, gasUsed, blobGasUsed, requests };
}

function isDaoBlock({ movesDaoBalances, forks }: ChainConfig, number: bigint): boolean {
  if (!movesDaoBalances) return false;
  return forks.some((activation) => activation.fork === 'dao' && 'block' in activation && activation.block === number);
}

function runTransactions(input: TransitionInput, journal: Journal): Omit<TransitionOutcome, 'requests'> {
  const { store, environment, fork } = input;
  const { block } = environment;
  const { rules } = forkRules(fork);
  const gasPool = createGasPool(block.gasLimit, BigInt(rules.blobMax * rules.blobGas));
  const included: IncludedTransaction[] = [];
  const rejected: RejectedTransaction[] = [];
  let gasUsed = 0n;
  let blobGasUsed = 0n;
  for (const [index, transaction] of input.transactions.entries()) {
    const trial = tryTransaction(input, transaction, included.length, { journal, gasPool });
    if (isSherdError(trial)) {
      rejected.push({ index, error: rejectionText(trial) });
      continue;
    }
    const { result } = trial;
    gasUsed += result.gasUsed;
    blobGasUsed += result.blobGasUsed;
    const receipt: Receipt = {
      type: trial.transaction.type,
      status: rules.receiptField === 'status' ? (result.isSuccess ? 1 : 0) : rootNow(journal, store),
      cumulativeGasUsed: gasUsed,
      bloom: logsBloom(result.logs),
      logs: result.logs,
    };
    included.push({ ...trial, receipt });
  }
  return { included, rejected, gasUsed, blobGasUsed };
}

/** Runs a transaction, or says why it cannot run; the journal is then as before. Its trace is written when it ran. */
function tryTransaction(
  { environment, fork, traces }: TransitionInput,
  transaction: ReadTransaction,
  index: number,
  { journal, gasPool }: { readonly journal: Journal; readonly gasPool: GasPool },
): Omit<IncludedTransaction, 'receipt'> | SherdError {
  if (isSherdError(transaction)) return transaction;
  const { block, excessBlobGas } = environment;
  if (transaction.type === 3 && forkRules(fork).rules.blobs && excessBlobGas === undefined) {
    return new SherdError('NO_BLOB_GAS_PRICE', 'blob tx used but field env.ExcessBlobGas missing');
  }
  let trace: TransactionTrace | undefined;
  let done: Omit<IncludedTransaction, 'receipt'>;
  try {
    const sender = recoverSender(transaction);
    const hash = transactionHash(transaction);
    trace = traces?.begin({ index, hash, transaction, sender });
    const extras = trace === undefined ? {} : { extras: { tracer: trace.tracer } };
    const result = applyTransaction({ journal, fork, block, gasPool, transaction, sender, ...extras });
    done = { transaction, hash, result };
  } catch (error) {
    if (!isSherdError(error) || error.code.startsWith('T8N_')) throw error;
    return error;
  }
  trace?.end(done.result);
  return done;
}

/** Receipts before Byzantium have the state root behind their transaction. */
function rootNow(journal: Journal, store: MemoryStore): Uint8Array {
  store.apply(journal.drain());
  return store.stateRoot();
}

/** A reward of 0 still touches the coinbase, which matters when it self-destructed or no transaction ran. */
function payRewards(journal: Journal, { file }: Environment, reward: bigint | undefined): void {
  if (reward === undefined) return;
  for (const { delta, address } of file.ommers) {
    if (delta > 8n) throw t8nFault('T8N_CONFIG', `ommer with delta ${delta}, want at most 8`);
    journal.addBalance(address, (reward * (8n - delta)) / 8n);
  }
  journal.addBalance(file.coinbase, reward + (reward / 32n) * BigInt(file.ommers.length));
}

function collectRequests(context: SystemCallContext, logs: readonly Log[], config: ChainConfig): Requests[] {
  return forkRules(context.fork).rules.requests.map((kind) => ({
    kind,
    data: kind === 'deposits' ? depositsFromLogs(logs, config.depositContract) : dequeueRequests(context, kind),
  }));
}
