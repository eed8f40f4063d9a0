/** When slots are made: as soon as there is work, or at a steady pace. */
import { isSherdError } from 'sherd/base';
import type { Chain } from './chain.ts';
import { type CommittedSlot, isStale, makeAnchor, makeSlot, slotHasWork, timeToStale } from './slot.ts';

export interface LoopOptions {
  readonly chain: Chain;
  /** Milliseconds between slots; undefined makes one whenever there is work. */
  readonly interval?: number;
  /** Slot that the clock is at. */
  readonly clockSlot: () => bigint;
  /** Milliseconds of the clock. */
  readonly now: () => number;
  /** Called after the commit is durable. */
  readonly onSlot: (slot: CommittedSlot) => void;
}

export interface Loop {
  /** There is new work. */
  wake(): void;
  /** Undefined while blocks can be made and stored; else why not. */
  readonly fault: string | undefined;
  /** Ends after the slot that is being made. */
  stop(): Promise<void>;
}

/** Milliseconds between tries after a slot that could not be made or stored. */
const RETRY_AFTER = 1_000;
/** Milliseconds after which paused shards are looked at again. */
const IDLE_LOOK = 500;
/** Milliseconds: a machine that was suspended is back in time soon. */
const LONGEST_SLEEP = 60_000;

export function startLoop(options: LoopOptions): Loop {
  const loop = new ProducerLoop(options);
  loop.start();
  return loop;
}

class ProducerLoop implements Loop {
  readonly #options: LoopOptions;
  #isStopping = false;
  #isAwake = false;
  #wakeUp: (() => void) | undefined;
  #done: Promise<void> = Promise.resolve();
  fault: string | undefined;

  constructor(options: LoopOptions) {
    this.#options = options;
  }

  start(): void {
    this.#done = this.#run();
  }

  wake(): void {
    this.#isAwake = true;
    if (this.#options.interval === undefined) this.#wakeUp?.();
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#wakeUp?.();
    await this.#done;
  }

  async #run(): Promise<void> {
    const { chain, interval, now } = this.#options;
    while (!this.#isStopping) {
      const start = now();
      this.#isAwake = false;
      const wait = await this.#once();
      if (this.#isStopping) return;
      if (wait > 0) await this.#sleep(wait, true);
      else if (interval !== undefined) await this.#sleep(interval - (now() - start), false);
      else if (!this.#isAwake && !slotHasWork(chain, now())) await this.#sleep(this.#idleTime(), true);
      // Requests get their turn between two slots.
      else await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** One slot. Returns how long to wait before the next try, in milliseconds. */
  async #once(): Promise<number> {
    const { chain, interval, clockSlot, now, onSlot } = this.#options;
    const evenEmpty = interval !== undefined;
    try {
      if (isStale(chain, clockSlot())) onSlot(makeAnchor(chain, clockSlot()));
      if (!evenEmpty && !slotHasWork(chain, now())) {
        this.fault = undefined;
        return 0;
      }
      const committed = await makeSlot(chain, { clockSlot: clockSlot(), now: now(), evenEmpty });
      this.fault = undefined;
      if (committed !== undefined) onSlot(committed);
      return 0;
    } catch (error) {
      if (isSherdError(error, 'NODE_STOPPED')) return RETRY_AFTER;
      this.fault = error instanceof Error ? error.message : String(error);
      chain.log.error({ reason: this.fault }, 'a slot could not be made');
      return RETRY_AFTER;
    }
  }

  /** Until the chain needs an empty block; less while a shard rests after a fault. */
  #idleTime(): number {
    const { chain, clockSlot } = this.#options;
    if (chain.shards.some(({ faults }) => faults > 0)) return IDLE_LOOK;
    return Math.min(timeToStale(chain, clockSlot()), LONGEST_SLEEP);
  }

  #sleep(milliseconds: number, canWake: boolean): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.max(0, milliseconds));
      this.#wakeUp = () => {
        if (!canWake && !this.#isStopping) return;
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
