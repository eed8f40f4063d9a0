/**
 * Writing: one slot is one transaction, the beacon block and all shard blocks of it together, so that a crash leaves
 * either all of a slot or nothing of it.
 */
import { addressToBytes, bytesToHex, EMPTY_BYTES, wordToBytes } from 'sherd/base';
import {
  type BeaconEffects,
  type BeaconState,
  beaconBlockRoot,
  type ChainParams,
  encodeState,
  Receipt,
  ShardTransaction,
  SignedBeaconBlock,
  SignedShardBlock,
} from 'sherd/beacon';
import { isEvmCode } from 'sherd/scripts';
import { decodeShardState, type ShardWrites } from 'sherd/shard';
import { BEACON_STATE_KEY, encodeOperation, type StoredOperation } from './beaconBlocks.ts';
import type { Environment } from './environment.ts';
import { chunkKey, heightKey, objectKey, shardKey, u32, u64 } from './keys.ts';
import { addScriptUse, encodeScriptForm, type ScriptUse } from './scriptUse.ts';
import { type BlockResults, encodeResults, logKey } from './shardBlocks.ts';
import { HISTORY_KIND, historyKey, historyValue, slimState } from './shardStore.ts';

export interface BeaconCommit {
  readonly block: SignedBeaconBlock;
  readonly state: BeaconState;
  readonly effects: Pick<BeaconEffects, 'receipts' | 'accumulatorNodes' | 'codes'>;
  /** Metered form of new scripts, by the hex of the code's SHA-256. */
  readonly metered: ReadonlyMap<string, Uint8Array>;
  readonly operations: readonly (readonly [id: Uint8Array, operation: StoredOperation])[];
}

export interface ShardCommit extends BlockResults {
  readonly block: SignedShardBlock;
  readonly writes: ShardWrites;
  /** What its transactions took of each script, where somebody measured it. */
  readonly scriptUse?: readonly ScriptUse[];
}

/** A receipt that the relayer shall deliver: its place, and the shard that takes it. */
export interface Delivery {
  readonly source: number;
  readonly index: bigint;
  readonly target: number;
}

export interface SlotCommit {
  readonly beacon: BeaconCommit;
  readonly shards: readonly ShardCommit[];
  readonly newDeliveries: readonly Delivery[];
  readonly doneDeliveries: readonly Delivery[];
}

/** Writes a slot durably, or throws and writes nothing. `more` joins the same transaction. */
export function commitSlot(
  environment: Environment,
  params: ChainParams,
  { beacon, shards, newDeliveries, doneDeliveries }: SlotCommit,
  more: () => void = () => {},
): void {
  const { deliveries } = environment.tables;
  environment.write(() => {
    writeBeacon(environment, params, beacon);
    for (const shard of shards) writeShard(environment, params, shard);
    for (const { source, index, target } of newDeliveries) deliveries.put(deliveryKey(source, index), u32(target));
    for (const { source, index } of doneDeliveries) deliveries.remove(deliveryKey(source, index));
    more();
  });
  environment.refresh();
}

export function deliveryKey(source: number, index: bigint): Uint8Array {
  return shardKey(source, u64(index));
}

function writeBeacon(environment: Environment, params: ChainParams, commit: BeaconCommit): void {
  const { tables } = environment;
  const { block, state, effects, metered, operations } = commit;
  const slot = u64(block.header.slot);
  tables.beaconBlocks.put(slot, SignedBeaconBlock.serialize(block));
  tables.beaconRoots.put(beaconBlockRoot(block.header), slot);
  tables.meta.put(BEACON_STATE_KEY, encodeState(params, state));
  for (const receipt of effects.receipts) {
    tables.withdrawalReceipts.put(u64(receipt.index), Receipt.serialize(receipt));
  }
  for (const [key, hash] of effects.accumulatorNodes) tables.withdrawalNodes.put(key, hash);
  for (const { codeHash, code } of effects.codes) {
    tables.scriptCode.put(codeHash, code);
    const form = metered.get(bytesToHex(codeHash));
    if (form === undefined) throw new Error(`no metered form of code ${bytesToHex(codeHash)}`);
    tables.meteredCode.put(codeHash, form);
    tables.scriptForms.put(codeHash, encodeScriptForm({ meteredSize: form.length, isInterpreted: isEvmCode(form) }));
  }
  for (const [id, operation] of operations) tables.operations.put(id, encodeOperation(operation));
}

function writeShard(environment: Environment, params: ChainParams, commit: ShardCommit): void {
  const { tables } = environment;
  const { block, writes, outcomes, evm } = commit;
  const { shard, height, blockRoot } = writes;
  const at = heightKey(shard, height);
  tables.shardBlocks.put(at, SignedShardBlock.serialize(block));
  tables.shardRoots.put(at, blockRoot);
  tables.shardHeights.put(shardKey(shard, blockRoot), u32(height));
  tables.outcomes.put(at, encodeResults({ outcomes, evm }));
  tables.shardStates.put(u32(shard), writes.state);
  tables.pastStates.put(at, slimState(decodeShardState(params, writes.state)));
  indexTransactions(environment, commit);
  indexLogs(environment, commit);
  writeChanges(environment, writes);
  if (commit.scriptUse !== undefined) addScriptUse(environment, block.header.slot, commit.scriptUse);
}

/** The objects, trees, consumed bits and receipts of a block; what they replace goes to the history. */
function writeChanges({ tables }: Environment, writes: ShardWrites): void {
  const { shard, height } = writes;
  for (const { script, key, value } of writes.objects) {
    const place = objectKey(shard, script, key);
    tables.history.put(historyKey(HISTORY_KIND.object, place, height), historyValue(tables.objects.get(place)));
    if (value === null) tables.objects.remove(place);
    else tables.objects.put(place, value);
  }
  for (const { source, chunk, bits } of writes.consumedChunks) {
    const place = chunkKey(shard, source, chunk);
    tables.history.put(historyKey(HISTORY_KIND.chunk, place, height), historyValue(tables.consumedChunks.get(place)));
    tables.consumedChunks.put(place, bits);
  }
  for (const [table, nodes] of [
    [tables.treeNodes, writes.treeNodes],
    [tables.consumedNodes, writes.consumedNodes],
  ] as const) {
    for (const [key, value] of nodes) {
      if (value === null) table.remove(shardKey(shard, key));
      else table.put(shardKey(shard, key), value);
    }
  }
  for (const [key, hash] of writes.accumulatorNodes) tables.receiptNodes.put(shardKey(shard, key), hash);
  for (const { index, receipt } of writes.receipts) tables.receipts.put(shardKey(shard, u64(index)), receipt);
}

function indexTransactions({ tables }: Environment, { block, writes, outcomes }: ShardCommit): void {
  const { shard, height } = writes;
  block.transactions.forEach((transaction, index) => {
    const place = new Uint8Array([...u32(height), ...u32(index)]);
    tables.transactions.put(shardKey(shard, ShardTransaction.hashTreeRoot(transaction)), place);
    const hash = outcomes[index]?.evm?.txHash;
    if (hash !== undefined) tables.transactions.put(shardKey(shard, hash), place);
  });
}

function indexLogs({ tables }: Environment, { writes, outcomes }: ShardCommit): void {
  const { shard, height } = writes;
  const entries = new Map<string, Uint8Array>();
  for (const { evm } of outcomes) {
    for (const { address, topics } of evm?.logs ?? []) {
      for (const entry of logEntries(addressToBytes(address), topics)) entries.set(bytesToHex(entry), entry);
    }
  }
  for (const entry of entries.values()) tables.logs.put(shardKey(shard, entry, u32(height)), EMPTY_BYTES);
}

function logEntries(address: Uint8Array, topics: readonly bigint[]): Uint8Array[] {
  return [logKey(0, address), ...topics.map((topic, position) => logKey(position + 1, wordToBytes(topic)))];
}
