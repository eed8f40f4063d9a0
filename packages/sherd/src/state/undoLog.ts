/** The journal's list of what to put back: every entry restores one field of one account, slot or counter. */
import type { JournalAccount, JournalSlot } from './journalAccount.ts';

export type Undo =
  | { readonly kind: 'account'; readonly account: JournalAccount; readonly before: AccountFields }
  | { readonly kind: 'balance'; readonly account: JournalAccount; readonly balance: bigint }
  | { readonly kind: 'nonce'; readonly account: JournalAccount; readonly nonce: bigint }
  | { readonly kind: 'slot'; readonly slot: JournalSlot; readonly value: bigint }
  | { readonly kind: 'transient'; readonly key: string; readonly value: bigint }
  | { readonly kind: 'touched'; readonly account: JournalAccount; readonly touchedIn: number }
  | { readonly kind: 'selfDestructed'; readonly account: JournalAccount; readonly selfDestructedIn: number }
  | { readonly kind: 'warmAddress'; readonly account: JournalAccount; readonly warmIn: number }
  | { readonly kind: 'warmSlot'; readonly account: JournalAccount; readonly key: string }
  | { readonly kind: 'log' }
  | { readonly kind: 'refund'; readonly refund: number };

/** The fields that creations and code changes set, kept together because they are rare. */
export interface AccountFields {
  readonly exists: boolean;
  readonly nonce: bigint;
  readonly balance: bigint;
  readonly codeHash: bigint;
  readonly code: Uint8Array | undefined;
  readonly storageCleared: boolean;
  readonly createdIn: number;
}

export function fieldsOf(account: JournalAccount): AccountFields {
  const { exists, nonce, balance, codeHash, code, storageCleared, createdIn } = account;
  return { exists, nonce, balance, codeHash, code, storageCleared, createdIn };
}

export function restoreFields(account: JournalAccount, fields: AccountFields): void {
  if (account.storageCleared && !fields.storageCleared) {
    // No older entry of the log refers to these slots: they were loaded after the creation that is undone here.
    for (const [key, slot] of account.slots) if (slot.isLoadedCleared) account.slots.delete(key);
  }
  account.exists = fields.exists;
  account.nonce = fields.nonce;
  account.balance = fields.balance;
  account.codeHash = fields.codeHash;
  account.code = fields.code;
  account.storageCleared = fields.storageCleared;
  account.createdIn = fields.createdIn;
}
