/**
 * EVM calls on a snapshot of a shard, which leave nothing behind: eth_call, eth_estimateGas, traces, and reads of
 * accounts. The engine runs them in the place of a transaction of the EVM script, so that calls of other scripts go
 * the same way as in a block.
 */
import { type Address, assert, EMPTY_BYTES, isSherdError, ZERO_ADDRESS } from '../../base/index.ts';
import type { NestedRun, ScriptResult } from '../../scripts/run.ts';
import { type CallResult, callMessage, estimateGas, type GasEstimateOptions } from '../../transition/index.ts';
import type { Transaction } from '../../tx/index.ts';
import { advanceState, blockContext, readParent } from '../blockRun.ts';
import { EVM_SCRIPT } from '../journal.ts';
import { decodeObject } from '../storageObject.ts';
import type { ShardStore } from '../store.ts';
import { createShardWorld, type ShardWorld } from '../world.ts';
import { type Books, readBooks } from './books.ts';
import type { EvmAccount, EvmCall, EvmCallResult, SimulationInput } from './call.ts';
import { beginEvmBlock, evmChainId, nextBaseFee, SHARD_FORK } from './context.ts';
import { createRegionStore } from './regionStore.ts';
import { beginRun, type EvmRun } from './run.ts';

/**
 * Runs a call and undoes it.
 * @throws SherdError INTRINSIC_GAS_TOO_LOW, FLOOR_GAS_TOO_LOW, INSUFFICIENT_FUNDS, ABORTED, NO_SHARD_STATE.
 */
export function evmCall(input: SimulationInput, call: EvmCall): EvmCallResult {
  const gas = call.gas ?? input.params.gasPerBlock;
  return simulate(input, (run) => {
    const { outcome, output, gasUsed, logs, contractAddress } = callOnce(input, run, call, BigInt(gas));
    const created = contractAddress === undefined ? {} : { contractAddress };
    return { outcome, output, gasUsed: Number(gasUsed), logs, ...created };
  });
}

/**
 * The least gas limit with which the call succeeds; bounded by `call.gas`, by default the gas of a block.
 * @throws SherdError GAS_ESTIMATE_FAILED with outcome and output, and what {@link evmCall} throws.
 */
export function evmEstimateGas(input: SimulationInput, call: EvmCall, options: GasEstimateOptions = {}): number {
  const cap = BigInt(call.gas ?? Math.min(input.params.gasPerBlock, MAX_TRANSACTION_GAS));
  return simulate(input, (run) => {
    const attempt = (gasLimit: bigint) => callOnce(input, run, call, gasLimit);
    // As geth: a plain transfer to an account without code needs no search.
    const { to, data = EMPTY_BYTES } = call;
    const isTransfer = to !== undefined && data.length === 0 && run.journal.getCode(to).length === 0;
    if (isTransfer && cap >= TRANSFER_GAS && isEnough(attempt, TRANSFER_GAS)) return Number(TRANSFER_GAS);
    return Number(estimateGas(attempt, cap, options));
  });
}

const TRANSFER_GAS = 21_000n;

function isEnough(attempt: (gasLimit: bigint) => CallResult, gasLimit: bigint): boolean {
  try {
    return attempt(gasLimit).isSuccess;
  } catch (error) {
    // With an access list or authorisations it is not.
    if (isSherdError(error, 'INTRINSIC_GAS_TOO_LOW')) return false;
    throw error;
  }
}

/** No transaction may ask for more (EIP-7825). */
const MAX_TRANSACTION_GAS = 1 << 24;

/** Account as the store has it. */
export function evmAccount(store: ShardStore, address: Address): EvmAccount {
  const region = createRegionStore(storeRegion(store));
  const account = region.getAccount(address);
  const code = account === undefined ? EMPTY_BYTES : region.getCode(address);
  return { nonce: account?.nonce ?? 0n, balance: account?.balance ?? 0n, codeHash: account?.codeHash ?? 0n, code };
}

/** Slot of an account as the store has it; 0 when it is not set. */
export function evmStorageAt(store: ShardStore, address: Address, slot: bigint): bigint {
  return createRegionStore(storeRegion(store)).getStorage(address, slot);
}

/** The shard's books after the newest block. @throws SherdError NO_EVM_GENESIS */
export function evmBooks(store: ShardStore): Books {
  return readBooks(storeRegion(store));
}

/** Base fee of the next block, in wei per gas. @throws SherdError NO_SHARD_STATE, NO_EVM_GENESIS */
export function evmNextBaseFee(input: Pick<SimulationInput, 'params' | 'store'>): bigint {
  const { state } = readParent(input);
  return nextBaseFee(evmBooks(input.store).baseFee, Number(state.gasUsed), input.params.gasPerBlock);
}

/** Reads of region 0 straight from the store: its objects never expire. */
function storeRegion(store: ShardStore): Pick<ShardWorld, 'getObject'> {
  return {
    getObject(script, key) {
      const bytes = store.getObject(script, key);
      return bytes === undefined ? undefined : decodeObject(bytes);
    },
  };
}

/** Runs `body` where the EVM script would run a transaction; errors of the body come out as they are. */
function simulate<T>(input: SimulationInput, body: (run: EvmRun) => T): T {
  let done: { readonly value: T } | undefined;
  let thrown: { readonly error: unknown } | undefined;
  const simulation = (world: ShardWorld, call: NestedRun): ScriptResult => {
    try {
      done = { value: body(beginRun(world, call, input.overrides)) };
    } catch (error) {
      thrown = { error };
    }
    return { outcome: 'aborted', gasLeft: 0, output: EMPTY_BYTES };
  };
  const world: ShardWorld = { ...simulationWorld(input), simulation };
  const gas = input.params.gasPerBlock;
  input.engine.run({ world, script: EVM_SCRIPT, data: EMPTY_BYTES, gas, caller: { kind: 'transaction' } });
  if (thrown !== undefined) throw thrown.error;
  assert(done !== undefined, 'the engine did not run the EVM script');
  return done.value;
}

function simulationWorld(input: SimulationInput): ShardWorld {
  const { shard, store, at = 'newest', proposerIndex = 0, tracer } = input;
  const newest = readParent(input);
  const { slot: newestSlot, height } = newest.state;
  const isNext = at === 'next';
  const slot = isNext ? (input.slot ?? Number(newestSlot) + 1) : Number(newestSlot);
  const state = isNext ? advanceState(input, newest, slot) : newest.state;
  const place = { slot, height: Number(height) + (isNext ? 1 : 0), proposerIndex };
  const block = blockContext(input, newest, tracer === undefined ? place : { ...place, tracer });
  const world = createShardWorld({ shard, slot, block, store, state });
  if (isNext) beginEvmBlock(world);
  return world;
}

function callOnce(input: SimulationInput, run: EvmRun, call: EvmCall, gasLimit: bigint): CallResult {
  const { from = ZERO_ADDRESS, gasPrice = 0n } = call;
  const block = gasPrice === 0n ? { ...run.block, baseFee: 0n } : run.block;
  const transaction = toTransaction(input, call, gasLimit);
  return callMessage({ journal: run.journal, fork: SHARD_FORK, block, sender: from, transaction, extras: run.extras });
}

function toTransaction({ params, shard }: SimulationInput, call: EvmCall, gasLimit: bigint): Transaction {
  const { to, gasPrice = 0n, value = 0n, data = EMPTY_BYTES, accessList = [], authorizationList } = call;
  const fields = {
    chainId: evmChainId(params, shard),
    nonce: 0n,
    gasLimit,
    to,
    value,
    data,
    accessList,
    maxFeePerGas: gasPrice,
    maxPriorityFeePerGas: gasPrice,
  };
  return authorizationList === undefined ? { type: 2, ...fields } : { type: 4, ...fields, authorizationList };
}
