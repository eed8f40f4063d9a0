import { describe, expect, it } from 'vitest';
import { CALL_CLASSES, instructionTicks, MEMORY_CLASSES, TICKS } from './costs.ts';
import { WASM_LIMITS } from './limits.ts';

describe('prices of instructions in a module', () => {
  it('change at the borders of memory, for loads and stores alone', () => {
    const { call, indirect } = CALL_CLASSES[0]!;
    for (const [i, { pages, load, store }] of MEMORY_CLASSES.entries()) {
      const smallest = (MEMORY_CLASSES[i - 1]?.pages ?? -1) + 1;
      for (const maximum of [smallest, pages]) {
        expect(instructionTicks(maximum, 1)).toEqual({ ...TICKS, load, store, call, indirect });
      }
    }
  });

  it('change at the borders of functions, for calls alone', () => {
    const { load, store } = MEMORY_CLASSES[0]!;
    for (const [i, { functions, call, indirect }] of CALL_CLASSES.entries()) {
      const fewest = (CALL_CLASSES[i - 1]?.functions ?? 0) + 1;
      for (const count of [fewest, functions]) {
        expect(instructionTicks(1, count)).toEqual({ ...TICKS, load, store, call, indirect });
      }
    }
  });

  it('never fall as a module grows', () => {
    for (const [i, above] of MEMORY_CLASSES.slice(1).entries()) {
      const below = MEMORY_CLASSES[i]!;
      expect(above.pages).toBeGreaterThan(below.pages);
      expect(above.load).toBeGreaterThan(below.load);
      expect(above.store).toBeGreaterThanOrEqual(below.store);
    }
    for (const [i, above] of CALL_CLASSES.slice(1).entries()) {
      const below = CALL_CLASSES[i]!;
      expect(above.functions).toBeGreaterThan(below.functions);
      expect(above.call).toBeGreaterThan(below.call);
      expect(above.indirect).toBeGreaterThan(below.indirect);
    }
  });

  it('are there for every module within the limits, and for no other', () => {
    const { memoryPages, functions } = WASM_LIMITS;
    expect(MEMORY_CLASSES.at(-1)!.pages).toBe(memoryPages);
    expect(CALL_CLASSES.at(-1)!.functions).toBe(functions);
    expect(() => instructionTicks(memoryPages + 1, 1)).toThrow(/no prices/);
    expect(() => instructionTicks(1, functions + 1)).toThrow(/no prices/);
  });
});
