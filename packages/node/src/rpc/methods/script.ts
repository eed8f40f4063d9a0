/** script_*: execution scripts before and after they are on the chain. Integers are hex quantities, amounts are in gwei. */
import { hexToBytes, isHex, SherdError } from 'sherd/base';
import type { ShardTransaction } from 'sherd/beacon';
import type { ScriptStatus, ScriptTrace } from '../backend.ts';
import { bytesToHex, type Json, quantity, toJson } from '../json.ts';
import { type Context, type MethodTable, method, type ShardContext } from '../method.ts';
import {
  describe,
  type Param,
  param,
  readBytes,
  readField,
  readFields,
  readInteger,
  readSmall,
  refuse,
} from '../params.ts';
import { pageOf, pageParam } from './beacon.ts';

const scriptParam: Param<bigint> = param('script', 'integer', readInteger);

/** What a list shows of a script. */
function scriptJson({ backend }: Context, id: number): Json {
  const { codeHash, codeRoot, codeSize, balance } = backend.beacon.state().executionScripts[id]!;
  const status = backend.beacon.scriptStatus(id)!;
  const { calls = 0, gas = 0n } = status.use ?? {};
  const facts = { id, codeHash, codeRoot, codeSize, balance, builtIn: codeSize === 0n };
  return { ...(toJson({ ...facts, calls, gasUsed: gas }) as object), status: status.state };
}

function statusJson(id: number, { state, executors, compiledBy, ...status }: ScriptStatus): Json {
  const { meteredSize, compileTime, isAvoided, use } = status;
  const sums = use === undefined ? { calls: 0, failures: 0, gasUsed: 0, time: 0 } : usedJson(use);
  const facts = {
    id,
    executors,
    compiledBy,
    meteredSize,
    ...(compileTime === undefined ? {} : { compileTime }),
    ...sums,
  };
  return { ...(toJson(facts) as object), status: state, avoided: isAvoided };
}

function usedJson({ calls, failures, gas, time, since, last }: NonNullable<ScriptStatus['use']>) {
  return { calls, failures, gasUsed: gas, time, sinceSlot: since, lastSlot: last };
}

export const scriptMethods: MethodTable<Context> = {
  script_list: method('Execution scripts by id.', [pageParam], (context, page) =>
    pageOf(context.backend.beacon.state().executionScripts, page).map(({ index }) => scriptJson(context, index)),
  ),
  script_get: method('The execution script, or null.', [scriptParam], (context, id) =>
    id < BigInt(context.backend.beacon.state().executionScripts.length) ? scriptJson(context, Number(id)) : null,
  ),
  script_getStatus: method(
    'How far this node is with a script (`registered`, `compiled`, `warm`) and how much it was used, or null.',
    [scriptParam],
    ({ backend }, id) => {
      const status = id < 2n ** 32n ? backend.beacon.scriptStatus(Number(id)) : undefined;
      return status === undefined ? null : statusJson(Number(id), status);
    },
  ),
  script_getCode: method(
    'Code of an execution script as it was registered; 0x for a built-in one.',
    [scriptParam],
    ({ backend }, id) => {
      const script = backend.beacon.state().executionScripts[Number(id)];
      if (script === undefined) throw unknownScript(id);
      if (script.codeSize === 0n) return '0x';
      const code = backend.beacon.scriptCode(Number(id));
      if (code === undefined) throw unknownScript(id);
      return bytesToHex(code);
    },
  ),
  script_check: method(
    'Whether the code would be accepted: it is validated, metered and compiled, not registered.',
    [param('code', 'bytes', readBytes)],
    async ({ backend }, code) => toJson(await backend.beacon.checkScript(code)),
  ),
};

function unknownScript(id: bigint): SherdError {
  return new SherdError('UNKNOWN_SCRIPT', `no execution script ${describe(String(id))}`, { script: id });
}

/** Gas of a traced call that names none. */
const TRACE_GAS = 1_000_000n;

/** The id of a transaction, or a transaction that nobody has sent. */
const traceParam: Param<Uint8Array | ShardTransaction> = param(
  'target',
  'id, or {script, data?, gasLimit?}',
  (value, at) => {
    if (isHex(value, 32)) return hexToBytes(value);
    const fields = readFields(value, at);
    const script = readField(fields, 'script', readSmall, at);
    if (script === undefined || script > 0xffff_ffff)
      refuse(`${at}.script`, fields['script'], 'a script id below 2^32');
    const gasLimit = readField(fields, 'gasLimit', readInteger, at) ?? TRACE_GAS;
    if (gasLimit >= 1n << 64n) refuse(`${at}.gasLimit`, fields['gasLimit'], 'gas below 2^64');
    return { script, gasLimit, data: readField(fields, 'data', readBytes, at) ?? new Uint8Array(0) };
  },
);

function traceJson({ script, outcome, gasUsed, output, error, hostCalls, hostCallCount }: ScriptTrace): Json {
  return {
    script: quantity(script),
    outcome,
    gasUsed: quantity(gasUsed),
    output: bytesToHex(output),
    ...(error === undefined ? {} : { error: { code: error.code, message: error.message } }),
    hostCalls: hostCalls.map(({ depth, script: at, gas, gasLeft, ...call }) => ({
      depth: quantity(depth),
      script: quantity(at),
      ...call,
      gas: quantity(gas),
      gasLeft: quantity(gasLeft),
    })),
    hostCallCount: quantity(hostCallCount),
  };
}

export const scriptTraceMethods: MethodTable<ShardContext> = {
  script_trace: method(
    'What a transaction asks of its host, call by call with gas: one of a block, or one on top of the newest state.',
    [traceParam],
    async ({ shard, shardIndex }, target) => {
      if (!(target instanceof Uint8Array)) return traceJson(await shard.traceScript(target));
      const place = shard.findTransaction(target);
      if (place === undefined) {
        const message = `shard ${shardIndex} has no transaction ${bytesToHex(target)} in a block`;
        throw new SherdError('UNKNOWN_TRANSACTION', message, { shard: shardIndex });
      }
      return traceJson(await shard.traceIncludedScript(place.height, place.index));
    },
  ),
};
