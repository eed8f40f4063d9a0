/**
 * A beacon chain and its shards in memory. Every shard block is built, signed, applied by the strict entrance, and
 * compared, before it is committed; {@link ShardNetwork.inFlight} and {@link ShardNetwork.books} add up where ETH is.
 */
import { bytesToHex, equalBytes, SherdError } from 'sherd/base';
import {
  BEACON,
  type BeaconView,
  type ChainParams,
  DepositData,
  presetParams,
  type Receipt,
  type ReceiptClaim,
  type ShardTransaction,
  type SignedShardBlock,
  shardProposer,
} from 'sherd/beacon';
import { blsSign } from 'sherd/crypto';
import { checkModule, createScriptEngine, type ScriptEngine } from 'sherd/scripts';
import {
  applyShardBlock,
  type Books,
  type BuildInput,
  type BuiltShardBlock,
  buildShardBlock,
  claimGas,
  createEvmScript,
  EvmMessage,
  encodeClaimTransaction,
  evmBooks,
  evmPrefund,
  type GenesisAccount,
  MemoryShardStore,
  type ShardInput,
  shardBlockSigningRoot,
  shardGenesis,
} from 'sherd/shard';
import { TestChain } from './beaconChain.ts';

export interface ShardNetworkOptions {
  readonly params?: ChainParams;
  /** Accounts of each shard at genesis. */
  readonly alloc?: (shard: number) => readonly GenesisAccount[];
  /** Scripts 1, 2, ...; balance in gwei. */
  readonly scripts?: readonly { readonly code: Uint8Array; readonly balance: bigint }[];
}

const GWEI = 1_000_000_000n;

export class ShardNetwork {
  readonly params: ChainParams;
  readonly chain: TestChain;
  readonly shards: readonly MemoryShardStore[];
  readonly engine: ScriptEngine;
  /** Every signed block of each shard with the view it was built on, for replays. */
  readonly blocks: { readonly view: BeaconView; readonly block: SignedShardBlock }[][];
  readonly alloc: (shard: number) => readonly GenesisAccount[];
  readonly codes = new Map<string, Uint8Array>();

  constructor({ params = presetParams('test'), alloc = () => [], scripts = [] }: ShardNetworkOptions = {}) {
    this.params = params;
    this.alloc = alloc;
    const ids = Array.from({ length: params.shardCount }, (_, shard) => shard);
    const evmBalance = ids.reduce((sum, shard) => sum + evmPrefund(alloc(shard)), 0n);
    this.chain = new TestChain({ params, evmBalance, scripts, env: { checkScript: (code) => checkModule(code) } });
    for (const { code } of scripts) this.addCode(code);
    const limits = { maxObjectBytes: params.maxObjectBytes, maxReceiptBytes: params.maxReceiptBytes };
    this.engine = createScriptEngine({ builtIns: new Map([[0, createEvmScript()]]), limits });
    this.shards = ids.map((shard) => this.newStore(shard));
    this.blocks = ids.map(() => []);
  }

  /** A store that holds the genesis of `shard` and nothing else. */
  newStore(shard: number): MemoryShardStore {
    const store = new MemoryShardStore(this.codes);
    store.commit(shardGenesis(this.params, shard, this.alloc(shard)).writes);
    return store;
  }

  /** The metered form of a registered script, for the shards' stores. */
  addCode(code: Uint8Array): void {
    const verdict = checkModule(code);
    if (!verdict.ok) throw new SherdError(verdict.code, verdict.message);
    this.codes.set(bytesToHex(verdict.codeHash), verdict.metered);
  }

  input(shard: number): ShardInput {
    const { params, engine, chain } = this;
    return { params, shard, view: chain.view, store: this.shards[shard]!, engine };
  }

  /** What a producer would build from: the slot after the beacon chain's newest. */
  buildInput(shard: number, transactions: readonly ShardTransaction[], slot = this.nextSlot(shard)): BuildInput {
    const input = this.input(shard);
    const proposerIndex = shardProposer(this.params, input.view, shard, BigInt(slot));
    return { ...input, slot, proposerIndex, transactions };
  }

  nextSlot(_shard: number): number {
    return Number(this.chain.state.slot) + 1;
  }

  sign(built: Pick<BuiltShardBlock, 'header' | 'transactions'>): SignedShardBlock {
    const { header, transactions } = built;
    const signature = blsSign(this.chain.keyOf(header.proposerIndex), shardBlockSigningRoot(this.params, header));
    return { header, transactions: [...transactions], signature };
  }

  /** Builds, applies strictly, compares, commits, and crosslinks in the next beacon block. */
  block(shard: number, transactions: readonly ShardTransaction[], slot?: number): BuiltShardBlock {
    const input = this.buildInput(shard, transactions, slot);
    const built = buildShardBlock(input);
    const block = this.sign(built);
    const applied = applyShardBlock(input, structuredClone(block));
    if (!equalBytes(applied.writes.blockRoot, built.writes.blockRoot))
      throw new Error('built and applied roots differ');
    this.shards[shard]!.commit(structuredClone(applied.writes));
    this.blocks[shard]!.push({ view: input.view, block });
    if (slot === undefined) this.chain.accept({ crosslinks: [this.chain.crosslink(built.header)] });
    return built;
  }

  /** A block that includes all candidates. @throws the reason of the first that is left out */
  accept(shard: number, transactions: readonly ShardTransaction[]): BuiltShardBlock {
    const built = this.block(shard, transactions);
    const [first] = built.leftOut;
    if (first !== undefined) throw new SherdError(first.code, first.message);
    return built;
  }

  /** Code with which the only candidate is left out of a block that would be built now. */
  refusal(shard: number, transaction: ShardTransaction): string | undefined {
    return buildShardBlock(this.buildInput(shard, [transaction])).leftOut[0]?.code;
  }

  /** Claim anchored in the newest beacon state. */
  claim(receipt: Receipt): ReceiptClaim {
    return receipt.source === BEACON
      ? this.chain.claim(receipt)
      : this.chain.claim(receipt, this.shards[receipt.source]!.accumulator);
  }

  /** Transaction that delivers a receipt to script 0. */
  delivery(receipt: Receipt, gasLimit: number = claimGas(receipt)): ShardTransaction {
    return { script: 0, gasLimit: BigInt(gasLimit), data: encodeClaimTransaction(this.claim(receipt)) };
  }

  /** Applies every block again from genesis. Returns the root of the newest header. */
  replay(shard: number): Uint8Array {
    const store = this.newStore(shard);
    let root = store.getBlockRoot(0)!;
    for (const { view, block } of this.blocks[shard]!) {
      const { writes } = applyShardBlock({ ...this.input(shard), store, view }, block);
      store.commit(writes);
      root = writes.blockRoot;
    }
    return root;
  }

  books(shard: number): Books {
    return evmBooks(this.shards[shard]!);
  }

  /** Wei in receipts for script 0, or from it to the beacon chain, that nobody has consumed yet. */
  inFlight(): bigint {
    let sum = 0n;
    for (const receipt of this.chain.receipts) {
      if (receipt.targetScript !== 0 || this.isConsumed(receipt)) continue;
      sum += receipt.amount * GWEI;
    }
    for (const store of this.shards) {
      for (const receipt of store.receipts) {
        if (receipt.sender !== 0 || this.isConsumed(receipt)) continue;
        const { data, targetShard } = receipt;
        sum +=
          targetShard === BEACON ? DepositData.deserialize(data).amount * GWEI : EvmMessage.deserialize(data).value;
      }
    }
    return sum;
  }

  /** Wei that the beacon chain holds for script 0, less all that the shards can account for. Must be 0. */
  imbalance(): bigint {
    let sum = this.inFlight();
    for (let shard = 0; shard < this.params.shardCount; shard++) {
      const { supply, burned } = this.books(shard);
      sum += supply + burned;
    }
    return this.chain.state.executionScripts[0]!.balance * GWEI - sum;
  }

  private isConsumed({ source, index, targetShard }: Receipt): boolean {
    const at = Number(index / 256n);
    const chunk =
      targetShard === BEACON
        ? this.chain.state.consumedReceipts[source]?.[at]
        : this.shards[targetShard]?.getConsumedChunk(source, at);
    const bit = Number(index % 256n);
    return chunk !== undefined && (chunk[bit >> 3]! & (1 << (bit & 7))) !== 0;
  }
}
