/**
 * Step 5: a contract on one shard calls a contract on another, by receipt; and a call that fails there gives its value
 * back here.
 */
import { SYSTEM_CONTRACT } from 'sherd/shard';
import type { Abi, Address } from 'viem';
import type { NetworkKeys } from '../../genesis/index.ts';
import type { Network } from '../network.ts';
import { until } from '../rpc.ts';
import { compileContract } from '../solidity.ts';
import type { StepLog } from '../story.ts';
import { wei } from '../units.ts';
import { type ShardClient, shardClient } from '../viem.ts';

const VALUE = 10n ** 18n;
const TEXT = 'greetings from the other side';

interface Received {
  readonly from: Address;
  readonly value: bigint;
  readonly text: string;
}

export async function callAcross(network: Network, keys: NetworkKeys, log: StepLog): Promise<void> {
  const from = 0;
  const to = Math.min(3, network.shardCount - 1);
  const here = await shardClient(network, from, keys.account(7));
  const there = await shardClient(network, to, keys.account(7));
  const contract = compileContract('demo/Postbox.sol', 'Postbox');
  const home = await here.deploy(contract);
  const away = await there.deploy(contract);
  log.fact(`postbox on shard ${from}`, home.address);
  log.fact(`postbox on shard ${to}`, away.address);
  const post = (text: string) => ({
    address: home.address,
    abi: home.abi,
    functionName: 'post',
    args: [BigInt(to), away.address, text],
    value: VALUE,
  });

  const sent = await here.write(post(TEXT));
  log.fact('message', `${sent.hash} (${sent.receipt.gasUsed} gas, those of the call on the other side included)`);
  const received = await until(`the message on shard ${to}`, () => firstMessage(there, away.address, away.abi));
  log.equal('text of the message', received.text, TEXT);
  log.equal('ETH with it', received.value, VALUE, wei);
  log.equal('caller: the mirrored address of the sender', received.from, await mirror(there, from, home.address));
  log.equal('balance of the other postbox', await balanceOf(there, away.address), VALUE, wei);

  // The other postbox refuses an empty text: the value comes back by a receipt of its own.
  const failing = await here.write(post(''));
  log.fact('message that is refused there', failing.hash);
  const back = await until('the refund', async () => {
    const balance = await balanceOf(here, home.address);
    return balance > 0n ? balance : undefined;
  });
  log.equal('what came back', back, VALUE, wei);
  log.equal('balance of the other postbox, still', await balanceOf(there, away.address), VALUE, wei);
}

async function firstMessage({ reader }: ShardClient, address: Address, abi: Abi): Promise<Received | undefined> {
  const logs = await reader.getContractEvents({ address, abi, eventName: 'Received', fromBlock: 0n });
  return (logs[0] as unknown as { args: Received } | undefined)?.args;
}

/** Address from which messages of `account` on `shard` arrive. */
async function mirror({ reader }: ShardClient, shard: number, account: Address): Promise<Address> {
  const abi = compileContract('Sherd.sol', 'ISherd').abi as unknown as Abi;
  const args = [BigInt(shard), account];
  return (await reader.readContract({ address: SYSTEM_CONTRACT, abi, functionName: 'mirrorOf', args })) as Address;
}

function balanceOf({ reader }: ShardClient, address: Address): Promise<bigint> {
  return reader.getBalance({ address });
}
