/**
 * The EVM's journal on a shard. A snapshot of it also marks the shard's own journal and the ETH that was sent away, so
 * that a frame that reverts takes back the receipts it saved and whatever scripts it called have written.
 */
import { bytesToBigInt } from '../../base/index.ts';
import { type FinalizeOptions, Journal, type StateStore } from '../../state/index.ts';
import type { ShardWorld } from '../world.ts';
import { createRegionStore } from './regionStore.ts';

interface Mark {
  readonly accounts: number;
  readonly world: number;
  readonly sent: bigint;
}

export class RegionJournal extends Journal {
  readonly #world: ShardWorld;
  readonly #marks: Mark[] = [];
  #sent = 0n;

  /** `store`: where accounts are read from, region 0 by default. */
  constructor(world: ShardWorld, store: StateStore = createRegionStore(world)) {
    super(store, { blockHash: (number) => blockHash(world, number) });
    this.#world = world;
  }

  /** Wei that the running transaction has put into receipts. */
  get sent(): bigint {
    return this.#sent;
  }

  addSent(wei: bigint): void {
    this.#sent += wei;
  }

  override snapshot(): number {
    this.#marks.push({ accounts: super.snapshot(), world: this.#world.snapshot(), sent: this.#sent });
    return this.#marks.length - 1;
  }

  override revertTo(snapshot: number): void {
    const mark = this.#marks[snapshot];
    if (mark === undefined) throw new RangeError(`region journal: no snapshot ${snapshot}`);
    this.#marks.length = snapshot + 1;
    super.revertTo(mark.accounts);
    this.#world.revertTo(mark.world);
    this.#sent = mark.sent;
  }

  override finalizeTransaction(options: FinalizeOptions): void {
    super.finalizeTransaction(options);
    this.#marks.length = 0;
  }
}

function blockHash(world: ShardWorld, number: bigint): bigint {
  const root = world.block.blockRoot(Number(number));
  return root === undefined ? 0n : bytesToBigInt(root);
}
