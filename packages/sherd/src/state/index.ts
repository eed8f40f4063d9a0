/** Accounts and storage: the journal that implements the host of the machine, over a store that only reads. */
export * from './journal.ts';
export { EMPTY_CODE_HASH } from './journalAccount.ts';
export * from './journalStore.ts';
export * from './memoryStore.ts';
export * from './store.ts';
export * from './trieStore.ts';
