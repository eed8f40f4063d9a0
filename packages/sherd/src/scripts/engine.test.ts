import { assembleModule, createMemoryWorld, type ModuleSource } from '@sherd/testkit';
import { describe, expect, it } from 'vitest';
import { bytesToHex, hexToBytes, utf8ToBytes } from '../base/index.ts';
import { createScriptEngine } from './engine.ts';
import type { BuiltInScript, ScriptResult } from './run.ts';

const GAS = 1_000_000;
const limits = { maxObjectBytes: 1024, maxReceiptBytes: 64 };
const NONE = new Uint8Array(0);

/** A world with the given scripts, and a function that runs one of them. */
function network(sources: readonly ModuleSource[], builtIns: ReadonlyMap<number, BuiltInScript> = new Map()) {
  const world = createMemoryWorld({ shard: 3 });
  for (const source of sources) world.addScript(assembleModule(source));
  const engine = createScriptEngine({ builtIns, limits });
  const run = (script: number, data: Uint8Array = NONE, gas = GAS): ScriptResult =>
    engine.run({ world, script, data, gas, caller: { kind: 'transaction' } });
  return { world, engine, run };
}

/** Finishes with the four bytes of the i32 on the stack. */
const FINISH_I32 = 'local.set 0 i32.const 0 local.get 0 i32.store i32.const 0 i32.const 4 call $finish';

describe('a run', () => {
  it('finishes with the data that it was given', () => {
    const { run } = network([
      {
        imports: ['dataSize', 'dataCopy', 'finish'],
        main: 'i32.const 8 i32.const 0 call $dataSize call $dataCopy i32.const 8 call $dataSize call $finish',
      },
    ]);
    const result = run(0, utf8ToBytes('hello'));
    expect(result).toMatchObject({ outcome: 'finished', output: utf8ToBytes('hello') });
    expect(result.gasLeft).toBeLessThan(GAS);
  });

  it('returns from main as if it had finished with nothing', () => {
    expect(network([{ main: 'nop' }]).run(0)).toMatchObject({ outcome: 'finished', output: NONE });
  });

  it('ends an infinite loop by gas', () => {
    const result = network([{ main: 'loop br 0 end' }]).run(0, NONE, 30_000_000);
    expect(result).toMatchObject({ outcome: 'outOfGas', gasLeft: 0 });
  });

  it('ends deep recursion by the depth counter, cold and warm alike', () => {
    const { run } = network([{ main: 'call $f', functions: { f: { code: 'call $f' } } }]);
    const cold = run(0);
    expect(cold).toMatchObject({ outcome: 'callDepth', gasLeft: 0, error: { code: 'CALL_DEPTH' } });
    for (let i = 0; i < 200; i++) expect(run(0)).toEqual(cold);
  });
});
