/** How often each function selector was called, and with how much data: geth's 4byteTracer. */
import { bytesToHex } from '../../base/index.ts';
import type { Tracer } from './tracer.ts';

/** A tracer whose result is a count of selectors. */
export interface SelectorTracer extends Tracer {
  /** Calls by `SELECTOR-SIZE`, size in bytes without the selector; in the order of these names. */
  readonly counts: () => Readonly<Record<string, number>>;
}

/** Pre-compiled contracts, creations and calls of less than four bytes do not count. */
export function createSelectorTracer(): SelectorTracer {
  const calls = new Map<string, number>();
  return {
    enter({ type, input, isPrecompile }) {
      if (input.length < 4 || isPrecompile || type === 'CREATE' || type === 'CREATE2') return;
      const name = `${bytesToHex(input.subarray(0, 4))}-${input.length - 4}`;
      calls.set(name, (calls.get(name) ?? 0) + 1);
    },
    counts: () => Object.fromEntries([...calls].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}
