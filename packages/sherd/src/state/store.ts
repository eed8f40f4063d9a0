/**
 * The store under the accounts: what a user implements to put Sherd's EVM state on anything. Reads only; changes come
 * out of {@link ../state/journal.ts} as one {@link StateChanges} per block and are written by whoever owns the store.
 */
import type { Address } from '../base/index.ts';

/** An account without its code and storage. Balance in wei. */
export interface Account {
  readonly nonce: bigint;
  readonly balance: bigint;
  /** Keccak-256 of the code as a word. */
  readonly codeHash: bigint;
}

/**
 * What a journal reads from; implement it over anything that answers at once. What it throws ends the run and reaches the
 * caller.
 */
export interface StateStore {
  getAccount(address: Address): Account | undefined;
  /** Code of an existing account; empty when it has none. */
  getCode(address: Address): Uint8Array;
  /** Value of a slot; 0 when it was never set. */
  getStorage(address: Address, slot: bigint): bigint;
  /** True when any slot of the account is set (EIP-7610). */
  hasStorage(address: Address): boolean;
}

/** What happened to one account since the journal was made or last drained. */
export interface AccountChange {
  /** The account as it is now; undefined when it was removed. */
  readonly account: Account | undefined;
  /** Set when the code changed. */
  readonly code?: Uint8Array;
  /** All slots that were there before are gone (self-destruct, or a creation over an old account). */
  readonly storageCleared: boolean;
  /** Slots that changed, with their new value; 0 removes. A list: a map over slots that outsiders chose could be made to collide. */
  readonly storage: readonly (readonly [slot: bigint, value: bigint])[];
}

/** Everything that changed, by account. */
export type StateChanges = ReadonlyMap<Address, AccountChange>;
