/**
 * The journal: accounts, storage, access lists, logs and refunds of the block that runs, over a store that it only
 * reads. It implements the EVM's host port. Every change can be undone within its transaction; what a transaction
 * leaves is read by the next one, and comes out as one set of changes per block.
 */
import { checkFunction, checkObject, checkPort } from '../base/arguments.ts';
import type { Address } from '../base/index.ts';
import type { Host, Log, Snapshot } from '../evm/host.ts';
import {
  EMPTY_CODE,
  EMPTY_CODE_HASH,
  hashCode,
  isEmptyAccount,
  type JournalAccount,
  type JournalSlot,
  loadAccount,
  slotKey,
} from './journalAccount.ts';
import type { AccountChange, StateChanges, StateStore } from './store.ts';
import { fieldsOf, restoreFields, type Undo } from './undoLog.ts';

/** What a journal knows besides its store. */
export interface JournalOptions {
  /** Hash, as a word, of the block with this number; 0 when there is none. Default: always 0. */
  readonly blockHash?: (number: bigint) => bigint;
}

/** How a transaction ends. */
export interface FinalizeOptions {
  /** Remove touched accounts that are empty (EIP-161, from Spurious Dragon on). */
  readonly removeEmpty: boolean;
}

/**
 * The account of the RIPEMD-160 contract. A main-net transaction (Spurious Dragon, block 2,675,119) ran out of gas
 * in it and clients removed it all the same; that became the rule: its touch survives a revert.
 */
const RIPEMD160_ADDRESS: Address = '0x0000000000000000000000000000000000000003';

const STORE_METHODS = ['getAccount', 'getCode', 'getStorage', 'hasStorage'];

const NO_ADDRESSES: ReadonlySet<Address> = new Set();

/**
 * The state of the block that runs, transaction by transaction: begin with a store, run, `finalizeTransaction`, and `drain`
 * what is to be written. Amounts in wei. What the store throws comes through.
 */
export class Journal implements Host {
  readonly #store: StateStore;
  readonly #blockHash: (number: bigint) => bigint;
  readonly #accounts = new Map<Address, JournalAccount>();
  readonly #changed: JournalAccount[] = [];
  /** Number of the running transaction, from 1: what marks are compared with. */
  #transaction = 1;
  #undo: Undo[] = [];
  #touched: JournalAccount[] = [];
  #selfDestructed: JournalAccount[] = [];
  #transient = new Map<string, bigint>();
  #logs: Log[] = [];
  #refund = 0;
  #lastAccount: JournalAccount | undefined;
  #alwaysWarm: ReadonlySet<Address> = NO_ADDRESSES;
  // SLOAD and SSTORE ask for the same slot several times over.
  #lastSlot = 0n;
  #lastSlotKey = slotKey(0n);

  constructor(store: StateStore, options: JournalOptions = {}) {
    checkPort(store, 'journal: store', STORE_METHODS);
    checkObject(options, 'journal: options');
    if (options.blockHash !== undefined) checkFunction(options.blockHash, 'journal: blockHash');
    this.#store = store;
    this.#blockHash = options.blockHash ?? (() => 0n);
  }

  // Reading

  exists(address: Address): boolean {
    return this.#account(address).exists;
  }

  isEmpty(address: Address): boolean {
    return isEmptyAccount(this.#account(address));
  }

  hasStorage(address: Address): boolean {
    const account = this.#account(address);
    for (const slot of account.slots.values()) if (slot.value !== 0n) return true;
    return account.stored !== undefined && !account.storageCleared && this.#store.hasStorage(address);
  }

  getBalance(address: Address): bigint {
    return this.#account(address).balance;
  }

  getNonce(address: Address): bigint {
    return this.#account(address).nonce;
  }

  getCode(address: Address): Uint8Array {
    const account = this.#account(address);
    if (account.code === undefined) {
      account.code = account.codeHash === EMPTY_CODE_HASH ? EMPTY_CODE : this.#store.getCode(address);
    }
    return account.code;
  }

  getCodeHash(address: Address): bigint {
    const account = this.#account(address);
    return account.exists ? account.codeHash : 0n;
  }

  getStorage(address: Address, slot: bigint): bigint {
    return this.#slot(this.#account(address), slot).value;
  }

  getOriginalStorage(address: Address, slot: bigint): bigint {
    const entry = this.#slot(this.#account(address), slot);
    return entry.originalSince === this.#transaction ? entry.original : entry.value;
  }

  getTransientStorage(address: Address, slot: bigint): bigint {
    return this.#transient.get(address + this.#slotKey(slot)) ?? 0n;
  }

  blockHash(number: bigint): bigint {
    return this.#blockHash(number);
  }

  /** Logs of the running transaction so far. */
  get logs(): readonly Log[] {
    return this.#logs;
  }

  /** Refund counter of the running transaction, in gas. */
  get refund(): number {
    return this.#refund;
  }

  // Writing

  /** Also touches, and makes the account when it is not there, whatever the amount. */
  addBalance(address: Address, amount: bigint): void {
    const account = this.#account(address);
    this.#touch(account);
    if (amount !== 0n) this.#setBalance(account, account.balance + amount);
  }

  subBalance(address: Address, amount: bigint): void {
    const account = this.#account(address);
    this.#touch(account);
    if (amount !== 0n) this.#setBalance(account, account.balance - amount);
  }

  setNonce(address: Address, nonce: bigint): void {
    const account = this.#account(address);
    this.#touch(account);
    this.#undo.push({ kind: 'nonce', account, nonce: account.nonce });
    account.nonce = nonce;
  }

  setCode(address: Address, code: Uint8Array): void {
    const account = this.#account(address);
    this.#touch(account);
    this.#undo.push({ kind: 'account', account, before: fieldsOf(account) });
    account.code = code;
    account.codeHash = hashCode(code);
  }

  setStorage(address: Address, slot: bigint, value: bigint): void {
    const account = this.#account(address);
    const entry = this.#slot(account, slot);
    if (entry.value === value) return;
    this.#markChanged(account);
    if (entry.originalSince !== this.#transaction) {
      entry.original = entry.value;
      entry.originalSince = this.#transaction;
    }
    this.#undo.push({ kind: 'slot', slot: entry, value: entry.value });
    entry.value = value;
  }

  setTransientStorage(address: Address, slot: bigint, value: bigint): void {
    const key = address + this.#slotKey(slot);
    this.#undo.push({ kind: 'transient', key, value: this.#transient.get(key) ?? 0n });
    this.#transient.set(key, value);
  }

  createContract(address: Address): void {
    const account = this.#account(address);
    this.#touch(account);
    this.#undo.push({ kind: 'account', account, before: fieldsOf(account) });
    account.createdIn = this.#transaction;
    account.nonce = 0n;
    account.code = EMPTY_CODE;
    account.codeHash = EMPTY_CODE_HASH;
    account.storageCleared = true;
    for (const slot of account.slots.values()) {
      if (slot.value === 0n) continue;
      this.#undo.push({ kind: 'slot', slot, value: slot.value });
      slot.value = 0n;
    }
  }

  isCreatedInTransaction(address: Address): boolean {
    return this.#account(address).createdIn === this.#transaction;
  }

  markSelfDestructed(address: Address): boolean {
    const account = this.#account(address);
    if (account.selfDestructedIn === this.#transaction) return false;
    this.#touch(account);
    this.#undo.push({ kind: 'selfDestructed', account, selfDestructedIn: account.selfDestructedIn });
    account.selfDestructedIn = this.#transaction;
    this.#selfDestructed.push(account);
    return true;
  }

  isSelfDestructed(address: Address): boolean {
    return this.#account(address).selfDestructedIn === this.#transaction;
  }

  /** Makes the account when it is not there: before Spurious Dragon it stays, afterwards it is removed as empty. */
  touch(address: Address): void {
    this.#touch(this.#account(address));
  }

  /** Addresses that count as warm in this transaction without being looked up (pre-compiled contracts). */
  setAlwaysWarm(addresses: ReadonlySet<Address>): void {
    this.#alwaysWarm = addresses;
  }

  warmAddress(address: Address): boolean {
    const account = this.#account(address);
    if (account.warmIn === this.#transaction || this.#alwaysWarm.has(address)) return false;
    this.#undo.push({ kind: 'warmAddress', account, warmIn: account.warmIn });
    account.warmIn = this.#transaction;
    return true;
  }

  warmSlot(address: Address, slot: bigint): boolean {
    const account = this.#account(address);
    const key = this.#slotKey(slot);
    if (account.warmSlots.get(key) === this.#transaction) return false;
    this.#undo.push({ kind: 'warmSlot', account, key });
    account.warmSlots.set(key, this.#transaction);
    return true;
  }

  isWarmAddress(address: Address): boolean {
    return this.#account(address).warmIn === this.#transaction || this.#alwaysWarm.has(address);
  }

  addLog(log: Log): void {
    this.#undo.push({ kind: 'log' });
    this.#logs.push(log);
  }

  addRefund(gas: number): void {
    this.#undo.push({ kind: 'refund', refund: this.#refund });
    this.#refund += gas;
  }

  // Undoing

  snapshot(): Snapshot {
    return this.#undo.length;
  }

  revertTo(snapshot: Snapshot): void {
    const undo = this.#undo;
    if (snapshot > undo.length) throw new RangeError(`journal: snapshot ${snapshot} of a finished transaction`);
    while (undo.length > snapshot) this.#putBack(undo.pop()!);
  }

  #putBack(entry: Undo): void {
    switch (entry.kind) {
      case 'account':
        restoreFields(entry.account, entry.before);
        return;
      case 'balance':
        entry.account.balance = entry.balance;
        return;
      case 'nonce':
        entry.account.nonce = entry.nonce;
        return;
      case 'slot':
        entry.slot.value = entry.value;
        return;
      case 'transient':
        this.#transient.set(entry.key, entry.value);
        return;
      case 'touched':
        if (entry.account.address !== RIPEMD160_ADDRESS) entry.account.touchedIn = entry.touchedIn;
        return;
      case 'selfDestructed':
        entry.account.selfDestructedIn = entry.selfDestructedIn;
        return;
      case 'warmAddress':
        entry.account.warmIn = entry.warmIn;
        return;
      case 'warmSlot':
        entry.account.warmSlots.delete(entry.key);
        return;
      case 'log':
        this.#logs.pop();
        return;
      case 'refund':
        this.#refund = entry.refund;
    }
  }

  // Ends

  /**
   * Ends the transaction: removes what self-destructed and, by rule, touched accounts that are empty; forgets access
   * lists, transient storage, logs and refunds. Earlier snapshots are void afterwards.
   */
  finalizeTransaction(options: FinalizeOptions): void {
    for (const account of this.#selfDestructed) {
      if (account.selfDestructedIn === this.#transaction) removeAccount(account);
    }
    if (options.removeEmpty) {
      for (const account of this.#touched) {
        if (account.touchedIn === this.#transaction && account.exists && isEmptyAccount(account)) {
          removeAccount(account);
        }
      }
    }
    this.#transaction++;
    if (this.#undo.length > 0) this.#undo = [];
    if (this.#touched.length > 0) this.#touched = [];
    if (this.#selfDestructed.length > 0) this.#selfDestructed = [];
    if (this.#logs.length > 0) this.#logs = [];
    if (this.#transient.size > 0) this.#transient = new Map();
    this.#refund = 0;
    this.#alwaysWarm = NO_ADDRESSES;
  }

  /**
   * All changes since the journal was made or last drained, for the store. The journal then starts empty: whoever
   * drains writes the changes to the store before the journal is used again. Not within a transaction.
   */
  drain(): StateChanges {
    const changes = new Map<Address, AccountChange>();
    for (const account of this.#changed) {
      const change = changeOf(account);
      if (change !== undefined) changes.set(account.address, change);
    }
    this.#changed.length = 0;
    this.#accounts.clear();
    this.#lastAccount = undefined;
    return changes;
  }

  // Helpers

  #account(address: Address): JournalAccount {
    const last = this.#lastAccount;
    if (last !== undefined && last.address === address) return last;
    let account = this.#accounts.get(address);
    if (account === undefined) {
      account = loadAccount(this.#store, address);
      this.#accounts.set(address, account);
    }
    this.#lastAccount = account;
    return account;
  }

  #slot(account: JournalAccount, slot: bigint): JournalSlot {
    const key = this.#slotKey(slot);
    let entry = account.slots.get(key);
    if (entry === undefined) {
      const isStored = account.stored !== undefined && !account.storageCleared;
      const stored = isStored ? this.#store.getStorage(account.address, slot) : 0n;
      entry = { slot, stored, value: stored, original: 0n, originalSince: 0, isLoadedCleared: account.storageCleared };
      account.slots.set(key, entry);
    }
    return entry;
  }

  #slotKey(slot: bigint): string {
    if (slot !== this.#lastSlot) {
      this.#lastSlot = slot;
      this.#lastSlotKey = slotKey(slot);
    }
    return this.#lastSlotKey;
  }

  #setBalance(account: JournalAccount, balance: bigint): void {
    this.#undo.push({ kind: 'balance', account, balance: account.balance });
    account.balance = balance;
  }

  #markChanged(account: JournalAccount): void {
    if (account.isChanged) return;
    account.isChanged = true;
    this.#changed.push(account);
  }

  #touch(account: JournalAccount): void {
    if (account.touchedIn !== this.#transaction) {
      this.#undo.push({ kind: 'touched', account, touchedIn: account.touchedIn });
      account.touchedIn = this.#transaction;
      this.#touched.push(account);
      this.#markChanged(account);
    }
    if (account.exists) return;
    this.#undo.push({ kind: 'account', account, before: fieldsOf(account) });
    account.exists = true;
  }
}

function removeAccount(account: JournalAccount): void {
  account.exists = false;
  account.nonce = 0n;
  account.balance = 0n;
  account.code = EMPTY_CODE;
  account.codeHash = EMPTY_CODE_HASH;
  account.storageCleared = true;
  for (const slot of account.slots.values()) slot.value = 0n;
}

/** The difference to the store; undefined when there is none. */
function changeOf(account: JournalAccount): AccountChange | undefined {
  const { stored } = account;
  if (!account.exists) {
    return stored === undefined ? undefined : { account: undefined, storageCleared: true, storage: [] };
  }
  const storageCleared = account.storageCleared && stored !== undefined;
  const storage: [bigint, bigint][] = [];
  for (const { slot, value, stored: storedValue } of account.slots.values()) {
    if (value !== (storageCleared ? 0n : storedValue)) storage.push([slot, value]);
  }
  const isSame =
    stored !== undefined &&
    stored.nonce === account.nonce &&
    stored.balance === account.balance &&
    stored.codeHash === account.codeHash;
  if (isSame && !storageCleared && storage.length === 0) return undefined;
  const fields = { nonce: account.nonce, balance: account.balance, codeHash: account.codeHash };
  const codeBefore = stored === undefined ? EMPTY_CODE_HASH : stored.codeHash;
  const base = { account: fields, storageCleared, storage };
  return account.codeHash === codeBefore ? base : { ...base, code: account.code ?? EMPTY_CODE };
}
