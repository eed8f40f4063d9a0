/**
 * What the RPC needs from the node. The RPC owns this port; `service/` implements it over the store, the pools and the
 * executors. Values are the core's own types; everything JSON is done in this folder.
 *
 * What is synchronous answers from the store or from memory within microseconds. What runs code (calls, estimates,
 * checks) or waits for the producer is a Promise and runs outside the RPC's thread. Refusals are SherdErrors.
 */
import type { Address } from 'sherd/base';
import type {
  BeaconState,
  ChainParams,
  Receipt,
  ShardTransaction,
  SignedBeaconBlock,
  SignedShardBlock,
  StorageObject,
} from 'sherd/beacon';
import type { HostCall, ScriptOutcome } from 'sherd/scripts';
import type { AccountOverride, EvmCall, EvmCallResult, TransactionOutcome } from 'sherd/shard';
import type { SparseProof } from 'sherd/trie';
import type { AccessListEntry, Transaction } from 'sherd/tx';

export interface RpcBackend {
  readonly params: ChainParams;
  /** Unix seconds of slot 0. */
  readonly genesisTime: bigint;
  /** Name and version of the program, as web3_clientVersion says it: `sherd/v0.1.0/linux-x64/node-v20.0.0`. */
  readonly clientVersion: string;
  /** True when a block is made as soon as there is work; false when blocks come at fixed times. */
  readonly hasInstantBlocks: boolean;
  readonly beacon: BeaconBackend;
  /** By shard number. */
  readonly shards: readonly ShardBackend[];
  /** What a health check wants: `ok` false when blocks can no longer be made or stored, with the reason. */
  health(): { readonly ok: boolean; readonly reason?: string };
  /** Calls `listener` after each durable commit and for each accepted transaction. Returns how to stop it. */
  subscribe(listener: (event: NodeEvent) => void): () => void;
}

/** In the order in which they happened; a block's event comes after its commit is durable. */
export type NodeEvent =
  | { readonly kind: 'beaconBlock'; readonly block: BeaconBlockRecord }
  | { readonly kind: 'shardBlock'; readonly shard: number; readonly block: ShardBlockRecord }
  | { readonly kind: 'pendingTransaction'; readonly shard: number; readonly transaction: PoolTransaction };

// Shards

export interface ShardBackend {
  /** Newest committed block. Genesis counts as block 0, with no transactions and a zero signature. */
  head(): ShardBlockRecord;
  blockByHeight(height: number): ShardBlockRecord | undefined;
  /** By hash_tree_root of the header. */
  blockByRoot(root: Uint8Array): ShardBlockRecord | undefined;
  /** Where a committed transaction is, by its id (hash_tree_root) or by `evm.txHash` of its outcome. */
  findTransaction(idOrHash: Uint8Array): { readonly height: number; readonly index: number } | undefined;
  /**
   * Ascending heights in `from .. to` (inclusive) whose blocks may hold a log of one of `addresses` (empty: of anybody)
   * with one of `topics[i]` at position i (empty: any). None that matches may be missing; too many are fine.
   */
  heightsWithLogs(
    from: number,
    to: number,
    addresses: readonly Address[],
    topics: readonly (readonly bigint[])[],
  ): Iterable<number>;

  /** The account after the block at `height`; an absent one reads as zeros. Refuses with HISTORY_PRUNED. */
  account(address: Address, height: number): AccountRecord;
  storageAt(address: Address, slot: bigint, height: number): bigint;

  /** Runs a message on the state after `height` (eth_call). A revert or halt is an outcome, not an error. */
  call(request: CallRequest, height: number): Promise<EvmCallResult>;
  /**
   * Least gas limit with which the message succeeds, at most `request.gas`. Refuses with GAS_ESTIMATE_FAILED, whose
   * data has `outcome` and `output` of the failing call.
   */
  estimateGas(request: CallRequest, height: number): Promise<number>;
  /** Addresses and slots that the message touches, besides what is warm anyway. */
  createAccessList(
    request: CallRequest,
    height: number,
  ): Promise<EvmCallResult & { readonly accessList: readonly AccessListEntry[] }>;

  /** Watches a message on the state after `height`; JSON text as geth writes it. Refuses with TRACE_TOO_LARGE. */
  traceCall(request: CallRequest, height: number, options: TraceOptions): Promise<string>;
  /** Runs the transaction at `index` of a shard block again and watches it. Refuses with NOT_TRACEABLE too. */
  traceTransaction(height: number, index: number, options: TraceOptions): Promise<string>;
  /** All Ethereum transactions of a shard block in one run: a JSON list of `{txHash, result}`. Refuses as `traceCall`. */
  traceBlock(height: number, options: TraceOptions): Promise<string>;

  /** What a transaction for any script would do in a block on top of the newest one: nothing of it is kept. */
  traceScript(transaction: ShardTransaction): Promise<ScriptTrace>;
  /** Runs the transaction at `index` of a block again and watches what its scripts ask of their host. */
  traceIncludedScript(height: number, index: number): Promise<ScriptTrace>;

  /** Base fee of the next block, wei per gas. */
  nextBaseFee(): bigint;
  /** Takes an encoded Ethereum transaction into the pool and returns its hash. Refusals have geth's words. */
  submitEthereum(encoded: Uint8Array): Promise<Uint8Array>;
  /** Ethereum transactions that wait. */
  pool(): { readonly pending: readonly PoolTransaction[]; readonly queued: readonly PoolTransaction[] };
  poolTransaction(hash: Uint8Array): PoolTransaction | undefined;
  /** Nonce after the sender's pending transactions. */
  pendingNonce(address: Address): bigint;

  /** Takes a transaction for any script and returns its id (hash_tree_root). */
  submitTransaction(transaction: ShardTransaction): Promise<Uint8Array>;
  /** Status of one that is not in a block (yet): waiting, or left out for a reason. Undefined: never heard of it. */
  waitingTransaction(id: Uint8Array): WaitingTransaction | undefined;
  /** The object now, present or not, with its Merkle proof against the head's state. */
  getObject(script: number, key: Uint8Array): ObjectRecord;
  /** Receipt that this shard saved. */
  receipt(index: bigint): ReceiptRecord | undefined;
  /** Proof against the newest beacon state. Refuses with UNKNOWN_RECEIPT, RECEIPT_NOT_CROSSLINKED. */
  receiptClaim(index: bigint): { readonly receipt: Receipt; readonly claim: Uint8Array };
}

export interface ShardBlockRecord {
  /** hash_tree_root of the header. */
  readonly root: Uint8Array;
  readonly block: SignedShardBlock;
  /** Bytes of the serialised block. */
  readonly size: number;
  /** One for each transaction. Those with `evm` are the transactions of the Ethereum block, claims included. */
  readonly outcomes: readonly TransactionOutcome[];
  /** Block context of the EVM script. */
  readonly evm: {
    readonly coinbase: Address;
    /** Wei per gas. */
    readonly baseFee: bigint;
    /** 32 bytes. */
    readonly prevRandao: Uint8Array;
  };
}

export interface AccountRecord {
  /** Wei. */
  readonly balance: bigint;
  readonly nonce: bigint;
  readonly code: Uint8Array;
}

/** A message to run, on a state that may be changed for it. */
export interface CallRequest extends EvmCall {
  readonly overrides?: readonly AccountOverride[];
}

/**
 * Tracers by geth's names: the tree of calls, the same as a list in Parity's form, the state that was looked at, how often
 * each selector was called with how much data, nothing, and several at once.
 */
export const TRACER_NAMES = [
  'callTracer',
  'flatCallTracer',
  'prestateTracer',
  '4byteTracer',
  'noopTracer',
  'muxTracer',
] as const;
export type TracerName = (typeof TRACER_NAMES)[number];

export function isTracerName(name: unknown): name is TracerName {
  return TRACER_NAMES.some((known) => known === name);
}

/** What a trace shall hold. */
export interface TraceOptions {
  /** A list of steps, or what one of geth's tracers makes of them. */
  readonly tracer: 'structLogger' | TracerName;
  /** Of `muxTracer`: the tracers that run beside each other. */
  readonly parts?: readonly TraceOptions[];
  /** Of each step. */
  readonly memory: boolean;
  readonly stack: boolean;
  readonly storage: boolean;
  readonly returnData: boolean;
  /** Steps to keep; 0: all. */
  readonly limit: number;
  /** Of each call. */
  readonly withLogs: boolean;
  readonly onlyTopCall: boolean;
  /** Of the list of calls: Parity's words for errors; CALL and STATICCALL of pre-compiled contracts too. */
  readonly convertParityErrors?: boolean;
  readonly includePrecompiles?: boolean;
  /** Of the state: only what changed, before and after. */
  readonly diffMode: boolean;
  readonly disableCode: boolean;
  readonly disableStorage: boolean;
}

/** A run of a script, with what it asked of its host. */
export interface ScriptTrace {
  readonly script: number;
  readonly outcome: ScriptOutcome;
  readonly gasUsed: number;
  readonly output: Uint8Array;
  readonly error?: { readonly code: string; readonly message: string };
  /** In the order in which they began, calls below other scripts included; the first 10,000. */
  readonly hostCalls: readonly HostCall[];
  /** All that were made. */
  readonly hostCallCount: number;
}

export interface PoolTransaction {
  readonly hash: Uint8Array;
  readonly from: Address;
  readonly transaction: Transaction;
}

export type WaitingTransaction =
  | { readonly status: 'pending' }
  | { readonly status: 'leftOut'; readonly error: { readonly code: string; readonly message: string } };

export interface ObjectRecord {
  readonly object: StorageObject | undefined;
  /** Of presence or absence, below `objectsRoot` of the head's state. */
  readonly proof: SparseProof;
  readonly objectsRoot: Uint8Array;
}

/** `saved`: not yet known to the beacon chain; `crosslinked`: can be claimed; `consumed`: was claimed. */
export type ReceiptStatus = 'saved' | 'crosslinked' | 'consumed';

export interface ReceiptRecord {
  readonly receipt: Receipt;
  readonly status: ReceiptStatus;
}

// Beacon chain

export const OPERATION_KINDS = ['newExecutionScript', 'withdrawal', 'newValidator'] as const;
export type OperationKind = (typeof OPERATION_KINDS)[number];

export interface BeaconBackend {
  /** Newest committed block. Genesis is the block of slot 0. */
  head(): BeaconBlockRecord;
  /** State after the head. Not to be changed. */
  state(): BeaconState;
  /** Undefined for an empty slot too. */
  blockBySlot(slot: bigint): BeaconBlockRecord | undefined;
  blockByRoot(root: Uint8Array): BeaconBlockRecord | undefined;
  /** Takes a serialised SignedNewExecutionScript, SignedWithdrawal or NewValidator; returns its hash_tree_root. */
  submitOperation(kind: OperationKind, data: Uint8Array): Promise<Uint8Array>;
  operation(id: Uint8Array): OperationRecord | undefined;
  withdrawalReceipt(index: bigint): ReceiptRecord | undefined;
  /** Proof of a withdrawal receipt against the newest beacon state. Refuses with UNKNOWN_RECEIPT. */
  withdrawalReceiptClaim(index: bigint): { readonly receipt: Receipt; readonly claim: Uint8Array };
  /** Bytes of a registered script, as they were registered; undefined for a built-in one or an unknown id. */
  scriptCode(script: number): Uint8Array | undefined;
  /** How far this node's executors are with a script, and how much it was used; undefined for an unknown id. */
  scriptStatus(script: number): ScriptStatus | undefined;
  /** Validates, meters and compiles the code, without registering it. */
  checkScript(code: Uint8Array): Promise<ScriptVerdict>;
}

/**
 * `builtIn`: a part of the program; `interpreted`: EVM bytecode, which is never compiled; `registered`: its metered code
 * is in the store, and no executor has compiled it; `compiled`: some have; `warm`: all have.
 */
export type ScriptState = 'builtIn' | 'interpreted' | 'registered' | 'compiled' | 'warm';

export interface ScriptStatus {
  readonly state: ScriptState;
  /** Executors of this node, and those that hold the script's machine code. */
  readonly executors: number;
  readonly compiledBy: number;
  /** Bytes of the form that runs; 0 for a built-in script. */
  readonly meteredSize: number;
  /** Microseconds of the longest compilation since the node started; absent before the first. */
  readonly compileTime?: number;
  /** Set when compiling it ended executors more than once: it is not compiled ahead of its first run any more. */
  readonly isAvoided: boolean;
  /** Sums over the blocks of this node, from the block of slot `since` on; absent before the first run. */
  readonly use?: ScriptUseSum;
}

export interface ScriptUseSum {
  /** Runs, for transactions and for other scripts; `failures` of them did not finish. */
  readonly calls: number;
  readonly failures: number;
  /** Of the script itself, without the scripts that it called. */
  readonly gas: bigint;
  /** Microseconds on this machine, likewise. */
  readonly time: number;
  /** Slots of the first and of the newest block that were counted. */
  readonly since: bigint;
  readonly last: bigint;
}

export interface BeaconBlockRecord {
  /** hash_tree_root of the header. */
  readonly root: Uint8Array;
  readonly block: SignedBeaconBlock;
  /** Bytes of the serialised block. */
  readonly size: number;
}

export interface OperationRecord {
  readonly kind: OperationKind;
  readonly status: 'pending' | 'included' | 'refused';
  /** Slot of the block that includes it. */
  readonly slot?: bigint;
  readonly scriptId?: number;
  readonly receiptIndex?: bigint;
  readonly validatorIndex?: number;
  readonly error?: { readonly code: string; readonly message: string };
}

export type ScriptVerdict =
  | {
      readonly ok: true;
      /** SHA-256 of the code. */
      readonly codeHash: Uint8Array;
      readonly codeSize: number;
      /** Bytes of the module with its counters. */
      readonly meteredSize: number;
      readonly functions: number;
      /** Names of the host functions that it imports. */
      readonly imports: readonly string[];
      /** Pages of 64 KiB. */
      readonly memory: { readonly initial: number; readonly maximum: number };
    }
  | {
      readonly ok: false;
      /** With the place of the fault where there is one: index of the function, byte in the module. */
      readonly error: {
        readonly code: string;
        readonly message: string;
        readonly function?: number;
        readonly offset?: number;
      };
    };
