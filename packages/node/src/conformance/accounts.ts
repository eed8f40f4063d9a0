/** Account lists of fixtures (`pre`, `postState`, `alloc`). */
import type { Address } from 'sherd/base';
import type { AccountWithStorage } from 'sherd/state';
import { addressAt, bytesAt, integerAt, type Json, objectAt } from './fields.ts';

export type AccountList = readonly (readonly [Address, AccountWithStorage])[];

/** @throws SherdError BAD_FIXTURE. */
export function readAccounts(value: Json | undefined, place: string): AccountList {
  return Object.entries(objectAt(value, place)).map(([key, json]) => {
    const here = `${place}.${key}`;
    const account = objectAt(json, here);
    const storage = Object.entries(objectAt(account['storage'] ?? {}, `${here}.storage`)).map(
      ([slot, word]) => [integerAt(slot, `${here}.storage`), integerAt(word, `${here}.storage.${slot}`)] as const,
    );
    return [
      addressAt(key, here),
      {
        nonce: integerAt(account['nonce'] ?? '0x', `${here}.nonce`),
        balance: integerAt(account['balance'] ?? '0x', `${here}.balance`),
        code: bytesAt(account['code'] ?? '0x', `${here}.code`),
        storage,
      },
    ] as const;
  });
}
