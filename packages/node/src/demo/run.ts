/** The whole story against a running network. */
import { SherdError } from 'sherd/base';
import type { NetworkKeys } from '../genesis/index.ts';
import type { Network } from './network.ts';
import { callAcross } from './steps/callAcross.ts';
import { sendAcross } from './steps/crossShard.ts';
import { deployTokens } from './steps/deployToken.ts';
import { moveEther } from './steps/moveEther.ts';
import { registerScript } from './steps/registerScript.ts';
import type { Story } from './story.ts';

/** Shards that the story needs: 1 and 2 for the transfer script, two different ones for Ethereum. */
const SHARDS = 3;

/**
 * Runs the five steps; `story` holds what happened, also when a step fails.
 * @throws SherdError BALANCE_MISMATCH when the books do not balance, and whatever the network refuses.
 */
export async function runDemo(network: Network, keys: NetworkKeys, story: Story): Promise<void> {
  if (network.shardCount < SHARDS) {
    throw new SherdError('TOO_FEW_SHARDS', `the network has ${network.shardCount} shards, the demo wants ${SHARDS}`);
  }
  const script = await story.step('A validator registers the ETH transfer script', (log) =>
    registerScript(network, keys, log),
  );
  await story.step('ETH goes from a validator to shard 1, to shard 2, and back to the beacon chain', (log) =>
    moveEther(network, keys, script, log),
  );
  await story.step('An ERC-20 on two shards, with viem and with ethers', (log) => deployTokens(network, keys, log));
  await story.step('ETH goes from an account on one shard to an account on another', (log) =>
    sendAcross(network, keys, log),
  );
  await story.step('A contract on one shard calls a contract on another', (log) => callAcross(network, keys, log));
}
