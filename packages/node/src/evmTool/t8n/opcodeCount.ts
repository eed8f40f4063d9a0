/** How often each instruction ran, in the transactions that a block took. */
import { combineTracers, opcodeLabel, type Tracer } from 'sherd/evm';
import type { TraceSink } from './trace.ts';

export interface OpcodeCounts {
  /** One transaction: what it ran counts from `keep` on. */
  begin(): { readonly tracer: Tracer; keep(): void };
  /** By name, in the order of the names; what never ran is left out. */
  byName(): Record<string, number>;
}

export function createOpcodeCounts(): OpcodeCounts {
  const counts = new Array<number>(256).fill(0);
  return {
    begin() {
      const own = new Array<number>(256).fill(0);
      const tracer: Tracer = {
        step({ op }) {
          own[op]!++;
        },
      };
      const keep = () => {
        for (const [op, count] of own.entries()) counts[op]! += count;
      };
      return { tracer, keep };
    },
    byName() {
      const named = counts.map((count, op) => [opcodeLabel(op), count] as const).filter(([, count]) => count > 0);
      return Object.fromEntries(named.sort(([a], [b]) => (a < b ? -1 : 1)));
    },
  };
}

/** Counts beside the traces, if there are any. */
export function withCounts(sink: TraceSink | undefined, counts: OpcodeCounts | undefined): TraceSink | undefined {
  if (counts === undefined) return sink;
  return {
    begin(traced) {
      const { tracer, keep } = counts.begin();
      const trace = sink?.begin(traced);
      return {
        tracer: trace === undefined ? tracer : combineTracers(tracer, trace.tracer),
        end(result) {
          keep();
          trace?.end(result);
        },
      };
    },
  };
}
