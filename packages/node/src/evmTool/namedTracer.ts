/** Tracers by geth's names, each giving one JSON value for a whole transaction or call. */
import { type Address, SherdError } from 'sherd/base';
import { createStateDiffTracer, type Host, type StateDiffTransaction, type Tracer } from 'sherd/evm';
import { type Json, objectAt } from '../conformance/fields.ts';
import { createTextTracer } from '../executor/traceFormat.ts';

/** How the traced transaction or call ended. Gas in units. */
export interface TraceOutcome {
  readonly isSuccess: boolean;
  readonly gasLimit: bigint;
  readonly gasUsed: bigint;
  readonly output: Uint8Array;
  readonly from: Address;
  readonly to: Address | undefined;
}

export interface NamedTracer {
  readonly tracer: Tracer;
  /** Before anything of the transaction happens. */
  begin(transaction: StateDiffTransaction): void;
  /** JSON text of the trace. */
  end(outcome: TraceOutcome): string;
}

export const TRACER_NAMES = ['callTracer', 'prestateTracer'] as const;
export type TracerName = (typeof TRACER_NAMES)[number];

export function isTracerName(name: string): name is TracerName {
  return TRACER_NAMES.some((known) => known === name);
}

/**
 * @param config geth's `tracerConfig`: withLog and onlyTopCall, or diffMode, disableCode and disableStorage.
 * @throws SherdError BAD_TRACER_CONFIG for a setting that the tracer does not have.
 */
export function createNamedTracer(name: TracerName, config: Json, state: Host): NamedTracer {
  if (name === 'callTracer') {
    const { withLog, onlyTopCall } = switches(config, ['withLog', 'onlyTopCall']);
    const text = createTextTracer({
      tracer: 'callTracer',
      memory: false,
      stack: false,
      storage: false,
      returnData: false,
      limit: 0,
      withLogs: withLog === true,
      onlyTopCall: onlyTopCall === true,
    });
    return {
      tracer: text,
      begin() {},
      end: (outcome) => text.finish({ ...outcome, gasUsed: Number(outcome.gasUsed) }),
    };
  }
  const { diffMode, disableCode, disableStorage } = switches(config, ['diffMode', 'disableCode', 'disableStorage']);
  const tracer = createStateDiffTracer(state, {
    diffMode: diffMode === true,
    disableCode: disableCode === true,
    disableStorage: disableStorage === true,
  });
  return {
    tracer,
    begin: (transaction) => tracer.begin(transaction),
    end() {
      const { pre, post } = tracer.end();
      return JSON.stringify(post === undefined ? pre : { post, pre });
    },
  };
}

function switches<Key extends string>(config: Json, keys: readonly Key[]): Partial<Record<Key, boolean>> {
  const found: Partial<Record<Key, boolean>> = {};
  for (const [key, value] of Object.entries(objectAt(config, 'tracer config'))) {
    const known = keys.find((one) => one === key);
    if (known === undefined || typeof value !== 'boolean') {
      throw new SherdError(
        'BAD_TRACER_CONFIG',
        `tracer config: have ${key}: ${JSON.stringify(value)}, want true or false for ${keys.join(', ')}`,
        { key },
      );
    }
    found[known] = value;
  }
  return found;
}
