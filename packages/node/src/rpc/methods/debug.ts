/** debug_*: transactions and calls, watched while they run. */
import type { AccountOverride } from 'sherd/shard';
import { isTracerName, type ShardBlockRecord, TRACER_NAMES, type TraceOptions } from '../backend.ts';
import { RPC_CODES, RpcError } from '../errors.ts';
import { type BlockId, blockNumberParam, blockParam, callParam, overridesParam } from '../ethereum/arguments.ts';
import { findBlock, findTransaction, stateHeight } from '../ethereum/lookup.ts';
import { RawJson } from '../json.ts';
import { type MethodTable, method, type ShardContext } from '../method.ts';
import {
  optional,
  type Param,
  param,
  type Read,
  readBoolean,
  readField,
  readFields,
  readFixedBytes,
  readSmall,
  refuse,
} from '../params.ts';

interface TraceConfig {
  readonly options: TraceOptions;
  readonly overrides: AccountOverride[] | undefined;
}

const readTracer: Read<TraceOptions['tracer']> = (value, at) => {
  if (value === '' || value === 'structLogger') return 'structLogger';
  return isTracerName(value) ? value : refuse(at, value, `one of ${TRACER_NAMES.join(', ')}, or nothing for steps`);
};

type Fields = Readonly<Record<string, unknown>>;

function readConfig(value: unknown, at: string): TraceConfig {
  const fields = readFields(value, at);
  const flag = (name: string) => readField(fields, name, readBoolean, at) ?? false;
  const inner = readField(fields, 'tracerConfig', readFields, at) ?? {};
  const steps = {
    memory: flag('enableMemory'),
    stack: !flag('disableStack'),
    storage: !flag('disableStorage'),
    returnData: flag('enableReturnData'),
    limit: readField(fields, 'limit', readSmall, at) ?? 0,
  };
  const tracer = readField(fields, 'tracer', readTracer, at) ?? 'structLogger';
  return {
    options: tracer === 'muxTracer' ? readMux(steps, inner, at) : readTracerConfig(steps, tracer, inner, at),
    overrides: readField(fields, 'stateOverrides', overridesParam.parse, at),
  };
}

type StepFields = Pick<TraceOptions, 'memory' | 'stack' | 'storage' | 'returnData' | 'limit'>;

function readTracerConfig(steps: StepFields, tracer: TraceOptions['tracer'], config: Fields, at: string): TraceOptions {
  const flag = (name: string) => readField(config, name, readBoolean, at) ?? false;
  return {
    ...steps,
    tracer,
    withLogs: flag('withLog'),
    onlyTopCall: flag('onlyTopCall'),
    ...(tracer === 'flatCallTracer' && {
      convertParityErrors: flag('convertParityErrors'),
      includePrecompiles: flag('includePrecompiles'),
    }),
    diffMode: flag('diffMode'),
    disableCode: flag('disableCode'),
    disableStorage: flag('disableStorage'),
  };
}

/** Its settings are those of other tracers, by their names. */
function readMux(steps: StepFields, config: Fields, at: string): TraceOptions {
  const parts = Object.entries(config).map(([name, own]) => {
    const place = `${at}.tracerConfig.${name}`;
    if (!isTracerName(name) || name === 'muxTracer') {
      return refuse(place, name, `one of ${TRACER_NAMES.filter((known) => known !== 'muxTracer').join(', ')}`);
    }
    return readTracerConfig(steps, name, readFields(own ?? {}, place), place);
  });
  return { ...readTracerConfig(steps, 'muxTracer', {}, at), parts };
}

/** Left out, it asks for all steps with stack and storage. */
const configParam: Param<TraceConfig> = {
  ...optional(param('config', 'trace config', readConfig)),
  parse: (value, at) => readConfig(value ?? {}, at),
};

async function traceBlock(context: ShardContext, id: BlockId, { options }: TraceConfig): Promise<RawJson> {
  const record: ShardBlockRecord | undefined = findBlock(context.shard, id);
  if (record === undefined) throw new RpcError(RPC_CODES.REFUSED, 'block not found');
  const height = Number(record.block.header.height);
  // Genesis has no transactions, and nothing that they could have run on.
  return new RawJson(height === 0 ? '[]' : await context.shard.traceBlock(height, options));
}

export const debugMethods: MethodTable<ShardContext> = {
  debug_traceTransaction: method(
    'Steps of a transaction; or what `tracer` makes of it: `callTracer`, `flatCallTracer`, `prestateTracer`, `4byteTracer`, `muxTracer`.',
    [param('hash', '32 bytes', readFixedBytes(32)), configParam],
    async (context, hash, { options }) => {
      const found = findTransaction(context, hash);
      if (found === undefined) throw new RpcError(RPC_CODES.REFUSED, 'transaction not found');
      const { entry, place } = found;
      return new RawJson(await context.shard.traceTransaction(Number(place.height), entry.position, options));
    },
  ),
  debug_traceCall: method(
    'Steps or tree of a call, without a transaction; `stateOverrides` in the config as for eth_call.',
    [callParam, blockParam, configParam],
    async ({ shard }, call, block, { options, overrides }) => {
      const request = overrides === undefined ? call : { ...call, overrides };
      return new RawJson(await shard.traceCall(request, stateHeight(shard, block), options));
    },
  ),
  debug_traceBlockByNumber: method(
    'The trace of each transaction of a block.',
    [blockNumberParam, configParam],
    traceBlock,
  ),
  debug_traceBlockByHash: method(
    'The trace of each transaction of a block.',
    [param('blockHash', '32 bytes', readFixedBytes(32)), configParam],
    (context, hash, config) => traceBlock(context, { hash }, config),
  ),
};
