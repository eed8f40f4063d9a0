import { describe, expect, it } from 'vitest';
import { MemoryPool } from './memoryPool.ts';

const of = (initial: number, maximum = initial) => ({ initial, maximum });

/** A memory of a pool that was used once and given back. */
function used(pool: MemoryPool, bounds: ReturnType<typeof of>): WebAssembly.Memory {
  const memory = pool.take(bounds);
  pool.release(bounds, memory);
  return memory;
}

describe('memories that were used', () => {
  it.each([0, 1, 17, 64])('are used again, all zero (%i pages)', (pages) => {
    const pool = new MemoryPool();
    const bounds = of(pages);
    const memory = pool.take(bounds);
    new Uint8Array(memory.buffer).fill(7);
    pool.release(bounds, memory);
    expect(pool.take(bounds)).toBe(memory);
    expect(new Uint8Array(memory.buffer).every((byte) => byte === 0)).toBe(true);
    expect(pool.take(bounds)).not.toBe(memory);
  });

  it('are not, once they have grown', () => {
    const pool = new MemoryPool();
    const memory = pool.take(of(1, 2));
    memory.grow(1);
    pool.release(of(1, 2), memory);
    expect(pool.take(of(1, 2)).buffer.byteLength).toBe(65_536);
  });

  it('are not used with other bounds: how far they grow would show', () => {
    const pool = new MemoryPool();
    const memory = used(pool, of(1, 2));
    for (const other of [of(1, 3), of(2, 2), of(1, 1), of(0, 65_536)]) expect(pool.take(other)).not.toBe(memory);
    expect(pool.take(of(1, 2))).toBe(memory);
  });

  it('are kept within a number of pages, those of bounds that nobody used for longest are dropped first', () => {
    const pool = new MemoryPool();
    const first = used(pool, of(256));
    const second = used(pool, of(255, 256));
    const third = used(pool, of(254, 256));
    expect(used(pool, of(256))).toBe(first);
    const fourth = used(pool, of(253, 256));
    expect(pool.take(of(255, 256))).toBe(second);
    pool.release(of(255, 256), second);
    used(pool, of(252, 256));
    expect(pool.take(of(254, 256))).not.toBe(third);
    expect(pool.take(of(256))).toBe(first);
    expect(pool.take(of(253, 256))).toBe(fourth);
  });

  it('are kept up to a number of memories', () => {
    const pool = new MemoryPool();
    const all = Array.from({ length: 257 }, (_, i) => ({ bounds: of(1, 1 + i), memory: pool.take(of(1, 1 + i)) }));
    for (const { bounds, memory } of all) pool.release(bounds, memory);
    expect(pool.take(all[0]!.bounds)).not.toBe(all[0]!.memory);
    for (const { bounds, memory } of all.slice(1)) expect(pool.take(bounds)).toBe(memory);
  });
});
