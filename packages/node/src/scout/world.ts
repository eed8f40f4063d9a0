/**
 * The world of a Scout test: storage objects and receipts in memory, one shard, and a beacon chain of which it knows no
 * root, so that nothing can be claimed.
 */
import { bytesToHex } from 'sherd/base';
import type { ReceiptTarget, ScriptWorld, StoredObject } from 'sherd/scripts';

/** A code as the engine runs it. */
export interface RunnableCode {
  readonly codeHash: Uint8Array;
  readonly code: Uint8Array;
}

export interface ScoutReceipt {
  readonly script: number;
  readonly target: ReceiptTarget;
  readonly data: Uint8Array;
}

export interface ScoutWorld extends ScriptWorld {
  readonly receipts: readonly ScoutReceipt[];
}

/** Nothing expires within a test. */
const FOREVER = Number.MAX_SAFE_INTEGER;

export function createScoutWorld(codes: readonly RunnableCode[]): ScoutWorld {
  const objects = new Map<string, StoredObject>();
  const receipts: ScoutReceipt[] = [];
  const undo: (() => void)[] = [];
  const put = (id: string, object: StoredObject | undefined): void => {
    const before = objects.get(id);
    undo.push(() => void (before === undefined ? objects.delete(id) : objects.set(id, before)));
    if (object === undefined) objects.delete(id);
    else objects.set(id, object);
  };
  const idOf = (script: number, key: Uint8Array): string => `${script}:${bytesToHex(key)}`;
  return {
    chainId: 0n,
    shard: 0,
    shardCount: 1,
    minDeposit: 0n,
    slot: 0,
    scriptCount: codes.length,
    receipts,
    scriptCode: (script) => codes[script],
    getObject: (script, key) => objects.get(idOf(script, key)),
    setObject(script, key, storage) {
      const id = idOf(script, key);
      put(id, { version: (objects.get(id)?.version ?? 0) + 1, storage, ttl: FOREVER });
    },
    removeObject(script, key) {
      const id = idOf(script, key);
      const existed = objects.has(id);
      if (existed) put(id, undefined);
      return existed;
    },
    extendTtl: (script, key) => objects.has(idOf(script, key)),
    saveReceipt(script, target, data) {
      undo.push(() => void receipts.pop());
      return BigInt(receipts.push({ script, target, data }) - 1);
    },
    claimReceipt: () => 'UNKNOWN_ROOT',
    recentBeaconStateRoot: () => undefined,
    recentShardStateRoot: () => undefined,
    snapshot: () => undo.length,
    revertTo(snapshot) {
      while (undo.length > snapshot) undo.pop()!();
    },
  };
}
