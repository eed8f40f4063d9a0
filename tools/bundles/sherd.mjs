// What a user of the EVM alone loads: the machine, and accounts in memory for it.
import { createEvm } from 'sherd/evm';
import { createMemoryStore, Journal } from 'sherd/state';

/** Runs a message on the newest fork, on the given accounts. */
export function run(accounts, block, message) {
  const store = createMemoryStore();
  for (const [address, account] of accounts) store.setAccount(address, account);
  const transaction = { origin: message.caller, gasPrice: 0n, blobHashes: [] };
  return createEvm(new Journal(store), { fork: 'osaka', block, transaction }).run(message);
}
