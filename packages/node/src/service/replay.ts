/**
 * Runs a stored chain again from its genesis, into another store, and compares what comes out: every root by the strict
 * transitions, and at the end every entry of every table.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { deserialize } from 'node:v8';
import { bytesToHex, equalBytes, isSherdError, SherdError } from 'sherd/base';
import {
  type BeaconState,
  type BeaconTransition,
  type ChainParams,
  createBeaconView,
  processBlock,
  type SignedBeaconBlock,
  scriptsOf,
  shardHeaderRoot,
  stateRoot,
} from 'sherd/beacon';
import { sha256 } from 'sherd/crypto';
import { checkModule, type ScriptEngine } from 'sherd/scripts';
import { applyShardBlock } from 'sherd/shard';
import { blockFacts, createEngine } from '../executor/index.ts';
import { commitGenesis, createGenesis } from '../genesis/index.ts';
import {
  beaconBlockBySlot,
  commitSlot,
  createShardStore,
  type Environment,
  openEnvironment,
  readGenesis,
  readU64,
  type ShardCommit,
  shardBlockAt,
  TABLES,
  type TableName,
} from '../storage/index.ts';

export interface ReplayReport {
  readonly slots: number;
  readonly shardBlocks: number;
  readonly transactions: number;
  /** Entries of tables that were compared. */
  readonly entries: number;
  /** Root of the newest beacon state. */
  readonly stateRoot: Uint8Array;
}

/** Refused operations, what the relayer has still to do and what a machine measured do not follow from the blocks. */
const NOT_REPLAYED: ReadonlySet<TableName> = new Set(['operations', 'deliveries', 'scriptUse']);

interface Replay {
  readonly params: ChainParams;
  readonly source: Environment;
  readonly target: Environment;
  readonly engine: ScriptEngine;
  state: BeaconState;
  shardBlocks: number;
  transactions: number;
}

/**
 * @param onSlot Called before each slot with how many are done and how many there are; may give others their turn.
 * @throws SherdError VERIFY_DIFFERENCE at the first thing that is not as it must be; STORE_DAMAGED, DATA_DIR_EMPTY.
 */
export async function replayChain(
  source: Environment,
  onSlot: (done: number, all: number) => Promise<void> | void = () => {},
): Promise<ReplayReport> {
  const genesis = readGenesis(source);
  if (genesis === undefined) throw new SherdError('DATA_DIR_EMPTY', `directory ${source.directory} holds no chain`);
  const directory = mkdtempSync(join(tmpdir(), 'sherd-verify-'));
  const target = openEnvironment(directory, { ephemeral: true });
  try {
    const made = createGenesis(genesis);
    if (!equalBytes(made.record.root, genesis.root)) differ('genesis', 'state root', genesis.root, made.record.root);
    commitGenesis(target, made);
    const { params } = genesis;
    const replay: Replay = {
      params,
      source,
      target,
      engine: createEngine(params),
      state: made.state,
      shardBlocks: 0,
      transactions: 0,
    };
    const slots = [...source.tables.beaconBlocks.range(new Uint8Array(0))].map(([key]) => readU64(key, 0)).slice(1);
    for (const [done, slot] of slots.entries()) {
      await onSlot(done, slots.length);
      replaySlot(replay, slot);
    }
    const entries = compareTables(source, target);
    const { shardBlocks, transactions, state } = replay;
    return { slots: slots.length, shardBlocks, transactions, entries, stateRoot: stateRoot(params, state) };
  } finally {
    await target.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The shard blocks that the beacon block takes note of, then the beacon block. */
function replaySlot(replay: Replay, slot: bigint): void {
  const { params, source, target, state: before } = replay;
  const stored = beaconBlockBySlot(source, slot);
  if (stored === undefined) throw new SherdError('STORE_DAMAGED', `the beacon block of slot ${slot} is gone`);
  const { block } = stored;
  const view = createBeaconView(params, before, stateRoot(params, before));
  const shards = block.body.crosslinks.map(({ header }): ShardCommit => {
    const { shard } = header;
    const place = `slot ${slot}, shard ${shard}, block ${header.height}`;
    const signed = shardBlockAt(source, shard, Number(header.height));
    if (signed === undefined) throw new SherdError('VERIFY_DIFFERENCE', `${place}: the block is not in the store`);
    const [have, want] = [shardHeaderRoot(signed.header), shardHeaderRoot(header)];
    if (!equalBytes(have, want)) differ(place, 'block root', have, want);
    const store = createShardStore(target, shard);
    const { engine } = replay;
    const applied = at(place, () => applyShardBlock({ params, shard, view, store, engine }, signed));
    replay.shardBlocks++;
    replay.transactions += signed.transactions.length;
    return { ...applied, block: signed, evm: blockFacts(view, header, store, applied.writes) };
  });
  const metered = new Map<string, Uint8Array>();
  const { state, effects } = replayBeacon(replay, block, metered);
  const beacon = { block, state, effects, metered, operations: [] };
  commitSlot(target, params, { beacon, shards, newDeliveries: [], doneDeliveries: [] });
  replay.state = state;
}

function replayBeacon(
  { params, state }: Replay,
  block: SignedBeaconBlock,
  metered: Map<string, Uint8Array>,
): BeaconTransition {
  const verdicts = new Map(scriptsOf(block.body).map((code) => [bytesToHex(sha256(code)), checkModule(code)]));
  for (const [id, verdict] of verdicts) if (verdict.ok) metered.set(id, verdict.metered);
  const checkScript = (code: Uint8Array) => verdicts.get(bytesToHex(sha256(code)))!;
  return at(`slot ${block.header.slot}, beacon block`, () => processBlock(params, state, block, { checkScript }));
}

/** Every entry of every table that follows from the blocks. Returns how many there are. */
function compareTables(source: Environment, target: Environment): number {
  let entries = 0;
  for (const name of TABLES) {
    if (NOT_REPLAYED.has(name)) continue;
    const wanted = target.tables[name].range(new Uint8Array(0))[Symbol.iterator]();
    for (const [key, value] of source.tables[name].range(new Uint8Array(0))) {
      const { value: want, done } = wanted.next();
      const place = `table ${name}, key ${bytesToHex(key)}`;
      if (done === true) throw new SherdError('VERIFY_DIFFERENCE', `${place}: the entry must not be there`);
      if (!equalBytes(key, want[0])) differ(`table ${name}`, 'next key', key, want[0]);
      if (!isSame(name, value, want[1])) differ(place, 'value', value, want[1]);
      entries++;
    }
    const { value: more, done } = wanted.next();
    if (done !== true) {
      throw new SherdError('VERIFY_DIFFERENCE', `table ${name}: the entry under ${bytesToHex(more[0])} is missing`);
    }
  }
  return entries;
}

/** Outcomes and the genesis record are kept in a format that can write one value in several ways. */
function isSame(name: TableName, have: Uint8Array, want: Uint8Array): boolean {
  if (equalBytes(have, want)) return true;
  return (name === 'outcomes' || name === 'meta') && isDeepStrictEqual(deserialize(have), deserialize(want));
}

/** Names the place where a transition refuses. */
function at<T>(place: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!isSherdError(error) || error.code === 'STORE_DAMAGED') throw error;
    throw new SherdError('VERIFY_DIFFERENCE', `${place}: ${error.code}: ${error.message}`, {
      ...error.data,
      place,
      reason: error.code,
    });
  }
}

function differ(place: string, what: string, have: Uint8Array, want: Uint8Array): never {
  const text = (bytes: Uint8Array) => `${bytesToHex(bytes.subarray(0, 64))}${bytes.length > 64 ? '...' : ''}`;
  throw new SherdError('VERIFY_DIFFERENCE', `${place}: ${what}: have ${text(have)}, want ${text(want)}`, {
    place,
    what,
    have,
    want,
  });
}
