/**
 * Memories for instances. Each reserves about ten gigabytes of address space until it is collected, so that those in
 * use are used again: only when they have not grown, and after every byte was cleared. A memory that has grown cannot
 * shrink, and its size would show.
 */
import type { Bounds } from '../wasm/index.ts';

const PAGE_BYTES = 65_536;
/** Clearing more than this costs more than a new memory. */
const MOST_PAGES_KEPT = 16;
const MOST_MEMORIES_KEPT = 32;

export class MemoryPool {
  readonly #idle = new Map<string, WebAssembly.Memory[]>();
  #kept = 0;

  /** A memory of `bounds.initial` pages, all zero. */
  take(bounds: Bounds): WebAssembly.Memory {
    const memory = this.#idle.get(keyOf(bounds))?.pop();
    if (memory === undefined) return new WebAssembly.Memory({ initial: bounds.initial, maximum: bounds.maximum });
    this.#kept--;
    return memory;
  }

  /** Gives a memory back; nobody may hold a view of it any more. */
  release(bounds: Bounds, memory: WebAssembly.Memory): void {
    const { initial } = bounds;
    if (initial > MOST_PAGES_KEPT || memory.buffer.byteLength !== initial * PAGE_BYTES) return;
    if (this.#kept >= MOST_MEMORIES_KEPT) {
      this.#idle.clear();
      this.#kept = 0;
    }
    new Uint8Array(memory.buffer).fill(0);
    const key = keyOf(bounds);
    const idle = this.#idle.get(key);
    if (idle === undefined) this.#idle.set(key, [memory]);
    else idle.push(memory);
    this.#kept++;
  }
}

function keyOf({ initial, maximum }: Bounds): string {
  return `${initial}:${maximum}`;
}
