/** debug_*: transactions and calls, watched while they run. */
import type { AccountOverride } from 'sherd/shard';
import type { ShardBlockRecord, TraceOptions } from '../backend.ts';
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
  if (value === 'callTracer' || value === 'prestateTracer') return value;
  return refuse(at, value, 'callTracer, prestateTracer, or nothing for a list of steps');
};

function readConfig(value: unknown, at: string): TraceConfig {
  const fields = readFields(value, at);
  const inner = readField(fields, 'tracerConfig', readFields, at) ?? {};
  const flag = (from: Readonly<Record<string, unknown>>, name: string) =>
    readField(from, name, readBoolean, at) ?? false;
  return {
    options: {
      tracer: readField(fields, 'tracer', readTracer, at) ?? 'structLogger',
      memory: flag(fields, 'enableMemory'),
      stack: !flag(fields, 'disableStack'),
      storage: !flag(fields, 'disableStorage'),
      returnData: flag(fields, 'enableReturnData'),
      limit: readField(fields, 'limit', readSmall, at) ?? 0,
      withLogs: flag(inner, 'withLog'),
      onlyTopCall: flag(inner, 'onlyTopCall'),
      diffMode: flag(inner, 'diffMode'),
      disableCode: flag(inner, 'disableCode'),
      disableStorage: flag(inner, 'disableStorage'),
    },
    overrides: readField(fields, 'stateOverrides', overridesParam.parse, at),
  };
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
    'Steps of a transaction; with `tracer: "callTracer"` its tree of calls, with `"prestateTracer"` the state it met.',
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
