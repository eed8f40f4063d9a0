/** A journal's uncommitted state, read as a store: what a second journal for a pending block or a call stands on. */
import { checkPort } from '../base/arguments.ts';
import type { Journal } from './journal.ts';
import type { StateStore } from './store.ts';

/** Reads follow the journal as it changes; between transactions only, and not across a drain. */
export function journalStore(journal: Journal): StateStore {
  checkPort(journal, 'journal', ['exists', 'getBalance', 'getNonce', 'getCodeHash', 'getStorage', 'hasStorage']);
  return {
    getAccount(address) {
      if (!journal.exists(address)) return undefined;
      return {
        nonce: journal.getNonce(address),
        balance: journal.getBalance(address),
        codeHash: journal.getCodeHash(address),
      };
    },
    getCode: (address) => journal.getCode(address),
    getStorage: (address, slot) => journal.getStorage(address, slot),
    hasStorage: (address) => journal.hasStorage(address),
  };
}
