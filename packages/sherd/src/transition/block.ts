/**
 * One block on the state of its parent: system calls, transactions, withdrawals, rewards, requests. Whether the header
 * may follow its parent is `validateHeader`'s question; here the header's results are held against what was computed.
 */
import { type Address, bytesToBigInt, bytesToHex, equalBytes, SherdError } from '../base/index.ts';
import {
  BLOOM_LENGTH,
  type Block,
  blobBaseFee,
  depositsFromLogs,
  type Header,
  logsBloom,
  mergeBloom,
  type Receipt,
  type Requests,
  receiptsRoot,
  requestsHash,
  transactionsRoot,
  withdrawalsRoot,
} from '../block/index.ts';
import type { BlockContext, Log } from '../evm/index.ts';
import { forkRules, type Rules, type RulesName } from '../protocol/index.ts';
import { Journal, type StateChanges, type StateStore } from '../state/index.ts';
import type { Transaction } from '../tx/index.ts';
import { moveDaoBalances } from './daoFork.ts';
import type { EnvironmentExtras } from './execute.ts';
import { createGasPool } from './gasPool.ts';
import { dequeueRequests, runBlockStartCalls, type SystemCallContext } from './systemCalls.ts';
import { applyTransaction } from './transaction.ts';

const GWEI = 1_000_000_000n;

/** A block, and what it runs on. */
export interface BlockInput {
  readonly block: Block;
  /** The fork; `rulesAt` of sherd/protocol names it with a chain's own blob parameters. */
  readonly fork: RulesName;
  readonly chainId: bigint;
  /** State after the parent; only read. */
  readonly store: StateStore;
  /** Writes changes to that state and returns the new state root; reads of `store` see them afterwards. */
  readonly commit: (changes: StateChanges) => Uint8Array;
  /** Hash, as a word, of one of the last 256 blocks. */
  readonly blockHash: (number: bigint) => bigint;
  readonly depositContract: Address;
  /** True on the block where the DAO fork moves its balances (EIP-779). */
  readonly movesDaoBalances?: boolean;
  readonly extras?: EnvironmentExtras;
}

/** What a block came to. Gas in units. */
export interface BlockResult {
  readonly receipts: readonly Receipt[];
  readonly gasUsed: bigint;
  readonly blobGasUsed: bigint;
  readonly bloom: Uint8Array;
  readonly stateRoot: Uint8Array;
  readonly requests: readonly Requests[];
}

/**
 * Runs a block and commits its state.
 * @throws SherdError every code of `applyTransaction`, and SYSTEM_CONTRACT_MISSING, SYSTEM_CALL_FAILED, DEPOSIT_LAYOUT.
 */
export function processBlock(input: BlockInput): BlockResult {
  const { block, fork, store, commit } = input;
  const { rules } = forkRules(fork);
  const { header } = block;
  const journal = new Journal(store, { blockHash: input.blockHash });
  const context: SystemCallContext = { journal, fork, block: blockContext(header, rules, input.chainId) };
  const removeEmpty = rules.clearsEmptyAccounts;

  if (input.movesDaoBalances === true) moveDaoBalances(journal);
  runBlockStartCalls(context, { hash: header.parentHash, beaconBlockRoot: header.parentBeaconBlockRoot });

  const pool = createGasPool(header.gasLimit, BigInt(rules.blobMax * rules.blobGas));
  const receipts: Receipt[] = [];
  const bloom = new Uint8Array(BLOOM_LENGTH);
  const logs: Log[] = [];
  let gasUsed = 0n;
  let blobGasUsed = 0n;
  for (const transaction of block.transactions) {
    const extras = input.extras === undefined ? {} : { extras: input.extras };
    const result = applyTransaction({ journal, fork, block: context.block, gasPool: pool, transaction, ...extras });
    gasUsed += result.gasUsed;
    blobGasUsed += result.blobGasUsed;
    const status = rules.receiptField === 'status' ? (result.isSuccess ? 1 : 0) : commit(journal.drain());
    const receipt = makeReceipt(transaction, status, gasUsed, result.logs);
    mergeBloom(bloom, receipt.bloom);
    receipts.push(receipt);
    logs.push(...result.logs);
  }

  for (const { address, amount } of block.withdrawals ?? []) journal.addBalance(address, amount * GWEI);
  journal.finalizeTransaction({ removeEmpty });
  const requests = collectRequests(context, rules, logs, input.depositContract);
  payRewards(journal, block, rules);
  journal.finalizeTransaction({ removeEmpty });
  return { receipts, gasUsed, blobGasUsed, bloom, stateRoot: commit(journal.drain()), requests };
}

/**
 * Holds a header against what its block came to.
 * @throws SherdError BLOCK_GAS_USED, BLOCK_BLOB_GAS_USED, BLOCK_BLOOM, BLOCK_RECEIPTS_ROOT, BLOCK_STATE_ROOT,
 *   BLOCK_REQUESTS_HASH.
 */
export function checkBlockResult(header: Header, result: BlockResult): void {
  expectSame('BLOCK_GAS_USED', 'gas used', header.gasUsed, result.gasUsed);
  if (header.blobGasUsed !== undefined) {
    expectSame('BLOCK_BLOB_GAS_USED', 'blob gas used', header.blobGasUsed, result.blobGasUsed);
  }
  expectBytes('BLOCK_BLOOM', 'logs bloom', header.bloom, result.bloom);
  expectBytes('BLOCK_RECEIPTS_ROOT', 'receipts root', header.receiptsRoot, receiptsRoot(result.receipts));
  if (header.requestsHash !== undefined) {
    expectBytes('BLOCK_REQUESTS_HASH', 'requests hash', header.requestsHash, requestsHash(result.requests));
  }
  expectBytes('BLOCK_STATE_ROOT', 'state root', header.stateRoot, result.stateRoot);
}

/**
 * Holds a header against the lists of its block.
 * @throws SherdError BLOCK_TRANSACTIONS_ROOT, BLOCK_WITHDRAWALS_ROOT, BLOCK_WITHDRAWALS.
 */
export function checkBlockBody(block: Block): void {
  const { header, withdrawals } = block;
  const root = transactionsRoot(block.transactions);
  expectBytes('BLOCK_TRANSACTIONS_ROOT', 'transactions root', header.transactionsRoot, root);
  if ((withdrawals === undefined) !== (header.withdrawalsRoot === undefined)) {
    throw new SherdError('BLOCK_WITHDRAWALS', 'withdrawals stand in the block or in the header alone');
  }
  if (withdrawals === undefined) return;
  expectBytes('BLOCK_WITHDRAWALS_ROOT', 'withdrawals root', header.withdrawalsRoot!, withdrawalsRoot(withdrawals));
}

/** What the instructions see of a block. */
export function blockContext(header: Header, rules: Rules, chainId: bigint): BlockContext {
  return {
    coinbase: header.coinbase,
    number: header.number,
    timestamp: header.timestamp,
    gasLimit: header.gasLimit,
    difficulty: header.difficulty,
    prevRandao: rules.prevRandao ? bytesToBigInt(header.mixHash) : 0n,
    baseFee: header.baseFee ?? 0n,
    blobBaseFee: rules.blobs ? blobBaseFee(header.excessBlobGas ?? 0n, rules) : 0n,
    chainId,
  };
}

function makeReceipt(
  transaction: Transaction,
  status: Receipt['status'],
  cumulativeGasUsed: bigint,
  logs: readonly Log[],
): Receipt {
  return { type: transaction.type, status, cumulativeGasUsed, bloom: logsBloom(logs), logs };
}

function collectRequests(
  context: SystemCallContext,
  rules: Rules,
  logs: readonly Log[],
  depositContract: Address,
): Requests[] {
  return rules.requests.map((kind) => ({
    kind,
    data: kind === 'deposits' ? depositsFromLogs(logs, depositContract) : dequeueRequests(context, kind),
  }));
}

/** The block's reward, a 32nd more per ommer, and to the ommers by how near they are (Yellow Paper, section 11.3). */
function payRewards(journal: Journal, block: Block, rules: Rules): void {
  const reward = rules.blockReward;
  if (reward === 0n) return;
  const { number, coinbase } = block.header;
  for (const ommer of block.ommers) {
    journal.addBalance(ommer.coinbase, (reward * (8n + ommer.number - number)) / 8n);
  }
  journal.addBalance(coinbase, reward + (reward * BigInt(block.ommers.length)) / 32n);
}

function expectSame(code: string, what: string, have: bigint, want: bigint): void {
  if (have !== want) throw new SherdError(code, `${what}: header has ${have}, block came to ${want}`, { have, want });
}

function expectBytes(code: string, what: string, have: Uint8Array, want: Uint8Array): void {
  if (equalBytes(have, want)) return;
  const message = `${what}: header has ${bytesToHex(have)}, block came to ${bytesToHex(want)}`;
  throw new SherdError(code, message.slice(0, 400), { have, want });
}
