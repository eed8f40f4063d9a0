/** Tracers by geth's names, each giving one JSON value for a whole transaction or call. */
import { type Address, SherdError } from 'sherd/base';
import type { Tracer } from 'sherd/evm';
import { type Json, objectAt } from '../conformance/fields.ts';
import { createTextTracer } from '../executor/traceFormat.ts';
import { isTracerName, TRACER_NAMES, type TraceOptions, type TracerName } from '../rpc/backend.ts';

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

/**
 * @param config geth's `tracerConfig`: withLog and onlyTopCall, or convertParityErrors and includePrecompiles, or diffMode,
 *   disableCode and disableStorage; for `muxTracer` the settings of other tracers by their names.
 * @throws SherdError BAD_TRACER_CONFIG for a setting that the tracer does not have.
 */
export function createNamedTracer(name: TracerName, config: Json): NamedTracer {
  const tracer = createTextTracer(name === 'muxTracer' ? muxOptions(config) : tracerOptions(name, config));
  return { tracer, end: (outcome) => tracer.finish({ ...outcome, gasUsed: Number(outcome.gasUsed) }) };
}

function muxOptions(config: Json): TraceOptions {
  const parts = Object.entries(objectAt(config, 'tracer config')).map(([name, own]) => {
    if (isTracerName(name) && name !== 'muxTracer') return tracerOptions(name, own ?? {});
    const known = TRACER_NAMES.filter((one) => one !== 'muxTracer').join(', ');
    throw new SherdError('BAD_TRACER_CONFIG', `tracer config: have ${name}, want ${known}`, { key: name });
  });
  return { ...tracerOptions('muxTracer', {}), parts };
}

function tracerOptions(name: TracerName, config: Json): TraceOptions {
  const given = switches(config, SETTINGS[name]);
  return {
    tracer: name,
    memory: false,
    stack: false,
    storage: false,
    returnData: false,
    limit: 0,
    withLogs: given.withLog === true,
    onlyTopCall: given.onlyTopCall === true,
    convertParityErrors: given.convertParityErrors === true,
    includePrecompiles: given.includePrecompiles === true,
    diffMode: given.diffMode === true,
    disableCode: given.disableCode === true,
    disableStorage: given.disableStorage === true,
  };
}

type Setting =
  | 'withLog'
  | 'onlyTopCall'
  | 'convertParityErrors'
  | 'includePrecompiles'
  | 'diffMode'
  | 'disableCode'
  | 'disableStorage';

const SETTINGS: Readonly<Record<TracerName, readonly Setting[]>> = {
  callTracer: ['withLog', 'onlyTopCall'],
  flatCallTracer: ['convertParityErrors', 'includePrecompiles'],
  prestateTracer: ['diffMode', 'disableCode', 'disableStorage'],
  '4byteTracer': [],
  noopTracer: [],
  muxTracer: [],
};

function switches<Key extends string>(config: Json, keys: readonly Key[]): Partial<Record<Key, boolean>> {
  const found: Partial<Record<Key, boolean>> = {};
  for (const [key, value] of Object.entries(objectAt(config, 'tracer config'))) {
    const known = keys.find((one) => one === key);
    if (known === undefined || typeof value !== 'boolean') {
      throw new SherdError(
        'BAD_TRACER_CONFIG',
        keys.length === 0
          ? `tracer config: have ${key}, want no settings`
          : `tracer config: have ${key}: ${JSON.stringify(value)}, want true or false for ${keys.join(', ')}`,
        { key },
      );
    }
    found[known] = value;
  }
  return found;
}
