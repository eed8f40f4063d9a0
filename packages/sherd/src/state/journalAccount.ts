/** What the journal remembers of one account, and one slot, that a block has looked at. */
import type { Address } from '../base/index.ts';
import { bytesToBigInt } from '../base/index.ts';
import { keccak256 } from '../crypto/hash.ts';
import type { Account, StateStore } from './store.ts';

/** Keccak-256 of nothing, as a word. */
export const EMPTY_CODE_HASH: bigint = bytesToBigInt(keccak256(new Uint8Array(0)));
export const EMPTY_CODE: Uint8Array = new Uint8Array(0);

/** One storage slot. */
export interface JournalSlot {
  readonly slot: bigint;
  /** In the store. */
  readonly stored: bigint;
  value: bigint;
  /** When the transaction numbered `originalSince` began; before that transaction, `value` is the original. */
  original: bigint;
  originalSince: number;
  /** First looked at while a creation had cleared the storage: void when that creation is undone. */
  readonly isLoadedCleared: boolean;
}

/** One account. Marks hold the number of the transaction that set them, so that none must be cleared. */
export interface JournalAccount {
  readonly address: Address;
  /** In the store; undefined when it is not there. */
  readonly stored: Account | undefined;
  exists: boolean;
  nonce: bigint;
  balance: bigint;
  codeHash: bigint;
  /** Undefined until somebody asks for it. */
  code: Uint8Array | undefined;
  /** By slot in base 32: V8 hashes a bigint by its lowest 64 bits, which whoever picks the slots could make collide. */
  readonly slots: Map<string, JournalSlot>;
  /** The slots in the store do not count any more. */
  storageCleared: boolean;
  isChanged: boolean;
  touchedIn: number;
  createdIn: number;
  selfDestructedIn: number;
  warmIn: number;
  readonly warmSlots: Map<string, number>;
}

export function loadAccount(store: StateStore, address: Address): JournalAccount {
  const stored = store.getAccount(address);
  return {
    address,
    stored,
    exists: stored !== undefined,
    nonce: stored === undefined ? 0n : stored.nonce,
    balance: stored === undefined ? 0n : stored.balance,
    codeHash: stored === undefined ? EMPTY_CODE_HASH : stored.codeHash,
    code: undefined,
    slots: new Map(),
    storageCleared: false,
    isChanged: false,
    touchedIn: 0,
    createdIn: 0,
    selfDestructedIn: 0,
    warmIn: 0,
    warmSlots: new Map(),
  };
}

export function slotKey(slot: bigint): string {
  return slot.toString(32);
}

export function hashCode(code: Uint8Array): bigint {
  return code.length === 0 ? EMPTY_CODE_HASH : bytesToBigInt(keccak256(code));
}

export function isEmptyAccount(account: JournalAccount): boolean {
  return account.nonce === 0n && account.balance === 0n && account.codeHash === EMPTY_CODE_HASH;
}
