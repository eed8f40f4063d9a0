/** A whole state as JSON: geth's dump, and the `alloc` form that its tools read and write. */
import { type Address, bytesToHex, wordToHex } from 'sherd/base';
import { EMPTY_CODE_HASH, type MemoryStore } from 'sherd/state';

/** Accounts in the order of their addresses. */
function sortedAddresses(store: MemoryStore): Address[] {
  return [...store.addresses()].sort();
}

/** Slots that are not 0, in their order. */
function sortedStorage(store: MemoryStore, address: Address): (readonly [bigint, bigint])[] {
  return [...store.storageOf(address)].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

/** `{root, accounts}` with balances in decimal wei, as geth dumps a state. */
export function dumpState(store: MemoryStore): object {
  const accounts: Record<Address, object> = {};
  for (const address of sortedAddresses(store)) {
    const account = store.getAccount(address)!;
    const storage = sortedStorage(store, address).map(([slot, value]) => [wordToHex(slot), minimalHex(value)] as const);
    accounts[address] = {
      balance: account.balance.toString(),
      nonce: Number(account.nonce),
      root: bytesToHex(store.storageRoot(address)),
      codeHash: wordToHex(account.codeHash),
      ...(account.codeHash !== EMPTY_CODE_HASH && { code: bytesToHex(store.getCode(address)) }),
      ...(storage.length > 0 && { storage: Object.fromEntries(storage) }),
    };
  }
  return { root: bytesToHex(store.stateRoot()).slice(2), accounts };
}

/** geth's dump writes values as whole bytes, without 0x. */
function minimalHex(value: bigint): string {
  const digits = value.toString(16);
  return digits.length % 2 === 0 ? digits : `0${digits}`;
}

/** Address to `{code, storage, balance, nonce}`: hex throughout, empty fields left out, but not the balance. */
export function allocJson(store: MemoryStore): Record<Address, object> {
  const alloc: Record<Address, object> = {};
  for (const address of sortedAddresses(store)) {
    const { nonce, balance } = store.getAccount(address)!;
    const code = store.getCode(address);
    const storage = sortedStorage(store, address).map(([slot, value]) => [wordToHex(slot), wordToHex(value)] as const);
    alloc[address] = {
      ...(code.length > 0 && { code: bytesToHex(code) }),
      ...(storage.length > 0 && { storage: Object.fromEntries(storage) }),
      balance: `0x${balance.toString(16)}`,
      ...(nonce !== 0n && { nonce: `0x${nonce.toString(16)}` }),
    };
  }
  return alloc;
}
