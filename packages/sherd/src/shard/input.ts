/** What a shard transition is given, and what it gives back. */
import type { ChainParams } from '../beacon/params.ts';
import type { ShardBlockHeader, ShardTransaction } from '../beacon/types.ts';
import type { BeaconView } from '../beacon/view.ts';
import type { AbortFlag } from '../evm/message.ts';
import type { ScriptRequest, ScriptResult } from '../scripts/run.ts';
import type { TransactionOutcome } from './outcome.ts';
import type { ShardState } from './state.ts';
import type { ShardStore, ShardWrites } from './store.ts';

/** The engine that runs scripts; script 0 must be what `createEvmScript()` gives. */
export interface ScriptRunner {
  run(request: ScriptRequest): ScriptResult;
}

export interface ShardInput {
  readonly params: ChainParams;
  readonly shard: number;
  /** The beacon chain that the block builds on: `view.slot` and `view.root` are the header's beaconSlot and beaconRoot. */
  readonly view: BeaconView;
  readonly store: ShardStore;
  readonly engine: ScriptRunner;
  /** Set from outside to stop; the transition then throws ABORTED. */
  readonly abort?: AbortFlag;
}

export interface BuildInput extends ShardInput {
  /** Slot of the new block, above the parent's. */
  readonly slot: number;
  /** Validator index; must be the proposer of this shard and slot. */
  readonly proposerIndex: number;
  /** Candidates in the order in which they shall run. */
  readonly transactions: readonly ShardTransaction[];
}

/** Why a candidate is not in the block. */
export interface LeftOut {
  /** Position among the candidates. */
  readonly index: number;
  readonly code: string;
  readonly message: string;
  /** True when a later block may take it (no room, nonce too high, fee below base fee, ...): it may stay in the pool. */
  readonly mayFitLater: boolean;
}

export interface BuiltShardBlock {
  /** To be signed by the proposer. */
  readonly header: ShardBlockHeader;
  readonly transactions: readonly ShardTransaction[];
  /** Positions of the included transactions among the candidates, in order. */
  readonly included: readonly number[];
  readonly leftOut: readonly LeftOut[];
  readonly outcomes: readonly TransactionOutcome[];
  readonly state: ShardState;
  readonly writes: ShardWrites;
}

export interface AppliedShardBlock {
  readonly outcomes: readonly TransactionOutcome[];
  readonly state: ShardState;
  readonly writes: ShardWrites;
}
