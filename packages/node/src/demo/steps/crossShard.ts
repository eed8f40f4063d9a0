/** Step 4: ETH of an Ethereum account on one shard, sent to an account on another one; the node's relayer delivers it. */
import { bytesToHex } from 'sherd/base';
import { SYSTEM_CONTRACT } from 'sherd/shard';
import type { NetworkKeys } from '../../genesis/index.ts';
import { importPackage } from '../files.ts';
import { type Network, scriptBalance } from '../network.ts';
import { until } from '../rpc.ts';
import { compileContract } from '../solidity.ts';
import type { StepLog } from '../story.ts';
import { gwei, wei } from '../units.ts';

const SENT = 3n * 10n ** 18n;
const EVM_SCRIPT = 0;

export async function sendAcross(network: Network, keys: NetworkKeys, log: StepLog): Promise<void> {
  const viem = await importPackage('viem', () => import('viem'));
  const { privateKeyToAccount } = await importPackage('viem', () => import('viem/accounts'));
  const from = 0;
  const to = Math.min(3, network.shardCount - 1);
  const chainOf = (shard: number) =>
    viem.defineChain({
      id: Number(network.chainId) + shard,
      name: `Sherd shard ${shard}`,
      nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
      rpcUrls: { default: { http: [`${network.url}/shard/${shard}`] } },
    });
  const sender = privateKeyToAccount(bytesToHex(keys.account(5).secretKey));
  const receiver = keys.account(6).address;
  const transport = viem.http();
  const here = viem.createPublicClient({ chain: chainOf(from), transport, pollingInterval: 50 });
  const there = viem.createPublicClient({ chain: chainOf(to), transport });
  const writer = viem.createWalletClient({ chain: chainOf(from), transport, account: sender });
  const abi = compileContract('Sherd.sol', 'ISherd').abi as unknown as import('viem').Abi;

  const before = {
    sender: await here.getBalance({ address: sender.address }),
    receiver: await there.getBalance({ address: receiver }),
    script: await scriptBalance(network, EVM_SCRIPT),
  };
  log.balance(`sender on shard ${from}, before`, before.sender, wei);
  log.balance(`receiver on shard ${to}, before`, before.receiver, wei);

  // No gas for a call on the other side: the value arrives, nothing is called.
  const args = [BigInt(to), receiver, 0n, '0x'] as const;
  const call = { address: SYSTEM_CONTRACT, abi, functionName: 'send', args, value: SENT } as const;
  const hash = await writer.writeContract(call);
  const receipt = await here.waitForTransactionReceipt({ hash });
  log.fact('transaction', `${hash} (${receipt.gasUsed} gas)`);
  log.equal("receipt's status", receipt.status, 'success');

  const arrived = await until(`the delivery on shard ${to}`, async () => {
    const balance = await there.getBalance({ address: receiver });
    return balance > before.receiver ? balance : undefined;
  });
  const after = await here.getBalance({ address: sender.address });
  log.balance(`sender on shard ${from}, after`, after, wei);
  log.balance(`receiver on shard ${to}, after`, arrived, wei);
  log.equal('what the receiver got', arrived - before.receiver, SENT, wei);
  const cost = SENT + receipt.gasUsed * receipt.effectiveGasPrice;
  log.equal('what the sender gave', before.sender - after, cost, wei);
  const held = await scriptBalance(network, EVM_SCRIPT);
  log.equal('balance of the EVM script on the beacon chain', held, before.script, gwei);
}
