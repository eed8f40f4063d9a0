/** Scripts in an in-memory world behind a real engine, and the phrases of assembly that tests of scripts share. */
import {
  type BuiltInScript,
  createScriptEngine,
  SCRIPT_OUTCOMES,
  type ScriptEngine,
  type ScriptOutcome,
  type ScriptRequest,
  type ScriptResult,
} from 'sherd/scripts';
import { createMemoryWorld, type MemoryWorld } from 'sherd/shard';
import { assembleModule, type ModuleSource } from './wasmAssembler.ts';

/** Gas of a run unless a test says otherwise. */
export const RUN_GAS = 5_000_000;
/** Small, so that tests reach them. */
export const TEST_LIMITS = { maxObjectBytes: 1024, maxReceiptBytes: 64 };
export const NO_DATA: Uint8Array = new Uint8Array(0);

export interface ScriptNetwork {
  readonly world: MemoryWorld;
  readonly engine: ScriptEngine;
  run(script: number, data?: Uint8Array, gas?: number, more?: Partial<ScriptRequest>): ScriptResult;
}

/** The scripts get the ids 0, 1, ... in order. */
export function createScriptNetwork(
  sources: readonly ModuleSource[],
  builtIns: ReadonlyMap<number, BuiltInScript> = new Map(),
): ScriptNetwork {
  const world = createMemoryWorld({ shard: 3 });
  for (const source of sources) world.addScript(assembleModule(source));
  const engine = createScriptEngine({ builtIns, limits: TEST_LIMITS });
  return {
    world,
    engine,
    run: (script, data = NO_DATA, gas = RUN_GAS, more = {}) =>
      engine.run({ world, script, data, gas, caller: { kind: 'transaction' }, ...more }),
  };
}

/** The storage key that starts with the byte and is zero otherwise. */
export function objectKey(byte: number): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, i) => (i === 0 ? byte : 0));
}

/** Assembly: writes the object under {@link objectKey} of the byte, with that one byte. Needs storageWrite. */
export function writeObject(byte: number): string {
  return `i32.const 0 i32.const ${byte} i32.store8 i32.const 0 i32.const 0 i32.const 1 call $storageWrite`;
}

/** Assembly: calls a script without data and finishes with the outcome as one byte. Needs the call and finish. */
export function reportCall(callee: number, gas = 1_000_000, how: 'call' | 'staticCall' = 'call'): string {
  const call = `i32.const ${callee} i32.const 0 i32.const 0 i64.const ${gas} call $${how}`;
  return `i32.const 64 ${call} i32.store8 i32.const 64 i32.const 1 call $finish`;
}

/** What {@link reportCall} reported. */
export function reportedOutcome({ output }: ScriptResult): ScriptOutcome | undefined {
  return SCRIPT_OUTCOMES[output[0]!];
}
