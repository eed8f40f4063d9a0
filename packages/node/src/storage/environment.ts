/**
 * The LMDB environment and its tables. Every value carries a CRC-32 of its key and itself: LMDB has no checksums of its
 * own, and a flipped bit must be a loud refusal, never a wrong root.
 */
import { statfsSync } from 'node:fs';
import { type Database, open, type RootDatabase } from 'lmdb';
import { SherdError } from 'sherd/base';
import { crc32 } from './crc32.ts';
import { checkDatabaseFile, hasDatabase } from './databaseFile.ts';

/** Name of each table with what stands in it. */
export const TABLES = [
  /** Names to values: format, genesis, the newest beacon state. */
  'meta',
  /** Slot u64 to SignedBeaconBlock. */
  'beaconBlocks',
  /** Root of a beacon block's header to slot u64. */
  'beaconRoots',
  /** Id of an operation to its record. */
  'operations',
  /** SHA-256 of the code to the code as it was registered, and to its metered form. */
  'scriptCode',
  'meteredCode',
  /** The same to the size of the metered form, and whether it is interpreted. */
  'scriptForms',
  /** Index u64 to Receipt; accumulator key to hash. */
  'withdrawalReceipts',
  'withdrawalNodes',
  /** Shard u32 to the newest ShardState. */
  'shardStates',
  /** Shard, height to ShardState without its ring. */
  'pastStates',
  /** Shard, height to SignedShardBlock, to root, and to the outcomes. */
  'shardBlocks',
  'shardRoots',
  'outcomes',
  /** Shard, root of a block's header to height u32. */
  'shardHeights',
  /** Shard, transaction id or hash to height u32 and index u32. */
  'transactions',
  /** Shard, script u32, key to StorageObject. */
  'objects',
  /** Kind, key, height u32 to the value before the block of that height. */
  'history',
  /** Nodes of the two sparse trees and of the receipts' accumulator: shard, node key. */
  'treeNodes',
  'consumedNodes',
  'receiptNodes',
  /** Shard, source u32, chunk u32 to 32 bytes. */
  'consumedChunks',
  /** Shard, index u64 to Receipt. */
  'receipts',
  /** Source u32, index u64 to target shard u32: receipts that the relayer delivers. */
  'deliveries',
  /** Shard, address or topic (33 bytes), height u32 to nothing: which blocks have logs of it. */
  'logs',
  /** Script u32 to how much it was used on this node. */
  'scriptUse',
] as const;
export type TableName = (typeof TABLES)[number];

/** Reads and writes of one table. Answers are the caller's own copies. */
export interface Table {
  readonly name: TableName;
  /** @throws SherdError STORE_DAMAGED when the value is not what was written. */
  get(key: Uint8Array): Uint8Array | undefined;
  /** Ascending from `start` to before `end`. */
  range(start: Uint8Array, end?: Uint8Array, limit?: number): Iterable<readonly [key: Uint8Array, value: Uint8Array]>;
  /** Inside {@link Environment.write} only. */
  put(key: Uint8Array, value: Uint8Array): void;
  remove(key: Uint8Array): void;
}

export interface Environment {
  readonly directory: string;
  readonly tables: Readonly<Record<TableName, Table>>;
  /**
   * Runs `change` in one transaction. When it returns, everything is durable; when it throws, nothing was written.
   * @throws SherdError STORE_WRITE_FAILED when the disk does not take it.
   */
  write(change: () => void): void;
  /** Lets the following reads see the newest commit. Until the next call they see one snapshot, within one task. */
  refresh(): void;
  /** Bytes of the database file in use. */
  size(): number;
  close(): Promise<void>;
}

export interface EnvironmentOptions {
  /** Another process writes; ours only reads. */
  readonly readOnly?: boolean;
  /** Commits return before they are on disk: for stores that are thrown away. */
  readonly ephemeral?: boolean;
}

/** Bytes of the checksum behind each value. */
const SUM_BYTES = 4;

const BINARY = { keyEncoding: 'binary', encoding: 'binary' } as const;
const MAP_BYTES = 2 ** 40;

/** @throws SherdError STORE_DAMAGED when the file is no database; DATA_DIR_EMPTY for a reader that finds none. */
export function openEnvironment(directory: string, options: EnvironmentOptions = {}): Environment {
  const { readOnly = false, ephemeral = false } = options;
  if (readOnly && !hasDatabase(directory)) {
    throw new SherdError('DATA_DIR_EMPTY', `directory ${directory} holds no chain`, { directory });
  }
  if (hasDatabase(directory)) checkDatabaseFile(directory);
  let root: RootDatabase;
  const tables = {} as Record<TableName, Table>;
  try {
    root = open({
      ...BINARY,
      path: directory,
      readOnly,
      maxDbs: TABLES.length + 8,
      maxReaders: 256,
      // Address space, not disk: no process ever has to map a grown file anew.
      ...(process.platform === 'win32' ? {} : { mapSize: MAP_BYTES }),
      // A commit returns when it is on disk.
      overlappingSync: false,
      noSync: ephemeral,
    });
    for (const name of TABLES) tables[name] = createTable(name, root.openDB({ name, ...BINARY }));
  } catch (error) {
    throw new SherdError('STORE_DAMAGED', `database in ${directory} cannot be opened: ${reasonOf(error)}`, {
      directory,
    });
  }
  return {
    directory,
    tables,
    write: (change) => writeAll(root, directory, change),
    refresh: () => root.resetReadTxn(),
    size: () => (root.getStats() as { mapSize?: number }).mapSize ?? 0,
    close: () => root.close(),
  };
}

/** One transaction. What `change` throws comes out as it is, and nothing is written then. */
function writeAll(root: RootDatabase, directory: string, change: () => void): void {
  let isDone = false;
  try {
    root.transactionSync(() => {
      change();
      isDone = true;
    });
  } catch (error) {
    if (!isDone) throw error;
    const free = freeBytes(directory);
    throw new SherdError(
      'STORE_WRITE_FAILED',
      `the store in ${directory} could not be written: ${reasonOf(error)}${free === undefined ? '' : `; ${free} bytes are free on its disk`}`,
      { directory, free },
    );
  }
}

function freeBytes(directory: string): number | undefined {
  try {
    const { bavail, bsize } = statfsSync(directory);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}

/** Tables that stores of older programs do not have: who only reads such a store finds them empty. */
const ADDED_LATER: ReadonlySet<TableName> = new Set(['scriptForms', 'scriptUse']);

/** @param database Undefined where a reader finds no table of this name. */
function createTable(name: TableName, database: Database<Uint8Array, Uint8Array> | undefined): Table {
  if (database === undefined) {
    if (!ADDED_LATER.has(name)) throw new Error(`it has no table ${name}`);
    return emptyTable(name);
  }
  return {
    name,
    get(key) {
      const stored = database.getBinaryFast(key);
      return stored === undefined ? undefined : unseal(name, key, wholeOf(stored), stored.length);
    },
    *range(start, end, limit) {
      const options = { start, ...(end === undefined ? {} : { end }), ...(limit === undefined ? {} : { limit }) };
      for (const { key, value } of database.getRange(options)) {
        const plain = plainBytes(key);
        yield [plain, unseal(name, plain, plainBytes(value), value.length)];
      }
    },
    put(key, value) {
      database.putSync(key, seal(key, value));
    },
    remove(key) {
      database.removeSync(key);
    },
  };
}

function emptyTable(name: TableName): Table {
  const refuse = (): never => {
    throw new Error(`table ${name} is read only`);
  };
  return { name, get: () => undefined, range: () => [], put: refuse, remove: refuse };
}

/** value ‖ CRC-32 of key ‖ value. */
function seal(key: Uint8Array, value: Uint8Array): Uint8Array {
  const out = new Uint8Array(value.length + SUM_BYTES);
  out.set(value);
  const sum = crc32(value, crc32(key));
  for (let i = 0; i < SUM_BYTES; i++) out[value.length + i] = sum >>> (24 - 8 * i);
  return out;
}

/** A copy of the value in the first `size` bytes of `stored`. */
function unseal(table: TableName, key: Uint8Array, stored: Uint8Array, size: number): Uint8Array {
  const length = size - SUM_BYTES;
  if (length < 0 || sumAt(stored, length) !== crc32(stored, crc32(key), length)) {
    throw new SherdError('STORE_DAMAGED', `table ${table}: an entry of ${size} bytes fails its checksum`, {
      table,
      key,
    });
  }
  // Read byte by byte above, and copied: a view of an array is several times as dear as a small array of its own.
  return Uint8Array.prototype.slice.call(stored, 0, length);
}

function sumAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}

let lastBuffer: Uint8Array | undefined;
let lastWhole: Uint8Array = new Uint8Array(0);

/**
 * All bytes of a buffer that lmdb lends until its next read. It is always the same one, with a property `length` of its
 * own that tells how much of it counts: code that touched that one could not be compiled for plain arrays any more.
 */
function wholeOf(buffer: Uint8Array): Uint8Array {
  if (buffer !== lastBuffer) {
    lastBuffer = buffer;
    lastWhole = new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  }
  return lastWhole;
}

/** lmdb gives Buffers, whose `slice` shares memory where that of a Uint8Array copies. */
function plainBytes(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
