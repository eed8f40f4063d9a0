/**
 * A beacon chain in memory whose validators' keys the test holds: makes blocks, signs operations and crosslinks, and
 * keeps what a node would store. Every block is assembled, then applied again by the strict entrance.
 */
import { bytesToHex, equalBytes, type SherdError } from 'sherd/base';
import {
  type AssembledBlock,
  assembleBlock,
  BEACON,
  type BeaconBlockBody,
  type BeaconEnv,
  type BeaconState,
  type BeaconView,
  beaconProposer,
  type ChainParams,
  createBeaconGenesis,
  createBeaconTypes,
  createBeaconView,
  createReceiptClaim,
  type DepositData,
  depositRoot,
  EMPTY_BODY,
  NewExecutionScript,
  presetParams,
  processBlock,
  type Receipt,
  type ReceiptClaim,
  type ShardBlockHeader,
  type SignedCrosslink,
  type SignedNewExecutionScript,
  type SignedWithdrawal,
  shardCommittee,
  shardHeaderRoot,
  signingRoot,
  stateRoot,
  Withdrawal,
} from 'sherd/beacon';
import { blsAggregate, blsDeriveSecretKey, blsPublicKey, blsSign } from 'sherd/crypto';
import { BitArray } from 'sherd/ssz';
import type { AccumulatorStore } from 'sherd/trie';

export interface TestChainOptions {
  readonly params?: ChainParams;
  readonly validators?: number;
  /** gwei of each validator. */
  readonly validatorBalance?: bigint;
  readonly evmBalance?: bigint;
  readonly scripts?: readonly { readonly code: Uint8Array; readonly balance: bigint }[];
  readonly env?: BeaconEnv;
}

const SEED = new Uint8Array(32).fill(0x5e);

/** Accepts whatever does not begin with 0xff: tests of the beacon chain need no Wasm. */
export const TEST_ENV: BeaconEnv = {
  checkScript: (code) =>
    code[0] === 0xff ? { ok: false, code: 'TEST_REFUSES', message: 'code begins with 0xff' } : { ok: true },
};

/** Secret key of validator `index`; keys past the genesis validators are for deposits. */
export function testKey(index: number): Uint8Array {
  return blsDeriveSecretKey(SEED, [index]);
}

export class TestChain {
  readonly params: ChainParams;
  readonly env: BeaconEnv;
  readonly genesis: BeaconState;
  state: BeaconState;
  /** Every block since genesis. */
  readonly blocks: AssembledBlock[] = [];
  readonly receipts: Receipt[] = [];
  readonly codes = new Map<string, Uint8Array>();
  /** Secret keys by public key: genesis validators', and those that {@link depositData} made. */
  private readonly keys = new Map<string, Uint8Array>();
  private readonly nodes = new Map<string, Uint8Array>();

  constructor(options: TestChainOptions = {}) {
    const { params = presetParams('test'), validators = 4, validatorBalance = 32_000_000_000n } = options;
    this.params = params;
    this.env = options.env ?? TEST_ENV;
    const pubkeys = Array.from({ length: validators }, (_, i) => this.keep(testKey(i)));
    const { state, codes } = createBeaconGenesis(
      params,
      {
        genesisTime: 1_800_000_000n,
        validators: pubkeys.map((pubkey, i) => ({
          pubkey,
          withdrawalCredentials: new Uint8Array(32).fill(i + 1),
          balance: validatorBalance,
        })),
        evmBalance: options.evmBalance ?? 0n,
        scripts: options.scripts ?? [],
      },
      this.env,
    );
    this.genesis = state;
    this.state = state;
    for (const { codeHash, code } of codes) this.codes.set(bytesToHex(codeHash), code);
  }

  get root(): Uint8Array {
    return stateRoot(this.params, this.state);
  }

  get view(): BeaconView {
    return createBeaconView(this.params, this.state, this.root);
  }

  /** Withdrawal receipts' accumulator nodes. */
  get store(): AccumulatorStore {
    return { getNode: (key) => this.nodes.get(bytesToHex(key)) };
  }

  /** gwei of all validators and scripts, and what was burned. */
  get supply(): bigint {
    let sum = this.state.burned;
    for (const { balance } of [...this.state.validators, ...this.state.executionScripts]) sum += balance;
    return sum;
  }

  /** A block with all operations that may stand in it; `slot` is the next one unless given. */
  block(operations: Partial<BeaconBlockBody> = {}, slot: bigint = this.state.slot + 1n): AssembledBlock {
    const { params, env } = this;
    const made = assembleBlock(params, this.state, slot, { ...EMPTY_BODY, ...operations }, env, (proposer, root) =>
      blsSign(this.keyOf(proposer), root),
    );
    const applied = processBlock(params, this.state, made.block, env);
    if (!equalBytes(stateRoot(params, applied.state), stateRoot(params, made.state))) {
      throw new Error('assembled and applied states differ');
    }
    // The root comes out of a tree that only changes were put into: it must be that of the whole value.
    const whole = createBeaconTypes(params).BeaconState.hashTreeRoot(applied.state);
    if (!equalBytes(whole, made.block.header.stateRoot)) throw new Error('state root is not that of the state');
    this.state = applied.state;
    this.blocks.push(made);
    this.receipts.push(...made.effects.receipts);
    for (const [key, hash] of made.effects.accumulatorNodes) this.nodes.set(bytesToHex(key), hash);
    for (const { codeHash, code } of made.effects.codes) this.codes.set(bytesToHex(codeHash), code);
    return made;
  }

  /** A block of which every operation must be accepted. @throws the first refusal. */
  accept(operations: Partial<BeaconBlockBody>): AssembledBlock {
    const made = this.block(operations);
    if (made.refused.length > 0) throw made.refused[0]!.error;
    return made;
  }

  /** Code of the refusal of the only operation in a block that would be made now. */
  refusal(operations: Partial<BeaconBlockBody>): SherdError {
    const { refused } = assembleBlock(
      this.params,
      this.state,
      this.state.slot + 1n,
      { ...EMPTY_BODY, ...operations },
      this.env,
      (proposer, root) => blsSign(this.keyOf(proposer), root),
    );
    if (refused.length === 0) throw new Error('nothing was refused');
    return refused[0]!.error;
  }

  withdrawal(fields: Partial<Withdrawal> = {}): SignedWithdrawal {
    const validatorIndex = fields.validatorIndex ?? 0;
    const message: Withdrawal = {
      validatorIndex,
      nonce: this.state.validators[validatorIndex]?.nonce ?? 0n,
      targetShard: 0,
      targetScript: 0,
      amount: 1_000_000_000n,
      data: new Uint8Array(20).fill(0xaa),
      ...fields,
    };
    const key = this.keyOf(validatorIndex);
    const root = signingRoot(this.params.chainId, 'withdrawal', Withdrawal.hashTreeRoot(message));
    return { message, pubkey: blsPublicKey(key), signature: blsSign(key, root) };
  }

  newScript(code: Uint8Array, fields: Partial<NewExecutionScript> = {}): SignedNewExecutionScript {
    const sender = fields.sender ?? 0;
    const nonce = this.state.validators[sender]?.nonce ?? 0n;
    const message: NewExecutionScript = { sender, nonce, slot: this.state.slot, code, ...fields };
    const key = this.keyOf(sender);
    const root = signingRoot(this.params.chainId, 'newExecutionScript', NewExecutionScript.hashTreeRoot(message));
    return { message, pubkey: blsPublicKey(key), signature: blsSign(key, root) };
  }

  /** Signed deposit for {@link testKey}`(index)`; by default a key that nobody has used. */
  depositData(amount: bigint, index: number = this.keys.size): DepositData {
    const key = testKey(index);
    const message = {
      pubkey: this.keep(key),
      withdrawalCredentials: new Uint8Array(32).fill(index + 1),
      amount,
    };
    return { ...message, signature: blsSign(key, signingRoot(this.params.chainId, 'deposit', depositRoot(message))) };
  }

  /** The header with the crosslink signatures of the first `signers` of its committee, all when left out. */
  crosslink(header: ShardBlockHeader, signers?: number): SignedCrosslink {
    const committee = shardCommittee(this.params, this.state, header.shard, header.slot);
    const count = signers ?? committee.length;
    const root = signingRoot(this.params.chainId, 'crosslink', shardHeaderRoot(header));
    const bits = BitArray.fromBoolArray(committee.map((_, i) => i < count));
    const signatures = committee.slice(0, count).map((index) => blsSign(this.keyOf(index), root));
    return { header, aggregationBits: bits, signature: blsAggregate(signatures) };
  }

  /** Claim of a withdrawal receipt, or of a shard's when its store is given, anchored in the newest state. */
  claim(receipt: Receipt, store: AccumulatorStore = this.store): ReceiptClaim {
    if (receipt.source !== BEACON && store === this.store) throw new Error('the claim needs the store of its shard');
    return createReceiptClaim(this.state, store, receipt, this.params);
  }

  /** Secret key of a validator; that of {@link testKey} for an index that the registry lacks. */
  keyOf(index: number): Uint8Array {
    const pubkey = this.state.validators[index]?.pubkey;
    return (pubkey && this.keys.get(bytesToHex(pubkey))) ?? testKey(index);
  }

  private keep(key: Uint8Array): Uint8Array {
    const pubkey = blsPublicKey(key);
    this.keys.set(bytesToHex(pubkey), key);
    return pubkey;
  }

  /** Index of the validator that proposes the next block. */
  get nextProposer(): number {
    return beaconProposer(this.state, this.state.slot + 1n);
  }
}
