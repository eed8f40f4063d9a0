/**
 * A world for scripts in memory: storage objects with ttl, receipts, claims that a test prepares. It keeps to the
 * rules of the port; proofs are looked up, not verified, because tests of the shard do that with real ones.
 */
import { bytesToHex } from 'sherd/base';
import {
  BEACON,
  type ClaimError,
  type ClaimedReceipt,
  checkModule,
  type ReceiptTarget,
  type ScriptWorld,
  type StoredObject,
} from 'sherd/scripts';

export interface SavedReceipt {
  readonly script: number;
  readonly target: ReceiptTarget;
  readonly index: bigint;
  readonly data: Uint8Array;
}

/** What a claim (by its bytes) stands for: a receipt for a script, or why it is refused. */
export type PreparedClaim = { readonly script: number; readonly receipt: ClaimedReceipt } | ClaimError;

export interface MemoryWorldOptions {
  readonly chainId?: bigint;
  readonly shard?: number;
  readonly shardCount?: number;
  readonly slot?: number;
  /** Slots by which a write extends the ttl. */
  readonly ttlOnWrite?: number;
}

interface State {
  readonly objects: Map<string, StoredObject>;
  readonly receipts: SavedReceipt[];
  readonly consumed: Set<string>;
}

export interface MemoryWorld extends ScriptWorld {
  slot: number;
  /** Registers code under the next id, as the beacon chain would. Throws when checkModule refuses it. */
  addScript(code: Uint8Array): number;
  /** Takes an id without code, for a built-in script. */
  addBuiltIn(): number;
  prepareClaim(claim: Uint8Array, outcome: PreparedClaim): void;
  setBeaconRoot(slot: number, root: Uint8Array): void;
  setShardRoot(shard: number, slot: number, root: Uint8Array): void;
  receipts(): readonly SavedReceipt[];
  /** Every object as text, sorted: two worlds with the same digest hold the same. */
  digest(): string;
}

export function createMemoryWorld(options: MemoryWorldOptions = {}): MemoryWorld {
  const { chainId = 53_900n, shard = 0, shardCount = 4, slot = 10, ttlOnWrite = 100 } = options;
  let state: State = { objects: new Map(), receipts: [], consumed: new Set() };
  const snapshots: State[] = [];
  const scripts: ({ codeHash: Uint8Array; code: Uint8Array } | undefined)[] = [];
  const claims = new Map<string, PreparedClaim>();
  const beaconRoots = new Map<number, Uint8Array>();
  const shardRoots = new Map<string, Uint8Array>();
  const keyOf = (script: number, key: Uint8Array) => `${script}:${bytesToHex(key)}`;
  const copy = (from: State): State => ({
    objects: new Map(from.objects),
    receipts: [...from.receipts],
    consumed: new Set(from.consumed),
  });

  const world: MemoryWorld = {
    chainId,
    shard,
    shardCount,
    slot,
    get scriptCount() {
      return scripts.length;
    },
    scriptCode: (script) => scripts[script],
    getObject(script, key) {
      const object = state.objects.get(keyOf(script, key));
      return object !== undefined && object.ttl >= world.slot ? object : undefined;
    },
    setObject(script, key, storage) {
      const before = world.getObject(script, key);
      const ttl = Math.max(before?.ttl ?? 0, world.slot + ttlOnWrite);
      state.objects.set(keyOf(script, key), { version: (before?.version ?? 0) + 1, storage: storage.slice(), ttl });
    },
    removeObject(script, key) {
      const existed = world.getObject(script, key) !== undefined;
      state.objects.delete(keyOf(script, key));
      return existed;
    },
    extendTtl(script, key, slots) {
      const object = world.getObject(script, key);
      if (object === undefined) return false;
      state.objects.set(keyOf(script, key), { ...object, ttl: Math.min(object.ttl + slots, Number.MAX_SAFE_INTEGER) });
      return true;
    },
    saveReceipt(script, target, data) {
      const index = BigInt(state.receipts.length);
      state.receipts.push({ script, target, index, data: data.slice() });
      return index;
    },
    claimReceipt(script, claim) {
      const id = bytesToHex(claim);
      const prepared = claims.get(id);
      if (prepared === undefined) return 'MALFORMED';
      if (typeof prepared === 'string') return prepared;
      if (prepared.script !== script) return 'WRONG_TARGET';
      if (state.consumed.has(id)) return 'ALREADY_CONSUMED';
      state.consumed.add(id);
      return prepared.receipt;
    },
    recentBeaconStateRoot: (at) => beaconRoots.get(at),
    recentShardStateRoot: (of, at) => (of === BEACON ? undefined : shardRoots.get(`${of}:${at}`)),
    snapshot: () => snapshots.push(copy(state)) - 1,
    revertTo(snapshot) {
      state = copy(snapshots[snapshot]!);
      snapshots.length = snapshot;
    },

    addScript(code) {
      const verdict = checkModule(code);
      if (!verdict.ok) throw new Error(`${verdict.code}: ${verdict.message}`);
      return scripts.push({ codeHash: verdict.codeHash, code: verdict.metered }) - 1;
    },
    addBuiltIn: () => scripts.push(undefined) - 1,
    prepareClaim: (claim, outcome) => void claims.set(bytesToHex(claim), outcome),
    setBeaconRoot: (at, root) => void beaconRoots.set(at, root),
    setShardRoot: (of, at, root) => void shardRoots.set(`${of}:${at}`, root),
    receipts: () => state.receipts,
    digest() {
      const lines = [...state.objects].map(
        ([key, { version, storage, ttl }]) => `${key} ${version} ${ttl} ${bytesToHex(storage)}`,
      );
      for (const { script, target, data } of state.receipts) {
        lines.push(`receipt ${script} -> ${target.shard}/${target.script} ${bytesToHex(data)}`);
      }
      for (const id of state.consumed) lines.push(`consumed ${id}`);
      return lines.sort().join('\n');
    },
  };
  return world;
}
