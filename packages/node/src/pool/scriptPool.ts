/** Transactions for scripts of one shard, first come, first served: those of users, and claims that a relayer made. */
import { bytesToHex, type Hex, SherdError } from 'sherd/base';
import { type ChainParams, ShardTransaction } from 'sherd/beacon';

export const SCRIPT_POOL_LIMITS = {
  transactions: 8_192,
  /** Bytes of all that waits. */
  bytes: 64 * 1024 * 1024,
  /** Slots that a transaction which does not fit is tried again. */
  tries: 256,
  /** Refusals that are remembered for those who ask. */
  refusals: 10_000,
} as const;

/** Bytes of a transaction in a block besides its data. */
const FIXED_BYTES = 20;

export interface ScriptEntry {
  readonly id: Uint8Array;
  readonly transaction: ShardTransaction;
}

export interface Refusal {
  readonly code: string;
  readonly message: string;
}

interface Waiting extends ScriptEntry {
  tries: number;
  /** Slot at which a block could not take it: it waits for another one. */
  parkedAt: bigint;
}

export class ScriptPool {
  readonly #params: ChainParams;
  readonly #entries = new Map<Hex, Waiting>();
  readonly #refusals = new Map<Hex, Refusal>();
  #bytes = 0;

  constructor(params: ChainParams) {
    this.#params = params;
  }

  get size(): number {
    return this.#entries.size;
  }

  /**
   * Takes a transaction in.
   * @throws SherdError GAS_LIMIT_TOO_HIGH, GAS_LIMIT_ZERO, TRANSACTION_TOO_LARGE, ALREADY_KNOWN, POOL_FULL.
   */
  add(transaction: ShardTransaction): ScriptEntry {
    const { gasPerBlock, maxShardBlockBytes } = this.#params;
    const { gasLimit, data } = transaction;
    if (gasLimit > BigInt(gasPerBlock)) {
      throw new SherdError('GAS_LIMIT_TOO_HIGH', `gas limit ${gasLimit}, want at most ${gasPerBlock}`, {
        have: gasLimit,
        want: gasPerBlock,
      });
    }
    if (gasLimit === 0n) throw new SherdError('GAS_LIMIT_ZERO', 'gas limit 0, want at least 1');
    if (data.length + FIXED_BYTES > maxShardBlockBytes) {
      throw new SherdError(
        'TRANSACTION_TOO_LARGE',
        `transaction of ${data.length + FIXED_BYTES} bytes, want at most ${maxShardBlockBytes}`,
        { have: data.length + FIXED_BYTES, want: maxShardBlockBytes },
      );
    }
    const id = new Uint8Array(ShardTransaction.hashTreeRoot(transaction));
    const key = bytesToHex(id);
    if (this.#entries.has(key)) throw new SherdError('ALREADY_KNOWN', 'already known', { id: key });
    const { transactions, bytes } = SCRIPT_POOL_LIMITS;
    if (this.#entries.size >= transactions || this.#bytes + data.length > bytes) {
      throw new SherdError('POOL_FULL', `the pool holds ${this.#entries.size} transactions of ${this.#bytes} bytes`, {
        transactions: this.#entries.size,
        bytes: this.#bytes,
      });
    }
    const entry = { id, transaction, tries: 0, parkedAt: -1n };
    this.#entries.set(key, entry);
    this.#refusals.delete(key);
    this.#bytes += data.length;
    return entry;
  }

  has(id: Uint8Array): boolean {
    return this.#entries.has(bytesToHex(id));
  }

  refusal(id: Uint8Array): Refusal | undefined {
    return this.#refusals.get(bytesToHex(id));
  }

  /** A block has it. */
  remove(id: Uint8Array): void {
    const key = bytesToHex(id);
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#bytes -= entry.transaction.data.length;
  }

  /** No block will have it. */
  refuse(id: Uint8Array, { code, message }: Refusal): void {
    this.remove(id);
    const key = bytesToHex(id);
    this.#refusals.set(key, { code, message });
    if (this.#refusals.size > SCRIPT_POOL_LIMITS.refusals) {
      this.#refusals.delete(this.#refusals.keys().next().value!);
    }
  }

  /** Keeps it out of blocks until the beacon chain is past `slot`; refuses it after too many tries. */
  park(id: Uint8Array, slot: bigint, reason: Refusal): void {
    const entry = this.#entries.get(bytesToHex(id));
    if (entry === undefined) return;
    entry.parkedAt = slot;
    entry.tries++;
    if (entry.tries >= SCRIPT_POOL_LIMITS.tries) this.refuse(id, reason);
  }

  /** What may be in the block after the beacon state of `slot`, in the order of arrival. */
  candidates(slot: bigint, limit: number, gas: number): ScriptEntry[] {
    const chosen: ScriptEntry[] = [];
    let left = gas;
    for (const entry of this.#entries.values()) {
      if (chosen.length >= limit || left <= 0) break;
      if (entry.parkedAt === slot) continue;
      chosen.push(entry);
      left -= Number(entry.transaction.gasLimit);
    }
    return chosen;
  }
}
