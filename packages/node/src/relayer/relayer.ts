/**
 * Delivers receipts with their proofs, as anybody could: those for the EVM script of any shard, and those by which the
 * EVM script asks for a validator. Receipts of Wasm scripts for each other are claimed by their users.
 */
import { bytesToHex, type Hex } from 'sherd/base';
import { BEACON, type BeaconState, type ChainParams, createReceiptClaim, NewValidator, Receipt } from 'sherd/beacon';
import { claimGas, EVM_SCRIPT, encodeClaimTransaction } from 'sherd/shard';
import type { AccumulatorStore } from 'sherd/trie';
import type { OperationPool, ScriptPool } from '../pool/index.ts';
import {
  createShardStore,
  type Delivery,
  deliveryKey,
  type Environment,
  readU32,
  readU64,
  shardKey,
  u64,
  withdrawalNodes,
  withdrawalReceipt,
} from '../storage/index.ts';

/** Deliveries that wait in one target's pool at a time. */
const MAX_IN_FLIGHT = 256;
/** Tries of a delivery before it is left to whoever wants it. */
const MAX_TRIES = 16;

/** Where the relayer hands in what it made. */
export interface RelayerPools {
  readonly scripts: (shard: number) => ScriptPool;
  readonly operations: OperationPool;
}

interface Waiting extends Delivery {
  tries: number;
  /** What was handed in: its id, and the slot of the state that its proof is anchored in. */
  sent: { readonly id: Uint8Array; readonly slot: bigint } | undefined;
}

/** What a slot changes for the relayer. */
export interface SlotReceipts {
  /** Saved in this slot: withdrawal receipts and those of shards. */
  readonly saved: readonly Receipt[];
  /** True when the target has consumed the receipt in this slot. */
  readonly isConsumed: (delivery: Delivery) => boolean;
}

export class Relayer {
  readonly #params: ChainParams;
  readonly #environment: Environment;
  readonly #waiting = new Map<Hex, Waiting>();

  constructor(params: ChainParams, environment: Environment) {
    this.#params = params;
    this.#environment = environment;
    for (const [key, target] of environment.tables.deliveries.range(new Uint8Array(0))) {
      const delivery = { source: readU32(key, 0), index: readU64(key, 4), target: readU32(target, 0) };
      this.#waiting.set(bytesToHex(key), { ...delivery, tries: 0, sent: undefined });
    }
  }

  /** Receipts that are still to be delivered. */
  get size(): number {
    return this.#waiting.size;
  }

  /** What the commit of a slot must write about deliveries. Changes nothing yet. */
  plan({ saved, isConsumed }: SlotReceipts): { newDeliveries: Delivery[]; doneDeliveries: Delivery[] } {
    return {
      newDeliveries: saved.filter((receipt) => isOurs(this.#params, receipt)).map(deliveryOf),
      doneDeliveries: [...this.#waiting.values()].filter(isConsumed),
    };
  }

  /** After that commit. */
  settle({ newDeliveries, doneDeliveries }: { newDeliveries: Delivery[]; doneDeliveries: Delivery[] }): void {
    for (const { source, index } of doneDeliveries) this.#waiting.delete(bytesToHex(deliveryKey(source, index)));
    for (const delivery of newDeliveries) {
      const key = bytesToHex(deliveryKey(delivery.source, delivery.index));
      this.#waiting.set(key, { ...delivery, tries: 0, sent: undefined });
    }
  }

  /** Hands in claims for what `state`, the newest one, can prove. Returns how many. */
  deliver(state: BeaconState, pools: RelayerPools): number {
    let count = 0;
    const inFlight = new Map<number, number>();
    for (const waiting of this.#waiting.values()) {
      const busy = inFlight.get(waiting.target) ?? 0;
      if (busy >= MAX_IN_FLIGHT) continue;
      if (this.#isOnItsWay(waiting, state, pools)) {
        inFlight.set(waiting.target, busy + 1);
        continue;
      }
      if (waiting.tries >= MAX_TRIES || !isProvable(state, waiting)) continue;
      if (this.#send(waiting, state, pools)) {
        inFlight.set(waiting.target, busy + 1);
        count++;
      }
    }
    return count;
  }

  /** In a pool, with a proof that blocks still take. An outdated one is withdrawn. */
  #isOnItsWay({ sent, target }: Waiting, state: BeaconState, pools: RelayerPools): boolean {
    if (sent === undefined) return false;
    const isFresh = state.slot - sent.slot < BigInt(this.#params.rootWindow) / 2n;
    if (target === BEACON) {
      if (pools.operations.get(sent.id) === undefined) return false;
      if (!isFresh) pools.operations.remove(sent.id);
    } else {
      if (!pools.scripts(target).has(sent.id)) return false;
      if (!isFresh) pools.scripts(target).remove(sent.id);
    }
    return isFresh;
  }

  #send(waiting: Waiting, state: BeaconState, pools: RelayerPools): boolean {
    const receipt = this.#receipt(waiting);
    if (receipt === undefined) return false;
    waiting.tries++;
    const claim = createReceiptClaim(state, this.#nodes(waiting.source), receipt, this.#params);
    if (waiting.target === BEACON) {
      const { id } = pools.operations.add(this.#params, 'newValidator', NewValidator.serialize({ claim }));
      waiting.sent = { id, slot: state.slot };
      return true;
    }
    const gasLimit = BigInt(claimGas(receipt));
    // A receipt that no claim can deliver: its data is no message.
    if (gasLimit === 0n) return false;
    const { id } = pools
      .scripts(waiting.target)
      .add({ script: EVM_SCRIPT, gasLimit, data: encodeClaimTransaction(claim) });
    waiting.sent = { id, slot: state.slot };
    return true;
  }

  #receipt({ source, index }: Delivery): Receipt | undefined {
    if (source === BEACON) return withdrawalReceipt(this.#environment, index);
    const bytes = this.#environment.tables.receipts.get(shardKey(source, u64(index)));
    return bytes === undefined ? undefined : Receipt.deserialize(bytes);
  }

  #nodes(source: number): AccumulatorStore {
    if (source === BEACON) return withdrawalNodes(this.#environment);
    const store = createShardStore(this.#environment, source);
    return { getNode: (key) => store.getAccumulatorNode(key) };
  }
}

function isOurs({ shardCount }: ChainParams, { targetShard, targetScript, sender, source }: Receipt): boolean {
  if (targetShard === BEACON) return source !== BEACON && sender === EVM_SCRIPT;
  return targetShard < shardCount && targetScript === EVM_SCRIPT;
}

function deliveryOf({ source, index, targetShard }: Receipt): Delivery {
  return { source, index, target: targetShard };
}

/** The newest beacon state covers the receipt. */
function isProvable(state: BeaconState, { source, index }: Delivery): boolean {
  if (source === BEACON) return index < state.withdrawalReceiptCount;
  return index < (state.crosslinks[source]?.receiptCount ?? 0n);
}
