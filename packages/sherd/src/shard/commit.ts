/** From the changes of a block to the new state, its root, and everything that the store must write. */
import { bigIntToBytes, bytesToHex, type Hex } from '../base/index.ts';
import { receiptRoot } from '../beacon/receipts.ts';
import { Receipt } from '../beacon/types.ts';
import { type Accumulator, type AccumulatorNode, accumulatorRoot, append } from '../trie/accumulator.ts';
import { sparsePath, updateSparse } from '../trie/index.ts';
import type { ChunkChange, JournalChanges, ObjectChange } from './journal.ts';
import type { ShardState } from './state.ts';
import { encodeObject, objectRoot } from './storageObject.ts';
import type { ReceiptWrite, ShardStore, ShardWrites } from './store.ts';

/** Fields of the state that follow from what the scripts did. */
export type CommittedFields = Pick<
  ShardState,
  'objectsRoot' | 'receiptsRoot' | 'receiptsFrontier' | 'receiptCount' | 'consumedRoot'
>;

export interface Commitment {
  readonly fields: CommittedFields;
  readonly writes: Omit<ShardWrites, 'shard' | 'height' | 'blockRoot' | 'state'>;
}

/** Path of a chunk of consumed bits in its sparse tree: source, then the hash of the chunk's number. */
export function consumedPath(source: number, chunk: number): Uint8Array {
  return sparsePath(source, bigIntToBytes(BigInt(chunk), 8));
}

/** Roots and writes for `changes` on top of `state`; cost grows with what changed, not with what there is. */
export function commitChanges(
  state: ShardState,
  store: Pick<ShardStore, 'getTreeNode' | 'getConsumedNode'>,
  changes: JournalChanges,
): Commitment {
  const objects = updateSparse({ getNode: (key) => store.getTreeNode(key) }, objectLeaves(changes.objects));
  const consumed = updateSparse({ getNode: (key) => store.getConsumedNode(key) }, chunkLeaves(changes.chunks));
  const receipts = appendReceipts(state, changes.receipts);
  return {
    fields: {
      objectsRoot: changes.objects.length === 0 ? state.objectsRoot : objects.root,
      consumedRoot: changes.chunks.length === 0 ? state.consumedRoot : consumed.root,
      receiptsRoot: changes.receipts.length === 0 ? state.receiptsRoot : accumulatorRoot(receipts.list),
      receiptsFrontier: receipts.list.frontier.slice(),
      receiptCount: receipts.list.count,
    },
    writes: {
      objects: changes.objects.map(({ script, key, object }) => ({
        script,
        key,
        value: object === undefined ? null : encodeObject(object),
      })),
      treeNodes: objects.writes,
      consumedChunks: changes.chunks,
      consumedNodes: consumed.writes,
      accumulatorNodes: receipts.nodes,
      receipts: receipts.writes,
    },
  };
}

function objectLeaves(objects: readonly ObjectChange[]): Map<Hex, Uint8Array | null> {
  const leaves = new Map<Hex, Uint8Array | null>();
  for (const { script, key, object } of objects) {
    leaves.set(bytesToHex(sparsePath(script, key)), object === undefined ? null : objectRoot(object));
  }
  return leaves;
}

function chunkLeaves(chunks: readonly ChunkChange[]): Map<Hex, Uint8Array | null> {
  return new Map(chunks.map(({ source, chunk, bits }) => [bytesToHex(consumedPath(source, chunk)), bits]));
}

function appendReceipts(
  state: ShardState,
  receipts: readonly Receipt[],
): { list: Accumulator; nodes: AccumulatorNode[]; writes: ReceiptWrite[] } {
  let list: Accumulator = { count: state.receiptCount, frontier: state.receiptsFrontier };
  const nodes: AccumulatorNode[] = [];
  const writes: ReceiptWrite[] = [];
  for (const receipt of receipts) {
    const next = append(list, receiptRoot(receipt));
    list = next.acc;
    nodes.push(...next.nodes);
    writes.push({ index: receipt.index, receipt: Receipt.serialize(receipt) });
  }
  return { list, nodes, writes };
}
