export * from './journal.ts';
export { EMPTY_CODE_HASH } from './journalAccount.ts';
export * from './journalStore.ts';
export * from './memoryStore.ts';
export * from './store.ts';
export * from './trieStore.ts';
