/**
 * The world as the machine sees it. The EVM owns this port; `state/` implements it over any key-value store, and a
 * user may implement it over anything else. Everything is synchronous: who must fetch, fetches before and retries.
 */
import type { Address } from '../base/index.ts';

/** A log record, as LOG0..LOG4 make it. Topics are words. */
export interface Log {
  readonly address: Address;
  readonly topics: readonly bigint[];
  readonly data: Uint8Array;
}

/** Marks a point in the journal; only {@link Host.revertTo} reads it. */
export type Snapshot = number;

/**
 * Accounts, storage, access lists, logs and refunds of the transaction that runs, with a journal over all of them.
 * Words are bigint in 0 .. 2^256-1; balances are in wei, nonces are bigint below 2^64.
 */
export interface Host {
  /** True when the account is in the state at all, empty or not (what Frontier's CALL asks). */
  exists(address: Address): boolean;
  /** True when the account has no code, no nonce and no balance, or is not there (EIP-161). */
  isEmpty(address: Address): boolean;
  /** True when the account has any storage slot that is not zero (EIP-7610). */
  hasStorage(address: Address): boolean;
  getBalance(address: Address): bigint;
  getNonce(address: Address): bigint;
  /** The stored code, a 7702 delegation designator included; empty when there is none. Not to be changed. */
  getCode(address: Address): Uint8Array;
  /** Keccak-256 of the code as a word; the hash of nothing for an account without code, 0 for an absent one. */
  getCodeHash(address: Address): bigint;
  getStorage(address: Address, slot: bigint): bigint;
  /** The slot's value when the transaction began (EIP-1283, EIP-2200). */
  getOriginalStorage(address: Address, slot: bigint): bigint;
  getTransientStorage(address: Address, slot: bigint): bigint;

  addBalance(address: Address, amount: bigint): void;
  /** The caller has checked that the balance suffices. */
  subBalance(address: Address, amount: bigint): void;
  setNonce(address: Address, nonce: bigint): void;
  setCode(address: Address, code: Uint8Array): void;
  setStorage(address: Address, slot: bigint, value: bigint): void;
  setTransientStorage(address: Address, slot: bigint, value: bigint): void;
  /** Makes a new contract account at `address`: keeps a balance that is there, clears its storage, marks it created. */
  createContract(address: Address): void;
  /** True when `address` became a contract within this transaction (EIP-6780). */
  isCreatedInTransaction(address: Address): boolean;
  /** Marks the account for removal at the end of the transaction. True when it was not marked before. */
  markSelfDestructed(address: Address): boolean;
  /** True when it is marked, and the mark was not undone; only tracers ask. */
  isSelfDestructed?(address: Address): boolean;
  /** Counts the account as touched, so that an empty one is removed at the end of the transaction (EIP-161). */
  touch(address: Address): void;

  /** Puts the address into the access list. True when it was cold, that is not in there before (EIP-2929). */
  warmAddress(address: Address): boolean;
  /** The same for a slot; the address itself is not warmed by it. */
  warmSlot(address: Address, slot: bigint): boolean;
  isWarmAddress(address: Address): boolean;

  addLog(log: Log): void;
  /** Adds to (or, negative, takes from) the refund counter, in gas. */
  addRefund(gas: number): void;
  /** The refund counter; only tracers read it. */
  readonly refund?: number;

  snapshot(): Snapshot;
  /** Undoes all that came after `snapshot`: balances, storage, transient storage, warmth, logs, refunds, marks. */
  revertTo(snapshot: Snapshot): void;

  /** Hash of a block among the last 256, as a word; 0 when there is none. `number` is within that window. */
  blockHash(number: bigint): bigint;
}
