/** One shard as the RPC sees it. */
import { type Address, addressToBytes, bytesToHex, type Hex, isSherdError, SherdError, wordToBytes } from 'sherd/base';
import { ShardTransaction } from 'sherd/beacon';
import {
  CLAIM_TYPE,
  decodeObject,
  decodeShardState,
  EVM_SCRIPT,
  evmAccount,
  evmStorageAt,
  POKE_SCRIPT,
  type ShardStore,
} from 'sherd/shard';
import { proveSparse, sparsePath } from 'sherd/trie';
import type { JobKind, JobOf, JobResults, TraceJob, TraceScriptJob } from '../executor/index.ts';
import type { EthereumEntry } from '../pool/index.ts';
import { asShardTransaction, type Chain } from '../producer/index.ts';
import type { CallRequest, NodeEvent, PoolTransaction, ShardBackend, TraceOptions } from '../rpc/backend.ts';
import {
  createPastStore,
  createShardStore,
  findTransaction,
  heightOfRoot,
  heightsWithLog,
  logKey,
  storedShardBlock,
} from '../storage/index.ts';
import { receiptClaim, receiptRecord } from './receipts.ts';

/** Milliseconds for a call or an estimate, as in geth. */
const CALL_TIME_LIMIT = 5_000;
/** Ids of Ethereum transactions that came in as shard transactions, for those who ask for them. */
const MAX_ALIASES = 10_000;

export function createShardBackend(
  chain: Chain,
  shard: number,
  emit: (event: NodeEvent) => void,
  wake: () => void,
): ShardBackend {
  const { environment, params } = chain;
  const own = chain.shards[shard]!;
  const newest = createShardStore(environment, shard);
  const aliases = new Map<Hex, Uint8Array>();
  const headHeight = () => Number(own.head.block.header.height);
  const storeAt = (height: number): ShardStore =>
    height === headHeight() ? newest : createPastStore(environment, params, shard, height);

  const addEthereum = (encoded: Uint8Array): EthereumEntry => {
    const entry = own.ethereum.add(encoded);
    emit({ kind: 'pendingTransaction', shard, transaction: poolTransaction(entry) });
    wake();
    return entry;
  };

  return {
    head: () => own.head,
    blockByHeight: (height) => (isHeight(height) ? storedShardBlock(environment, shard, height) : undefined),
    blockByRoot(root) {
      const height = root.length === 32 ? heightOfRoot(environment, shard, root) : undefined;
      return height === undefined ? undefined : storedShardBlock(environment, shard, height);
    },
    findTransaction: (idOrHash) => (idOrHash.length === 32 ? findTransaction(environment, shard, idOrHash) : undefined),
    heightsWithLogs: (from, to, addresses, topics) =>
      logHeights(chain, shard, from, Math.min(to, headHeight()), addresses, topics),

    account(address, height) {
      const { balance, nonce, code } = evmAccount(storeAt(height), address);
      return { balance, nonce, code };
    },
    storageAt: (address, slot, height) => evmStorageAt(storeAt(height), address, slot),
    call: (request, height) => runCall(chain, { kind: 'call', ...callJob(shard, request, height) }),
    estimateGas: (request, height) => runCall(chain, { kind: 'estimate', ...callJob(shard, request, height) }),
    createAccessList: (request, height) => runCall(chain, { kind: 'accessList', ...callJob(shard, request, height) }),

    traceCall({ overrides = [], ...call }, height, options) {
      return runCall(chain, traceJob(shard, height, { call, overrides }, options));
    },
    traceTransaction: (height, index, options) => runCall(chain, traceJob(shard, height, { index }, options)),
    traceBlock: (height, options) => runCall(chain, traceJob(shard, height, 'block', options)),

    traceScript({ script, gasLimit, data }) {
      checkScript(chain, script);
      return runCall(chain, traceScriptJob(shard, { script, gasLimit, data: data.slice() }));
    },
    traceIncludedScript: (height, index) => runCall(chain, traceScriptJob(shard, { height, index })),

    nextBaseFee: () => own.ethereum.baseFee(),
    submitEthereum: async (encoded) => addEthereum(encoded).hash,
    pool() {
      const { pending, queued } = own.ethereum.content();
      return { pending: pending.map(poolTransaction), queued: queued.map(poolTransaction) };
    },
    poolTransaction(hash) {
      const entry = own.ethereum.get(hash);
      return entry === undefined ? undefined : poolTransaction(entry);
    },
    pendingNonce: (address) => own.ethereum.pendingNonce(address),

    async submitTransaction(transaction) {
      const { script, data, gasLimit } = transaction;
      if (script === EVM_SCRIPT && data[0] !== CLAIM_TYPE) {
        const entry = addEthereum(data.slice());
        const asIncluded = asShardTransaction(entry);
        if (gasLimit !== asIncluded.gasLimit)
          chain.log.debug({ shard }, 'gas limit taken from the Ethereum transaction');
        const id = new Uint8Array(ShardTransaction.hashTreeRoot(asIncluded));
        remember(aliases, bytesToHex(id), entry.hash);
        return id;
      }
      checkScript(chain, script);
      const { id } = own.scripts.add({ script, gasLimit, data: data.slice() });
      wake();
      return id;
    },
    waitingTransaction(id) {
      const key = bytesToHex(id);
      const alias = aliases.get(key);
      if (own.scripts.has(id) || (alias !== undefined && own.ethereum.get(alias) !== undefined)) {
        return { status: 'pending' };
      }
      const error = own.scripts.refusal(id);
      return error === undefined ? undefined : { status: 'leftOut', error };
    },
    getObject(script, key) {
      const bytes = newest.getObject(script, key);
      const { objectsRoot } = decodeShardState(params, newest.getState()!);
      const proof = proveSparse({ getNode: (node) => newest.getTreeNode(node) }, sparsePath(script, key));
      if (bytes === undefined) return { object: undefined, proof, objectsRoot };
      const { version, storage, ttl } = decodeObject(bytes);
      return { object: { version: BigInt(version), storage, ttl: BigInt(ttl) }, proof, objectsRoot };
    },
    receipt: (index) => receiptRecord(environment, chain.state, shard, index),
    receiptClaim: (index) => receiptClaim(environment, params, chain.state, shard, index),
  };
}

function poolTransaction({ hash, from, transaction }: EthereumEntry): PoolTransaction {
  return { hash, from, transaction };
}

/** @throws SherdError UNKNOWN_SCRIPT */
function checkScript({ state }: Chain, script: number): void {
  const count = state.executionScripts.length;
  if (script < count || script === POKE_SCRIPT) return;
  throw new SherdError('UNKNOWN_SCRIPT', `no script ${script}: the chain has ${count}`, { have: script, want: count });
}

function callJob(shard: number, request: CallRequest, height: number) {
  const { overrides = [], ...call } = request;
  return { shard, height, call, overrides, timeLimit: CALL_TIME_LIMIT };
}

function traceJob(shard: number, height: number, target: TraceJob['target'], options: TraceOptions): TraceJob {
  return { kind: 'trace', shard, height, target, options, timeLimit: CALL_TIME_LIMIT };
}

function traceScriptJob(shard: number, target: TraceScriptJob['target']): TraceScriptJob {
  return { kind: 'traceScript', shard, target, timeLimit: CALL_TIME_LIMIT };
}

/** @throws SherdError CALL_TIMEOUT when the time is over, CALL_KILLED when the process died of it, and refusals. */
async function runCall<Kind extends JobKind>({ executors }: Chain, job: JobOf<Kind>): Promise<JobResults[Kind]> {
  try {
    return await executors.run(job);
  } catch (error) {
    if (isSherdError(error, 'ABORTED', 'EXECUTOR_TIMEOUT')) {
      const message = `execution aborted (timeout = ${CALL_TIME_LIMIT / 1000}s)`;
      throw new SherdError('CALL_TIMEOUT', message, { timeLimit: CALL_TIME_LIMIT });
    }
    if (isSherdError(error, 'EXECUTOR_DIED')) {
      throw new SherdError('CALL_KILLED', 'the process that ran the call died');
    }
    throw error;
  }
}

function isHeight(height: number): boolean {
  return Number.isInteger(height) && height >= 0 && height < 2 ** 32;
}

function remember(aliases: Map<Hex, Uint8Array>, key: Hex, hash: Uint8Array): void {
  aliases.set(key, hash);
  if (aliases.size > MAX_ALIASES) aliases.delete(aliases.keys().next().value!);
}

/** Heights that every part of the filter finds in the index; all of them for an empty filter. */
function* logHeights(
  { environment }: Chain,
  shard: number,
  from: number,
  to: number,
  addresses: readonly Address[],
  topics: readonly (readonly bigint[])[],
): Iterable<number> {
  const parts = [
    addresses.map((address) => logKey(0, addressToBytes(address))),
    ...topics.map((alternatives, position) => alternatives.map((topic) => logKey(position + 1, wordToBytes(topic)))),
  ].filter((part) => part.length > 0);
  let found: Set<number> | undefined;
  for (const part of parts) {
    const heights = new Set<number>();
    for (const entry of part) {
      for (const height of heightsWithLog(environment, shard, entry, from, to)) {
        if (found === undefined || found.has(height)) heights.add(height);
      }
    }
    found = heights;
  }
  if (found !== undefined) yield* [...found].sort((a, b) => a - b);
  else for (let height = from; height <= to; height++) yield height;
}
