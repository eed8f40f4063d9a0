/**
 * Memories for instances. Each reserves about ten gigabytes of address space until it is collected, so that those in
 * use are used again: only when they have not grown, and after every byte was cleared. A memory that has grown cannot
 * shrink, and its size would show.
 *
 * Clearing costs 2 microseconds for each page, whatever its size; a new memory costs a hundred, and up to a thousand
 * when it is large: the collector of garbage runs for it.
 */
import type { Bounds } from '../wasm/index.ts';

const PAGE_BYTES = 65_536;
/** Idle memories: some terabytes of the 128 that a process can address. */
const MOST_MEMORIES_KEPT = 256;
/** Pages of all idle memories: 64 MiB. */
const MOST_PAGES_KEPT = 1_024;

export class MemoryPool {
  /** By their bounds; the bounds that were given back last come last. No list is empty. */
  readonly #idle = new Map<number, { readonly bounds: Bounds; readonly memories: WebAssembly.Memory[] }>();
  #kept = 0;
  #pagesKept = 0;

  /** A memory of `bounds.initial` pages, all zero. @throws RangeError when the machine has none left */
  take(bounds: Bounds): WebAssembly.Memory {
    const key = keyOf(bounds);
    const memory = this.#takeIdle(key);
    return memory ?? new WebAssembly.Memory({ initial: bounds.initial, maximum: bounds.maximum });
  }

  /** Gives a memory back; nobody may hold a view of it any more. */
  release(bounds: Bounds, memory: WebAssembly.Memory): void {
    const { initial } = bounds;
    if (memory.buffer.byteLength !== initial * PAGE_BYTES) return;
    new Uint8Array(memory.buffer).fill(0);
    const key = keyOf(bounds);
    const memories = this.#idle.get(key)?.memories ?? [];
    memories.push(memory);
    this.#idle.delete(key);
    this.#idle.set(key, { bounds, memories });
    this.#kept++;
    this.#pagesKept += initial;
    while (this.#kept > MOST_MEMORIES_KEPT || this.#pagesKept > MOST_PAGES_KEPT) {
      const [oldest] = this.#idle.keys();
      this.#takeIdle(oldest!);
    }
  }

  #takeIdle(key: number): WebAssembly.Memory | undefined {
    const entry = this.#idle.get(key);
    if (entry === undefined) return undefined;
    const { bounds, memories } = entry;
    const memory = memories.pop();
    if (memories.length === 0) this.#idle.delete(key);
    this.#kept--;
    this.#pagesKept -= bounds.initial;
    return memory;
  }
}

/** Both are below 2^17. */
function keyOf({ initial, maximum }: Bounds): number {
  return initial * 2 ** 17 + maximum;
}
