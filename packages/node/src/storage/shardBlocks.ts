/** Committed blocks of shards, with what came out of them. */
import { deserialize, serialize } from 'node:v8';
import type { Address } from 'sherd/base';
import { SignedShardBlock } from 'sherd/beacon';
import type { TransactionOutcome } from 'sherd/shard';
import type { Environment } from './environment.ts';
import { heightKey, readU32, shardKey, u32 } from './keys.ts';

/** Block context of the EVM script. */
export interface EvmBlockFacts {
  readonly coinbase: Address;
  /** Wei per gas. */
  readonly baseFee: bigint;
  /** 32 bytes. */
  readonly prevRandao: Uint8Array;
}

/** What is kept beside a block. */
export interface BlockResults {
  readonly outcomes: readonly TransactionOutcome[];
  readonly evm: EvmBlockFacts;
}

export interface StoredShardBlock extends BlockResults {
  readonly root: Uint8Array;
  readonly block: SignedShardBlock;
  /** Bytes of the serialised block. */
  readonly size: number;
}

export function shardBlockAt({ tables }: Environment, shard: number, height: number): SignedShardBlock | undefined {
  const bytes = tables.shardBlocks.get(heightKey(shard, height));
  return bytes === undefined ? undefined : SignedShardBlock.deserialize(bytes);
}

/** Block, root and results at a height; undefined when there is none. */
export function storedShardBlock({ tables }: Environment, shard: number, height: number): StoredShardBlock | undefined {
  const key = heightKey(shard, height);
  const bytes = tables.shardBlocks.get(key);
  const root = tables.shardRoots.get(key);
  const results = tables.outcomes.get(key);
  if (bytes === undefined || root === undefined || results === undefined) return undefined;
  return { root, block: SignedShardBlock.deserialize(bytes), size: bytes.length, ...decodeResults(results) };
}

/** Height of the block whose header has this root. */
export function heightOfRoot({ tables }: Environment, shard: number, root: Uint8Array): number | undefined {
  const bytes = tables.shardHeights.get(shardKey(shard, root));
  return bytes === undefined ? undefined : readU32(bytes, 0);
}

/** Where a transaction stands, by its id or by its Ethereum hash. */
export function findTransaction(
  { tables }: Environment,
  shard: number,
  idOrHash: Uint8Array,
): { height: number; index: number } | undefined {
  const bytes = tables.transactions.get(shardKey(shard, idOrHash));
  return bytes === undefined ? undefined : { height: readU32(bytes, 0), index: readU32(bytes, 4) };
}

/** Heights in from..to whose blocks have a log with this key (see {@link logKey}). */
export function heightsWithLog(
  { tables }: Environment,
  shard: number,
  entry: Uint8Array,
  from: number,
  to: number,
): number[] {
  const heights: number[] = [];
  for (const [key] of tables.logs.range(shardKey(shard, entry, u32(from)), shardKey(shard, entry, u32(to + 1)))) {
    heights.push(readU32(key, key.length - 4));
  }
  return heights;
}

/** Key of an address (kind 0) or of a topic at a position (kind 1 to 4) in the log index: 33 bytes. */
export function logKey(kind: number, value: Uint8Array): Uint8Array {
  const key = new Uint8Array(33);
  key[0] = kind;
  key.set(value, 33 - value.length);
  return key;
}

// Outcomes hold big integers, bytes and optional fields: V8's format for structured clones, which stays readable by
// later versions of Node.
export function encodeResults(results: BlockResults): Uint8Array {
  return serialize(results);
}

function decodeResults(bytes: Uint8Array): BlockResults {
  return deserialize(bytes) as BlockResults;
}
