// The same with @ethereumjs/evm, to compare with.
import { Common, Hardfork, Mainnet } from '@ethereumjs/common';
import { createEVM } from '@ethereumjs/evm';
import { SimpleStateManager } from '@ethereumjs/statemanager';

/** Runs a message on the newest fork, on the given accounts. */
export async function run(accounts, block, message) {
  const common = new Common({ chain: Mainnet, hardfork: Hardfork.Osaka });
  const stateManager = new SimpleStateManager({ common });
  for (const [address, account] of accounts) await stateManager.putAccount(address, account);
  const evm = await createEVM({ common, stateManager });
  return evm.runCall({ ...message, block });
}
