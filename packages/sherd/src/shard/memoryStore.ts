/** A shard's store in memory. */
import { bytesToHex } from '../base/index.ts';
import { Receipt } from '../beacon/types.ts';
import type { AccumulatorStore } from '../trie/index.ts';
import type { ShardStore, ShardWrites } from './store.ts';

/** A {@link ShardStore} over maps, for tests and tools: everything is kept for as long as the object is. */
export class MemoryShardStore implements ShardStore {
  /** Every receipt that the shard saved, by index. */
  readonly receipts: Receipt[] = [];
  /** SSZ StorageObjects by `script/0xkey`. */
  readonly objects = new Map<string, Uint8Array>();
  /** Consumed bits by `source/chunk`. */
  readonly consumed = new Map<string, Uint8Array>();
  #state: Uint8Array | undefined;
  readonly #tree = new Map<string, Uint8Array>();
  readonly #consumedTree = new Map<string, Uint8Array>();
  readonly #accumulator = new Map<string, Uint8Array>();
  readonly #roots: Uint8Array[] = [];
  readonly #codes: ReadonlyMap<string, Uint8Array>;

  /** `codes`: metered modules by the hex of their code hash; may be filled later. */
  constructor(codes: ReadonlyMap<string, Uint8Array> = new Map()) {
    this.#codes = codes;
  }

  /** Takes what one block writes. */
  commit(writes: ShardWrites): void {
    this.#state = writes.state;
    this.#roots[writes.height] = writes.blockRoot;
    for (const { script, key, value } of writes.objects) put(this.objects, `${script}/${bytesToHex(key)}`, value);
    for (const [key, value] of writes.treeNodes) put(this.#tree, bytesToHex(key), value);
    for (const { source, chunk, bits } of writes.consumedChunks) put(this.consumed, `${source}/${chunk}`, bits);
    for (const [key, value] of writes.consumedNodes) put(this.#consumedTree, bytesToHex(key), value);
    for (const [key, hash] of writes.accumulatorNodes) put(this.#accumulator, bytesToHex(key), hash);
    for (const { receipt } of writes.receipts) this.receipts.push(Receipt.deserialize(receipt));
  }

  /** For proofs of this shard's receipts. */
  get accumulator(): AccumulatorStore {
    return { getNode: (key) => this.getAccumulatorNode(key) };
  }

  getState = (): Uint8Array | undefined => this.#state;
  getObject = (script: number, key: Uint8Array) => this.objects.get(`${script}/${bytesToHex(key)}`);
  getTreeNode = (key: Uint8Array) => this.#tree.get(bytesToHex(key));
  getConsumedChunk = (source: number, chunk: number) => this.consumed.get(`${source}/${chunk}`);
  getConsumedNode = (key: Uint8Array) => this.#consumedTree.get(bytesToHex(key));
  getAccumulatorNode = (key: Uint8Array) => this.#accumulator.get(bytesToHex(key));
  getBlockRoot = (height: number) => this.#roots[height];
  getScriptCode = (codeHash: Uint8Array) => this.#codes.get(bytesToHex(codeHash));
}

function put(map: Map<string, Uint8Array>, key: string, value: Uint8Array | null): void {
  if (value === null) map.delete(key);
  else map.set(key, value);
}
