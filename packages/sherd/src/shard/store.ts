/**
 * The store under one shard: what a transition reads, and what it wants written. The shard owns this port; a node
 * implements it over its database. Reads come from one snapshot; all writes of a block go into one transaction.
 */

/** Snapshot reads for one shard. Answers are not to be changed by the reader. */
export interface ShardStore {
  /** SSZ ShardState after the newest block; undefined before genesis. */
  getState(): Uint8Array | undefined;
  /** SSZ StorageObject under (script, 32-byte key), expired or not. */
  getObject(script: number, key: Uint8Array): Uint8Array | undefined;
  /** Node of the sparse tree over the storage objects. */
  getTreeNode(key: Uint8Array): Uint8Array | undefined;
  /** 256 consumed bits of receipts `256 * chunk ...` of a source (a shard, or BEACON); undefined when none is set. */
  getConsumedChunk(source: number, chunk: number): Uint8Array | undefined;
  /** Node of the sparse tree over the consumed bits. */
  getConsumedNode(key: Uint8Array): Uint8Array | undefined;
  /** Complete subtree of the shard's receipts (for proofs; the transition itself carries the frontier). */
  getAccumulatorNode(key: Uint8Array): Uint8Array | undefined;
  /** Root of the header at `height`; needed for the newest 257 heights. */
  getBlockRoot(height: number): Uint8Array | undefined;
  /** Metered module of a Wasm script by the SHA-256 of its registered code; shared by all shards. */
  getScriptCode(codeHash: Uint8Array): Uint8Array | undefined;
}

/** A put, or with null a removal. */
export type NodeWrite = readonly [key: Uint8Array, value: Uint8Array | null];

/** SSZ StorageObject to put, or null to remove. */
export interface ObjectWrite {
  readonly script: number;
  /** 32 bytes. */
  readonly key: Uint8Array;
  readonly value: Uint8Array | null;
}

export interface ConsumedWrite {
  readonly source: number;
  readonly chunk: number;
  /** 32 bytes; bits are only ever set. */
  readonly bits: Uint8Array;
}

export interface ReceiptWrite {
  readonly index: bigint;
  /** SSZ Receipt: what a relayer makes a claim of. */
  readonly receipt: Uint8Array;
}

/** Everything that one block changes: plain data that can be sent to another process. No key appears twice. */
export interface ShardWrites {
  readonly shard: number;
  readonly height: number;
  /** Root of the header at `height`. */
  readonly blockRoot: Uint8Array;
  /** SSZ ShardState. */
  readonly state: Uint8Array;
  readonly objects: readonly ObjectWrite[];
  readonly treeNodes: readonly NodeWrite[];
  readonly consumedChunks: readonly ConsumedWrite[];
  readonly consumedNodes: readonly NodeWrite[];
  readonly accumulatorNodes: readonly (readonly [key: Uint8Array, hash: Uint8Array])[];
  readonly receipts: readonly ReceiptWrite[];
}
