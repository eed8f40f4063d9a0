/** Ethereum's JSON-RPC end to end: a real node, driven with viem and ethers over HTTP and WebSocket. */
import { Contract, ContractFactory, HDNodeWallet, JsonRpcProvider, NonceManager, WebSocketProvider } from 'ethers';
import { SYSTEM_CONTRACT } from 'sherd/shard';
import {
  BaseError,
  ContractFunctionRevertedError,
  createPublicClient,
  createWalletClient,
  defineChain,
  encodeFunctionData,
  type Hex,
  http,
  parseAbi,
  parseEther,
  webSocket,
} from 'viem';
import { mnemonicToAccount } from 'viem/accounts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type NetworkProcess, startNetwork } from '../packages/node/src/demo/process.ts';
import { resultSchemas, violations } from '../packages/node/src/rpc/openrpc.fixture.ts';
import { compileProbe, PROBE_ABI } from './probe.ts';

const MNEMONIC = 'test test test test test test test test test test test junk';
const BASE_CHAIN_ID = 53_000;
const POLL = 50;

const account = (addressIndex: number) => mnemonicToAccount(MNEMONIC, { addressIndex });
const NOBODY = '0x00000000000000000000000000000000000b0d1e';

let node: NetworkProcess;
let webSocketUrl: string;
let bytecode: Hex;
beforeAll(async () => {
  bytecode = compileProbe();
  node = await startNetwork(['--ephemeral']);
  webSocketUrl = node.url.replace('http', 'ws');
}, 120_000);
afterAll(async () => {
  await node?.stop();
});

function clients(shard: number) {
  const chain = defineChain({
    id: BASE_CHAIN_ID + shard,
    name: `shard ${shard}`,
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [`${node.url}/shard/${shard}`] } },
  });
  const transport = http(undefined, { retryCount: 0 });
  return {
    chain,
    reader: createPublicClient({ chain, transport, pollingInterval: POLL }),
    wallet: (index: number) => createWalletClient({ chain, transport, account: account(index) }),
    listener: () =>
      createPublicClient({
        chain,
        transport: webSocket(`${webSocketUrl}/shard/${shard}`, { reconnect: false, retryCount: 0 }),
      }),
  };
}

/** A plain call, for what clients do not let through. */
async function call(shard: number, method: string, ...params: unknown[]) {
  const response = await fetch(`${node.url}/shard/${shard}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: answers have every shape
  return (await response.json()) as { result?: any; error?: { code: number; message: string; data?: unknown } };
}

/** Deploys the probe with an account of viem's. */
async function deploy(shard: number, index: number) {
  const { reader, wallet } = clients(shard);
  const hash = await wallet(index).deployContract({ abi: PROBE_ABI, bytecode, args: [5n], value: 7n });
  const receipt = await reader.waitForTransactionReceipt({ hash });
  expect(receipt.status).toBe('success');
  return { address: receipt.contractAddress!, receipt };
}

/** The error of a contract that viem found in a rejection. */
async function revertOf(attempt: Promise<unknown>): Promise<ContractFunctionRevertedError> {
  const error = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  const found =
    error instanceof BaseError ? error.walk((one) => one instanceof ContractFunctionRevertedError) : undefined;
  if (!(found instanceof ContractFunctionRevertedError)) throw new Error(`no revert: ${error}`);
  return found;
}

describe('viem over HTTP', () => {
  it('finds a chain of its own on every shard, with funded accounts', async () => {
    for (const shard of [0, 1, 2, 3]) {
      const { reader } = clients(shard);
      expect(await reader.getChainId()).toBe(BASE_CHAIN_ID + shard);
      expect(await reader.getBalance({ address: account(9).address })).toBe(parseEther('10000'));
    }
  });

  it('transfers ether, and every wei is accounted for', async () => {
    const { reader, wallet } = clients(0);
    const from = account(0).address;
    const before = await reader.getBalance({ address: from });
    const hash = await wallet(0).sendTransaction({ to: NOBODY, value: parseEther('1.5') });
    const receipt = await reader.waitForTransactionReceipt({ hash });
    expect(receipt).toMatchObject({ status: 'success', gasUsed: 21_000n, type: 'eip1559', logs: [] });
    const after = await reader.getBalance({ address: from });
    expect(before - after).toBe(parseEther('1.5') + receipt.gasUsed * receipt.effectiveGasPrice);
    expect(await reader.getBalance({ address: NOBODY })).toBe(parseEther('1.5'));
    const block = await reader.getBlock({ blockHash: receipt.blockHash });
    expect(receipt.effectiveGasPrice - block.baseFeePerGas!).toBeGreaterThan(0n);
    expect(block.transactions).toContain(hash);
    const parent = await reader.getBlock({ blockNumber: block.number - 1n });
    expect(parent.hash).toBe(block.parentHash);
    // The state before the block is still there to be read.
    expect(await reader.getBalance({ address: NOBODY, blockNumber: parent.number })).toBe(0n);
  });

  it('takes legacy and access-list transactions too', async () => {
    const { reader, wallet } = clients(1);
    const legacy = await wallet(1).sendTransaction({ to: NOBODY, value: 1n, type: 'legacy' });
    const accessList = [{ address: NOBODY, storageKeys: [`0x${'0'.repeat(64)}`] }] as const;
    const listed = await wallet(2).sendTransaction({ to: NOBODY, value: 1n, type: 'eip2930', accessList });
    for (const [hash, type] of [
      [legacy, 'legacy'],
      [listed, 'eip2930'],
    ] as const) {
      expect(await reader.waitForTransactionReceipt({ hash })).toMatchObject({ status: 'success', type });
      expect(await reader.getTransaction({ hash })).toMatchObject({ type, value: 1n });
    }
  });

  it('delegates an account to a contract (EIP-7702)', async () => {
    const { reader, wallet } = clients(1);
    const { address } = await deploy(1, 3);
    const authority = wallet(4);
    const authorization = await authority.signAuthorization({ contractAddress: address, executor: 'self' });
    const hash = await authority.sendTransaction({
      authorizationList: [authorization],
      to: authority.account.address,
      data: '0x',
    });
    expect((await reader.waitForTransactionReceipt({ hash })).status).toBe('success');
    const code = await reader.getCode({ address: authority.account.address });
    expect(code).toBe(`0xef0100${address.slice(2)}`);
  });

  it('deploys, writes, reads, finds logs', async () => {
    const { reader, wallet, chain } = clients(2);
    const { address, receipt: deployed } = await deploy(2, 0);
    const probe = { address, abi: PROBE_ABI } as const;
    expect(await reader.getCode({ address })).toMatch(/^0x60/);
    expect(await reader.getBalance({ address })).toBe(7n);
    const gas = await reader.estimateContractGas({
      ...probe,
      functionName: 'store',
      args: [42n, 'hi'],
      account: account(0),
    });
    const hash = await wallet(0).writeContract({ ...probe, functionName: 'store', args: [42n, 'hi'], gas });
    const receipt = await reader.waitForTransactionReceipt({ hash });
    expect(receipt.status).toBe('success');
    expect(receipt.gasUsed).toBeLessThanOrEqual(gas);
    expect(await reader.readContract({ ...probe, functionName: 'value' })).toBe(42n);
    // As it was in the block of the deployment.
    const { blockNumber } = deployed;
    expect(await reader.readContract({ ...probe, functionName: 'value', blockNumber })).toBe(5n);
    expect(await reader.getStorageAt({ address, slot: '0x0' })).toBe(`0x${(42).toString(16).padStart(64, '0')}`);
    const found = async (value: bigint) =>
      reader.getContractEvents({ ...probe, eventName: 'Stored', args: { value }, fromBlock: 0n });
    expect(await found(41n)).toEqual([]);
    const [log] = await found(42n);
    expect(log).toMatchObject({
      args: { who: account(0).address, value: 42n, note: 'hi' },
      transactionHash: hash,
      logIndex: 0,
    });
    const environment = await reader.readContract({ ...probe, functionName: 'environment' });
    const head = await reader.getBlock();
    expect(environment.slice(0, 3)).toEqual([BigInt(chain.id), head.number, head.timestamp]);
    expect(environment[3].toLowerCase()).toBe(head.miner);
  });

  it('explains why a call failed', async () => {
    const { reader, wallet } = clients(3);
    const { address } = await deploy(3, 0);
    const probe = { address, abi: PROBE_ABI } as const;
    const store = (next: bigint) => reader.simulateContract({ ...probe, functionName: 'store', args: [next, ''] });
    expect((await revertOf(store(13n))).reason).toBe('thirteen is not stored');
    expect((await revertOf(store(2000n))).data).toMatchObject({ errorName: 'TooLarge', args: [2000n, 1000n] });
    const divided = await revertOf(reader.readContract({ ...probe, functionName: 'divide', args: [1n, 0n] }));
    expect(divided.reason).toMatch(/[Dd]ivi(de|sion)/);
    // The estimate fails the same way; a transaction with gas of its own fails in a block.
    await expect(wallet(0).writeContract({ ...probe, functionName: 'store', args: [13n, ''] })).rejects.toThrow(
      'thirteen',
    );
    const hash = await wallet(0).writeContract({ ...probe, functionName: 'store', args: [13n, ''], gas: 100_000n });
    expect(await reader.waitForTransactionReceipt({ hash })).toMatchObject({ status: 'reverted', logs: [] });
    // A loop without end ends with its gas.
    const data = encodeFunctionData({ abi: PROBE_ABI, functionName: 'spin' });
    await expect(reader.call({ to: address, data, gas: 1_000_000n })).rejects.toThrow(/out of gas/);
  });

  it('calls with accounts changed for the call', async () => {
    const { reader } = clients(2);
    const { address } = await deploy(2, 5);
    const value = `0x${(99).toString(16).padStart(64, '0')}` as const;
    const slot = `0x${'0'.repeat(64)}` as const;
    const stateOverride = [{ address, stateDiff: [{ slot, value }] }];
    expect(await reader.readContract({ address, abi: PROBE_ABI, functionName: 'value', stateOverride })).toBe(99n);
    expect(await reader.readContract({ address, abi: PROBE_ABI, functionName: 'value' })).toBe(5n);
  });

  it('shows what a transaction or a call did, step by step and call by call', async () => {
    const { reader, wallet } = clients(2);
    const { address, receipt: deployed } = await deploy(2, 6);
    const store = { address, abi: PROBE_ABI, functionName: 'store' } as const;
    const hash = await wallet(6).writeContract({ ...store, args: [77n, 'trace'] });
    const receipt = await reader.waitForTransactionReceipt({ hash });
    const { result: trace } = await call(2, 'debug_traceTransaction', hash);
    expect(trace).toMatchObject({ gas: Number(receipt.gasUsed), failed: false, returnValue: '0x' });
    expect(trace.structLogs[0]).toMatchObject({ pc: 0, op: 'PUSH1', depth: 1, gasCost: 3, stack: [] });
    const written = trace.structLogs.find(({ op }: { op: string }) => op === 'SSTORE');
    expect(BigInt(written.storage[`0x${'0'.repeat(64)}`])).toBe(77n);
    expect(trace.structLogs.at(-1).op).toBe('STOP');
    const callTracer = { tracer: 'callTracer', tracerConfig: { withLog: true } };
    expect((await call(2, 'debug_traceTransaction', hash, callTracer)).result).toMatchObject({
      type: 'CALL',
      from: account(6).address.toLowerCase(),
      to: address,
      gasUsed: `0x${receipt.gasUsed.toString(16)}`,
      logs: [{ address, position: '0x0' }],
    });
    const alone = (await call(2, 'debug_traceTransaction', hash, callTracer)).result;
    const together = await call(2, 'debug_traceBlockByHash', receipt.blockHash, callTracer);
    expect(together.result).toContainEqual({ txHash: hash, result: alone });
    const flatTracer = { tracer: 'flatCallTracer' };
    const flat = (await call(2, 'debug_traceTransaction', hash, flatTracer)).result;
    expect(flat).toMatchObject([
      {
        action: { callType: 'call', from: account(6).address.toLowerCase(), to: address, value: '0x0' },
        blockHash: receipt.blockHash,
        blockNumber: Number(receipt.blockNumber),
        result: { gasUsed: `0x${receipt.gasUsed.toString(16)}` },
        transactionHash: hash,
        transactionPosition: receipt.transactionIndex,
      },
    ]);
    const flatTogether = await call(2, 'debug_traceBlockByHash', receipt.blockHash, flatTracer);
    expect(flatTogether.result).toContainEqual({ txHash: hash, result: flat });
    expect((await call(2, 'debug_traceBlockByNumber', '0x0')).result).toEqual([]);
    const diffTracer = { tracer: 'prestateTracer', tracerConfig: { diffMode: true } };
    const { pre, post } = (await call(2, 'debug_traceTransaction', hash, diffTracer)).result;
    const slot = `0x${'0'.repeat(64)}`;
    expect([BigInt(pre[address].storage[slot]), BigInt(post[address].storage[slot])]).toEqual([5n, 77n]);
    const sender = account(6).address.toLowerCase();
    const paid = BigInt(pre[sender].balance) - BigInt(post[sender].balance);
    expect(paid).toBe(receipt.gasUsed * receipt.effectiveGasPrice);
    expect(post[sender].nonce).toBe(pre[sender].nonce + 1);
    const created = (await call(2, 'debug_traceTransaction', deployed.transactionHash, callTracer)).result;
    expect(created).toMatchObject({ type: 'CREATE', to: address, value: '0x7' });
    const data = encodeFunctionData({ ...store, args: [13n, ''] });
    const failed = (await call(2, 'debug_traceCall', { to: address, data }, 'latest', callTracer)).result;
    expect(failed).toMatchObject({ error: 'execution reverted', revertReason: 'thirteen is not stored' });
    const steps = (await call(2, 'debug_traceCall', { to: address, data }, 'latest', { limit: 5, disableStack: true }))
      .result;
    expect([steps.failed, steps.structLogs.length, steps.structLogs[0].stack]).toEqual([true, 5, undefined]);
    expect((await call(2, 'debug_traceTransaction', `0x${'1'.repeat(64)}`)).error!.message).toBe(
      'transaction not found',
    );
    expect((await call(2, 'debug_traceTransaction', hash, { tracer: 'bigramTracer' })).error!.code).toBe(-32602);
  });

  it('finds the access list of a call', async () => {
    const { reader } = clients(2);
    const { address } = await deploy(2, 5);
    const data = encodeFunctionData({ abi: PROBE_ABI, functionName: 'store', args: [8n, 'a'] });
    const slot = `0x${'0'.repeat(64)}`;
    const found = await reader.createAccessList({ account: account(5).address, to: address, data });
    expect(found.accessList).toEqual([{ address, storageKeys: [slot] }]);
    const refused = encodeFunctionData({ abi: PROBE_ABI, functionName: 'store', args: [13n, ''] });
    expect((await call(2, 'eth_createAccessList', { to: address, data: refused })).result.error).toBe(
      'execution reverted',
    );
  });

  it('keeps transactions with later nonces until the earlier ones come', async () => {
    const { reader, wallet } = clients(3);
    const sender = wallet(6);
    const { address } = sender.account;
    const first = await reader.getTransactionCount({ address });
    const send = (nonce: number) => sender.sendTransaction({ to: NOBODY, value: 1n, nonce, gas: 21_000n });
    const third = await send(first + 2);
    const second = await send(first + 1);
    expect((await call(3, 'txpool_status')).result).toEqual({ pending: '0x0', queued: '0x2' });
    expect(await reader.getTransaction({ hash: third })).toMatchObject({ blockNumber: null, nonce: first + 2 });
    const hashes = [await send(first), second, third];
    for (const hash of hashes) expect((await reader.waitForTransactionReceipt({ hash })).status).toBe('success');
    expect(await reader.getTransactionCount({ address })).toBe(first + 3);
    expect((await call(3, 'txpool_status')).result).toEqual({ pending: '0x0', queued: '0x0' });
  });

  it('is told why a transaction is refused', async () => {
    const { wallet } = clients(0);
    const rich = { to: NOBODY, value: parseEther('20000'), gas: 21_000n } as const;
    await expect(wallet(7).sendTransaction(rich)).rejects.toThrow(/exceeds the balance|insufficient funds/);
    await wallet(7).sendTransaction({ to: NOBODY, value: 1n });
    await expect.poll(() => clients(0).reader.getTransactionCount({ address: account(7).address })).toBe(1);
    await expect(wallet(7).sendTransaction({ to: NOBODY, nonce: 0, gas: 21_000n })).rejects.toThrow(/nonce/i);
    await expect(wallet(7).sendTransaction({ to: NOBODY, gas: 20_000n })).rejects.toThrow(/intrinsic gas too low/);
    const foreign = await account(7).signTransaction({
      type: 'eip1559',
      chainId: 1,
      nonce: 1,
      to: NOBODY,
      gas: 21_000n,
      maxFeePerGas: 10n ** 10n,
    });
    const refused = await call(0, 'eth_sendRawTransaction', foreign);
    expect(refused.error).toMatchObject({ code: -32000, data: { code: 'CHAIN_ID_MISMATCH' } });
    expect((await call(0, 'eth_sendRawTransaction', '0x02c0')).error!.code).toBe(-32000);
    expect((await call(0, 'eth_sendRawTransaction', '0xzz')).error!.code).toBe(-32602);
  });

  it('answers as the execution API specification says', async () => {
    const schemas = resultSchemas();
    if (schemas === undefined) return;
    const { address, receipt } = await deploy(0, 8);
    const hash = receipt.transactionHash;
    const calls: [string, ...unknown[]][] = [
      ['eth_getBlockByNumber', 'latest', true],
      ['eth_getBlockByNumber', '0x0', true],
      ['eth_getBlockByHash', receipt.blockHash, false],
      ['eth_getTransactionByHash', hash],
      ['eth_getTransactionReceipt', hash],
      ['eth_getBlockReceipts', 'latest'],
      ['eth_getLogs', { fromBlock: '0x0', toBlock: 'latest' }],
      ['eth_feeHistory', '0x10', 'latest', [25, 75]],
      ['eth_getCode', address, 'latest'],
      ['eth_gasPrice'],
      ['debug_traceTransaction', hash, { enableMemory: true, enableReturnData: true }],
      ['debug_traceBlockByNumber', 'latest'],
      ['debug_traceBlockByHash', receipt.blockHash, { limit: 3 }],
    ];
    for (const [method, ...params] of calls) {
      const { result, error } = await call(0, method, ...params);
      expect(error, method).toBeUndefined();
      expect(violations(schemas.get(method)!, result), method).toEqual([]);
    }
  });
});

describe('ether from another shard', () => {
  it('arrives in a claim, which is a transaction of type 0x7d there', async () => {
    const here = clients(0);
    const there = clients(1);
    const to = '0x00000000000000000000000000000000000c1a1d';
    const value = parseEther('0.25');
    const abi = parseAbi([
      'function send(uint256 shard, address to, uint256 gasLimit, bytes data) payable returns (uint256)',
    ]);
    const sent = await here.wallet(0).writeContract({
      address: SYSTEM_CONTRACT,
      abi,
      functionName: 'send',
      args: [1n, to, 0n, '0x'],
      value,
    });
    expect((await here.reader.waitForTransactionReceipt({ hash: sent })).status).toBe('success');
    await expect.poll(() => there.reader.getBalance({ address: to })).toBe(value);
    const [receipt] = (await call(0, 'shard_getReceipts')).result.slice(-1);
    expect(receipt).toMatchObject({ source: '0x0', targetShard: '0x1', targetScript: '0x0', status: 'consumed' });
    const claim = (await call(0, 'shard_getReceiptClaim', receipt.index)).result;
    expect(claim).toMatchObject({ consumed: true, receipt: { data: receipt.data } });
    const claims: { hash: Hex; value: bigint }[] = [];
    const newest = await there.reader.getBlockNumber({ cacheTime: 0 });
    for (let blockNumber = newest; blockNumber > 0n; blockNumber--) {
      const block = await there.reader.getBlock({ blockNumber, includeTransactions: true });
      claims.push(...block.transactions.filter(({ typeHex, to: target }) => typeHex === '0x7d' && target === to));
    }
    expect(claims).toHaveLength(1);
    const [{ hash, value: brought }] = claims as [{ hash: Hex; value: bigint }];
    expect(brought).toBe(value);
    expect(await there.reader.getTransactionReceipt({ hash })).toMatchObject({
      status: 'success',
      effectiveGasPrice: 0n,
    });
  });
});

describe('viem over WebSocket', () => {
  it('watches blocks and events', async () => {
    const { wallet, listener } = clients(2);
    const { address } = await deploy(2, 1);
    const socket = listener();
    const stored: bigint[] = [];
    const heights: bigint[] = [];
    const unwatchEvents = socket.watchContractEvent({
      address,
      abi: PROBE_ABI,
      eventName: 'Stored',
      onLogs: (logs) => stored.push(...logs.map(({ args }) => args.value!)),
    });
    const unwatchBlocks = socket.watchBlockNumber({ onBlockNumber: (height) => heights.push(height) });
    await expect.poll(async () => (await socket.getChainId()) > 0 && subscriptionsStand(socket)).toBe(true);
    for (const value of [1n, 2n, 3n]) {
      const hash = await wallet(1).writeContract({ address, abi: PROBE_ABI, functionName: 'store', args: [value, ''] });
      await socket.waitForTransactionReceipt({ hash });
    }
    await expect.poll(() => stored).toEqual([1n, 2n, 3n]);
    expect(heights.length).toBeGreaterThanOrEqual(3);
    unwatchEvents();
    unwatchBlocks();
    (await socket.transport.getRpcClient()).close();
  });
});

/** Requests on one socket are answered in order, so that subscriptions asked for before this one stand. */
async function subscriptionsStand(socket: {
  getBlockNumber(args: { cacheTime: number }): Promise<bigint>;
}): Promise<boolean> {
  await socket.getBlockNumber({ cacheTime: 0 });
  return true;
}

/** ethers keeps a nonce for 250 ms by default: longer than a block takes here. */
const UNCACHED = { cacheTimeout: -1 };

describe('ethers', () => {
  const wallet = (index: number) => HDNodeWallet.fromPhrase(MNEMONIC, undefined, `m/44'/60'/0'/0/${index}`);

  it('deploys, writes, reads, finds logs, explains failures over HTTP', async () => {
    const provider = new JsonRpcProvider(`${node.url}/shard/1`, undefined, { pollingInterval: POLL });
    try {
      const signer = new NonceManager(wallet(5).connect(provider));
      const factory = new ContractFactory(PROBE_ABI, bytecode, signer);
      const deployed = await factory.deploy(5n);
      await deployed.waitForDeployment();
      const probe = new Contract(await deployed.getAddress(), PROBE_ABI, signer);
      const sent = await probe.getFunction('store')(7n, 'ethers');
      const receipt = await sent.wait();
      expect([receipt.status, receipt.logs[0].args.note]).toEqual([1, 'ethers']);
      expect(await probe.getFunction('value')()).toBe(7n);
      const [found] = await probe.queryFilter('Stored');
      expect(found).toMatchObject({ transactionHash: sent.hash, blockNumber: receipt.blockNumber });
      await expect(probe.getFunction('store').staticCall(13n, '')).rejects.toMatchObject({
        reason: 'thirteen is not stored',
      });
      const tooLarge = probe.getFunction('store').estimateGas(2000n, '');
      const selector = probe.interface.getError('TooLarge')!.selector;
      await expect(tooLarge).rejects.toMatchObject({
        code: 'CALL_EXCEPTION',
        data: expect.stringMatching(`^${selector}`),
      });
      const block = (await provider.getBlock('latest', true))!;
      expect(block.prefetchedTransactions.length).toBeGreaterThan(0);
      expect((await provider.getFeeData()).maxFeePerGas).toBeGreaterThan(0n);
      const poor = wallet(50).connect(provider);
      await expect(poor.sendTransaction({ to: NOBODY, value: 1n })).rejects.toMatchObject({
        code: 'INSUFFICIENT_FUNDS',
      });
    } finally {
      provider.destroy();
    }
  });

  it('hears blocks and events over WebSocket', async () => {
    const provider = new WebSocketProvider(`${webSocketUrl}/shard/3`, undefined, UNCACHED);
    try {
      const signer = wallet(7).connect(provider);
      const deployed = await new ContractFactory(PROBE_ABI, bytecode, signer).deploy(0n);
      await deployed.waitForDeployment();
      const probe = new Contract(await deployed.getAddress(), PROBE_ABI, signer);
      const values: bigint[] = [];
      const heights: number[] = [];
      await probe.on('Stored', (_who: string, value: bigint) => values.push(value));
      await provider.on('block', (height: number) => heights.push(height));
      await provider.send('eth_chainId', []);
      for (const value of [10n, 11n]) await (await probe.getFunction('store')(value, '')).wait();
      await expect.poll(() => values).toEqual([10n, 11n]);
      await expect.poll(() => heights.length).toBeGreaterThanOrEqual(2);
      await probe.off('Stored');
    } finally {
      await provider.destroy();
    }
  });
});

describe('instant blocks', () => {
  it('hold a transaction when its hash is answered, and many that are sent at once', async () => {
    const { reader, wallet } = clients(0);
    const sender = wallet(9);
    const hash = await sender.sendTransaction({ to: NOBODY, value: 1n });
    const receipt = await reader.getTransactionReceipt({ hash });
    const nonce = await reader.getTransactionCount({ address: sender.account.address });
    const hashes = await Promise.all(
      Array.from({ length: 60 }, (_, i) =>
        sender.sendTransaction({ to: NOBODY, value: 1n, nonce: nonce + i, gas: 21_000n }),
      ),
    );
    for (const one of hashes) await reader.waitForTransactionReceipt({ hash: one });
    const blocks = (await reader.getBlockNumber({ cacheTime: 0 })) - receipt.blockNumber;
    expect(blocks).toBeLessThan(60n);
  });
});

describe('bad input', () => {
  it('gets clear errors, and the node goes on', async () => {
    expect((await call(0, 'eth_nothing')).error!.code).toBe(-32601);
    expect((await call(0, 'eth_getBalance', '0x01')).error!.message).toContain('address');
    expect((await call(0, 'eth_getBalance', NOBODY, '0xffffff')).error).toMatchObject({ message: 'header not found' });
    const broken = await fetch(`${node.url}/shard/0`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"jsonrpc":',
    });
    expect(await broken.json()).toMatchObject({ error: { code: -32700 } });
    expect((await call(0, 'eth_chainId')).result).toBe('0xcf08');
  });
});

describe('blocks at fixed times (--slot-time)', () => {
  let slow: NetworkProcess;
  beforeAll(async () => {
    slow = await startNetwork(['--ephemeral', '--slot-time', '4', '--shards', '1']);
  });
  afterAll(() => slow?.stop());

  it('answer with the hash at once, show what waits, and come without work', async () => {
    const url = `${slow.url}/shard/0`;
    const chain = { ...clients(0).chain, rpcUrls: { default: { http: [url] } } };
    const reader = createPublicClient({ chain, transport: http(), pollingInterval: POLL });
    const listener = createPublicClient({ transport: webSocket(url.replace('http', 'ws'), { reconnect: false }) });
    const pending: Hex[] = [];
    const unwatch = listener.watchPendingTransactions({ onTransactions: (hashes) => pending.push(...hashes) });
    await listener.getChainId();
    const wallet = createWalletClient({ chain, transport: http(), account: account(0) });
    const begin = await reader.getBlockNumber({ cacheTime: 0 });
    await expect.poll(() => reader.getBlockNumber({ cacheTime: 0 })).toBeGreaterThan(begin);
    const hash = await wallet.sendTransaction({ to: NOBODY, value: 1n, gas: 21_000n });
    expect(await reader.getTransaction({ hash })).toMatchObject({ hash, blockNumber: null });
    const { address } = account(0);
    expect(await reader.getTransactionCount({ address, blockTag: 'pending' })).toBe(1);
    expect(await reader.getTransactionCount({ address })).toBe(0);
    const block = await reader.getBlock({ blockTag: 'pending' });
    expect([block.hash, block.transactions]).toEqual([null, [hash]]);
    expect((await reader.waitForTransactionReceipt({ hash })).status).toBe('success');
    await expect.poll(() => pending).toEqual([hash]);
    unwatch();
    (await listener.transport.getRpcClient()).close();
  });
});
