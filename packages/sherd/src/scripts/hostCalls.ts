/**
 * Watching a run: what a script asks of its host, call by call. Only a run that is watched pays for it, and being watched
 * changes nothing that a run can see.
 */
import { bytesToHex, type Hex } from '../base/index.ts';
import type { HostFunction } from './hostFunctions.ts';
import type { HostTable } from './hostInterface.ts';
import type { HostRun } from './hostRun.ts';

/** A call of a host function, or by EVM bytecode of the system contract. Plain data, numbers as decimal text. */
export interface HostCall {
  /** Runs that this one is inside of: 0 for the script that was called first. */
  readonly depth: number;
  readonly script: number;
  /** Its name in the table that the script imports from, or in contracts/Sherd.sol. */
  readonly function: string;
  readonly arguments: Readonly<Record<string, string>>;
  /** 32 bytes, of functions that take a key. */
  readonly key?: Hex;
  /** The bytes that the script handed over, up to {@link SHOWN_BYTES}. */
  readonly bytes?: Hex;
  /** None when the call ended the run or was reverted, and for functions without a result. */
  readonly result?: string;
  /** Of the call, with all that ran inside it. */
  readonly gas: number;
  /** Afterwards; 0 when the call asked for more than there was. For EVM bytecode, of what went along with the call. */
  readonly gasLeft: number;
}

/** Who watches. Decides nothing. */
export interface HostCallWatcher {
  /** Asked once for each call: one that is not wanted is not described, which is most of what watching costs. */
  wants(): boolean;
  /** A call that is wanted begins; the answer is told how it ended. */
  begin(call: HostCall): (ended: HostCall) => void;
}

/** Bytes of an argument that a {@link HostCall} shows. */
export const SHOWN_BYTES = 256;

export interface HostCallRecord {
  readonly watch: HostCallWatcher;
  /** In the order in which they began. */
  readonly calls: readonly HostCall[];
  /** Calls that were made, also those beyond the limit. */
  readonly count: number;
}

/** Keeps the first `limit` calls. */
export function recordHostCalls(limit: number = Number.MAX_SAFE_INTEGER): HostCallRecord {
  const calls: HostCall[] = [];
  let count = 0;
  return {
    watch: {
      wants: () => count++ < limit,
      begin(call) {
        const at = calls.push(call) - 1;
        return (ended) => {
          calls[at] = ended;
        };
      },
    },
    calls,
    get count() {
      return count;
    },
  };
}

type Argument = number | bigint;
type Imports = Readonly<Record<string, (...args: Argument[]) => unknown>>;

/** The imports of an instance with the watcher in front of each; `depth` counts the runs around this one. */
export function watchImports(
  imports: Imports,
  run: HostRun,
  { rows }: HostTable,
  depth: number,
  watch: HostCallWatcher,
): Imports {
  const watched = Object.entries(imports).map(([name, call]): [string, Imports[string]] => {
    const row = rows.get(name)!;
    const { gas } = row.effect;
    return [
      name,
      (...raw) => {
        if (!watch.wants()) return call(...raw);
        const begun = describe(name, row, run, raw.map(unsigned), depth);
        const end = watch.begin(begun);
        const before = run.gasLeft;
        let result: unknown;
        try {
          result = call(...raw);
        } finally {
          // The fixed gas was charged by the calling block, as part of its metering.
          const left = run.gasLeft;
          const ended = { ...begun, gas: gas + before - left, gasLeft: Math.max(0, left) };
          end(result === undefined || row.result === undefined ? ended : { ...ended, result: String(result) });
        }
        return result;
      },
    ];
  });
  return Object.fromEntries(watched);
}

function unsigned(value: Argument): Argument {
  return typeof value === 'bigint' ? BigInt.asUintN(64, value) : value >>> 0;
}

function describe(
  name: string,
  { parameters, effect }: HostFunction,
  run: HostRun,
  args: readonly Argument[],
  depth: number,
): HostCall {
  const names = parameters.map((parameter) => parameter.slice(4));
  const value = (of: string) => Number(args[names.indexOf(of)] ?? 0);
  const key = names.includes('keyPtr') ? peek(run, value('keyPtr'), 32) : undefined;
  const bytes = names.includes('ptr') ? peek(run, value('ptr'), Math.min(value('length'), SHOWN_BYTES)) : undefined;
  return {
    depth,
    script: run.script,
    function: name,
    arguments: Object.fromEntries(names.map((each, index) => [each, String(args[index])])),
    ...(key && { key }),
    ...(bytes && { bytes }),
    gas: effect.gas,
    gasLeft: run.gasLeft,
  };
}

/** Memory of the script; nothing where it points outside of it, which the call itself will find out. */
function peek(run: HostRun, pointer: number, length: number): Hex | undefined {
  try {
    return bytesToHex(run.read(pointer, length));
  } catch {
    return undefined;
  }
}
