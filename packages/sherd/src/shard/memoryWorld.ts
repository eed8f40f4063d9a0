/**
 * A shard in memory for trying scripts out: the world of real shard blocks, over a store of maps. Objects, receipts,
 * consumed bits and roots are the shard's own; only what comes from elsewhere is prepared by hand: claims stand for
 * receipts without a proof, and roots of the beacon chain and of other shards are what was said.
 */
import { bytesToHex, SherdError, ZERO_ADDRESS } from '../base/index.ts';
import { type ChainParams, presetParams } from '../beacon/params.ts';
import type { BeaconView, ScriptView } from '../beacon/view.ts';
import { checkModule } from '../scripts/checkModule.ts';
import type { ClaimError, ClaimedReceipt, ReceiptTarget, StoredObject } from '../scripts/world.ts';
import { commitChanges } from './commit.ts';
import { beginEvmBlock } from './evm/context.ts';
import { createEmptyState, type GenesisAccount, shardGenesis } from './genesis.ts';
import { MemoryShardStore } from './memoryStore.ts';
import { advanceRing, createShardStateType, decodeShardState, type ShardState } from './state.ts';
import { decodeObject } from './storageObject.ts';
import { createShardWorld, type ShardWorld } from './world.ts';

export interface MemoryWorldOptions {
  /** By default 53,900. */
  readonly chainId?: bigint;
  /** By default 0. */
  readonly shard?: number;
  /** By default 4. */
  readonly shardCount?: number;
  /** Of the block that scripts run in; by default 10. */
  readonly slot?: number;
  /** Slots that a write keeps an object; by default 100. */
  readonly ttlOnWrite?: number;
  /** All other numbers of the chain; by default those of the preset `dev`. */
  readonly params?: ChainParams;
  /** When given, the shard has the EVM as script 0, with these accounts. */
  readonly accounts?: readonly GenesisAccount[];
}

export interface SavedReceipt {
  readonly script: number;
  readonly target: ReceiptTarget;
  readonly index: bigint;
  readonly data: Uint8Array;
}

/** What the bytes of a claim stand for: a receipt for a script, or why it is refused. */
export type PreparedClaim = { readonly script: number; readonly receipt: ClaimedReceipt } | ClaimError;

export interface MemoryWorld extends ShardWorld {
  /** May be moved on, never back: what was written so far becomes a block, and objects expire by it. */
  slot: number;
  /** Registers code under the next id, as the beacon chain would. @throws SherdError with the reason of checkModule */
  addScript(code: Uint8Array): number;
  /** Takes an id for a script that lives in the program. */
  addBuiltIn(): number;
  /** A claim with other bytes is MALFORMED; one of a receipt (source and index) that was consumed is refused. */
  prepareClaim(claim: Uint8Array, outcome: PreparedClaim): void;
  setBeaconRoot(slot: number, root: Uint8Array): void;
  setShardRoot(shard: number, slot: number, root: Uint8Array): void;
  /** Every receipt that was saved, by index. */
  receipts(): readonly SavedReceipt[];
  /** Objects of a script by the hex of their key, expired ones included. */
  objects(script: number): ReadonlyMap<string, StoredObject>;
  /** The roots that the header of a block would have if it ended here. */
  roots(): { readonly stateRoot: Uint8Array; readonly receiptsRoot: Uint8Array };
  /** All objects, receipts and consumed bits as text: two worlds with the same digest hold the same. */
  digest(): string;
}

const ZERO32 = new Uint8Array(32);

/**
 * A shard in memory. Script ids are given out by {@link MemoryWorld.addScript} from 0 on, from 1 on when there is an EVM.
 * Objects of id 0 never expire, as everywhere: it is the EVM's region.
 */
export function createMemoryWorld(options: MemoryWorldOptions = {}): MemoryWorld {
  const { chainId = 53_900n, shard = 0, shardCount = 4, slot = 10, ttlOnWrite = 100, accounts } = options;
  const params = { ...(options.params ?? presetParams('dev')), chainId: Number(chainId), shardCount, ttlOnWrite };
  const codes = new Map<string, Uint8Array>();
  const scripts: ScriptView[] = [];
  const ledger = new Ledger({ params, shard, codes, scripts, accounts, slot });
  const claims = new Map<string, PreparedClaim>();
  const beaconRoots = new Map<number, Uint8Array>();
  const shardRoots = new Map<string, Uint8Array>();
  const register = (script: ScriptView) => scripts.push(script) - 1;
  const addBuiltIn = () => register({ codeHash: ZERO32, codeSize: 0n, balance: 0n });
  if (accounts !== undefined) addBuiltIn();

  return {
    chainId,
    shard,
    shardCount,
    minDeposit: params.minDeposit,
    get slot() {
      return ledger.world.slot;
    },
    set slot(to) {
      ledger.moveTo(to);
    },
    get scriptCount() {
      return scripts.length;
    },
    get journal() {
      return ledger.world.journal;
    },
    get block() {
      return ledger.world.block;
    },
    scriptCode: (script) => ledger.world.scriptCode(script),
    getObject: (script, key) => ledger.world.getObject(script, key),
    setObject: (script, key, storage) => ledger.world.setObject(script, key, storage),
    removeObject: (script, key) => ledger.world.removeObject(script, key),
    extendTtl: (script, key, slots) => ledger.world.extendTtl(script, key, slots),
    saveReceipt: (script, target, data) => ledger.world.saveReceipt(script, target, data),
    claimReceipt(script, claim) {
      const prepared = claims.get(bytesToHex(claim)) ?? 'MALFORMED';
      if (typeof prepared === 'string') return prepared;
      if (prepared.script !== script) return 'WRONG_TARGET';
      const { source, index } = prepared.receipt;
      const { journal } = ledger.world;
      if (journal.isConsumed(source, index)) return 'ALREADY_CONSUMED';
      journal.consume(source, index);
      return prepared.receipt;
    },
    recentBeaconStateRoot: (at) => beaconRoots.get(at),
    recentShardStateRoot: (of, at) =>
      of === shard ? ledger.world.recentShardStateRoot(of, at) : shardRoots.get(`${of}:${at}`),
    snapshot: () => ledger.world.snapshot(),
    revertTo: (snapshot) => ledger.world.revertTo(snapshot),

    addScript(code) {
      const verdict = checkModule(code);
      if (!verdict.ok) throw new SherdError(verdict.code, verdict.message);
      codes.set(bytesToHex(verdict.codeHash), verdict.metered);
      return register({ codeHash: verdict.codeHash, codeSize: BigInt(code.length), balance: 0n });
    },
    addBuiltIn,
    prepareClaim: (claim, outcome) => void claims.set(bytesToHex(claim), outcome),
    setBeaconRoot: (at, root) => void beaconRoots.set(at, root),
    setShardRoot: (of, at, root) => void shardRoots.set(`${of}:${at}`, root),
    receipts: () => ledger.receipts(),
    objects(script) {
      const prefix = `${script}/`;
      const own = [...ledger.objects()].filter(([id]) => id.startsWith(prefix));
      return new Map(own.map(([id, object]) => [id.slice(prefix.length), object]));
    },
    roots: () => ledger.roots(),
    digest: () => ledger.digest(),
  };
}

interface LedgerParts {
  readonly params: ChainParams;
  readonly shard: number;
  readonly codes: ReadonlyMap<string, Uint8Array>;
  readonly scripts: readonly ScriptView[];
  readonly accounts: readonly GenesisAccount[] | undefined;
  readonly slot: number;
}

/** What past blocks have left, and the world of the block that runs. */
class Ledger {
  readonly #parts: LedgerParts;
  readonly #store: MemoryShardStore;
  #state: ShardState;
  world: ShardWorld;

  constructor(parts: LedgerParts) {
    const { params, shard, codes, accounts, slot } = parts;
    this.#parts = parts;
    this.#store = new MemoryShardStore(codes);
    if (accounts !== undefined) this.#store.commit(shardGenesis(params, shard, accounts).writes);
    const state = this.#store.getState();
    this.#state = state === undefined ? createEmptyState(params, shard) : decodeShardState(params, state);
    this.world = this.#begin(slot);
  }

  /** Ends the block, and begins one at `slot`. */
  moveTo(slot: number): void {
    if (slot === this.world.slot) return;
    if (!Number.isSafeInteger(slot) || slot < this.world.slot) {
      throw new RangeError(`slot ${slot} after slot ${this.world.slot}`);
    }
    const { state, writes } = this.#commit();
    const { params, shard } = this.#parts;
    const stateBytes = createShardStateType(params).serialize(state);
    this.#store.commit({ shard, height: Number(state.height), blockRoot: ZERO32, state: stateBytes, ...writes });
    this.#state = state;
    this.world = this.#begin(slot);
  }

  receipts(): SavedReceipt[] {
    const all = [...this.#store.receipts, ...this.world.journal.changes().receipts];
    return all.map(({ sender, targetShard, targetScript, index, data }) => ({
      script: sender,
      target: { shard: targetShard, script: targetScript },
      index,
      data,
    }));
  }

  /** By `script/0xkey`. */
  objects(): Map<string, StoredObject> {
    const all = new Map([...this.#store.objects].map(([id, bytes]) => [id, decodeObject(bytes)]));
    for (const { script, key, object } of this.world.journal.changes().objects) {
      const id = `${script}/${bytesToHex(key)}`;
      if (object === undefined) all.delete(id);
      else all.set(id, object);
    }
    return all;
  }

  roots(): { stateRoot: Uint8Array; receiptsRoot: Uint8Array } {
    const { state } = this.#commit();
    const stateRoot = new Uint8Array(createShardStateType(this.#parts.params).hashTreeRoot(state));
    return { stateRoot, receiptsRoot: state.receiptsRoot };
  }

  digest(): string {
    const lines = [...this.objects()].map(([id, { version, ttl, storage }]) => {
      return `${id.replace('/', ':')} ${version} ${ttl} ${bytesToHex(storage)}`;
    });
    for (const { script, target, data } of this.receipts()) {
      lines.push(`receipt ${script} -> ${target.shard}/${target.script} ${bytesToHex(data)}`);
    }
    const consumed = new Map(this.#store.consumed);
    for (const { source, chunk, bits } of this.world.journal.changes().chunks) consumed.set(`${source}/${chunk}`, bits);
    for (const [chunk, bits] of consumed) lines.push(`consumed ${chunk} ${bytesToHex(bits)}`);
    return lines.sort().join('\n');
  }

  /** The block as it stands: the state that it leaves, and what is to be written. */
  #commit() {
    const { fields, writes } = commitChanges(this.#state, this.#store, this.world.journal.changes());
    const { slot, block } = this.world;
    const state: ShardState = { ...this.#state, ...fields, slot: BigInt(slot), height: BigInt(block.height) };
    return { state, writes };
  }

  #begin(slot: number): ShardWorld {
    const { params, shard, scripts, accounts } = this.#parts;
    const root = new Uint8Array(createShardStateType(params).hashTreeRoot(this.#state));
    this.#state = { ...this.#state, recentStateRoots: advanceRing(this.#state, root, slot) };
    const view: BeaconView = {
      slot: BigInt(slot - 1),
      root: ZERO32,
      genesisTime: 0n,
      stateRoots: new Uint8Array(32 * params.rootWindow),
      seed: ZERO32,
      validators: [],
      crosslinks: [],
      scripts,
    };
    const block = {
      params,
      view,
      height: Number(this.#state.height) + 1,
      parentRoot: ZERO32,
      parentGasUsed: 0,
      timestamp: BigInt(slot) * BigInt(params.slotSeconds),
      coinbase: ZERO_ADDRESS,
      blockRoot: () => undefined,
    };
    const world = createShardWorld({ shard, slot, block, store: this.#store, state: this.#state });
    if (accounts !== undefined) beginEvmBlock(world);
    return world;
  }
}
