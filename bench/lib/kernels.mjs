/** The kernels of `bench/kernels/`: compute-bound scripts, as they are and metered, outside of the engine. */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { checkModule } from 'sherd/scripts';
import { GAS_EXPORT, STACK_EXPORT } from 'sherd/wasm';
import { compileScript } from '../../execution-scripts/sdk/compile.mjs';

const home = new URL('../kernels/', import.meta.url);

/** What `finish` throws: it ends the run, as in the engine. */
const FINISHED = Symbol('finished');
const ALL_GAS = 1n << 60n;
const ALL_SLOTS = 1 << 30;

export function kernelNames() {
  return readdirSync(fileURLToPath(home))
    .map((file) => file.replace(/\.ts$/, ''))
    .filter((name) => name !== 'io')
    .sort();
}

/**
 * Both forms of a kernel as functions of the number of turns; each gives the kernel's answer. They are optimised at once:
 * otherwise V8 does it when it finds time, and on a busy machine one form would be measured before and one after.
 */
export async function loadKernel(name) {
  const code = new Uint8Array(await compileScript(fileURLToPath(new URL(`${name}.ts`, home))));
  const verdict = checkModule(code);
  if (!verdict.ok) throw new Error(`kernel ${name}: ${verdict.message}`);
  setFlagsFromString('--no-liftoff');
  try {
    const forms = { plain: instantiate(code), metered: instantiate(verdict.metered) };
    // Functions are compiled at their first call.
    for (const form of Object.values(forms)) form(1);
    return { ...forms, bytes: code.length };
  } finally {
    setFlagsFromString('--liftoff');
  }
}

function instantiate(bytes) {
  let turns = 0;
  let answer;
  const imported = new WebAssembly.Memory({ initial: 1, maximum: 1 });
  const sherd = {
    memory: imported,
    dataCopy: (pointer) => view().setInt32(pointer, turns, true),
    finish: (pointer) => {
      answer = view().getBigUint64(pointer, true);
      throw FINISHED;
    },
  };
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { sherd });
  const memory = exports.memory;
  const view = () => new DataView(memory.buffer);
  // Data segments hold what a run starts from.
  const fresh = new Uint8Array(memory.buffer).slice();
  const gas = exports[GAS_EXPORT];
  const stack = exports[STACK_EXPORT];
  return (wanted) => {
    turns = wanted;
    new Uint8Array(memory.buffer).set(fresh);
    if (gas !== undefined) gas.value = ALL_GAS;
    if (stack !== undefined) stack.value = ALL_SLOTS;
    try {
      exports.main();
    } catch (error) {
      if (error !== FINISHED) throw error;
    }
    return { answer, ticks: gas === undefined ? 0n : ALL_GAS - gas.value };
  };
}
