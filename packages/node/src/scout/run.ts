/** Runs a Scout test on the script engine and says what is not as the file wants it. */
import { equalBytes, isSherdError, SherdError } from 'sherd/base';
import { presetParams } from 'sherd/beacon';
import { BEACON, createScriptEngine, SCOUT_STATE_KEY } from 'sherd/scripts';
import { createEvmScript, createMemoryWorld, type MemoryWorld } from 'sherd/shard';
import { linkModule } from 'sherd/wasm';
import { type ScoutTest, shown } from './file.ts';

export interface ScoutBlockReport {
  readonly env: number;
  readonly outcome: string;
  readonly gasUsed: number;
}

export interface ScoutReport {
  readonly blocks: readonly ScoutBlockReport[];
  /** What is not as it must be, in sentences; empty when the test holds. */
  readonly mismatches: readonly string[];
}

export interface ScoutOptions {
  /** Gas of each block. */
  readonly gas?: number;
  /** Gets what the scripts print. */
  readonly onDebug?: (text: string) => void;
}

const NO_BYTES = new Uint8Array(0);

/** @throws SherdError CODE_REFUSED for a script that could not be registered, and the linker's codes. */
export function runScoutTest(test: ScoutTest, options: ScoutOptions = {}): ScoutReport {
  const { maxObjectBytes, maxReceiptBytes, gasPerBlock } = presetParams('dev');
  const { gas = gasPerBlock, onDebug } = options;
  const world = createMemoryWorld({ shardCount: 1 });
  for (const code of test.scripts) register(world, code, test.libraries);
  for (const [env, root] of test.preStates.entries()) world.setObject(env, SCOUT_STATE_KEY, root);
  const engine = createScriptEngine({
    // No test has a script 0 that is built in; the EVM script only lends its machine, to scripts of bytecode.
    builtIns: new Map([[-1, createEvmScript()]]),
    limits: { maxObjectBytes, maxReceiptBytes },
    ...(onDebug === undefined ? {} : { onDebug }),
  });
  const mismatches: string[] = [];
  const blocks = test.blocks.map(({ env, data }, i): ScoutBlockReport => {
    const result = engine.run({ world, script: env, data, gas, caller: { kind: 'transaction' } });
    const { outcome, gasLeft, error, output } = result;
    if (outcome !== 'finished') {
      mismatches.push(`block ${i} (env ${env}) ${outcome}: ${error?.message ?? shown(output)}`);
    }
    return { env, outcome, gasUsed: gas - gasLeft };
  });
  compareStates(test, world, mismatches);
  compareDeposits(test, world, mismatches);
  return { blocks, mismatches };
}

function register(world: MemoryWorld, code: Uint8Array, libraries: ReadonlyMap<string, Uint8Array>): void {
  const env = world.scriptCount;
  const isWasm = code[0] === 0;
  const linked = isWasm ? linkModule(code, libraries) : code;
  try {
    world.addScript(linked);
  } catch (error) {
    if (!isSherdError(error)) throw error;
    throw new SherdError('CODE_REFUSED', `script ${env}: ${error.code}: ${error.message}`, { reason: error.code });
  }
}

function compareStates(test: ScoutTest, world: MemoryWorld, mismatches: string[]): void {
  test.postStates.forEach((want, env) => {
    const have = world.getObject(env, SCOUT_STATE_KEY)?.storage;
    if (have === undefined || !equalBytes(have, want)) {
      mismatches.push(`state root of env ${env}: have ${shown(have)}, want ${shown(want)}`);
    }
  });
}

function compareDeposits({ deposits }: ScoutTest, world: MemoryWorld, mismatches: string[]): void {
  if (deposits === undefined) return;
  const have = world
    .receipts()
    .filter(({ target }) => target.shard === BEACON)
    .map(({ data }) => data);
  for (let i = 0; i < Math.max(have.length, deposits.length); i++) {
    if (equalBytes(have[i] ?? NO_BYTES, deposits[i] ?? NO_BYTES)) continue;
    mismatches.push(`deposit ${i}: have ${shown(have[i])}, want ${shown(deposits[i])}`);
  }
}
