/** Tracers by geth's names, each giving one JSON value for a whole transaction or call. */
import { type Address, SherdError } from 'sherd/base';
import type { Tracer } from 'sherd/evm';
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
export function createNamedTracer(name: TracerName, config: Json): NamedTracer {
  const given = switches(config, SETTINGS[name]);
  const tracer = createTextTracer({
    tracer: name,
    memory: false,
    stack: false,
    storage: false,
    returnData: false,
    limit: 0,
    withLogs: given.withLog === true,
    onlyTopCall: given.onlyTopCall === true,
    diffMode: given.diffMode === true,
    disableCode: given.disableCode === true,
    disableStorage: given.disableStorage === true,
  });
  return { tracer, end: (outcome) => tracer.finish({ ...outcome, gasUsed: Number(outcome.gasUsed) }) };
}

type Setting = 'withLog' | 'onlyTopCall' | 'diffMode' | 'disableCode' | 'disableStorage';

const SETTINGS: Readonly<Record<TracerName, readonly Setting[]>> = {
  callTracer: ['withLog', 'onlyTopCall'],
  prestateTracer: ['diffMode', 'disableCode', 'disableStorage'],
};

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
