/** Account lists of fixtures (`pre`, `postState`, `alloc`). */
import { type Address, equalBytes } from 'sherd/base';
import type { AccountWithStorage, StateStore } from 'sherd/state';
import { addressAt, boundedAt, bytesAt, type Json, objectAt } from './fields.ts';

export type AccountList = readonly (readonly [Address, AccountWithStorage])[];

/** @throws SherdError BAD_FIXTURE. */
export function readAccounts(value: Json | undefined, place: string): AccountList {
  return Object.entries(objectAt(value, place)).map(([key, json]) => {
    const here = `${place}.${key}`;
    const account = objectAt(json, here);
    const storage = Object.entries(objectAt(account['storage'] ?? {}, `${here}.storage`)).map(
      ([slot, word]) =>
        [boundedAt(slot, `${here}.storage`, 256), boundedAt(word, `${here}.storage.${slot}`, 256)] as const,
    );
    return [
      addressAt(key, here),
      {
        nonce: boundedAt(account['nonce'] ?? '0x', `${here}.nonce`, 64),
        balance: boundedAt(account['balance'] ?? '0x', `${here}.balance`, 256),
        code: bytesAt(account['code'] ?? '0x', `${here}.code`),
        storage,
      },
    ] as const;
  });
}

/** Where a state is not as listed; empty when it is. Accounts and slots that the list does not name are not seen. */
export function firstDifference(store: StateStore, accounts: AccountList): string {
  for (const [address, want] of accounts) {
    const have = store.getAccount(address);
    if (have === undefined) return `no account ${address}`;
    if (have.nonce !== want.nonce) return `${address} nonce: have ${have.nonce}, want ${want.nonce}`;
    if (have.balance !== want.balance) return `${address} balance: have ${have.balance}, want ${want.balance}`;
    if (!equalBytes(store.getCode(address), want.code)) return `${address}: code differs`;
    for (const [slot, value] of want.storage) {
      const stored = store.getStorage(address, slot);
      if (stored !== value) return `${address} slot ${slot}: have ${stored}, want ${value}`;
    }
  }
  return '';
}
