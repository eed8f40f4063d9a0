/**
 * SSZ containers of the beacon chain and of the shards. Each name is both the SSZ type (`Receipt.hashTreeRoot(value)`)
 * and the TypeScript type of its values. uint64 fields are bigint, uint32 fields (ids of shards, scripts, validators)
 * are numbers, roots are 32 bytes, amounts are gwei. Values are treated as immutable: copy, never write into one.
 *
 * What depends on the chain's parameters (the state) is in {@link ./state.ts}.
 */
import {
  ByteVectorType,
  ContainerType,
  UintBigintType,
  UintNumberType,
  type ValueOf,
  VectorCompositeType,
} from '@chainsafe/ssz';
import { BEACON } from '../scripts/world.ts';
import { BitListType, ByteListType, ListCompositeType } from '../ssz/index.ts';

export { BEACON };

const u32 = new UintNumberType(4);
const u64 = new UintBigintType(8);
const bytes32 = new ByteVectorType(32);
const pubkeyBytes = new ByteVectorType(48);
const signatureBytes = new ByteVectorType(96);

/** Capacities of the lists. They shape the trees and never change; what a block may hold is decided by ChainParams. */
export const LIST_LIMITS = {
  validators: 2 ** 32,
  executionScripts: 2 ** 16,
  receiptData: 2 ** 20,
  objectBytes: 2 ** 20,
  codeBytes: 2 ** 24,
  transactionData: 2 ** 22,
  transactionsPerBlock: 2 ** 16,
  stateBranch: 64,
  committee: 2 ** 12,
  newExecutionScripts: 2 ** 6,
  withdrawals: 2 ** 12,
  newValidators: 2 ** 10,
  crosslinks: 2 ** 14,
  /** Chunks of 256 bits: one bit for each of 2^32 receipts. */
  consumedChunks: 2 ** 24,
} as const;

// State of the beacon chain

export const Validator = new ContainerType({
  pubkey: pubkeyBytes,
  withdrawalCredentials: bytes32,
  /** gwei. */
  balance: u64,
  /** Nonce of the next operation that this validator signs. */
  nonce: u64,
  activationSlot: u64,
  /** First slot at which the validator has no duties; 2^64 - 1 while it stays. */
  exitSlot: u64,
});
export type Validator = ValueOf<typeof Validator>;

export const ScriptCode = new ByteListType(LIST_LIMITS.codeBytes);

/** Hashes like a container that holds the code itself; the code is kept beside the state by `codeHash`. */
export const ExecutionScript = new ContainerType({
  /** hash_tree_root of {@link ScriptCode}. */
  codeRoot: bytes32,
  /** SHA-256 of the code. */
  codeHash: bytes32,
  codeSize: u64,
  /** gwei. */
  balance: u64,
});
export type ExecutionScript = ValueOf<typeof ExecutionScript>;

/** The newest block of a shard that the beacon chain has accepted. All zero before the first. */
export const Crosslink = new ContainerType({
  shardBlockRoot: bytes32,
  slot: u64,
  height: u64,
  stateRoot: bytes32,
  receiptsRoot: bytes32,
  receiptCount: u64,
});
export type Crosslink = ValueOf<typeof Crosslink>;

// Receipts and their proofs

/** A withdrawal receipt (source = BEACON, sender = validator, amount in gwei) or one that a script saved (amount 0). */
export const Receipt = new ContainerType({
  /** Shard on which it was saved, or {@link BEACON}. */
  source: u32,
  /** Number of the receipt among those of its source. */
  index: u64,
  slot: u64,
  /** Script id, or validator index. */
  sender: u32,
  /** Shard that may consume it, or {@link BEACON}. */
  targetShard: u32,
  /** Script that may claim it; 0 and ignored for the beacon chain. */
  targetScript: u32,
  amount: u64,
  data: new ByteListType(LIST_LIMITS.receiptData),
});
export type Receipt = ValueOf<typeof Receipt>;

/** From the receipt to its list (33 hashes), from the list's root to the beacon state after `beaconSlot`. */
export const ReceiptProof = new ContainerType({
  beaconSlot: u64,
  receiptBranch: new VectorCompositeType(bytes32, 33),
  stateBranch: new ListCompositeType(bytes32, LIST_LIMITS.stateBranch),
});
export type ReceiptProof = ValueOf<typeof ReceiptProof>;

export const ReceiptClaim = new ContainerType({ receipt: Receipt, proof: ReceiptProof });
export type ReceiptClaim = ValueOf<typeof ReceiptClaim>;

// Shard blocks

/** What a shard keeps under (script id, key); its hash_tree_root is the leaf of the shard's sparse tree. */
export const StorageObject = new ContainerType({
  version: u64,
  storage: new ByteListType(LIST_LIMITS.objectBytes),
  /** Last slot at which the object still reads as present. */
  ttl: u64,
});
export type StorageObject = ValueOf<typeof StorageObject>;

export const ShardTransaction = new ContainerType({
  script: u32,
  gasLimit: u64,
  data: new ByteListType(LIST_LIMITS.transactionData),
});
export type ShardTransaction = ValueOf<typeof ShardTransaction>;

export const ShardTransactions = new ListCompositeType(ShardTransaction, LIST_LIMITS.transactionsPerBlock);
export type ShardTransactions = ValueOf<typeof ShardTransactions>;

export const ShardBlockHeader = new ContainerType({
  shard: u32,
  slot: u64,
  height: u64,
  /** hash_tree_root of the parent's header. */
  parentRoot: bytes32,
  /** Slot of the beacon state that the block builds on, and the root of that state. */
  beaconSlot: u64,
  beaconRoot: bytes32,
  proposerIndex: u32,
  transactionsRoot: bytes32,
  gasUsed: u64,
  stateRoot: bytes32,
  receiptsRoot: bytes32,
  /** Receipts that the shard has saved since genesis. */
  receiptCount: u64,
  outcomesRoot: bytes32,
});
export type ShardBlockHeader = ValueOf<typeof ShardBlockHeader>;

export const SignedShardBlock = new ContainerType({
  header: ShardBlockHeader,
  transactions: ShardTransactions,
  /** Of the proposer, over the header under the domain `shardBlock`. */
  signature: signatureBytes,
});
export type SignedShardBlock = ValueOf<typeof SignedShardBlock>;

// Operations

export const NewExecutionScript = new ContainerType({
  /** Validator index. */
  sender: u32,
  nonce: u64,
  /** The operation is valid in blocks of this slot and of the `rootWindow` slots after it. */
  slot: u64,
  code: ScriptCode,
});
export type NewExecutionScript = ValueOf<typeof NewExecutionScript>;

export const SignedNewExecutionScript = new ContainerType({
  message: NewExecutionScript,
  pubkey: pubkeyBytes,
  signature: signatureBytes,
});
export type SignedNewExecutionScript = ValueOf<typeof SignedNewExecutionScript>;

export const Withdrawal = new ContainerType({
  validatorIndex: u32,
  nonce: u64,
  targetShard: u32,
  targetScript: u32,
  /** gwei. */
  amount: u64,
  data: new ByteListType(LIST_LIMITS.receiptData),
});
export type Withdrawal = ValueOf<typeof Withdrawal>;

export const SignedWithdrawal = new ContainerType({
  message: Withdrawal,
  pubkey: pubkeyBytes,
  signature: signatureBytes,
});
export type SignedWithdrawal = ValueOf<typeof SignedWithdrawal>;

/** What a depositor signs under the domain `deposit`: the proof that it has the key. */
export const DepositMessage = new ContainerType({
  pubkey: pubkeyBytes,
  withdrawalCredentials: bytes32,
  /** gwei. */
  amount: u64,
});
export type DepositMessage = ValueOf<typeof DepositMessage>;

/** Data of a receipt for the beacon chain that asks for a validator. */
export const DepositData = new ContainerType({
  pubkey: pubkeyBytes,
  withdrawalCredentials: bytes32,
  /** gwei. */
  amount: u64,
  signature: signatureBytes,
});
export type DepositData = ValueOf<typeof DepositData>;

export const NewValidator = new ContainerType({ claim: ReceiptClaim });
export type NewValidator = ValueOf<typeof NewValidator>;

export const SignedCrosslink = new ContainerType({
  header: ShardBlockHeader,
  /** Who of the committee of (header.shard, header.slot) signed, in the committee's order. */
  aggregationBits: new BitListType(LIST_LIMITS.committee),
  /** Aggregate over the header under the domain `crosslink`. */
  signature: signatureBytes,
});
export type SignedCrosslink = ValueOf<typeof SignedCrosslink>;

// Beacon blocks

export const BeaconBlockHeader = new ContainerType({
  slot: u64,
  height: u64,
  proposerIndex: u32,
  /** hash_tree_root of the parent's header. */
  parentRoot: bytes32,
  /** Root of the beacon state after this block. */
  stateRoot: bytes32,
  bodyRoot: bytes32,
});
export type BeaconBlockHeader = ValueOf<typeof BeaconBlockHeader>;

/** Applied in the order of the fields. */
export const BeaconBlockBody = new ContainerType({
  newExecutionScripts: new ListCompositeType(SignedNewExecutionScript, LIST_LIMITS.newExecutionScripts),
  withdrawals: new ListCompositeType(SignedWithdrawal, LIST_LIMITS.withdrawals),
  newValidators: new ListCompositeType(NewValidator, LIST_LIMITS.newValidators),
  crosslinks: new ListCompositeType(SignedCrosslink, LIST_LIMITS.crosslinks),
});
export type BeaconBlockBody = ValueOf<typeof BeaconBlockBody>;

export const SignedBeaconBlock = new ContainerType({
  header: BeaconBlockHeader,
  body: BeaconBlockBody,
  /** Of the proposer, over the header under the domain `beaconBlock`. */
  signature: signatureBytes,
});
export type SignedBeaconBlock = ValueOf<typeof SignedBeaconBlock>;
