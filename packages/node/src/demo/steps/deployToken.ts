/**
 * Step 3: an ordinary ERC-20 on two shards through plain Ethereum JSON-RPC, with viem on one and ethers on the other:
 * deploy, transfer, logs, receipts, calls, gas estimates, and an event over a WebSocket.
 */
import { bytesToHex, type Hex, SherdError } from 'sherd/base';
import type { AccountKey, NetworkKeys } from '../../genesis/index.ts';
import { importPackage } from '../files.ts';
import type { Network } from '../network.ts';
import { type CompiledContract, compileContract } from '../solidity.ts';
import type { StepLog } from '../story.ts';
import { POLL, shardClient } from '../viem.ts';

const SUPPLY = 1_000_000n * 10n ** 18n;
const PAID = 250n * 10n ** 18n;
const EVENT_TIME = 30_000;

function tokens(amount: bigint): string {
  return `${amount / 10n ** 18n} SDT`;
}

interface Tokens {
  readonly network: Network;
  readonly token: CompiledContract;
  readonly owner: AccountKey;
  readonly friend: AccountKey;
  readonly log: StepLog;
}

export async function deployTokens(network: Network, keys: NetworkKeys, log: StepLog): Promise<void> {
  const token = compileContract('demo/DemoToken.sol', 'DemoToken');
  const parts = { network, token, owner: keys.account(3), friend: keys.account(4), log };
  await withViem(parts, 0);
  await withEthers(parts, Math.min(3, network.shardCount - 1));
}

function endpoints({ url }: Network, shard: number): { readonly http: string; readonly ws: string } {
  return { http: `${url}/shard/${shard}`, ws: `${url.replace(/^http/, 'ws')}/shard/${shard}` };
}

/** A promise of the first event, which fails after a while. */
function firstEvent(): { readonly promise: Promise<bigint>; readonly resolve: (value: bigint) => void } {
  let resolve: (value: bigint) => void = () => {};
  const promise = new Promise<bigint>((done, fail) => {
    const timer = setTimeout(
      () => fail(new SherdError('TIMEOUT', `no Transfer event over the WebSocket within ${EVENT_TIME / 1000} s`)),
      EVENT_TIME,
    );
    resolve = (value) => {
      clearTimeout(timer);
      done(value);
    };
  });
  // Whoever fails before the event is awaited has a better reason than this one.
  promise.catch(() => {});
  return { promise, resolve };
}

async function withViem({ network, token, owner, friend, log }: Tokens, shard: number): Promise<void> {
  const client = await shardClient(network, shard, owner);
  const { reader, account } = client;
  const { address, abi, hash: deployment, gasUsed } = await client.deploy(token, [SUPPLY]);
  log.fact(`shard ${shard} (viem): token`, address);
  log.fact(`shard ${shard} (viem): deployment`, `${deployment} (${gasUsed} gas)`);

  const event = firstEvent();
  const listener = client.listener();
  const unwatch = listener.watchContractEvent({
    address,
    abi,
    eventName: 'Transfer',
    onLogs: ([first]) => {
      const args = (first as unknown as { args: { value: bigint } } | undefined)?.args;
      if (args !== undefined) event.resolve(args.value);
    },
  });
  // The subscription has to stand before the transfer; a request on the same socket is answered after it.
  await listener.getChainId();
  const call = { address, abi, functionName: 'transfer', args: [friend.address, PAID] };
  const gas = await reader.estimateContractGas({ ...call, account });
  const { hash, receipt: paid } = await client.write(call, gas);
  log.fact(`shard ${shard} (viem): transfer`, `${hash} (${paid.gasUsed} gas of ${gas} estimated)`);
  const seen = await event.promise;
  unwatch();
  closeSocket(await listener.transport.getRpcClient());

  const balance = await reader.readContract({ address, abi, functionName: 'balanceOf', args: [friend.address] });
  const { blockNumber } = paid;
  const range = { fromBlock: blockNumber, toBlock: blockNumber };
  const logs = await reader.getContractEvents({ address, abi, eventName: 'Transfer', ...range });
  log.equal(`shard ${shard}: receipt's status`, paid.status, 'success');
  log.equal(`shard ${shard}: event over the WebSocket`, seen, PAID, tokens);
  log.equal(`shard ${shard}: balance of the friend`, balance as bigint, PAID, tokens);
  log.equal(`shard ${shard}: Transfer logs of the block`, logs.length, 1);
}

function closeSocket(client: { readonly close: () => void }): void {
  client.close();
}

async function withEthers({ network, token, owner, friend, log }: Tokens, shard: number): Promise<void> {
  const ethers = await importPackage('ethers', () => import('ethers'));
  const { http, ws } = endpoints(network, shard);
  const fixed = ethers.Network.from(Number(network.chainId) + shard);
  // Blocks may be milliseconds apart: an answer of ethers' cache (a nonce, above all) would be an old one.
  const options = { staticNetwork: fixed, pollingInterval: POLL, cacheTimeout: -1 };
  const provider = new ethers.JsonRpcProvider(http, fixed, options);
  const socket = new ethers.WebSocketProvider(ws, fixed, { staticNetwork: fixed });
  try {
    const wallet = new ethers.Wallet(bytesToHex(owner.secretKey), provider);
    const abi = token.abi as unknown as import('ethers').InterfaceAbi;
    const factory = new ethers.ContractFactory(abi, token.bytecode, wallet);
    const contract = await factory.deploy(SUPPLY);
    const deployed = await contract.deploymentTransaction()!.wait();
    const address = (await contract.getAddress()) as Hex;
    log.fact(`shard ${shard} (ethers): token`, address);
    log.fact(`shard ${shard} (ethers): deployment`, `${deployed!.hash} (${deployed!.gasUsed} gas)`);

    const event = firstEvent();
    const listener = new ethers.Contract(address, abi, socket);
    await listener.on('Transfer', (_from: string, _to: string, value: bigint) => event.resolve(value));
    const bound = new ethers.Contract(address, abi, wallet);
    const transfer = bound.getFunction('transfer');
    const gas = await transfer.estimateGas(friend.address, PAID);
    const sent = (await transfer(friend.address, PAID)) as import('ethers').ContractTransactionResponse;
    const paid = await sent.wait();
    log.fact(`shard ${shard} (ethers): transfer`, `${paid!.hash} (${paid!.gasUsed} gas of ${gas} estimated)`);
    const seen = await event.promise;
    const balance = (await bound.getFunction('balanceOf')(friend.address)) as bigint;
    const logs = await bound.queryFilter('Transfer', paid!.blockNumber, paid!.blockNumber);
    log.equal(`shard ${shard}: receipt's status`, paid!.status ?? 0, 1);
    log.equal(`shard ${shard}: event over the WebSocket`, seen, PAID, tokens);
    log.equal(`shard ${shard}: balance of the friend`, balance, PAID, tokens);
    log.equal(`shard ${shard}: Transfer logs of the block`, logs.length, 1);
  } finally {
    provider.destroy();
    await socket.destroy();
  }
}
