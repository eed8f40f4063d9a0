/** Ethereum transactions of one shard that wait: by sender and nonce, the dearest first. */
import { type Address, bytesToHex, type Hex, SherdError } from 'sherd/base';
import type { ChainParams } from 'sherd/beacon';
import { effectiveGasPrice, feeCap, priorityFeeCap, type Transaction } from 'sherd/tx';
import { checkAccount, type EthereumEntry, type PoolAccount, readEthereum } from './checkEthereum.ts';
import { Heap } from './heap.ts';

export const ETHEREUM_POOL_LIMITS = {
  /** Transactions of all senders together. */
  transactions: 16_384,
  /** Transactions of one sender whose nonces follow on the account's. */
  perSender: 1_024,
  /** Transactions of one sender behind a gap. */
  queuedPerSender: 64,
  /** Percent by which a replacement must pay more. */
  priceBump: 10n,
} as const;

/** What the pool must know of the newest block. */
export interface EthereumHead {
  height(): number;
  account(address: Address): PoolAccount;
  /** Of the next block, wei per gas. */
  baseFee(): bigint;
}

interface Waiting extends EthereumEntry {
  /** Order of arrival. */
  readonly number: number;
  /** Height at which a block could not take it: it waits for another head. */
  parkedAt: number;
}

export class EthereumPool {
  readonly #params: ChainParams;
  readonly #shard: number;
  readonly #head: EthereumHead;
  readonly #senders = new Map<Address, Map<bigint, Waiting>>();
  readonly #byHash = new Map<Hex, Waiting>();
  #arrivals = 0;

  constructor(params: ChainParams, shard: number, head: EthereumHead) {
    this.#params = params;
    this.#shard = shard;
    this.#head = head;
  }

  get size(): number {
    return this.#byHash.size;
  }

  /** Of the next block, wei per gas. */
  baseFee(): bigint {
    return this.#head.baseFee();
  }

  /**
   * Takes a transaction in.
   * @throws SherdError the codes of `readEthereum` and `checkAccount`; ALREADY_KNOWN, REPLACEMENT_UNDERPRICED, POOL_FULL.
   */
  add(encoded: Uint8Array): EthereumEntry {
    const entry = readEthereum(this.#params, this.#shard, encoded);
    const id = bytesToHex(entry.hash);
    if (this.#byHash.has(id)) throw new SherdError('ALREADY_KNOWN', 'already known', { hash: id });
    const account = this.#head.account(entry.from);
    const own = this.#senders.get(entry.from) ?? new Map<bigint, Waiting>();
    const { nonce } = entry.transaction;
    const replaced = own.get(nonce);
    let pendingCost = 0n;
    for (const other of own.values()) if (other !== replaced) pendingCost += other.cost;
    checkAccount(entry, account, pendingCost);
    if (replaced !== undefined) checkReplacement(replaced.transaction, entry.transaction);
    else this.#checkRoom(own, account.nonce, nonce);

    const waiting: Waiting = { ...entry, number: this.#arrivals++, parkedAt: -1 };
    if (replaced !== undefined) this.#byHash.delete(bytesToHex(replaced.hash));
    own.set(nonce, waiting);
    this.#senders.set(entry.from, own);
    this.#byHash.set(id, waiting);
    return waiting;
  }

  get(hash: Uint8Array): EthereumEntry | undefined {
    return this.#byHash.get(bytesToHex(hash));
  }

  remove(hash: Uint8Array): void {
    const id = bytesToHex(hash);
    const entry = this.#byHash.get(id);
    if (entry === undefined) return;
    this.#byHash.delete(id);
    const own = this.#senders.get(entry.from)!;
    own.delete(entry.transaction.nonce);
    if (own.size === 0) this.#senders.delete(entry.from);
  }

  /** Keeps it out of blocks until the shard has another head. */
  park(hash: Uint8Array): void {
    const entry = this.#byHash.get(bytesToHex(hash));
    if (entry !== undefined) entry.parkedAt = this.#head.height();
  }

  /** Forgets what the account's nonce has passed. */
  dropPassed(from: Address): void {
    const own = this.#senders.get(from);
    if (own === undefined) return;
    const { nonce } = this.#head.account(from);
    for (const entry of [...own.values()]) if (entry.transaction.nonce < nonce) this.remove(entry.hash);
  }

  /** Nonce after the transactions that follow on the account's. */
  pendingNonce(from: Address): bigint {
    return nextNonce(this.#senders.get(from), this.#head.account(from).nonce);
  }

  /** Those whose nonces follow on the account's, and those behind a gap. */
  content(): { readonly pending: EthereumEntry[]; readonly queued: EthereumEntry[] } {
    const pending: EthereumEntry[] = [];
    const queued: EthereumEntry[] = [];
    for (const [from, own] of this.#senders) {
      const next = this.pendingNonce(from);
      for (const entry of [...own.values()].sort(byNonce)) {
        (entry.transaction.nonce < next ? pending : queued).push(entry);
      }
    }
    return { pending, queued };
  }

  /** Up to `limit` transactions and `gas` gas for the next block: the best price first, nonces of a sender in order. */
  candidates(limit: number, gas: number): EthereumEntry[] {
    const baseFee = this.#head.baseFee();
    const height = this.#head.height();
    const tip = ({ transaction }: Waiting) => effectiveGasPrice(transaction, baseFee) - baseFee;
    const heap = new Heap<Waiting>((a, b) => {
      const difference = tip(a) - tip(b);
      return difference === 0n ? b.number - a.number : difference > 0n ? 1 : -1;
    });
    const offer = (entry: Waiting | undefined) => {
      if (entry !== undefined && entry.parkedAt !== height && feeCap(entry.transaction) >= baseFee) heap.push(entry);
    };
    for (const [from, own] of this.#senders) offer(own.get(this.#head.account(from).nonce));
    const chosen: EthereumEntry[] = [];
    let left = gas;
    while (chosen.length < limit && left > 0) {
      const entry = heap.pop();
      if (entry === undefined) break;
      chosen.push(entry);
      left -= Number(entry.transaction.gasLimit);
      offer(this.#senders.get(entry.from)!.get(entry.transaction.nonce + 1n));
    }
    return chosen;
  }

  #checkRoom(own: ReadonlyMap<bigint, Waiting>, accountNonce: bigint, nonce: bigint): void {
    const { transactions, perSender, queuedPerSender } = ETHEREUM_POOL_LIMITS;
    const next = nextNonce(own, accountNonce);
    const pending = Number(next - accountNonce);
    const isFull =
      this.#byHash.size >= transactions ||
      pending >= perSender ||
      (nonce > next && own.size - pending >= queuedPerSender);
    if (isFull) {
      throw new SherdError('POOL_FULL', 'txpool is full', { transactions: this.#byHash.size, ofSender: own.size });
    }
  }
}

/** @throws SherdError REPLACEMENT_UNDERPRICED unless both prices are higher by the bump. */
function checkReplacement(old: Transaction, replacement: Transaction): void {
  const wanted = (price: bigint) => (price * (100n + ETHEREUM_POOL_LIMITS.priceBump)) / 100n;
  for (const price of [feeCap, priorityFeeCap]) {
    if (price(replacement) < wanted(price(old)) || price(replacement) <= price(old)) {
      throw new SherdError('REPLACEMENT_UNDERPRICED', 'replacement transaction underpriced', {
        have: price(replacement),
        want: wanted(price(old)),
      });
    }
  }
}

function nextNonce(own: ReadonlyMap<bigint, unknown> | undefined, accountNonce: bigint): bigint {
  let next = accountNonce;
  while (own?.has(next) === true) next++;
  return next;
}

function byNonce(a: EthereumEntry, b: EthereumEntry): number {
  return a.transaction.nonce < b.transaction.nonce ? -1 : 1;
}
