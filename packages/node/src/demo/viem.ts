/** viem's clients for a shard: plain Ethereum, as anybody would use it. */
import { bytesToHex, SherdError } from 'sherd/base';
import type {
  Abi,
  Address,
  Chain,
  Hash,
  HttpTransport,
  PrivateKeyAccount,
  PublicClient,
  TransactionReceipt,
  WebSocketTransport,
} from 'viem';
import type { AccountKey } from '../genesis/index.ts';
import { importPackage } from './files.ts';
import type { Network } from './network.ts';
import type { CompiledContract } from './solidity.ts';

/** How often the clients look for receipts; a development network makes blocks at once. */
export const POLL = 50;

export interface ContractCall {
  readonly address: Address;
  readonly abi: Abi;
  readonly functionName: string;
  readonly args: readonly unknown[];
  /** Wei. */
  readonly value?: bigint;
}

export interface DeployedContract {
  readonly address: Address;
  readonly abi: Abi;
  readonly hash: Hash;
  readonly gasUsed: bigint;
}

export interface ShardClient {
  readonly account: PrivateKeyAccount;
  readonly reader: PublicClient<HttpTransport, Chain>;
  /** A client over a WebSocket of its own. */
  listener(): PublicClient<WebSocketTransport, Chain>;
  /** Deploys and waits. @throws SherdError NO_CONTRACT when the creation failed. */
  deploy(contract: CompiledContract, args?: readonly unknown[]): Promise<DeployedContract>;
  /** Sends a transaction and waits for its receipt. */
  write(call: ContractCall, gas?: bigint): Promise<{ readonly hash: Hash; readonly receipt: TransactionReceipt }>;
}

/** @throws SherdError DEMO_NEEDS_PACKAGES */
export async function shardClient(network: Network, shard: number, { secretKey }: AccountKey): Promise<ShardClient> {
  const viem = await importPackage('viem', () => import('viem'));
  const { privateKeyToAccount } = await importPackage('viem', () => import('viem/accounts'));
  const http = `${network.url}/shard/${shard}`;
  const ws = http.replace(/^http/, 'ws');
  const chain = viem.defineChain({
    id: Number(network.chainId) + shard,
    name: `Sherd shard ${shard}`,
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [http], webSocket: [ws] } },
  });
  const account = privateKeyToAccount(bytesToHex(secretKey));
  const reader = viem.createPublicClient({ chain, transport: viem.http(), pollingInterval: POLL });
  const writer = viem.createWalletClient({ chain, transport: viem.http(), account });
  return {
    account,
    reader,
    listener: () => viem.createPublicClient({ chain, transport: viem.webSocket(ws, { reconnect: false }) }),
    async deploy({ abi, bytecode }, args = []) {
      const hash = await writer.deployContract({ abi: abi as unknown as Abi, bytecode, args });
      const receipt = await reader.waitForTransactionReceipt({ hash });
      const { contractAddress, gasUsed, status } = receipt;
      if (status !== 'success' || contractAddress === null || contractAddress === undefined) {
        throw new SherdError('NO_CONTRACT', `creation ${hash} on shard ${shard} failed`, { hash });
      }
      return { address: viem.getAddress(contractAddress), abi: abi as unknown as Abi, hash, gasUsed };
    },
    async write(call, gas) {
      const hash = await writer.writeContract({ ...call, ...(gas === undefined ? {} : { gas }) });
      return { hash, receipt: await reader.waitForTransactionReceipt({ hash }) };
    },
  };
}
