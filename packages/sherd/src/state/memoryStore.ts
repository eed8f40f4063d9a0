/** Ethereum's state in memory: accounts, code and storage in maps, and the state root over them, kept up to date. */
import { badArgument, checkBytes, checkObject, checkUnsigned } from '../base/arguments.ts';
import {
  type Address,
  addressToBytes,
  bigIntToMinimalBytes,
  encodeRlp,
  isAddress,
  wordToBytes,
} from '../base/index.ts';
import { EMPTY_TRIE_ROOT, Trie } from '../trie/index.ts';
import { EMPTY_CODE, hashCode, slotKey } from './journalAccount.ts';
import type { Account, StateChanges, StateStore } from './store.ts';

/** An account with all that belongs to it, as genesis files and tests give it. Balance in wei. */
export interface AccountWithStorage {
  readonly nonce: bigint;
  readonly balance: bigint;
  readonly code: Uint8Array;
  readonly storage: Iterable<readonly [slot: bigint, value: bigint]>;
}

/** A state that is held in memory and knows its root. */
export interface MemoryStore extends StateStore {
  /** Replaces or makes an account. */
  setAccount(address: Address, account: AccountWithStorage): void;
  /** Writes what a journal drained. */
  apply(changes: StateChanges): void;
  /** The root of the state trie: hashes only what changed since the last call. */
  stateRoot(): Uint8Array;
  /** The root of an account's storage trie. */
  storageRoot(address: Address): Uint8Array;
  /** Encoded nodes from the state root towards the account (eth_getProof). */
  accountProof(address: Address): Uint8Array[];
  /** Encoded nodes from the storage root towards the slot (eth_getProof). */
  storageProof(address: Address, slot: bigint): Uint8Array[];
  addresses(): Iterable<Address>;
  /** Slots of an account that are not 0. */
  storageOf(address: Address): Iterable<readonly [slot: bigint, value: bigint]>;
}

interface Slot {
  readonly slot: bigint;
  readonly value: bigint;
}

interface Entry {
  account: Account;
  code: Uint8Array;
  readonly slots: Map<string, Slot>;
  storageTrie: Trie;
  /** Slots whose trie entry is out of date. */
  readonly staleSlots: Map<string, bigint>;
}

/** An empty state. */
export function createMemoryStore(): MemoryStore {
  const entries = new Map<Address, Entry>();
  const stateTrie = new Trie(undefined, { isSecure: true });
  const stale = new Set<Address>();

  function entryAt(address: Address, account: Account): Entry {
    let entry = entries.get(address);
    if (entry === undefined) {
      entry = { account, code: EMPTY_CODE, slots: new Map(), storageTrie: newStorageTrie(), staleSlots: new Map() };
      entries.set(address, entry);
    }
    entry.account = account;
    return entry;
  }

  function refresh(): void {
    for (const address of stale) {
      const entry = entries.get(address);
      if (entry === undefined) stateTrie.delete(addressToBytes(address));
      else stateTrie.put(addressToBytes(address), encodeAccount(entry.account, refreshStorage(entry)));
    }
    stale.clear();
  }

  return {
    getAccount: (address) => entries.get(address)?.account,
    getCode: (address) => entries.get(address)?.code ?? EMPTY_CODE,
    getStorage: (address, slot) => entries.get(address)?.slots.get(slotKey(slot))?.value ?? 0n,
    hasStorage: (address) => (entries.get(address)?.slots.size ?? 0) > 0,
    setAccount(address, given) {
      checkAccount(address, given);
      const { nonce, balance, code, storage } = given;
      stale.add(address);
      entries.delete(address);
      const entry = entryAt(address, { nonce, balance, codeHash: hashCode(code) });
      entry.code = code;
      for (const [slot, value] of storage) setSlot(entry, slot, value);
    },
    apply(changes) {
      if (typeof changes === 'string' || typeof changes?.[Symbol.iterator] !== 'function') {
        throw badArgument('changes', changes, 'what a journal drained');
      }
      for (const [address, change] of changes) {
        stale.add(address);
        if (change.account === undefined) {
          entries.delete(address);
          continue;
        }
        const entry = entryAt(address, change.account);
        if (change.code !== undefined) entry.code = change.code;
        if (change.storageCleared) clearStorage(entry);
        for (const [slot, value] of change.storage) setSlot(entry, slot, value);
      }
    },
    stateRoot() {
      refresh();
      return stateTrie.root();
    },
    storageRoot(address) {
      const entry = entries.get(address);
      return entry === undefined ? EMPTY_TRIE_ROOT : refreshStorage(entry);
    },
    accountProof(address) {
      refresh();
      return stateTrie.proof(addressToBytes(address));
    },
    storageProof(address, slot) {
      const entry = entries.get(address);
      if (entry === undefined) return [];
      refreshStorage(entry);
      return entry.storageTrie.proof(wordToBytes(slot));
    },
    addresses: () => entries.keys(),
    *storageOf(address) {
      for (const { slot, value } of entries.get(address)?.slots.values() ?? []) yield [slot, value] as const;
    },
  };
}

/** The value that the state trie holds for an account (Yellow Paper, section 4.1). */
export function encodeAccount(account: Account, storageRoot: Uint8Array): Uint8Array {
  checkObject(account, 'account');
  checkBytes(storageRoot, 'storage root', 32);
  return encodeRlp([
    bigIntToMinimalBytes(account.nonce),
    bigIntToMinimalBytes(account.balance),
    storageRoot,
    wordToBytes(account.codeHash),
  ]);
}

function checkAccount(address: Address, account: AccountWithStorage): void {
  if (!isAddress(address)) throw badArgument('address', address, 'an address in lower case');
  checkObject(account, 'account');
  checkUnsigned(account.nonce, 'account: nonce');
  checkUnsigned(account.balance, 'account: balance');
  checkBytes(account.code, 'account: code');
  if (typeof account.storage?.[Symbol.iterator] !== 'function') {
    throw badArgument('account: storage', account.storage, 'a list of [slot, value]');
  }
}

function newStorageTrie(): Trie {
  return new Trie(undefined, { isSecure: true });
}

function setSlot(entry: Entry, slot: bigint, value: bigint): void {
  const key = slotKey(slot);
  if (value === 0n) entry.slots.delete(key);
  else entry.slots.set(key, { slot, value });
  entry.staleSlots.set(key, slot);
}

function clearStorage(entry: Entry): void {
  entry.slots.clear();
  entry.staleSlots.clear();
  entry.storageTrie = newStorageTrie();
}

function refreshStorage(entry: Entry): Uint8Array {
  for (const [key, slot] of entry.staleSlots) {
    const value = entry.slots.get(key)?.value ?? 0n;
    const encoded = value === 0n ? EMPTY_CODE : encodeRlp(bigIntToMinimalBytes(value));
    entry.storageTrie.put(wordToBytes(slot), encoded);
  }
  entry.staleSlots.clear();
  return entry.storageTrie.root();
}
