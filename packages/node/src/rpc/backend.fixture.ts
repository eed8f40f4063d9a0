/**
 * A backend in memory for tests of the protocol: blocks are put in by the test, and calls answer what the test says.
 * What a real chain does is tested with a real node, in /test.
 */
import { type Address, addressFromBytes, SherdError } from 'sherd/base';
import { type BeaconState, type ChainParams, presetParams, ShardBlockHeader, ShardTransaction } from 'sherd/beacon';
import { logsBloom } from 'sherd/block';
import { keccak256 } from 'sherd/crypto';
import { type Log, OUTCOME } from 'sherd/evm';
import type { EvmCallResult, TransactionOutcome } from 'sherd/shard';
import {
  decodeTransaction,
  effectiveGasPrice,
  encodeTransaction,
  recoverSender,
  signTransaction,
  type Transaction,
  transactionHash,
} from 'sherd/tx';
import type {
  AccountRecord,
  BeaconBackend,
  BeaconBlockRecord,
  CallRequest,
  NodeEvent,
  PoolTransaction,
  RpcBackend,
  ScriptTrace,
  ShardBackend,
  ShardBlockRecord,
} from './backend.ts';

const ZERO32 = new Uint8Array(32);
export const FIXTURE_PARAMS: ChainParams = { ...presetParams('test'), shardCount: 2 };
export const FIXTURE_CHAIN_ID = BigInt(FIXTURE_PARAMS.chainId);
export const COINBASE: Address = `0x${'c0'.repeat(20)}`;
export const ACCOUNT: Address = `0x${'aa'.repeat(20)}`;
export const CONTRACT: Address = `0x${'bb'.repeat(20)}`;
export const KEY = new Uint8Array(32).fill(7);
const GENESIS_TIME = 1_700_000_000n;
const BASE_FEE = 7n;

export interface FixtureEntry {
  readonly transaction?: Transaction;
  /** Data of a transaction that is none of Ethereum's: a claim when it starts with 0x7d and `logs` are given. */
  readonly data?: Uint8Array;
  readonly script?: number;
  readonly status?: 0 | 1;
  readonly logs?: readonly Log[];
}

export interface Fixture {
  readonly backend: RpcBackend;
  /** Puts a block with these transactions on shard 0 and tells everybody. */
  addBlock(entries: readonly FixtureEntry[]): ShardBlockRecord;
  /** Puts a signed transaction into the pool of shard 0 and tells everybody. */
  addPending(transaction: Transaction): PoolTransaction;
  /** What calls answer from now on; a function may throw or never end. */
  onCall(answer: (request: CallRequest) => EvmCallResult | Promise<EvmCallResult>): void;
  readonly listeners: ReadonlySet<unknown>;
}

export function signedTransfer(nonce: bigint, tip = 2_000_000_000n): Transaction {
  const fields = {
    chainId: FIXTURE_CHAIN_ID,
    nonce,
    gasLimit: 21_000n,
    to: ACCOUNT,
    value: 5n,
    data: new Uint8Array(0),
  };
  const market = { maxFeePerGas: 100_000_000_000n, maxPriorityFeePerGas: tip, accessList: [] };
  return signTransaction({ type: 2, ...fields, ...market }, KEY);
}

export function logOf(...topics: bigint[]): Log {
  return { address: CONTRACT, topics, data: Uint8Array.of(1, 2, 3) };
}

function makeOutcome(entry: FixtureEntry, data: Uint8Array, cumulativeGasUsed: number): TransactionOutcome {
  const { script = 0, status = 1, logs = [], transaction } = entry;
  const common = { script, outcome: 'finished', gasUsed: 21_000, output: new Uint8Array(0), receipts: [] } as const;
  if (script !== 0) return common;
  const evm = {
    type: data[0]! >= 0xc0 ? 0 : data[0]!,
    status,
    cumulativeGasUsed,
    gasUsed: 21_000,
    logs,
    bloom: logsBloom(logs),
    effectiveGasPrice: transaction === undefined ? 0n : effectiveGasPrice(transaction, BASE_FEE),
    txHash: keccak256(data),
    from: transaction === undefined ? ACCOUNT : recoverSender(transaction),
    to: ACCOUNT,
  };
  return { ...common, evm };
}

function makeBlock(height: number, parentRoot: Uint8Array, entries: readonly FixtureEntry[]): ShardBlockRecord {
  const transactions = entries.map(({ transaction, data, script = 0 }) => ({
    script,
    gasLimit: 30_000n,
    data: data ?? encodeTransaction(transaction!),
  }));
  const header = {
    shard: 0,
    slot: BigInt(height),
    height: BigInt(height),
    parentRoot,
    beaconSlot: 0n,
    beaconRoot: ZERO32,
    proposerIndex: 0,
    transactionsRoot: ZERO32,
    gasUsed: BigInt(21_000 * entries.length),
    stateRoot: new Uint8Array(32).fill(9),
    receiptsRoot: ZERO32,
    receiptCount: 0n,
    outcomesRoot: ZERO32,
  };
  return {
    root: ShardBlockHeader.hashTreeRoot(header),
    block: { header, transactions, signature: new Uint8Array(96) },
    size: 1000,
    outcomes: entries.map((entry, i) => makeOutcome(entry, transactions[i]!.data, 21_000 * (i + 1))),
    evm: { coinbase: COINBASE, baseFee: BASE_FEE, prevRandao: new Uint8Array(32).fill(5) },
  };
}

const sameBytes = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;
const unknownReceipt = (index: bigint) => new SherdError('UNKNOWN_RECEIPT', `no receipt ${index}`, { index });

/** Shard 0 has what the test puts in; shard 1 only its genesis. */
export function createFixture({ hasInstantBlocks = false } = {}): Fixture {
  const listeners = new Set<(event: NodeEvent) => void>();
  const emit = (event: NodeEvent) => {
    for (const listener of [...listeners]) listener(event);
  };
  let pool: readonly PoolTransaction[] = [];
  let answerCall: (request: CallRequest) => EvmCallResult | Promise<EvmCallResult> = () => ({
    outcome: OUTCOME.RETURN,
    output: Uint8Array.of(1),
    gasUsed: 21_000,
    logs: [],
  });

  function addPending(transaction: Transaction): PoolTransaction {
    const pooled = { hash: transactionHash(transaction), from: recoverSender(transaction), transaction };
    pool = [...pool, pooled];
    emit({ kind: 'pendingTransaction', shard: 0, transaction: pooled });
    return pooled;
  }

  const blocks = [makeBlock(0, ZERO32, [])];
  const shards = [
    createShard(
      blocks,
      () => pool,
      (encoded) => addPending(decodeTransaction(encoded)).hash,
      async (call) => answerCall(call),
    ),
    createShard(
      [makeBlock(0, ZERO32, [])],
      () => [],
      () => ZERO32,
      async (call) => answerCall(call),
    ),
  ];
  return {
    backend: {
      params: FIXTURE_PARAMS,
      genesisTime: GENESIS_TIME,
      clientVersion: 'sherd/v0.0.0/test',
      hasInstantBlocks,
      beacon: createBeacon(),
      shards,
      health: () => ({ ok: true }),
      subscribe(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    addBlock(entries) {
      const block = makeBlock(blocks.length, blocks.at(-1)!.root, entries);
      blocks.push(block);
      const included = block.outcomes.map(({ evm }) => evm?.txHash);
      pool = pool.filter(({ hash }) => !included.some((one) => one !== undefined && sameBytes(one, hash)));
      emit({ kind: 'shardBlock', shard: 0, block });
      return block;
    },
    addPending,
    onCall(answer) {
      answerCall = answer;
    },
    listeners,
  };
}

function createShard(
  blocks: readonly ShardBlockRecord[],
  pool: () => readonly PoolTransaction[],
  submit: (encoded: Uint8Array) => Uint8Array,
  call: (request: CallRequest) => Promise<EvmCallResult>,
): ShardBackend {
  const account: AccountRecord = { balance: 10n ** 18n, nonce: 3n, code: Uint8Array.of(0x60) };
  return {
    head: () => blocks.at(-1)!,
    blockByHeight: (height) => blocks[height],
    blockByRoot: (root) => blocks.find((block) => sameBytes(block.root, root)),
    findTransaction(key) {
      for (const [height, { block, outcomes }] of blocks.entries()) {
        const index = block.transactions.findIndex(
          (transaction, i) =>
            sameBytes(ShardTransaction.hashTreeRoot(transaction), key) ||
            sameBytes(outcomes[i]!.evm?.txHash ?? ZERO32, key),
        );
        if (index >= 0) return { height, index };
      }
      return undefined;
    },
    *heightsWithLogs(from, to) {
      for (let height = from; height <= to; height++) yield height;
    },
    account: () => account,
    storageAt: (_, slot) => slot + 1n,
    call,
    estimateGas: async (request) => (await call(request)).gasUsed,
    createAccessList: async (request) => ({
      ...(await call(request)),
      accessList: [{ address: CONTRACT, slots: [1n] }],
    }),
    traceCall: async (_, __, options) => JSON.stringify({ options }),
    traceTransaction: async (height, index) => JSON.stringify({ height, index }),
    traceBlock: async (height) => JSON.stringify([{ height }]),
    traceScript: async ({ script, data }) => scriptTrace(script, data),
    traceIncludedScript: async (height, index) => scriptTrace(height, Uint8Array.of(index)),
    nextBaseFee: () => BASE_FEE,
    submitEthereum: async (encoded) => submit(encoded),
    pool: () => ({ pending: pool(), queued: [] }),
    poolTransaction: (hash) => pool().find((one) => sameBytes(one.hash, hash)),
    pendingNonce: () => 3n + BigInt(pool().length),
    submitTransaction: async (transaction) => ShardTransaction.hashTreeRoot(transaction),
    waitingTransaction: () => undefined,
    getObject: () => ({ object: undefined, proof: { siblings: [] }, objectsRoot: ZERO32 }),
    receipt: () => undefined,
    receiptClaim(index) {
      throw unknownReceipt(index);
    },
  };
}

/** A run that asked for its gas twice, of which the second call is not kept. */
function scriptTrace(script: number, output: Uint8Array): ScriptTrace {
  const call = { depth: 0, script, function: 'gasLeft', arguments: {}, result: '500', gas: 10, gasLeft: 500 };
  return { script, outcome: 'finished', gasUsed: 1000, output, hostCalls: [call], hostCallCount: 2 };
}

function createBeacon(): BeaconBackend {
  const header = { slot: 0n, height: 0n, proposerIndex: 0, parentRoot: ZERO32, stateRoot: ZERO32, bodyRoot: ZERO32 };
  const body = { newExecutionScripts: [], withdrawals: [], newValidators: [], crosslinks: [] };
  const head: BeaconBlockRecord = { root: ZERO32, block: { header, body, signature: new Uint8Array(96) }, size: 100 };
  const validator = {
    pubkey: new Uint8Array(48).fill(1),
    withdrawalCredentials: ZERO32,
    balance: 32_000_000_000n,
    nonce: 0n,
    activationSlot: 0n,
    exitSlot: (1n << 64n) - 1n,
  };
  const script = { codeRoot: ZERO32, codeHash: ZERO32, codeSize: 0n, balance: 5n };
  const state: BeaconState = {
    genesisTime: GENESIS_TIME,
    chainId: FIXTURE_CHAIN_ID,
    slot: 0n,
    latestBlockHeader: header,
    recentStateRoots: [],
    seed: ZERO32,
    validators: [validator],
    executionScripts: [script],
    crosslinks: [],
    withdrawalReceiptsRoot: ZERO32,
    withdrawalReceiptsFrontier: [],
    withdrawalReceiptCount: 0n,
    consumedReceipts: [],
    burned: 0n,
  };
  return {
    head: () => head,
    state: () => state,
    blockBySlot: (slot) => (slot === 0n ? head : undefined),
    blockByRoot: () => undefined,
    submitOperation: async (_, data) => keccak256(data),
    operation: () => undefined,
    withdrawalReceipt: () => undefined,
    withdrawalReceiptClaim(index) {
      throw unknownReceipt(index);
    },
    scriptCode: () => undefined,
    scriptStatus(id) {
      if (id !== 0) return undefined;
      const use = { calls: 3, failures: 1, gas: 2n ** 60n, time: 250, since: 1n, last: 9n };
      return { state: 'builtIn', executors: 2, compiledBy: 0, meteredSize: 0, isAvoided: false, use };
    },
    checkScript: async () => ({ ok: false, error: { code: 'FLOAT_TYPE', message: 'a float at byte 9' } }),
  };
}

export const SENDER: Address = recoverSender(signedTransfer(0n));
export const SOME_ADDRESS: Address = addressFromBytes(new Uint8Array(20).fill(3));
