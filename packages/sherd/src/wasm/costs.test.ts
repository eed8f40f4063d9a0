import { describe, expect, it } from 'vitest';
import { instructionTicks, MEMORY_CLASSES, TICKS } from './costs.ts';
import { WASM_LIMITS } from './limits.ts';

describe('prices of instructions by the memory of the module', () => {
  it('change at the borders of the classes, for loads and stores alone', () => {
    for (const [i, { pages, load, store }] of MEMORY_CLASSES.entries()) {
      const smallest = (MEMORY_CLASSES[i - 1]?.pages ?? -1) + 1;
      for (const maximum of [smallest, pages]) {
        expect(instructionTicks(maximum)).toEqual({ ...TICKS, load, store });
      }
    }
  });

  it('never fall as memories grow', () => {
    for (const [i, above] of MEMORY_CLASSES.slice(1).entries()) {
      const below = MEMORY_CLASSES[i]!;
      expect(above.pages).toBeGreaterThan(below.pages);
      expect(above.load).toBeGreaterThan(below.load);
      expect(above.store).toBeGreaterThanOrEqual(below.store);
    }
  });

  it('are there for every memory that a module may have, and for no other', () => {
    expect(MEMORY_CLASSES.at(-1)!.pages).toBe(WASM_LIMITS.memoryPages);
    expect(() => instructionTicks(WASM_LIMITS.memoryPages + 1)).toThrow(/no prices/);
  });
});
