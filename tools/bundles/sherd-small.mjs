// The same with the pre-compiled contracts that need no library of curves; the others throw when they are called.
import { createEvmWith } from 'sherd/evm';
import { blake2f, choosePrecompiles, identity, modexp, ripemd160, sha256 } from 'sherd/precompiles';
import { createMemoryStore, Journal } from 'sherd/state';

const precompiles = choosePrecompiles('osaka', { sha256, ripemd160, identity, modexp, blake2f });

/** Runs a message on the newest fork, on the given accounts. */
export function run(accounts, block, message) {
  const store = createMemoryStore();
  for (const [address, account] of accounts) store.setAccount(address, account);
  const transaction = { origin: message.caller, gasPrice: 0n, blobHashes: [] };
  return createEvmWith(precompiles, new Journal(store), { fork: 'osaka', block, transaction }).run(message);
}
