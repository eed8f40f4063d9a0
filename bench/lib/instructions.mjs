/**
 * Every instruction of WebAssembly as a metered loop around sixteen of it: time per gas. Not optimised, which is how
 * the prices are meant: nobody can say when V8 will optimise, and its first compiler is the slower one.
 */
import { setFlagsFromString } from 'node:v8';
import { HOST_INTERFACE } from 'sherd/scripts';
import {
  decodeModule,
  GAS_EXPORT,
  I32,
  INSTRUCTIONS,
  meterModule,
  STACK_EXPORT,
  TICKS_PER_GAS,
  validateModule,
  WASM_LIMITS,
} from 'sherd/wasm';
import { assembleModule } from '../../packages/testkit/dist/index.js';
import { measure } from './measure.mjs';

const COPIES = 16;
const ALL_GAS = 1n << 60n;
const PAGE = 65_536;
const NEAR = 16;
const FAR = 256;

// Locals of main: 0 counts turns; 1 and 2 are i32, 3 and 4 are i64; 5 walks through memory.
const LOCALS = 'i32 i32 i32 i64 i64 i32';
const START =
  'i32.const 1234567 local.set 1 i32.const 89 local.set 2 i64.const 9223372036854775807 local.set 3 i64.const 987654321 local.set 4';

const operand = (type, place) => `local.get ${(type === I32 ? 1 : 3) + place}`;

/** One use of an instruction that leaves the stack as it was, or undefined for those that stand in PHRASES. */
function phraseOf({ name, immediate, pops, pushes }) {
  if (immediate === 'memory') {
    const address = 'i32.const 64';
    return pushes === undefined ? `${address} ${operand(pops[1], 1)} ${name}` : `${address} ${name} drop`;
  }
  const text = immediate === 'i32' || immediate === 'i64' ? `${name} 5` : name;
  if (!['none', 'i32', 'i64'].includes(immediate) || (pops.length === 0 && pushes === undefined)) return undefined;
  return `${pops.map(operand).join(' ')} ${text} ${pushes === undefined ? '' : 'drop'}`;
}

/** Loads from addresses that lie far from each other: the golden ratio's multiples, within the memory. */
function scattered(pages) {
  return `local.get 5 i32.const 1640531527 i32.add local.tee 5 i32.const ${pages * PAGE - 4} i32.and i32.load drop`;
}

/** Instructions that need something around them. */
const PHRASES = {
  'block, end': 'block end',
  'if, else': 'local.get 1 if nop else nop end',
  br: 'block br 0 end',
  br_if: 'block local.get 1 br_if 0 end',
  br_table: 'block block local.get 2 br_table 0,1,0,1,0 end end',
  loop: 'loop end',
  return: 'call $returns',
  call: 'call $empty',
  'call, 16 parameters': `${'local.get 1 '.repeat(16)} call $wide`,
  call_indirect: 'i32.const 0 call_indirect >',
  drop: 'local.get 1 drop',
  select: 'local.get 1 local.get 2 local.get 1 select drop',
  'local.get, local.set': 'local.get 1 local.set 2',
  'local.tee': 'local.get 1 local.tee 2 drop',
  'global.get': 'global.get 0 drop',
  'global.set': 'local.get 3 global.set 0',
  'memory.size': 'memory.size drop',
  'memory.grow of no pages': 'i32.const 0 memory.grow drop',
  'memory.grow beyond the maximum': 'i32.const 1 memory.grow drop',
  'memory.fill of no bytes': 'i32.const 0 i32.const 0 i32.const 0 memory.fill',
  'memory.copy of no bytes': 'i32.const 0 i32.const 64 i32.const 0 memory.copy',
  'memory.fill of 64 KiB': `i32.const 0 i32.const 1 i32.const ${PAGE} memory.fill`,
  'memory.copy of 64 KiB': `i32.const 0 i32.const ${PAGE} i32.const ${PAGE} memory.copy`,
  // What the nearest caches do not hold.
  'i32.load, scattered over 1 MiB': scattered(16),
  'i32.load, scattered over 16 MiB': scattered(256),
};

function modules() {
  const phrases = new Map(Object.entries(PHRASES));
  for (const instruction of INSTRUCTIONS) {
    if (instruction === undefined || phrases.has(instruction.name)) continue;
    const phrase = phraseOf(instruction);
    if (phrase !== undefined) phrases.set(instruction.name, phrase);
  }
  return phrases;
}

function source(phrase, pages) {
  const turns = phrase.includes(String(PAGE)) ? 4 : phrase.includes('1640531527') ? 4096 : 64;
  return {
    locals: LOCALS,
    main: `${START} i32.const ${turns} local.set 0 loop ${`${phrase} `.repeat(COPIES)} local.get 0 i32.const 1 i32.sub local.tee 0 br_if 0 end`,
    functions: {
      empty: { code: 'nop' },
      returns: { code: 'return' },
      wide: { parameters: 'i32 '.repeat(16).trim(), code: 'nop' },
    },
    table: ['empty'],
    globals: [['i64', 1n]],
    memory: [pages, pages],
  };
}

function metered(phrase, pages) {
  const module = decodeModule(assembleModule(source(phrase, pages)), WASM_LIMITS);
  return meterModule(module, validateModule(module, HOST_INTERFACE, WASM_LIMITS), HOST_INTERFACE);
}

/** Entries `{name, ns, gas}` of one loop each. */
export async function measureInstructions({ quick, progress }) {
  const phrases = [...modules()];
  const results = [];
  for (const [index, [name, phrase]] of phrases.entries()) {
    const pages = name.endsWith('16 MiB') ? FAR : NEAR;
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    setFlagsFromString('--liftoff-only');
    let instance;
    try {
      instance = new WebAssembly.Instance(new WebAssembly.Module(metered(phrase, pages)), { sherd: { memory } });
      instance.exports.main();
    } catch (error) {
      // Counters start at zero, so that the first call compiles and ends at once.
      if (!(error instanceof WebAssembly.RuntimeError)) throw error;
    } finally {
      setFlagsFromString('--no-liftoff-only');
    }
    const { [GAS_EXPORT]: gas, [STACK_EXPORT]: stack, main } = instance.exports;
    const run = () => {
      gas.value = ALL_GAS;
      stack.value = 1 << 30;
      main();
    };
    const { it } = await measure({ it: run }, { quick, rounds: 5, warmUp: 10e6, sample: 4e6 });
    results.push({ name, ns: it.ns, gas: Number(ALL_GAS - gas.value) / TICKS_PER_GAS });
    progress((index + 1) / phrases.length);
  }
  return results;
}
