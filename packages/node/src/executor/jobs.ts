/** The jobs of an executor, each on a fresh snapshot of the store. All synchronous. */
import { bytesToHex, SherdError, ZERO_ADDRESS } from 'sherd/base';
import { type BeaconView, type ChainParams, createBeaconView, type ShardBlockHeader, stateRoot } from 'sherd/beacon';
import { isSuccess } from 'sherd/evm';
import { CACHE_BYTES, checkModule, createScriptEngine, type EngineObserver, type ScriptEngine } from 'sherd/scripts';
import {
  applyShardBlock,
  buildShardBlock,
  createEvmScript,
  decodeShardState,
  EVM_SCRIPT,
  evmCall,
  evmEstimateGas,
  type ShardInput,
  type SimulationInput,
  type TransactionOutcome,
  traceShardBlock,
  traceShardTransaction,
} from 'sherd/shard';
import type { ScriptTrace } from '../rpc/backend.ts';
import {
  beaconBlocksFrom,
  beaconState,
  createPastStore,
  createShardStore,
  type Environment,
  openEnvironment,
  type StoredShardBlock,
  shardBlockAt,
  storedShardBlock,
} from '../storage/index.ts';
import { findAccessList } from './accessList.ts';
import { blockFacts } from './blockFacts.ts';
import { createObserver, type Observer } from './observe.ts';
import type {
  ApplyJob,
  ApplyResult,
  BuildJob,
  BuildResult,
  CallJob,
  ExecutorSetup,
  Job,
  JobKind,
  JobResults,
  Sign,
  TraceJob,
  TraceScriptJob,
  WarmJob,
} from './protocol.ts';
import { MAX_TRACE_TEXT, type TextTracer, type TracePlace, traceTooLarge } from './textTracer.ts';
import { createTextTracer } from './traceFormat.ts';
import { traceIncluded, traceNext } from './traceScript.ts';

/** What an executor keeps from job to job: caches, never state. */
export interface Workplace {
  readonly params: ChainParams;
  readonly environment: Environment;
  readonly engine: ScriptEngine;
  readonly observer: Observer;
  /** Bytes of metered code that were compiled ahead. */
  warmBytes: number;
  view: BeaconView | undefined;
}

/** `tell` gets signs of life. */
export function createWorkplace({ directory, params }: ExecutorSetup, tell: (sign: Sign) => void): Workplace {
  const observer = createObserver(tell);
  return {
    params,
    environment: openEnvironment(directory, { readOnly: true }),
    engine: createEngine(params, observer),
    observer,
    warmBytes: 0,
    view: undefined,
  };
}

/** Script engine of a chain, with script 0 built in. */
export function createEngine(
  { maxObjectBytes, maxReceiptBytes }: ChainParams,
  observer: EngineObserver = {},
): ScriptEngine {
  return createScriptEngine({
    builtIns: new Map([[EVM_SCRIPT, createEvmScript()]]),
    limits: { maxObjectBytes, maxReceiptBytes },
    observer,
  });
}

export function runJob(workplace: Workplace, job: Job): JobResults[JobKind] {
  workplace.environment.refresh();
  workplace.observer.begin();
  switch (job.kind) {
    case 'build':
      return build(workplace, job);
    case 'apply':
      return apply(workplace, job);
    case 'call':
      return evmCall(callInput(workplace, job), job.call);
    case 'estimate':
      return evmEstimateGas(callInput(workplace, job), job.call);
    case 'accessList':
      return findAccessList(callInput(workplace, job), job.call);
    case 'trace':
      return trace(workplace, job);
    case 'traceScript':
      return traceScript(workplace, job);
    case 'warm':
      return warm(workplace, job);
    case 'checkScript':
      return checkModule(job.code);
  }
}

function build(workplace: Workplace, job: BuildJob): BuildResult {
  const { params, environment, engine } = workplace;
  const { shard, slot, proposerIndex, transactions } = job;
  const view = newestView(workplace, job.beaconSlot);
  const store = createShardStore(environment, shard);
  const { header, included, leftOut } = buildShardBlock({
    params,
    shard,
    view,
    store,
    engine,
    slot,
    proposerIndex,
    transactions,
  });
  return { header, included, leftOut };
}

function apply(workplace: Workplace, { shard, beaconSlot, block }: ApplyJob): ApplyResult {
  const { params, environment, engine, observer } = workplace;
  const view = newestView(workplace, beaconSlot);
  const store = createShardStore(environment, shard);
  const { outcomes, writes } = applyShardBlock({ params, shard, view, store, engine }, block);
  return { outcomes, writes, evm: blockFacts(view, block.header, store, writes), scriptUse: observer.uses() };
}

function callInput(workplace: Workplace, job: Omit<CallJob, 'kind' | 'call'>): SimulationInput {
  const { params, environment, engine } = workplace;
  const { shard, height, overrides, timeLimit } = job;
  const newest = newestView(workplace);
  const isNewest = height === Number(decodeShardState(params, createShardStore(environment, shard).getState()!).height);
  const store = isNewest ? createShardStore(environment, shard) : createPastStore(environment, params, shard, height);
  const block = shardBlockAt(environment, shard, height);
  if (block === undefined) throw new SherdError('UNKNOWN_HEIGHT', `shard ${shard} has no block ${height}`, { height });
  const { header } = block;
  // Block instructions show the block itself; its beacon state is named in the header.
  const view = pastView(workplace, newest, header);
  return {
    params,
    shard,
    view,
    store,
    overrides,
    engine,
    proposerIndex: header.proposerIndex,
    abort: deadline(timeLimit),
  };
}

function trace(workplace: Workplace, job: TraceJob): string {
  const { target } = job;
  if (target === 'block') return traceBlock(workplace, job);
  const tracer = createTextTracer(job.options);
  if ('index' in target) return traceTransaction(workplace, job, target.index, tracer);
  const { call } = target;
  const input = callInput(workplace, { ...job, ...target });
  const result = evmCall({ ...input, tracer }, call);
  return tracer.finish({
    isSuccess: isSuccess(result.outcome),
    gasLimit: BigInt(call.gas ?? workplace.params.gasPerBlock),
    gasUsed: result.gasUsed,
    output: result.output,
    from: call.from ?? ZERO_ADDRESS,
    to: call.to,
  });
}

/** Runs the block again on the state before it, up to the transaction. */
function traceTransaction(workplace: Workplace, job: TraceJob, index: number, tracer: TextTracer): string {
  const { input, stored } = pastInput(workplace, job);
  const { root: blockHash, block, outcomes } = stored;
  const outcome = traceShardTransaction(input, block, index, { tracer });
  const transactionPosition = outcomes.slice(0, index).filter(({ evm }) => evm !== undefined).length;
  const place = { blockHash, blockNumber: job.height, transactionPosition };
  const text = finishTrace(tracer, outcome, block.transactions[index]!.gasLimit, place);
  if (text !== undefined) return text;
  throw new SherdError('NOT_TRACEABLE', `transaction ${index} of block ${job.height} is not one of the EVM script`, {
    index,
  });
}

/** Runs the block again, once, with a tracer of its own for each transaction; those of the EVM script have a trace. */
function traceBlock(workplace: Workplace, job: TraceJob): string {
  const { input, stored } = pastInput(workplace, job);
  const { root: blockHash, block } = stored;
  const traces: string[] = [];
  let size = 0;
  let tracer = createTextTracer(job.options);
  const outcomes = traceShardBlock(input, block, () => {
    tracer = createTextTracer(job.options);
    return { tracer };
  });
  let index = 0;
  for (const outcome of outcomes) {
    const { gasLimit } = block.transactions[index++]!;
    const place = { blockHash, blockNumber: job.height, transactionPosition: traces.length };
    const text = finishTrace(tracer, outcome, gasLimit, place);
    if (text === undefined) continue;
    size += text.length;
    if (size > MAX_TRACE_TEXT) throw traceTooLarge(`${traces.length} transactions`);
    traces.push(`{"txHash":"${bytesToHex(outcome.evm!.txHash)}","result":${text}}`);
  }
  return `[${traces.join(',')}]`;
}

/** Undefined for a transaction of another script than the EVM. */
function finishTrace(
  tracer: TextTracer,
  { evm, output }: TransactionOutcome,
  gasLimit: bigint,
  at: Omit<TracePlace, 'transactionHash'>,
): string | undefined {
  if (evm === undefined) return undefined;
  const { status, gasUsed, from, to, txHash: transactionHash } = evm;
  const place = { ...at, transactionHash };
  return tracer.finish({ isSuccess: status === 1, gasLimit, gasUsed, output, from, to, place });
}

/** A block with what it ran on. */
function pastInput(
  workplace: Workplace,
  { shard, height, timeLimit }: { readonly shard: number; readonly height: number; readonly timeLimit: number },
): { readonly input: ShardInput; readonly stored: StoredShardBlock } {
  const { params, environment, engine } = workplace;
  const stored = storedShardBlock(environment, shard, height);
  if (stored === undefined || height === 0) {
    throw new SherdError('UNKNOWN_HEIGHT', `shard ${shard} has no transactions at height ${height}`, { height });
  }
  const view = pastView(workplace, newestView(workplace), stored.block.header);
  const store = createPastStore(environment, params, shard, height - 1);
  return { input: { params, shard, view, store, engine, abort: deadline(timeLimit) }, stored };
}

function traceScript(workplace: Workplace, { shard, target, timeLimit }: TraceScriptJob): ScriptTrace {
  if ('height' in target) {
    const { input, stored } = pastInput(workplace, { shard, height: target.height, timeLimit });
    return traceIncluded(input, stored.block, target.index);
  }
  const { params, environment, engine } = workplace;
  const view = newestView(workplace);
  const store = createShardStore(environment, shard);
  return traceNext({ params, shard, view, store, engine, abort: deadline(timeLimit) }, target);
}

/** Milliseconds after which a warm-up lets others have their turn. */
const WARM_TURN = 20;
/** Bytes of metered code that are compiled ahead: what comes later must not push out what was warmed before. */
const WARM_BYTES = CACHE_BYTES / 2;

function warm(workplace: Workplace, { codeHashes }: WarmJob): number {
  const { environment, engine } = workplace;
  const end = performance.now() + WARM_TURN;
  for (const [done, codeHash] of codeHashes.entries()) {
    if (done > 0 && performance.now() > end) return done;
    if (workplace.warmBytes >= WARM_BYTES) break;
    const metered = environment.tables.meteredCode.get(codeHash);
    if (metered === undefined) continue;
    engine.prepare(codeHash, metered);
    workplace.warmBytes += metered.length;
  }
  return codeHashes.length;
}

/** The newest view with the beacon state that `header` builds on; its ring is made when somebody asks for it. */
function pastView({ environment, params }: Workplace, newest: BeaconView, header: ShardBlockHeader): BeaconView {
  const { height, beaconSlot, beaconRoot } = header;
  if (height === 0n || beaconSlot === newest.slot) return newest;
  let ring: Uint8Array | undefined;
  return {
    ...newest,
    slot: beaconSlot,
    root: beaconRoot,
    get stateRoots() {
      ring ??= pastRing(environment, params.rootWindow, beaconSlot);
      return ring;
    },
  };
}

/** Roots of the beacon states in the window before `slot`, where a view has them. */
function pastRing(environment: Environment, window: number, slot: bigint): Uint8Array {
  const ring = new Uint8Array(32 * window);
  const first = slot > BigInt(window) ? slot - BigInt(window) : 0n;
  let root: Uint8Array | undefined;
  let at = first;
  for (const { header } of beaconBlocksFrom(environment, 0n)) {
    for (; root !== undefined && at < header.slot && at < slot; at++) ring.set(root, 32 * Number(at % BigInt(window)));
    if (header.slot >= slot) break;
    root = header.stateRoot;
  }
  for (; root !== undefined && at < slot; at++) ring.set(root, 32 * Number(at % BigInt(window)));
  return ring;
}

/** An abort flag that raises itself after so many milliseconds. */
function deadline(milliseconds: number): { readonly aborted: boolean } {
  const end = performance.now() + milliseconds;
  return {
    get aborted() {
      return performance.now() > end;
    },
  };
}

/**
 * View of the newest beacon state in the snapshot.
 * @throws SherdError STALE_SNAPSHOT when the snapshot is not of the slot that the job is for.
 */
function newestView(workplace: Workplace, slot?: bigint): BeaconView {
  const { environment, params } = workplace;
  if (workplace.view === undefined || slot === undefined || workplace.view.slot !== slot) {
    const state = beaconState(environment, params);
    if (state.slot !== workplace.view?.slot) {
      workplace.view = createBeaconView(params, state, stateRoot(params, state));
    }
  }
  const view = workplace.view!;
  if (slot !== undefined && view.slot !== slot) {
    throw new SherdError('STALE_SNAPSHOT', `the executor sees slot ${view.slot}, the job is for ${slot}`, {
      have: view.slot,
      want: slot,
    });
  }
  return view;
}
