/** What viem and ethers make of our JSON: blocks, transactions of every kind, receipts, errors. */
import { JsonRpcProvider } from 'ethers';
import { bytesToHex } from 'sherd/base';
import { BEACON, type ReceiptClaim } from 'sherd/beacon';
import { OUTCOME } from 'sherd/evm';
import { encodeClaimTransaction } from 'sherd/shard';
import { signAuthorization, signTransaction, type Transaction } from 'sherd/tx';
import { createPublicClient, http, type PublicClient } from 'viem';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ACCOUNT, COINBASE, FIXTURE_CHAIN_ID, KEY, logOf, SENDER, signedTransfer } from './backend.fixture.ts';
import { startTestServer, type TestServer } from './client.fixture.ts';

const call = { gasLimit: 30_000n, to: ACCOUNT, value: 1n, data: Uint8Array.of(1, 2) };
const typed = { chainId: FIXTURE_CHAIN_ID, accessList: [{ address: ACCOUNT, slots: [1n] }] };
const market = { maxFeePerGas: 10n ** 11n, maxPriorityFeePerGas: 10n ** 9n };
const TRANSACTIONS: readonly Transaction[] = [
  signTransaction({ type: 0, chainId: undefined, nonce: 0n, gasPrice: 10n ** 10n, ...call }, KEY),
  signTransaction({ type: 0, chainId: FIXTURE_CHAIN_ID, nonce: 1n, gasPrice: 10n ** 10n, ...call, to: undefined }, KEY),
  signTransaction({ type: 1, nonce: 2n, gasPrice: 10n ** 10n, ...call, ...typed }, KEY),
  signTransaction({ type: 2, nonce: 3n, ...call, ...typed, ...market }, KEY),
  signTransaction(
    {
      type: 4,
      nonce: 4n,
      ...call,
      ...typed,
      ...market,
      authorizationList: [signAuthorization({ chainId: FIXTURE_CHAIN_ID, address: ACCOUNT, nonce: 5n }, KEY)],
    },
    KEY,
  ),
];

const CLAIM: ReceiptClaim = {
  receipt: {
    source: BEACON,
    index: 0n,
    slot: 1n,
    sender: 2,
    targetShard: 0,
    targetScript: 0,
    amount: 3n,
    data: new Uint8Array(20).fill(0xaa),
  },
  proof: { beaconSlot: 1n, receiptBranch: Array.from({ length: 33 }, () => new Uint8Array(32)), stateBranch: [] },
};

let test: TestServer;
let viem: PublicClient;
let ethers: JsonRpcProvider;
beforeEach(async () => {
  test = await startTestServer();
  test.addBlock([
    ...TRANSACTIONS.map((transaction) => ({ transaction, logs: [logOf(1n, 2n)] })),
    { data: encodeClaimTransaction(CLAIM), logs: [logOf(3n)] },
    { data: Uint8Array.of(9), script: 1 },
  ]);
  const url = `${test.url}/shard/0`;
  viem = createPublicClient({ transport: http(url, { retryCount: 0 }) }) as PublicClient;
  ethers = new JsonRpcProvider(url, Number(FIXTURE_CHAIN_ID), { staticNetwork: true });
});
afterEach(async () => {
  ethers.destroy();
  await test.server.close();
});

describe('viem', () => {
  it('reads a block with its transactions and receipts', async () => {
    const block = await viem.getBlock({ blockNumber: 1n, includeTransactions: true });
    expect(block).toMatchObject({ number: 1n, baseFeePerGas: 7n, miner: COINBASE, timestamp: 1_700_000_001n });
    expect(block.transactions.map(({ typeHex }) => typeHex)).toEqual(['0x0', '0x0', '0x1', '0x2', '0x4', '0x7d']);
    expect(block.transactions.slice(0, 5).map(({ from }) => from)).toEqual(Array(5).fill(SENDER));
    expect(block.transactions[5]).toMatchObject({ value: 3_000_000_000n, nonce: 0, gasPrice: 0n });
    for (const { hash, transactionIndex } of block.transactions) {
      const receipt = await viem.getTransactionReceipt({ hash });
      expect(receipt).toMatchObject({ status: 'success', transactionIndex, blockHash: block.hash });
      expect(receipt.logs[0]!.logIndex).toBe(transactionIndex);
      expect((await viem.getTransaction({ hash })).blockNumber).toBe(1n);
    }
    expect(await viem.getBlockTransactionCount({ blockNumber: 1n })).toBe(6);
  });

  it('reads the pending block and the fee history', async () => {
    test.addPending(signedTransfer(5n));
    const pending = await viem.getBlock({ blockTag: 'pending', includeTransactions: true });
    expect(pending).toMatchObject({ number: 2n, hash: null });
    expect(pending.transactions[0]).toMatchObject({ nonce: 5, blockHash: null });
    const history = await viem.getFeeHistory({ blockCount: 5, rewardPercentiles: [0, 100] });
    expect(history).toMatchObject({ oldestBlock: 0n, baseFeePerGas: [7n, 7n, 7n] });
    expect(history.reward![1]).toEqual([10n ** 9n, 10n ** 10n - 7n]);
    expect(await viem.estimateMaxPriorityFeePerGas()).toBe(10n ** 9n);
  });

  it('reads the reason of a revert', async () => {
    const reason = `08c379a0${'20'.padStart(64, '0')}${'3'.padStart(64, '0')}${'6e6f21'.padEnd(64, '0')}`;
    test.onCall(() => ({ outcome: OUTCOME.REVERT, output: Buffer.from(reason, 'hex'), gasUsed: 1, logs: [] }));
    await expect(viem.call({ to: ACCOUNT })).rejects.toThrow('reverted with reason: no!');
    expect((await test.call('eth_call', { to: ACCOUNT })).error).toEqual({
      code: 3,
      message: 'execution reverted: no!',
      data: `0x${reason}`,
    });
  });
});

describe('ethers', () => {
  it('reads a block with its transactions and receipts', async () => {
    const block = (await ethers.getBlock(1, true))!;
    expect(block.prefetchedTransactions.map(({ type }) => type)).toEqual([0, 0, 1, 2, 4, 0x7d]);
    for (const { hash, index } of block.prefetchedTransactions) {
      const receipt = (await ethers.getTransactionReceipt(hash))!;
      expect([receipt.status, receipt.index, receipt.blockHash]).toEqual([1, index, block.hash]);
      expect((await ethers.getTransaction(hash))!.blockNumber).toBe(1);
    }
    expect(await ethers.getLogs({ fromBlock: 0, topics: [null] })).toHaveLength(6);
  });

  it('reads the reason of a revert', async () => {
    const panic = `4e487b71${'11'.padStart(64, '0')}`;
    test.onCall(() => ({ outcome: OUTCOME.REVERT, output: Buffer.from(panic, 'hex'), gasUsed: 1, logs: [] }));
    await expect(ethers.call({ to: ACCOUNT })).rejects.toMatchObject({ code: 'CALL_EXCEPTION', data: `0x${panic}` });
  });
});

describe('what no client asks every day', () => {
  it('agrees with itself about hashes and indexes', async () => {
    const { result: block } = await test.call('eth_getBlockByNumber', '0x1', true);
    const { result: byHash } = await test.call('eth_getBlockByHash', block.hash, true);
    expect(byHash).toEqual(block);
    const { result: receipts } = await test.call('eth_getBlockReceipts', block.hash);
    expect(receipts.map((one: { transactionHash: string }) => one.transactionHash)).toEqual(
      block.transactions.map((one: { hash: string }) => one.hash),
    );
    const { result: second } = await test.call('eth_getTransactionByBlockNumberAndIndex', '0x1', '0x1');
    expect(second).toEqual(block.transactions[1]);
    expect((await test.call('eth_getTransactionByBlockHashAndIndex', block.hash, '0x9')).result).toBeNull();
    expect((await test.call('eth_getUncleCountByBlockHash', block.hash)).result).toBe('0x0');
    expect((await test.call('eth_getBlockByNumber', '0x7', false)).result).toBeNull();
    expect((await test.call('eth_getBalance', ACCOUNT, '0x7')).error).toEqual({
      code: -32000,
      message: 'header not found',
    });
  });

  it('does not show transactions of other scripts as Ethereum ones', async () => {
    const { result: block } = await test.call('shard_getBlock', 1);
    expect(block.transactions).toHaveLength(7);
    const other = block.transactions[6];
    expect(other).toMatchObject({ script: '0x1', outcome: 'finished' });
    expect((await test.call('shard_getTransaction', other.id)).result).toMatchObject({
      status: 'included',
      index: '0x6',
    });
    expect((await test.call('eth_getTransactionByHash', other.id)).result).toBeNull();
    // The id of an Ethereum transaction is none of Ethereum's hashes.
    expect((await test.call('eth_getTransactionReceipt', block.transactions[0].id)).result).toBeNull();
  });

  it('takes calls in every form, and refuses contradictions', async () => {
    const seen: unknown[] = [];
    test.onCall((request) => {
      seen.push(request);
      return { outcome: OUTCOME.STOP, output: new Uint8Array(0), gasUsed: 1, logs: [] };
    });
    const override = { [ACCOUNT]: { balance: '0x5', stateDiff: { '0x1': `0x${'2'.padStart(64, '0')}` } } };
    await test.call(
      'eth_call',
      { to: ACCOUNT, data: '0x01', gas: '0xffffffffff' },
      { blockNumber: 'latest' },
      override,
    );
    expect(seen[0]).toEqual({
      to: ACCOUNT,
      data: Uint8Array.of(1),
      gas: 50_000_000,
      overrides: [{ address: ACCOUNT, balance: 5n, stateDiff: [[1n, 2n]] }],
    });
    const error = async (request: object) => (await test.call('eth_call', request)).error!.message;
    expect(await error({ data: '0x01', input: '0x02' })).toContain('not equal');
    expect(await error({ gasPrice: '0x1', maxFeePerGas: '0x1' })).toContain('both gasPrice and');
    expect(await error({ maxFeePerGas: '0x1', maxPriorityFeePerGas: '0x2' })).toContain('maxFeePerGas (1) <');
    expect(await error({ to: '0x01' })).toContain('(call).to');
  });

  it('shows what scripts ask of their host', async () => {
    const ask = (target: unknown) => test.call('script_trace', target);
    const { result } = await ask({ script: '0x5', data: '0x07' });
    expect(result).toMatchObject({ script: '0x5', outcome: 'finished', gasUsed: '0x3e8', output: '0x07' });
    expect(result.hostCallCount).toBe('0x2');
    expect(result.hostCalls).toEqual([
      { depth: '0x0', script: '0x5', function: 'gasLeft', arguments: {}, result: '500', gas: '0xa', gasLeft: '0x1f4' },
    ]);
    expect((await ask(`0x${'12'.repeat(32)}`)).error!.data).toMatchObject({ code: 'UNKNOWN_TRANSACTION' });
    expect((await ask({ data: '0x' })).error!.message).toContain('(target).script');
    expect((await ask({ script: 2 ** 32 })).error!.message).toContain('(target).script');
    expect((await ask({ script: 1, gasLimit: `0x1${'0'.repeat(16)}` })).error!.message).toContain('gasLimit');
  });

  it('tells the beacon chain, scripts and refusals with their codes', async () => {
    const sent = { kind: 'withdrawal', data: '0x0102' };
    const ask = async (method: string, ...params: unknown[]) => (await test.call(method, ...params)).result;
    expect(await ask('beacon_params')).toMatchObject({ chainId: '0xd28c', shardCount: '0x2', preset: 'test' });
    expect(await ask('beacon_getValidators')).toHaveLength(1);
    expect(await ask('beacon_getValidator', `0x${'01'.repeat(48)}`)).toMatchObject({
      index: '0x0',
      balance: '0x773594000',
    });
    expect(await ask('beacon_getValidator', 7)).toBeNull();
    expect((await ask('beacon_submitOperation', sent)).id).toHaveLength(66);
    expect(await ask('beacon_getBlock', 'latest')).toMatchObject({ slot: '0x0', body: { withdrawals: [] } });
    expect(await ask('script_list')).toMatchObject([{ id: '0x0', builtIn: true }]);
    expect(await ask('script_list')).toMatchObject([
      { status: 'builtIn', calls: '0x3', gasUsed: `0x1${'0'.repeat(15)}` },
    ]);
    expect(await ask('script_get', '0x1')).toBeNull();
    expect(await ask('script_getStatus', '0x0')).toEqual({
      id: '0x0',
      status: 'builtIn',
      executors: '0x2',
      compiledBy: '0x0',
      meteredSize: '0x0',
      avoided: false,
      calls: '0x3',
      failures: '0x1',
      gasUsed: `0x1${'0'.repeat(15)}`,
      time: '0xfa',
      sinceSlot: '0x1',
      lastSlot: '0x9',
    });
    expect(await ask('script_getStatus', '0x1')).toBeNull();
    expect(await ask('script_getStatus', `0x${'f'.repeat(64)}`)).toBeNull();
    expect(await ask('script_check', '0x00')).toMatchObject({ ok: false, error: { code: 'FLOAT_TYPE' } });
    expect((await test.call('beacon_submitOperation', { kind: 'gift', data: '0x' })).error!.message).toContain('kind');
    expect((await test.call('shard_getReceiptClaim', 3)).error).toEqual({
      code: -32000,
      message: 'no receipt 3',
      data: { code: 'UNKNOWN_RECEIPT', index: '0x3' },
    });
    expect(await ask('web3_sha3', '0x')).toBe(
      bytesToHex(Buffer.from('c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470', 'hex')),
    );
  });
});
