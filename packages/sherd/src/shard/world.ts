/** The world of one shard block as scripts see it: the engine's port over the journal, the beacon view and the rings. */
import type { Address } from '../base/index.ts';
import { isSherdError, SherdError } from '../base/index.ts';
import { verifyReceiptClaim } from '../beacon/claims.ts';
import type { ChainParams } from '../beacon/params.ts';
import { BEACON, ReceiptClaim } from '../beacon/types.ts';
import { type BeaconView, beaconRootAt } from '../beacon/view.ts';
import type { AbortFlag, Tracer } from '../evm/index.ts';
import type { NestedRun, ScriptResult } from '../scripts/run.ts';
import type { ClaimError, ClaimedReceipt, ReceiptTarget, ScriptWorld, StoredObject } from '../scripts/world.ts';
import { decodeSsz } from '../ssz/index.ts';
import { ShardJournal } from './journal.ts';
import type { ShardState } from './state.ts';
import type { ShardStore } from './store.ts';

/** Receipts per source: the depth of the receipt list. */
const MAX_RECEIPTS = 2n ** 32n;

/** What a built-in script may ask about the block, beyond what every script sees. */
export interface ShardBlockContext {
  readonly params: ChainParams;
  readonly view: BeaconView;
  readonly height: number;
  /** Root of the parent's header. */
  readonly parentRoot: Uint8Array;
  /** Gas used by the parent. */
  readonly parentGasUsed: number;
  /** Unix seconds. */
  readonly timestamp: bigint;
  /** Where priority fees go. */
  readonly coinbase: Address;
  /** Root of the header at a height among the last 256; undefined when there is none. */
  blockRoot(height: number): Uint8Array | undefined;
  readonly abort?: AbortFlag;
  /** Watches the EVM. */
  readonly tracer?: Tracer;
}

/** The world that the shard hands to the engine; built-in scripts find the block's context in it. */
export interface ShardWorld extends ScriptWorld {
  readonly journal: ShardJournal;
  readonly block: ShardBlockContext;
  /** What the EVM script does instead of a transaction: calls that leave nothing behind run in its place. */
  readonly simulation?: (world: ShardWorld, call: NestedRun) => ScriptResult;
}

export interface WorldParts {
  readonly shard: number;
  readonly slot: number;
  readonly block: ShardBlockContext;
  readonly store: ShardStore;
  /** The state that the block builds on, with its ring advanced to `slot`. */
  readonly state: ShardState;
}

/** The world that `world` is, when the shard made it. */
export function asShardWorld(world: ScriptWorld): ShardWorld {
  if (!('journal' in world) || !('block' in world)) {
    throw new Error('the EVM script runs in a shard world only');
  }
  return world as ShardWorld;
}

export function createShardWorld({ shard, slot, block, store, state }: WorldParts): ShardWorld {
  const { params, view } = block;
  const journal = new ShardJournal({ store, slot, ttlOnWrite: params.ttlOnWrite });
  return {
    chainId: BigInt(params.chainId),
    shard,
    shardCount: params.shardCount,
    slot,
    minDeposit: params.minDeposit,
    scriptCount: view.scripts.length,
    journal,
    block,
    scriptCode: (script) => codeOf(view, store, script),
    getObject: (script, key): StoredObject | undefined => journal.getObject(script, key),
    setObject: (script, key, storage) => journal.setObject(script, key, storage),
    removeObject: (script, key) => journal.removeObject(script, key),
    extendTtl: (script, key, slots) => journal.extendTtl(script, key, slots),
    saveReceipt(script, target, data) {
      const index = state.receiptCount + BigInt(journal.receiptCount);
      journal.addReceipt(newReceipt({ shard, slot, script, index, target, data }));
      return index;
    },
    claimReceipt: (script, claim) => consumeClaim({ shard, script, claim, journal, view, params }),
    recentBeaconStateRoot: (at) => beaconRootAt(view, BigInt(at)),
    recentShardStateRoot: (of, at) => (of === shard ? ownRoot(state, slot, at) : foreignRoot(view, of, at)),
    snapshot: () => journal.snapshot(),
    revertTo: (snapshot) => journal.revertTo(snapshot),
  };
}

function codeOf(view: BeaconView, store: ShardStore, script: number): ReturnType<ScriptWorld['scriptCode']> {
  const entry = view.scripts[script];
  if (entry === undefined || entry.codeSize === 0n) return undefined;
  const code = store.getScriptCode(entry.codeHash);
  if (code === undefined) {
    throw new SherdError('SCRIPT_CODE_MISSING', `the store lacks the code of script ${script}`, { script });
  }
  return { codeHash: entry.codeHash, code };
}

function newReceipt(parts: {
  readonly shard: number;
  readonly slot: number;
  readonly script: number;
  readonly index: bigint;
  readonly target: ReceiptTarget;
  readonly data: Uint8Array;
}) {
  const isForBeacon = parts.target.shard === BEACON;
  return {
    source: parts.shard,
    index: parts.index,
    slot: BigInt(parts.slot),
    sender: parts.script,
    targetShard: parts.target.shard,
    targetScript: isForBeacon ? 0 : parts.target.script,
    amount: 0n,
    data: parts.data.slice(),
  };
}

/** Checks in the order of their cost; the proof comes last, and only a proven receipt is marked. */
function consumeClaim(parts: {
  readonly shard: number;
  readonly script: number;
  readonly claim: Uint8Array;
  readonly journal: ShardJournal;
  readonly view: BeaconView;
  readonly params: ChainParams;
}): ClaimedReceipt | ClaimError {
  const claim = decodeClaim(parts.claim);
  if (claim === undefined) return 'MALFORMED';
  const { receipt, proof } = claim;
  if (receipt.index >= MAX_RECEIPTS) return 'MALFORMED';
  if (receipt.targetShard !== parts.shard || receipt.targetScript !== parts.script) return 'WRONG_TARGET';
  const anchor = beaconRootAt(parts.view, proof.beaconSlot);
  if (anchor === undefined) return 'UNKNOWN_ROOT';
  if (parts.journal.isConsumed(receipt.source, receipt.index)) return 'ALREADY_CONSUMED';
  if (!verifyReceiptClaim(claim, anchor, parts.params)) return 'BAD_PROOF';
  parts.journal.consume(receipt.source, receipt.index);
  return {
    source: receipt.source,
    index: receipt.index,
    slot: Number(receipt.slot),
    sender: receipt.sender,
    amount: receipt.amount,
    data: receipt.data,
  };
}

function decodeClaim(bytes: Uint8Array): ReceiptClaim | undefined {
  try {
    return decodeSsz(ReceiptClaim, bytes, 'claim');
  } catch (error) {
    if (isSherdError(error)) return undefined;
    throw error;
  }
}

function ownRoot(state: ShardState, slot: number, at: number): Uint8Array | undefined {
  const window = state.recentStateRoots.length;
  if (at < 0 || at >= slot || at < slot - window) return undefined;
  return state.recentStateRoots[at % window];
}

function foreignRoot(view: BeaconView, shard: number, at: number): Uint8Array | undefined {
  const crosslink = view.crosslinks[shard];
  return crosslink !== undefined && crosslink.height > 0n && crosslink.slot === BigInt(at)
    ? crosslink.stateRoot
    : undefined;
}
