/**
 * Runs a script on a shard in memory and writes down what it asks of its host: each call with its arguments, its gas
 * and the gas that is left, calls of other scripts included.
 */
import { bytesToHex, type Hex } from 'sherd/base';
import {
  HOST_TABLES,
  type HostFunction,
  type ScriptEngine,
  type ScriptRequest,
  type ScriptResult,
} from 'sherd/scripts';

export interface HostCall {
  /** Calls of other scripts that this one is inside of. */
  readonly depth: number;
  readonly script: number;
  readonly function: string;
  readonly arguments: Readonly<Record<string, string>>;
  /** 32 bytes, of functions that take a key. */
  readonly key?: Hex;
  /** The bytes that the script handed over, up to 256. */
  readonly bytes?: Hex;
  /** None when the call ended the run. */
  readonly result?: string;
  /** Of the call, with all that ran inside it. */
  readonly gas: number;
  readonly gasLeft: number;
}

/** What the tables' bodies get: the run that they belong to. */
type HostRun = Parameters<HostFunction['body']>[0];
type Body = (run: HostRun, ...args: (number | bigint)[]) => unknown;

const SHOWN_BYTES = 256;

/** The script's run, and its host calls in the order in which they began. */
export function traceRun(
  engine: ScriptEngine,
  request: ScriptRequest,
): { readonly result: ScriptResult; readonly calls: readonly HostCall[] } {
  const calls: HostCall[] = [];
  const restore = observe(calls);
  try {
    return { result: engine.run(request), calls };
  } finally {
    restore();
  }
}

/** Puts an observer in front of every function of every table of this process; the answer takes it away again. */
function observe(calls: HostCall[]): () => void {
  const undo: (() => void)[] = [];
  // Tables share rows: what two faces offer under two names is shown under the first.
  const seen = new Set<HostFunction>();
  let depth = 0;
  for (const { rows } of HOST_TABLES) {
    for (const [name, row] of rows) {
      if (seen.has(row)) continue;
      seen.add(row);
      const open = row as { body: HostFunction['body'] };
      const original = row.body;
      const body: Body = (run, ...args) => {
        const at = calls.push(describe(name, row, run, args, depth)) - 1;
        const before = run.gasLeft;
        depth++;
        let result: unknown;
        try {
          result = (original as unknown as Body)(run, ...args);
        } finally {
          depth--;
          const gas = calls[at]!.gas + before - run.gasLeft;
          calls[at] = { ...calls[at]!, gas, gasLeft: Math.max(0, run.gasLeft) };
        }
        if (row.result !== undefined) calls[at] = { ...calls[at]!, result: String(result) };
        return result;
      };
      open.body = body as unknown as HostFunction['body'];
      undo.push(() => {
        open.body = original;
      });
    }
  }
  return () => {
    for (const each of undo) each();
  };
}

/** The call as it begins; its gas so far is what is charged before the body runs. */
function describe(
  name: string,
  { parameters, effect }: HostFunction,
  run: HostRun,
  args: readonly (number | bigint)[],
  depth: number,
): HostCall {
  const names = parameters.map((parameter) => parameter.slice(4));
  const value = (of: string) => Number(args[names.indexOf(of)] ?? 0);
  const perByte = effect.perByte ? effect.perByte.gas * value(effect.perByte.of.slice(4)) : 0;
  const key = names.includes('keyPtr') ? peek(run, value('keyPtr'), 32) : undefined;
  const bytes = names.includes('ptr') ? peek(run, value('ptr'), Math.min(value('length'), SHOWN_BYTES)) : undefined;
  return {
    depth,
    script: run.script,
    function: name,
    arguments: Object.fromEntries(names.map((each, index) => [each, String(args[index])])),
    ...(key && { key }),
    ...(bytes && { bytes }),
    gas: effect.gas + perByte,
    gasLeft: 0,
  };
}

/** Memory of the script; nothing where the script points outside of it, which the call itself will find out. */
function peek(run: HostRun, pointer: number, length: number): Hex | undefined {
  try {
    return bytesToHex(run.read(pointer, length));
  } catch {
    return undefined;
  }
}
