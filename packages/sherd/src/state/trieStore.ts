/**
 * Ethereum's state as tries over a node store: nothing is held in memory, every root that was ever reached stays
 * readable. What a chain with branches, or an archive, stands on.
 */
import { checkPort } from '../base/arguments.ts';
import {
  type Address,
  addressToBytes,
  bigIntToMinimalBytes,
  bytesToBigInt,
  decodeRlp,
  EMPTY_BYTES,
  encodeRlp,
  rlpBytes,
  rlpList,
  rlpUint,
  SherdError,
  wordToBytes,
  wordToHex,
} from '../base/index.ts';
import { EMPTY_TRIE_ROOT, Trie, type TrieNodeStore } from '../trie/index.ts';
import { EMPTY_CODE_HASH } from './journalAccount.ts';
import { encodeAccount } from './memoryStore.ts';
import type { Account, AccountChange, StateChanges, StateStore } from './store.ts';

/** Where trie nodes and code are kept. */
export interface StateDatabase extends TrieNodeStore {
  getCode(hash: bigint): Uint8Array | undefined;
  putCode(hash: bigint, code: Uint8Array): void;
}

/** A state database in memory; it only ever grows. */
export function createMemoryDatabase(nodes: TrieNodeStore): StateDatabase {
  checkPort(nodes, 'node store', ['getNode', 'putNode']);
  const codes = new Map<string, Uint8Array>();
  return {
    getNode: (hash) => nodes.getNode(hash),
    putNode: (hash, encoded) => nodes.putNode(hash, encoded),
    getCode: (hash) => codes.get(wordToHex(hash)),
    putCode: (hash, code) => void codes.set(wordToHex(hash), code),
  };
}

/** A state held as tries in a database of nodes. */
export interface TrieStore extends StateStore {
  /** Writes changes on top and returns the new state root; reads follow it. */
  apply(changes: StateChanges): Uint8Array;
}

interface StoredAccount extends Account {
  readonly storageRoot: Uint8Array;
}

/**
 * The state under `root`.
 * @throws SherdError TRIE_NODE_MISSING, on reads too, when the database does not have that state.
 */
export function createTrieStore(database: StateDatabase, root: Uint8Array = EMPTY_TRIE_ROOT): TrieStore {
  checkPort(database, 'database', ['getNode', 'putNode', 'getCode', 'putCode']);
  let state = new Trie(database, { root, isSecure: true });

  function read(address: Address): StoredAccount | undefined {
    const encoded = state.get(addressToBytes(address));
    if (encoded === undefined) return undefined;
    const fields = rlpList(decodeRlp(encoded), 'account', 4);
    return {
      nonce: rlpUint(fields[0], 'account nonce', 64),
      balance: rlpUint(fields[1], 'account balance'),
      storageRoot: rlpBytes(fields[2], 'account storage root', 32),
      codeHash: bytesToBigInt(rlpBytes(fields[3], 'account code hash', 32)),
    };
  }

  function storageOf(account: StoredAccount | undefined): Trie {
    return new Trie(database, { root: account?.storageRoot ?? EMPTY_TRIE_ROOT, isSecure: true });
  }

  function write(address: Address, change: AccountChange): void {
    const key = addressToBytes(address);
    if (change.account === undefined) {
      state.delete(key);
      return;
    }
    if (change.code !== undefined) database.putCode(change.account.codeHash, change.code);
    const storage = storageOf(change.storageCleared ? undefined : read(address));
    for (const [slot, value] of change.storage) {
      storage.put(wordToBytes(slot), value === 0n ? EMPTY_BYTES : encodeRlp(bigIntToMinimalBytes(value)));
    }
    state.put(key, encodeAccount(change.account, storage.commit()));
  }

  return {
    getAccount: read,
    getCode(address) {
      const account = read(address);
      if (account === undefined || account.codeHash === EMPTY_CODE_HASH) return EMPTY_BYTES;
      const code = database.getCode(account.codeHash);
      if (code === undefined)
        throw new SherdError('CODE_MISSING', `code ${wordToHex(account.codeHash)} is not in the database`);
      return code;
    },
    getStorage(address, slot) {
      const account = read(address);
      if (account === undefined) return 0n;
      const encoded = storageOf(account).get(wordToBytes(slot));
      return encoded === undefined ? 0n : rlpUint(decodeRlp(encoded), 'storage value');
    },
    hasStorage(address) {
      const account = read(address);
      return account !== undefined && bytesToBigInt(account.storageRoot) !== bytesToBigInt(EMPTY_TRIE_ROOT);
    },
    apply(changes) {
      for (const [address, change] of changes) write(address, change);
      const next = state.commit();
      state = new Trie(database, { root: next, isSecure: true });
      return next;
    },
  };
}
