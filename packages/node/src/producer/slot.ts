/**
 * One slot, from what waits to the durable commit: shards in parallel, then the beacon block with their crosslinks. A
 * fault in one shard leaves the others alone; a fault in the commit leaves everything as it was.
 */
import { isSherdError, SherdError } from 'sherd/base';
import {
  type AssembledBlock,
  assembleBlock,
  BEACON,
  type BeaconBlockBody,
  beaconProposer,
  EMPTY_BODY,
  Receipt,
} from 'sherd/beacon';
import { blsSign } from 'sherd/crypto';
import type { OperationEntry } from '../pool/index.ts';
import type { SlotReceipts } from '../relayer/relayer.ts';
import {
  beaconBlockBySlot,
  commitSlot,
  encodeOperation,
  type StoredBeaconBlock,
  type StoredShardBlock,
  storedShardBlock,
} from '../storage/index.ts';
import { hasWork, settleIncluded, settleLeftOut } from './candidates.ts';
import type { Chain, ShardChain } from './chain.ts';
import {
  checkCodes,
  envOf,
  meteredForms,
  type SettledOperations,
  settleOperations,
  type Verdicts,
} from './operations.ts';
import { dutyOf, type MadeBlock, makeShardSlot, type ShardSlot } from './shardSlot.ts';

/** Milliseconds that a shard rests after a fault, doubled with each. */
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 60_000;

export interface SlotOptions {
  /** Slot of the clock; a chain that is ahead of it takes its next one. */
  readonly clockSlot: bigint;
  /** Milliseconds of the clock, for pauses. */
  readonly now: number;
  /** All shards make a block, and the beacon chain too, even when nothing waits. */
  readonly evenEmpty: boolean;
}

export interface CommittedSlot {
  readonly beacon: StoredBeaconBlock;
  readonly shards: readonly StoredShardBlock[];
}

/** True when there is something to make a slot for. */
export function slotHasWork(chain: Chain, now: number): boolean {
  if (chain.operations.candidates(chain.state.slot).length > 0) return true;
  return chain.shards.some((shard) => shard.pausedUntil <= now && hasWork(chain, shard));
}

/** Slots without a block after which an empty beacon block is made. */
function freshSlots({ params }: Chain): bigint {
  return BigInt(Math.max(1, Math.floor(params.rootWindow / 4)));
}

/**
 * True when the beacon chain has been without a block for so long that proofs and operations made from its head would
 * soon be too old for the next one: they are good for `rootWindow` slots.
 */
export function isStale(chain: Chain, clockSlot: bigint): boolean {
  return clockSlot - chain.state.slot >= freshSlots(chain);
}

/** Milliseconds until {@link isStale} would be true. */
export function timeToStale(chain: Chain, clockSlot: bigint): number {
  const slots = Number(chain.state.slot + freshSlots(chain) - clockSlot);
  return Math.max(1, slots) * chain.params.slotSeconds * 1000;
}

/** Commits an empty beacon block at the slot of the clock, for what comes next to stand on. */
export function makeAnchor(chain: Chain, clockSlot: bigint): CommittedSlot {
  const slot = nextSlot(chain, clockSlot);
  const assembled = assemble(chain, slot, EMPTY_BODY, new Map());
  commitSlot(chain.environment, chain.params, {
    beacon: { ...assembled, metered: new Map(), operations: [] },
    shards: [],
    newDeliveries: [],
    doneDeliveries: [],
  });
  chain.state = assembled.state;
  deliverClaims(chain);
  return { beacon: beaconBlockBySlot(chain.environment, slot)!, shards: [] };
}

function assemble(chain: Chain, slot: bigint, body: BeaconBlockBody, verdicts: Verdicts): AssembledBlock {
  const { params, state, keys } = chain;
  return assembleBlock(params, state, slot, body, envOf(verdicts), (proposer, root) =>
    blsSign(keys.secretKey(state.validators[proposer]!.pubkey)!, root),
  );
}

/**
 * Makes the next slot and commits it. Undefined when nothing that waits could be taken and no empty slot was asked for.
 * @throws SherdError NO_LOCAL_PROPOSER; whatever the store throws, with nothing written and nothing forgotten.
 */
export async function makeSlot(chain: Chain, options: SlotOptions): Promise<CommittedSlot | undefined> {
  const { state: before } = chain;
  const slot = nextSlot(chain, options.clockSlot);
  const entries = chain.operations.candidates(before.slot);
  const [slots, verdicts] = await Promise.all([makeShards(chain, slot, options), checkCodes(chain, entries)]);
  const made = slots.flatMap((each) => (each.made === undefined ? [] : [{ ...each, made: each.made }]));
  for (const each of slots) settleLeftOut(chain, each.shard, before.slot, each.candidates, each.leftOut);
  if (made.length === 0 && entries.length === 0 && !options.evenEmpty) return undefined;

  const body = { ...bodyOf(entries), crosslinks: made.map(({ made: block }) => block.crosslink) };
  const assembled = assemble(chain, slot, body, verdicts);
  const operations = settleOperations(entries, assembled, before);
  const accepted = made.filter((each, position) => isAccepted(chain, assembled, each.shard, position, options.now));
  const isIdle = accepted.length === 0 && operations.records.every(([, { status }]) => status === 'refused');
  if (isIdle && !options.evenEmpty) {
    writeOperations(chain, operations.records);
    settleEntries(chain, operations, before.slot);
    return undefined;
  }
  const blocks = accepted.map(({ made: block }) => block);
  const deliveries = chain.relayer.plan(receiptsOf(assembled, blocks));
  commitSlot(chain.environment, chain.params, {
    beacon: {
      block: assembled.block,
      state: assembled.state,
      effects: assembled.effects,
      metered: meteredForms(verdicts),
      operations: operations.records,
    },
    shards: blocks,
    ...deliveries,
  });
  chain.state = assembled.state;
  settleEntries(chain, operations, slot);
  for (const { shard, included } of accepted) {
    shard.head = storedShardBlock(chain.environment, shard.shard, Number(shard.head.block.header.height) + 1)!;
    shard.faults = 0;
    settleIncluded(shard, included);
  }
  chain.relayer.settle(deliveries);
  deliverClaims(chain);
  return {
    beacon: beaconBlockBySlot(chain.environment, slot)!,
    shards: accepted.map(({ shard }) => shard.head),
  };
}

/** Hands claims for receipts that can be proved now to the pools. */
export function deliverClaims({ relayer, state, shards, operations, log }: Chain): void {
  try {
    relayer.deliver(state, { scripts: (shard) => shards[shard]!.scripts, operations });
  } catch (error) {
    if (!isSherdError(error)) throw error;
    // A full pool, most likely: the next slot tries again.
    log.warn({ code: error.code }, `relayer: ${error.message}`);
  }
}

/** The next slot whose beacon proposer has a key here. */
function nextSlot(chain: Chain, clockSlot: bigint): bigint {
  const { state, keys } = chain;
  const first = clockSlot > state.slot ? clockSlot : state.slot + 1n;
  const end = first + freshSlots(chain);
  for (let slot = first; slot < end; slot++) {
    if (keys.secretKey(state.validators[beaconProposer(state, slot)]!.pubkey) !== undefined) return slot;
  }
  throw new SherdError(
    'NO_LOCAL_PROPOSER',
    `none of the beacon proposers of slots ${first} to ${end - 1n} has its key on this node`,
    { slot: first },
  );
}

/** All shards that have work and a proposer here, at once. A shard that fails rests for a while. */
async function makeShards(chain: Chain, slot: bigint, options: SlotOptions): Promise<ShardSlot[]> {
  const results = await Promise.all(
    chain.shards.map(async (shard) => {
      if (shard.pausedUntil > options.now) return undefined;
      if (!options.evenEmpty && !hasWork(chain, shard)) return undefined;
      const duty = dutyOf(chain, shard.shard, slot);
      if (duty === undefined) return undefined;
      try {
        return await makeShardSlot(chain, shard, slot, duty, options.evenEmpty);
      } catch (error) {
        if (isSherdError(error, 'NODE_STOPPED')) throw error;
        pause(chain, shard, options.now, error);
        return undefined;
      }
    }),
  );
  return results.filter((result) => result !== undefined);
}

function pause(chain: Chain, shard: ShardChain, now: number, error: unknown): void {
  const length = Math.min(FIRST_PAUSE * 2 ** shard.faults, LONGEST_PAUSE);
  shard.faults++;
  shard.pausedUntil = now + length;
  const reason = error instanceof Error ? error.message : String(error);
  chain.log.error({ shard: shard.shard, reason, pause: length }, 'a shard could not make its block');
}

function bodyOf(entries: readonly OperationEntry[]): Omit<BeaconBlockBody, 'crosslinks'> {
  const body: Omit<BeaconBlockBody, 'crosslinks'> = { newExecutionScripts: [], withdrawals: [], newValidators: [] };
  for (const { operation } of entries) {
    if (operation.kind === 'newExecutionScript') body.newExecutionScripts.push(operation.value);
    else if (operation.kind === 'withdrawal') body.withdrawals.push(operation.value);
    else body.newValidators.push(operation.value);
  }
  return body;
}

/** A block whose crosslink the beacon chain refuses is a fault of ours: it is not committed. */
function isAccepted(
  chain: Chain,
  { refused }: AssembledBlock,
  shard: ShardChain,
  position: number,
  now: number,
): boolean {
  const refusal = refused.find((each) => each.kind === 'crosslinks' && each.position === position);
  if (refusal !== undefined) pause(chain, shard, now, refusal.error);
  return refusal === undefined;
}

/** What the slot saved and consumed, for the relayer. */
function receiptsOf({ effects }: AssembledBlock, blocks: readonly MadeBlock[]): SlotReceipts {
  const saved = blocks.flatMap(({ writes }) => writes.receipts.map(({ receipt }) => Receipt.deserialize(receipt)));
  const byShard = new Map(blocks.map(({ writes }) => [writes.shard, writes]));
  return {
    saved: [...effects.receipts, ...saved],
    isConsumed({ source, index, target }) {
      if (target === BEACON) return effects.consumed.some((each) => each.source === source && each.index === index);
      const chunk = Number(index / 256n);
      const change = byShard.get(target)?.consumedChunks.find((each) => each.source === source && each.chunk === chunk);
      const bit = Number(index % 256n);
      return change !== undefined && (change.bits[bit >> 3]! & (1 << (bit & 7))) !== 0;
    },
  };
}

function writeOperations({ environment }: Chain, records: SettledOperations['records']): void {
  if (records.length === 0) return;
  environment.write(() => {
    for (const [id, operation] of records) environment.tables.operations.put(id, encodeOperation(operation));
  });
  environment.refresh();
}

function settleEntries(chain: Chain, { done, waiting }: SettledOperations, slot: bigint): void {
  for (const { id } of done) chain.operations.remove(id);
  for (const { id } of waiting) chain.operations.park(id, slot);
}
