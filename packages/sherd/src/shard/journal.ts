/**
 * The journal of one shard block: storage objects of all regions, saved receipts and consumed bits, over a store that
 * it only reads. Everything can be undone back to any snapshot of the block. What remains comes out through
 * {@link ShardJournal.changes}, in an order that does not depend on the order of the writes.
 */
import type { Receipt } from '../beacon/types.ts';
import type { StoredObject } from '../scripts/world.ts';
import { decodeObject, FOREVER, isAlive } from './storageObject.ts';
import type { ShardStore } from './store.ts';

/** Region of the built-in EVM script: its objects never expire. */
export const EVM_SCRIPT = 0;

/** Consumed bits in one chunk. */
export const CHUNK_BITS = 256;

interface ObjectEntry {
  readonly script: number;
  readonly key: Uint8Array;
  /** In the store, expired or not. */
  readonly stored: StoredObject | undefined;
  object: StoredObject | undefined;
}

interface ChunkEntry {
  readonly source: number;
  readonly chunk: number;
  readonly stored: Uint8Array;
  bits: Uint8Array;
}

type Undo =
  | { readonly kind: 'object'; readonly entry: ObjectEntry; readonly object: StoredObject | undefined }
  | { readonly kind: 'chunk'; readonly entry: ChunkEntry; readonly bits: Uint8Array }
  | { readonly kind: 'receipt' };

export interface ObjectChange {
  readonly script: number;
  readonly key: Uint8Array;
  /** Undefined: removed. */
  readonly object: StoredObject | undefined;
}

export interface ChunkChange {
  readonly source: number;
  readonly chunk: number;
  readonly bits: Uint8Array;
}

export interface JournalChanges {
  readonly objects: readonly ObjectChange[];
  readonly chunks: readonly ChunkChange[];
  readonly receipts: readonly Receipt[];
}

export interface JournalParts {
  readonly store: Pick<ShardStore, 'getObject' | 'getConsumedChunk'>;
  readonly slot: number;
  readonly ttlOnWrite: number;
}

const EMPTY_CHUNK = new Uint8Array(CHUNK_BITS / 8);

export class ShardJournal {
  readonly #store: JournalParts['store'];
  readonly #slot: number;
  readonly #ttlOnWrite: number;
  readonly #objects = new Map<string, ObjectEntry>();
  readonly #chunks = new Map<string, ChunkEntry>();
  readonly #receipts: Receipt[] = [];
  readonly #undo: Undo[] = [];

  constructor({ store, slot, ttlOnWrite }: JournalParts) {
    this.#store = store;
    this.#slot = slot;
    this.#ttlOnWrite = ttlOnWrite;
  }

  // Objects

  getObject(script: number, key: Uint8Array): StoredObject | undefined {
    const { object } = this.#object(script, key);
    return isAlive(object, this.#slot) ? object : undefined;
  }

  /** The object even when it has expired. */
  getRawObject(script: number, key: Uint8Array): StoredObject | undefined {
    return this.#object(script, key).object;
  }

  /** An expired object counts as absent: the version begins at 1 again, whether it was poked or not. */
  setObject(script: number, key: Uint8Array, storage: Uint8Array): void {
    const entry = this.#object(script, key);
    const old = isAlive(entry.object, this.#slot) ? entry.object : undefined;
    const version = (old?.version ?? 0) + 1;
    const ttl = script === EVM_SCRIPT ? FOREVER : Math.max(old?.ttl ?? 0, later(this.#slot, this.#ttlOnWrite));
    this.#put(entry, { version, storage, ttl });
  }

  removeObject(script: number, key: Uint8Array): boolean {
    const entry = this.#object(script, key);
    if (!isAlive(entry.object, this.#slot)) return false;
    this.#put(entry, undefined);
    return true;
  }

  extendTtl(script: number, key: Uint8Array, slots: number): boolean {
    const entry = this.#object(script, key);
    if (!isAlive(entry.object, this.#slot)) return false;
    this.#put(entry, { ...entry.object, ttl: later(entry.object.ttl, slots) });
    return true;
  }

  /** Removes an object whose ttl has passed. False when there is none, or it is alive. */
  poke(script: number, key: Uint8Array): boolean {
    const entry = this.#object(script, key);
    if (entry.object === undefined || isAlive(entry.object, this.#slot)) return false;
    this.#put(entry, undefined);
    return true;
  }

  // Receipts

  /** Receipts saved in this block so far. */
  get receiptCount(): number {
    return this.#receipts.length;
  }

  addReceipt(receipt: Receipt): void {
    this.#undo.push({ kind: 'receipt' });
    this.#receipts.push(receipt);
  }

  isConsumed(source: number, index: bigint): boolean {
    const { bits } = this.#chunk(source, index);
    const bit = Number(index % BigInt(CHUNK_BITS));
    return (bits[bit >> 3]! & (1 << (bit & 7))) !== 0;
  }

  consume(source: number, index: bigint): void {
    const entry = this.#chunk(source, index);
    const bit = Number(index % BigInt(CHUNK_BITS));
    this.#undo.push({ kind: 'chunk', entry, bits: entry.bits });
    const bits = entry.bits.slice();
    bits[bit >> 3]! |= 1 << (bit & 7);
    entry.bits = bits;
  }

  // Undoing

  snapshot(): number {
    return this.#undo.length;
  }

  revertTo(snapshot: number): void {
    while (this.#undo.length > snapshot) {
      const undo = this.#undo.pop()!;
      if (undo.kind === 'object') undo.entry.object = undo.object;
      else if (undo.kind === 'chunk') undo.entry.bits = undo.bits;
      else this.#receipts.pop();
    }
  }

  /** The difference to the store. Objects by script and key, chunks by source and number, receipts by index. */
  changes(): JournalChanges {
    return {
      objects: sortedEntries(this.#objects, ({ object, stored }) => object !== stored).map(
        ({ script, key, object }) => ({ script, key, object }),
      ),
      chunks: sortedEntries(this.#chunks, ({ bits, stored }) => bits !== stored).map(({ source, chunk, bits }) => ({
        source,
        chunk,
        bits,
      })),
      receipts: this.#receipts.slice(),
    };
  }

  // Helpers

  #object(script: number, key: Uint8Array): ObjectEntry {
    if (key.length !== 32) throw new RangeError(`storage key of ${key.length} bytes, want 32`);
    const id = objectId(script, key);
    let entry = this.#objects.get(id);
    if (entry === undefined) {
      const bytes = this.#store.getObject(script, key);
      const stored = bytes === undefined ? undefined : decodeObject(bytes);
      entry = { script, key: key.slice(), stored, object: stored };
      this.#objects.set(id, entry);
    }
    return entry;
  }

  #chunk(source: number, index: bigint): ChunkEntry {
    const chunk = Number(index / BigInt(CHUNK_BITS));
    const id = `${fixedHex(source, 8)}${fixedHex(chunk, 14)}`;
    let entry = this.#chunks.get(id);
    if (entry === undefined) {
      const stored = this.#store.getConsumedChunk(source, chunk) ?? EMPTY_CHUNK;
      entry = { source, chunk, stored, bits: stored };
      this.#chunks.set(id, entry);
    }
    return entry;
  }

  #put(entry: ObjectEntry, object: StoredObject | undefined): void {
    this.#undo.push({ kind: 'object', entry, object: entry.object });
    entry.object = object === undefined ? undefined : { ...object, storage: object.storage.slice() };
  }
}

/** Slot arithmetic that ends at {@link FOREVER}. */
function later(slot: number, slots: number): number {
  return Math.min(FOREVER, slot + slots);
}

function fixedHex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}

/**
 * Script and key as text, 16 bits a character: ids are in the order of script and key, as their bytes are. In one piece,
 * because every read comes by here, and hexadecimal digits take many times as long to put together.
 */
function objectId(script: number, key: Uint8Array): string {
  return String.fromCharCode(
    script >>> 16,
    script & 0xffff,
    pair(key, 0),
    pair(key, 2),
    pair(key, 4),
    pair(key, 6),
    pair(key, 8),
    pair(key, 10),
    pair(key, 12),
    pair(key, 14),
    pair(key, 16),
    pair(key, 18),
    pair(key, 20),
    pair(key, 22),
    pair(key, 24),
    pair(key, 26),
    pair(key, 28),
    pair(key, 30),
  );
}

function pair(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}

/** The entries that `counts` wants, in the order of their ids. What was only read is not sorted. */
function sortedEntries<T>(map: ReadonlyMap<string, T>, counts: (entry: T) => boolean): T[] {
  const ids: string[] = [];
  for (const [id, entry] of map) if (counts(entry)) ids.push(id);
  return ids.sort().map((id) => map.get(id)!);
}
