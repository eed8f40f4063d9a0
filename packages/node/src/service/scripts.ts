/** Scripts as this node has them: which to compile ahead, how far its executors are, and how much each was used. */
import type { BeaconState } from 'sherd/beacon';
import type { ExecutorPool } from '../executor/index.ts';
import type { ScriptStatus } from '../rpc/backend.ts';
import { type Environment, readU32, scriptForm, scriptUse } from '../storage/index.ts';

interface Parts {
  readonly environment: Environment;
  readonly executors: ExecutorPool;
  readonly state: BeaconState;
}

/** Has the executors compile all scripts when they have nothing else to do, the most recently used first. */
export function warmScripts({ environment, executors, state }: Parts): void {
  const last = new Map<number, bigint>();
  for (const [key] of environment.tables.scriptUse.range(new Uint8Array(0))) {
    const script = readU32(key, 0);
    last.set(script, scriptUse(environment, script)!.last);
  }
  const newest = (script: number) => last.get(script) ?? -1n;
  const scripts = state.executionScripts.map(({ codeHash, codeSize }, id) => ({ id, codeHash, codeSize }));
  const ordered = scripts.sort((a, b) => Number(newest(b.id) - newest(a.id)) || a.id - b.id);
  executors.warm(ordered.filter(({ codeSize }) => codeSize > 0n).map(({ codeHash }) => codeHash));
}

/** Has the executors compile the scripts that were added since there were `before`. */
export function warmNewScripts({ executors, state }: Parts, before: number): void {
  executors.warm(state.executionScripts.slice(before).map(({ codeHash }) => codeHash));
}

/** Undefined for an unknown id. */
export function scriptStatus({ environment, executors, state }: Parts, script: number): ScriptStatus | undefined {
  const entry = state.executionScripts[script];
  if (entry === undefined) return undefined;
  const count = executors.pids().length;
  const sum = scriptUse(environment, script);
  const use = sum === undefined ? {} : { use: sum };
  if (entry.codeSize === 0n) {
    return { state: 'builtIn', executors: count, compiledBy: 0, meteredSize: 0, isAvoided: false, ...use };
  }
  const { by, time, isAvoided } = executors.compiled(entry.codeHash);
  const form = scriptForm(environment, entry.codeHash);
  return {
    state: stateOf(form?.isInterpreted === true, by, count),
    executors: count,
    compiledBy: by,
    meteredSize: form?.meteredSize ?? 0,
    ...(time === undefined ? {} : { compileTime: time }),
    isAvoided,
    ...use,
  };
}

function stateOf(isInterpreted: boolean, by: number, executors: number): ScriptStatus['state'] {
  if (isInterpreted) return 'interpreted';
  if (by === 0) return 'registered';
  return by < executors ? 'compiled' : 'warm';
}
