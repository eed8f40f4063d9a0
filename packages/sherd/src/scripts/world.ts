/**
 * The world as a script sees it. The engine owns this port; `shard/` implements it over the shard's state. All
 * synchronous. Every write belongs to the region of the script that is named first, and is undone by `revertTo`.
 */

/** Target shard of a receipt for the beacon chain, and source of a withdrawal receipt. */
export const BEACON = 0xffff_ffff;

/** A storage object as scripts see it. Expired objects are absent. */
export interface StoredObject {
  /** Counts the writes to the object. */
  readonly version: number;
  readonly storage: Uint8Array;
  /** Last slot at which the object still reads as present. */
  readonly ttl: number;
}

/** Where a receipt goes: a script on a shard, or the beacon chain (`shard: BEACON`, script ignored). */
export interface ReceiptTarget {
  readonly shard: number;
  readonly script: number;
}

/** A receipt that was verified and consumed. Amount in gwei, set by the beacon chain for withdrawals, else 0. */
export interface ClaimedReceipt {
  /** Shard that the receipt comes from, or BEACON. */
  readonly source: number;
  readonly index: bigint;
  readonly slot: number;
  /** Script id that saved it; for a withdrawal the validator's index. */
  readonly sender: number;
  readonly amount: bigint;
  readonly data: Uint8Array;
}

/** Why a claim was refused; scripts get the number, people the name. */
export const CLAIM_ERRORS = {
  MALFORMED: -1,
  /** Addressed to another shard or script. */
  WRONG_TARGET: -2,
  /** The anchor is no recent beacon state root that this shard knows. */
  UNKNOWN_ROOT: -3,
  BAD_PROOF: -4,
  ALREADY_CONSUMED: -5,
} as const;
export type ClaimError = keyof typeof CLAIM_ERRORS;

export interface ScriptWorld {
  readonly chainId: bigint;
  readonly shard: number;
  /** Number of shards: 0 .. count-1. */
  readonly shardCount: number;
  readonly slot: number;
  /** gwei: a receipt for the beacon chain that asks for a validator with less is never accepted, and its ETH is lost. */
  readonly minDeposit: bigint;
  /** Number of execution scripts on the beacon chain that this block builds on; ids are 0 .. count-1. */
  readonly scriptCount: number;
  /** Code hash (SHA-256) and metered module bytes of a script; undefined for an unknown id. Built-ins have no code. */
  scriptCode(script: number): { readonly codeHash: Uint8Array; readonly code: Uint8Array } | undefined;

  getObject(script: number, key: Uint8Array): StoredObject | undefined;
  /** Writes the object, counts its version up and extends its ttl by the parameter of the chain. */
  setObject(script: number, key: Uint8Array, storage: Uint8Array): void;
  /** True when there was one. */
  removeObject(script: number, key: Uint8Array): boolean;
  /** Extends the ttl by `slots`. False when there is no such object. */
  extendTtl(script: number, key: Uint8Array, slots: number): boolean;

  /** Appends a receipt and returns its index on this shard. */
  saveReceipt(script: number, target: ReceiptTarget, data: Uint8Array): bigint;
  /** Verifies the proof (SSZ ReceiptClaim) against a recent root and marks the receipt consumed, in one step. */
  claimReceipt(script: number, claim: Uint8Array): ClaimedReceipt | ClaimError;

  /** Root of the beacon state after `slot`; undefined when it is not among the recent ones. */
  recentBeaconStateRoot(slot: number): Uint8Array | undefined;
  /** State root of a shard at `slot`: own ones from the ring, others' from the latest crosslink; else undefined. */
  recentShardStateRoot(shard: number, slot: number): Uint8Array | undefined;

  snapshot(): number;
  revertTo(snapshot: number): void;
}
