/**
 * A shard in memory, for trying a script out: storage objects that expire, receipts, and claims that are prepared by
 * whoever tests. Claims are looked up by their bytes: proofs are the business of real networks.
 */
import { bytesToHex, SherdError } from 'sherd/base';
import {
  type ClaimError,
  type ClaimedReceipt,
  checkModule,
  type ReceiptTarget,
  type ScriptWorld,
  type StoredObject,
} from 'sherd/scripts';

export interface MemoryShardOptions {
  readonly chainId?: bigint;
  readonly shard?: number;
  readonly shardCount?: number;
  readonly slot?: number;
  /** Slots that a write keeps an object. */
  readonly ttlOnWrite?: number;
}

export interface SavedReceipt {
  readonly script: number;
  readonly target: ReceiptTarget;
  readonly data: Uint8Array;
}

interface State {
  readonly objects: Map<string, StoredObject>;
  readonly receipts: SavedReceipt[];
  readonly consumed: Set<string>;
}

export interface MemoryShard extends ScriptWorld {
  /** May be moved on by a test: objects expire by it. */
  slot: number;
  /** Registers code under the next id. @throws SherdError with the reason when the chain would refuse it */
  addScript(code: Uint8Array): number;
  /** Takes an id for a script that lives in the program. */
  addBuiltIn(): number;
  /** What the bytes of a claim stand for: a receipt for a script, or why they are refused. */
  prepareClaim(claim: Uint8Array, script: number, outcome: ClaimedReceipt | ClaimError): void;
  receipts(): readonly SavedReceipt[];
  /** All state as text: two shards with the same digest hold the same. */
  digest(): string;
}

function copy({ objects, receipts, consumed }: State): State {
  return { objects: new Map(objects), receipts: [...receipts], consumed: new Set(consumed) };
}

function idOf(script: number, key: Uint8Array): string {
  return `${script}:${bytesToHex(key)}`;
}

export function createMemoryShard(options: MemoryShardOptions = {}): MemoryShard {
  const { chainId = 53_900n, shard = 0, shardCount = 4, slot = 10, ttlOnWrite = 100 } = options;
  let state: State = { objects: new Map(), receipts: [], consumed: new Set() };
  const snapshots: State[] = [];
  const scripts: ({ codeHash: Uint8Array; code: Uint8Array } | undefined)[] = [];
  const claims = new Map<string, { script: number; outcome: ClaimedReceipt | ClaimError }>();

  const world: MemoryShard = {
    chainId,
    shard,
    shardCount,
    slot,
    get scriptCount() {
      return scripts.length;
    },
    scriptCode: (script) => scripts[script],
    getObject(script, key) {
      const object = state.objects.get(idOf(script, key));
      return object !== undefined && object.ttl >= world.slot ? object : undefined;
    },
    setObject(script, key, storage) {
      const before = world.getObject(script, key);
      const ttl = Math.max(before?.ttl ?? 0, world.slot + ttlOnWrite);
      state.objects.set(idOf(script, key), { version: (before?.version ?? 0) + 1, storage: storage.slice(), ttl });
    },
    removeObject(script, key) {
      const existed = world.getObject(script, key) !== undefined;
      state.objects.delete(idOf(script, key));
      return existed;
    },
    extendTtl(script, key, slots) {
      const object = world.getObject(script, key);
      if (object === undefined) return false;
      const ttl = Math.min(object.ttl + slots, Number.MAX_SAFE_INTEGER);
      state.objects.set(idOf(script, key), { ...object, ttl });
      return true;
    },
    saveReceipt(script, target, data) {
      return BigInt(state.receipts.push({ script, target, data: data.slice() }) - 1);
    },
    claimReceipt(script, claim) {
      const id = bytesToHex(claim);
      const prepared = claims.get(id);
      if (prepared === undefined) return 'MALFORMED';
      if (prepared.script !== script) return 'WRONG_TARGET';
      if (typeof prepared.outcome === 'string') return prepared.outcome;
      if (state.consumed.has(id)) return 'ALREADY_CONSUMED';
      state.consumed.add(id);
      return prepared.outcome;
    },
    recentBeaconStateRoot: () => undefined,
    recentShardStateRoot: () => undefined,
    snapshot: () => snapshots.push(copy(state)) - 1,
    revertTo(snapshot) {
      state = copy(snapshots[snapshot]!);
      snapshots.length = snapshot;
    },
    addScript(code) {
      const verdict = checkModule(code);
      if (!verdict.ok) throw new SherdError(verdict.code, verdict.message);
      return scripts.push({ codeHash: verdict.codeHash, code: verdict.metered }) - 1;
    },
    addBuiltIn: () => scripts.push(undefined) - 1,
    prepareClaim: (claim, script, outcome) => void claims.set(bytesToHex(claim), { script, outcome }),
    receipts: () => state.receipts,
    digest() {
      const lines = [...state.objects].map(
        ([id, { version, ttl, storage }]) => `${id} ${version} ${ttl} ${bytesToHex(storage)}`,
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
