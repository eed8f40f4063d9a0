/** Step 4: ETH of an Ethereum account on one shard, sent to an account on another one; the node's relayer delivers it. */
import { SYSTEM_CONTRACT } from 'sherd/shard';
import type { Abi } from 'viem';
import type { NetworkKeys } from '../../genesis/index.ts';
import { type Network, scriptBalance } from '../network.ts';
import { until } from '../rpc.ts';
import { compileContract } from '../solidity.ts';
import type { StepLog } from '../story.ts';
import { gwei, wei } from '../units.ts';
import { shardClient } from '../viem.ts';

const SENT = 3n * 10n ** 18n;
const EVM_SCRIPT = 0;

export async function sendAcross(network: Network, keys: NetworkKeys, log: StepLog): Promise<void> {
  const from = 0;
  const to = Math.min(3, network.shardCount - 1);
  const receiver = keys.account(6);
  const here = await shardClient(network, from, keys.account(5));
  const there = await shardClient(network, to, receiver);
  const abi = compileContract('Sherd.sol', 'ISherd').abi as unknown as Abi;

  const before = {
    sender: await here.reader.getBalance({ address: here.account.address }),
    receiver: await there.reader.getBalance({ address: receiver.address }),
    script: await scriptBalance(network, EVM_SCRIPT),
  };
  log.balance(`sender on shard ${from}, before`, before.sender, wei);
  log.balance(`receiver on shard ${to}, before`, before.receiver, wei);

  // No gas for a call on the other side: the value arrives, nothing is called.
  const args = [BigInt(to), receiver.address, 0n, '0x'];
  const call = { address: SYSTEM_CONTRACT, abi, functionName: 'send', args, value: SENT };
  const { hash, receipt } = await here.write(call);
  log.fact('transaction', `${hash} (${receipt.gasUsed} gas)`);
  log.equal("receipt's status", receipt.status, 'success');

  const arrived = await until(`the delivery on shard ${to}`, async () => {
    const balance = await there.reader.getBalance({ address: receiver.address });
    return balance > before.receiver ? balance : undefined;
  });
  const after = await here.reader.getBalance({ address: here.account.address });
  log.balance(`sender on shard ${from}, after`, after, wei);
  log.balance(`receiver on shard ${to}, after`, arrived, wei);
  log.equal('what the receiver got', arrived - before.receiver, SENT, wei);
  const cost = SENT + receipt.gasUsed * receipt.effectiveGasPrice;
  log.equal('what the sender gave', before.sender - after, cost, wei);
  const held = await scriptBalance(network, EVM_SCRIPT);
  log.equal('balance of the EVM script on the beacon chain', held, before.script, gwei);
}
