/** What the node asks of an executor process, and what comes back: plain data over the IPC channel. */
import { type Hex, isSherdError, SherdError } from 'sherd/base';
import type { ChainParams, ShardBlockHeader, ShardTransaction, SignedShardBlock } from 'sherd/beacon';
import type { ModuleVerdict } from 'sherd/scripts';
import type { AccountOverride, EvmCall, EvmCallResult, LeftOut, ShardWrites, TransactionOutcome } from 'sherd/shard';
import type { ScriptTrace, TraceOptions } from '../rpc/backend.ts';
import type { EvmBlockFacts, ScriptUse } from '../storage/index.ts';
import type { AccessListResult } from './accessList.ts';

/** The first message: which store to read. */
export interface ExecutorSetup {
  readonly directory: string;
  readonly params: ChainParams;
}

/** Makes a block of candidates on the newest state; nothing is written. */
export interface BuildJob {
  readonly kind: 'build';
  readonly shard: number;
  /** Slot of the newest beacon block: the executor must see it in its snapshot. */
  readonly beaconSlot: bigint;
  readonly slot: number;
  readonly proposerIndex: number;
  readonly transactions: readonly ShardTransaction[];
}

export interface BuildResult {
  readonly header: ShardBlockHeader;
  readonly included: readonly number[];
  readonly leftOut: readonly LeftOut[];
}

/** Checks a signed block completely, and gives what it changes. */
export interface ApplyJob {
  readonly kind: 'apply';
  readonly shard: number;
  readonly beaconSlot: bigint;
  readonly block: SignedShardBlock;
}

export interface ApplyResult {
  readonly outcomes: readonly TransactionOutcome[];
  readonly writes: ShardWrites;
  readonly evm: EvmBlockFacts;
  /** What its transactions took of each script. */
  readonly scriptUse: readonly ScriptUse[];
}

/** Runs a message on the state after a block. */
export interface CallJob {
  readonly kind: 'call' | 'estimate' | 'accessList';
  readonly shard: number;
  readonly height: number;
  readonly call: EvmCall;
  readonly overrides: readonly AccountOverride[];
  /** Milliseconds after which the run is given up with CALL_TIMEOUT. */
  readonly timeLimit: number;
}

/** Watches a message on the state after a block, or a transaction of a block; the answer is JSON text as geth has it. */
export interface TraceJob {
  readonly kind: 'trace';
  readonly shard: number;
  readonly height: number;
  /** A message, the position of a transaction in the block, or all of the block's transactions. */
  readonly target:
    | { readonly call: EvmCall; readonly overrides: readonly AccountOverride[] }
    | { readonly index: number }
    | 'block';
  readonly options: TraceOptions;
  readonly timeLimit: number;
}

/** Watches what scripts ask of their host: in a transaction of a block, or in one on top of the newest. */
export interface TraceScriptJob {
  readonly kind: 'traceScript';
  readonly shard: number;
  readonly target: ShardTransaction | { readonly height: number; readonly index: number };
  /** Milliseconds after which the EVM in it is given up with ABORTED. */
  readonly timeLimit: number;
}

/** Compiles registered scripts ahead of their first run. */
export interface WarmJob {
  readonly kind: 'warm';
  readonly codeHashes: readonly Uint8Array[];
}

/** Validates, meters and compiles a module. */
export interface CheckScriptJob {
  readonly kind: 'checkScript';
  readonly code: Uint8Array;
}

export type Job = BuildJob | ApplyJob | CallJob | TraceJob | TraceScriptJob | CheckScriptJob | WarmJob;
export type JobKind = Job['kind'];

export interface JobResults {
  readonly build: BuildResult;
  readonly apply: ApplyResult;
  readonly call: EvmCallResult;
  readonly estimate: number;
  readonly accessList: AccessListResult;
  readonly trace: string;
  readonly traceScript: ScriptTrace;
  readonly checkScript: ModuleVerdict;
  /** How many of the list are done: it stops after a while, so that nothing waits for it. */
  readonly warm: number;
}

export type JobOf<Kind extends JobKind> = Job & { readonly kind: Kind };

/** To the executor. */
export type Request =
  | { readonly kind: 'setup'; readonly setup: ExecutorSetup }
  | { readonly kind: 'job'; readonly id: number; readonly job: Job };

/** What an executor tells while it works: that it lives, and what it is at. */
export type Sign =
  | { readonly kind: 'running'; readonly script: number }
  | { readonly kind: 'compiling'; readonly codeHash: Hex }
  /** `time` in microseconds. */
  | { readonly kind: 'compiled'; readonly codeHash: Hex; readonly meteredSize: number; readonly time: number };

/** From the executor. */
export type Response =
  | { readonly kind: 'ready' }
  | { readonly kind: 'sign'; readonly sign: Sign }
  | { readonly kind: 'result'; readonly id: number; readonly result: JobResults[JobKind] }
  | { readonly kind: 'error'; readonly id: number; readonly error: SentError };

/** An error as a message carries it; `code` is set for refusals. */
export interface SentError {
  readonly code?: string;
  readonly message: string;
  readonly data?: SherdError['data'];
}

export function sendableError(error: unknown): SentError {
  if (isSherdError(error)) return { code: error.code, message: error.message, data: error.data };
  return { message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

/** A refusal as it was thrown there; a fault of ours becomes EXECUTOR_FAULT. */
export function receivedError({ code = 'EXECUTOR_FAULT', message, data = {} }: SentError): SherdError {
  return new SherdError(code, message, data);
}
