/**
 * One shard block while it runs. Both entrances, the producer's and the strict one, drive this same loop: begin, one
 * step per transaction, finish.
 */
import { addressFromBytes, assert, SherdError } from '../base/index.ts';
import { shardHeaderRoot } from '../beacon/operations/crosslink.ts';
import { type ShardBlockHeader, type ShardTransaction, ShardTransactions } from '../beacon/types.ts';
import type { Tracer } from '../evm/index.ts';
import type { HostCallWatcher } from '../scripts/hostCalls.ts';
import type { ScriptResult } from '../scripts/run.ts';
import { commitChanges } from './commit.ts';
import { beginEvmBlock, hasEvm } from './evm/context.ts';
import { type EvmDetail, evmReceiptHash } from './evm/result.ts';
import { createShardGasPool, drawGas, grantGas, type ShardGasPool } from './gasPool.ts';
import type { Parent } from './header.ts';
import type { AppliedShardBlock, ShardInput } from './input.ts';
import { outcomesRoot, type TransactionOutcome } from './outcome.ts';
import { POKE_SCRIPT, runPoke } from './poke.ts';
import { advanceRing, createShardStateType, decodeShardState, type ShardState } from './state.ts';
import type { ShardStore } from './store.ts';
import { createShardWorld, type ShardBlockContext, type ShardWorld } from './world.ts';

/** script u32, gas limit u64, offset u32, and the offset in the list. */
const TRANSACTION_FIXED_BYTES = 20;

export interface BlockRun {
  readonly input: ShardInput;
  readonly parent: Parent;
  readonly slot: number;
  readonly proposerIndex: number;
  readonly world: ShardWorld;
  /** The parent's state with its ring advanced to `slot`. */
  readonly state: ShardState;
  readonly pool: ShardGasPool;
  readonly outcomes: TransactionOutcome[];
  gasUsed: number;
  bytes: number;
}

/** Who watches a transaction: the EVM's steps, and the host calls of scripts. */
export interface RunWatch {
  readonly tracer?: Tracer;
  readonly onHostCall?: HostCallWatcher;
}

/** A transaction that may not stand in this block; nothing of it remains. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly mayFitLater: boolean;
}

export interface FinishedBlock extends AppliedShardBlock {
  readonly header: ShardBlockHeader;
}

/** Refusals that a later block, or a newer beacon view, may lift. */
const MAY_FIT_LATER: ReadonlySet<string> = new Set([
  'BLOCK_BYTES_EXCEEDED',
  'BLOCK_GAS_EXHAUSTED',
  'BLOCK_GAS_EXCEEDED',
  'UNKNOWN_SCRIPT',
  'NONCE_TOO_HIGH',
  'FEE_CAP_BELOW_BASE_FEE',
  'INSUFFICIENT_FUNDS',
  'CLAIM_UNKNOWN_ROOT',
  'POKE_NOT_EXPIRED',
]);

/**
 * What the store has as its newest block.
 * @throws SherdError NO_SHARD_STATE for a store without genesis, BAD_SHARD_STATE.
 */
export function readParent({ params, store }: Pick<ShardInput, 'params' | 'store'>): Parent {
  const bytes = store.getState();
  if (bytes === undefined) throw new SherdError('NO_SHARD_STATE', 'the store holds no shard state');
  const state = decodeShardState(params, bytes);
  const root = store.getBlockRoot(Number(state.height));
  if (root === undefined) {
    throw new SherdError('NO_SHARD_STATE', `the store lacks the block root of height ${state.height}`);
  }
  return { state, root };
}

/** A place in the chain at which scripts run. */
export interface Place {
  readonly slot: number;
  readonly height: number;
  /** Validator that gets the priority fees. */
  readonly proposerIndex: number;
  readonly tracer?: Tracer;
}

/** The context of a block at `place`, on the parent that `newest` says. */
export function blockContext(input: ShardInput, newest: Parent, place: Place): ShardBlockContext {
  const { params, view, store, abort } = input;
  const { height, proposerIndex, slot, tracer } = place;
  const proposer = view.validators[proposerIndex];
  if (proposer === undefined) {
    throw new SherdError('UNKNOWN_VALIDATOR', `validator ${proposerIndex}, have ${view.validators.length}`);
  }
  return {
    params,
    view,
    height,
    parentRoot: newest.root,
    parentGasUsed: Number(newest.state.gasUsed),
    timestamp: view.genesisTime + BigInt(slot) * BigInt(params.slotSeconds),
    coinbase: addressFromBytes(proposer.withdrawalCredentials.slice(12)),
    blockRoot: pastRoots(store, height),
    ...(abort === undefined ? {} : { abort }),
    ...(tracer === undefined ? {} : { tracer }),
  };
}

/** Roots of the 256 headers before `height`; each is read once, because BLOCKHASH costs far less than a read. */
function pastRoots(store: Pick<ShardStore, 'getBlockRoot'>, height: number): ShardBlockContext['blockRoot'] {
  const known = new Map<number, Uint8Array | undefined>();
  return (at) => {
    if (at >= height || at < height - 256) return undefined;
    if (!known.has(at)) known.set(at, store.getBlockRoot(at));
    return known.get(at);
  };
}

/** The parent's state with its ring advanced to `slot`. */
export function advanceState({ params }: ShardInput, { state }: Parent, slot: number): ShardState {
  const root = new Uint8Array(createShardStateType(params).hashTreeRoot(state));
  return { ...state, recentStateRoots: advanceRing(state, root, slot) };
}

export function beginBlock(input: ShardInput, parent: Parent, slot: number, proposerIndex: number): BlockRun {
  const { shard, store } = input;
  const state = advanceState(input, parent, slot);
  const block = blockContext(input, parent, { slot, height: Number(state.height) + 1, proposerIndex });
  const world = createShardWorld({ shard, slot, block, store, state });
  if (hasEvm(world)) beginEvmBlock(world);
  const pool = createShardGasPool(input.params);
  return { input, parent, slot, proposerIndex, world, state, pool, outcomes: [], gasUsed: 0, bytes: 0 };
}

/**
 * Runs the next transaction. A refusal leaves the block as it was.
 * @throws SherdError ABORTED when the input's flag was raised.
 */
export function stepBlock(
  run: BlockRun,
  transaction: ShardTransaction,
  watch: RunWatch = {},
): TransactionOutcome | Refusal {
  const { input, pool, world } = run;
  const { params, abort } = input;
  if (abort?.aborted === true) throw new SherdError('ABORTED', 'the block was aborted from outside');
  const bytes = TRANSACTION_FIXED_BYTES + transaction.data.length;
  if (run.bytes + bytes > params.maxShardBlockBytes) return tooManyBytes(run, bytes);
  if (transaction.gasLimit > BigInt(params.gasPerBlock)) return tooMuchGas(run, transaction);
  const grant = grantGas(params, pool, Number(transaction.gasLimit));
  if (grant.kind === 'tooMuch') return tooMuchGas(run, transaction);
  if (grant.kind === 'exhausted') {
    return refusal('BLOCK_GAS_EXHAUSTED', `gas limit ${transaction.gasLimit}, have ${pool.left} gas left in the block`);
  }

  const snapshot = world.snapshot();
  const firstReceipt = world.journal.receiptCount;
  const result = runTransaction(run, transaction, grant.gas, watch);
  assert(result.gasLeft >= 0 && result.gasLeft <= grant.gas, `a script left ${result.gasLeft} of ${grant.gas} gas`);
  if (result.outcome !== 'finished') world.revertTo(snapshot);
  if (result.outcome === 'refused' || result.outcome === 'unknownScript') {
    const { code, message } = result.error ?? { code: 'UNKNOWN_SCRIPT', message: `no script ${transaction.script}` };
    return refusal(result.outcome === 'refused' ? code : 'UNKNOWN_SCRIPT', message);
  }
  const gasUsed = grant.gas - result.gasLeft;
  drawGas(pool, grant.isMinimum, gasUsed);
  run.bytes += bytes;
  run.gasUsed += gasUsed;
  const outcome = outcomeOf(run, transaction.script, result, gasUsed, firstReceipt);
  run.outcomes.push(outcome);
  return outcome;
}

/** Roots, header and writes of the block that `transactions` made. */
export function finishBlock(run: BlockRun, transactions: readonly ShardTransaction[]): FinishedBlock {
  const { input, parent, slot, state: old, outcomes } = run;
  const { params, view, shard, store } = input;
  const { fields, writes } = commitChanges(old, store, run.world.journal.changes());
  const height = old.height + 1n;
  const gasUsed = BigInt(run.gasUsed);
  const place = { shard, slot: BigInt(slot), height, parentRoot: parent.root, beaconSlot: view.slot, gasUsed };
  const state: ShardState = { ...old, ...place, ...fields };
  const type = createShardStateType(params);
  const header: ShardBlockHeader = {
    ...place,
    beaconRoot: view.root,
    proposerIndex: run.proposerIndex,
    transactionsRoot: new Uint8Array(ShardTransactions.hashTreeRoot(transactions as ShardTransaction[])),
    stateRoot: new Uint8Array(type.hashTreeRoot(state)),
    receiptsRoot: fields.receiptsRoot,
    receiptCount: fields.receiptCount,
    outcomesRoot: outcomesRoot(outcomes, evmReceiptHash),
  };
  const blockRoot = shardHeaderRoot(header);
  return {
    header,
    outcomes,
    state,
    writes: { shard, height: Number(height), blockRoot, state: type.serialize(state), ...writes },
  };
}

function runTransaction(
  { input, world }: BlockRun,
  { script, data }: ShardTransaction,
  gas: number,
  { tracer, onHostCall }: RunWatch,
): ScriptResult {
  if (script === POKE_SCRIPT) return runPoke(world.journal, data, gas);
  // Another face of the same world: journal and methods are shared.
  const watched = tracer === undefined ? world : { ...world, block: { ...world.block, tracer } };
  const request = { world: watched, script, data, gas, caller: { kind: 'transaction' } } as const;
  return input.engine.run(onHostCall === undefined ? request : { ...request, onHostCall });
}

function outcomeOf(
  run: BlockRun,
  script: number,
  result: ScriptResult,
  gasUsed: number,
  firstReceipt: number,
): TransactionOutcome {
  const { world, state } = run;
  const receipts: bigint[] = [];
  for (let i = firstReceipt; i < world.journal.receiptCount; i++) receipts.push(state.receiptCount + BigInt(i));
  const detail = script === 0 ? (result.detail as EvmDetail | undefined) : undefined;
  return {
    script,
    outcome: result.outcome,
    gasUsed,
    output: result.output,
    ...(result.error === undefined ? {} : { error: result.error }),
    receipts,
    ...(detail === undefined ? {} : { evm: { ...detail, cumulativeGasUsed: run.gasUsed } }),
  };
}

function refusal(code: string, message: string): Refusal {
  return { code, message, mayFitLater: MAY_FIT_LATER.has(code) };
}

function tooManyBytes({ input, bytes: used }: BlockRun, bytes: number): Refusal {
  const most = input.params.maxShardBlockBytes;
  const message = `transaction of ${bytes} bytes, have ${most - used} of ${most} bytes left in the block`;
  return { code: 'BLOCK_BYTES_EXCEEDED', message, mayFitLater: bytes <= most };
}

function tooMuchGas({ input }: BlockRun, { gasLimit }: ShardTransaction): Refusal {
  return refusal('GAS_LIMIT_TOO_HIGH', `gas limit ${gasLimit}, want at most ${input.params.gasPerBlock}`);
}
