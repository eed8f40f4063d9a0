/** Scripts in assembly behind a real engine, over a shard in memory. */
import { createScriptEngine } from 'sherd/scripts';
import { createEvmScript, createMemoryWorld } from 'sherd/shard';
import { assembleModule } from '../../packages/testkit/dist/index.js';

export const GAS = 2_000_000_000;
export const NO_DATA = new Uint8Array(0);
const LIMITS = { maxObjectBytes: 65_536, maxReceiptBytes: 16_384 };

/** Script 0 is the EVM; those of `sources` (module sources, or bytes of code) have the ids 1, 2, ... */
export function createScripts(sources, changeWorld = (world) => world) {
  const memory = createMemoryWorld({ shard: 3 });
  memory.addBuiltIn();
  for (const source of sources) memory.addScript(source instanceof Uint8Array ? source : assembleModule(source));
  const world = changeWorld(memory);
  const engine = createScriptEngine({ builtIns: new Map([[0, createEvmScript()]]), limits: LIMITS });
  /** @throws Error when it does not end as expected */
  const start = (script, data = NO_DATA, expected = 'finished') => {
    const result = engine.run({ world, script, data, gas: GAS, caller: { kind: 'transaction' } });
    if (result.outcome !== expected) throw new Error(`${result.outcome}: ${result.error?.message}, want ${expected}`);
    return result;
  };
  /** Runs and undoes a script. */
  const run = (script, data, expected) => {
    const snapshot = world.snapshot();
    const result = start(script, data, expected);
    world.revertTo(snapshot);
    return result;
  };
  return { world, memory, start, run };
}

/** Assembly: `body` as often as the run has bytes of data. Needs `dataSize`, and the locals 0 and 1 (i32). */
export function repeat(body) {
  return `call $dataSize local.tee 0 if loop ${body} local.get 0 i32.const 1 i32.sub local.tee 0 br_if 0 end end`;
}
