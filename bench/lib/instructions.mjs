/**
 * Every instruction of WebAssembly as a metered loop around sixteen of it, and the worst uses of those whose time depends
 * on how they are used: time per gas. Not optimised, which is how the prices are meant: nobody can say when V8 will
 * optimise, and its first compiler is the slower one.
 */
import { setFlagsFromString } from 'node:v8';
import { HOST_INTERFACE } from 'sherd/scripts';
import {
  CALL_CLASSES,
  decodeModule,
  GAS_EXPORT,
  I32,
  INSTRUCTIONS,
  MEMORY_CLASSES,
  meterModule,
  STACK_EXPORT,
  TICKS_PER_GAS,
  validateModule,
  WASM_LIMITS,
} from 'sherd/wasm';
import { assembleModule } from '../../packages/testkit/dist/index.js';
import { measure } from './measure.mjs';
import { cycle, fillPointerCycle } from './pointerCycle.mjs';

const COPIES = 16;
const ALL_GAS = 1n << 60n;
const PAGE = 65_536;
/** Pages of the memory where it does not matter how large it is. */
const NEAR = MEMORY_CLASSES[0].pages;

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

/** Text of an address on the stack that lies far from the last one: the golden ratio's multiples, within `mask`. */
function scattered(mask) {
  return `local.get 5 i32.const 1640531527 i32.add local.tee 5 i32.const ${mask} i32.and`;
}

/** Calls of that many functions of a module, each once in a turn, and each telling which one of the table is next. */
function callPhrases(count) {
  // The functions of every loop, and main.
  const many = count - 4;
  const numbers = Array.from({ length: many }, (_, i) => i);
  const next = cycle(many);
  const functions = Object.fromEntries(
    numbers.map((i) => [`each${i}`, { result: 'i32', code: `i32.const ${next[i] + 1}` }]),
  );
  const text = number(count);
  return {
    [`call, ${text} functions in turn`]: {
      turns: 8,
      functions,
      copies: 1,
      phrase: numbers.map((i) => `call $each${i} drop`).join(' '),
    },
    [`call_indirect, ${text} functions, each tells the next`]: {
      turns: many >> 2,
      functions,
      table: Object.keys(functions),
      before: 'i32.const 1 local.set 1',
      phrase: 'local.get 1 call_indirect >i local.set 1',
    },
  };
}

const number = (value) => value.toLocaleString('en-US');

/** What memory of a size takes at worst. */
function memoryPhrases(pages) {
  const size = pages < NEAR * 4 ? `${pages * 64} KiB` : `${pages / 16} MiB`;
  // As many loads as the memory has lines: 256 at each turn.
  const chain = { pages, turns: pages * 4, prepare: fillPointerCycle, before: 'i32.const 0 local.set 1' };
  const wide = { pages, turns: 4096 };
  return {
    [`i32.load, each from where the last one points, ${size}`]: {
      ...chain,
      phrase: `local.get 1 ${'i32.load '.repeat(COPIES)} local.set 1`,
    },
    [`memory.copy of the next address, ${size}`]: {
      ...chain,
      turns: pages * 64,
      // To a place between two addresses of the cycle.
      phrase: 'i32.const 16 local.get 1 i32.const 4 memory.copy i32.const 16 i32.load local.set 1',
    },
    [`i32.store, scattered over ${size}`]: { ...wide, phrase: `${scattered(pages * PAGE - 4)} local.get 2 i32.store` },
    [`i32.store8, scattered over ${size}`]: {
      ...wide,
      phrase: `${scattered(pages * PAGE - 4)} local.get 2 i32.store8`,
    },
    [`i64.store across two pages of 4 KiB, scattered over ${size}`]: {
      ...wide,
      phrase: `${scattered(pages * PAGE - 8192)} local.get 3 i64.store 4093`,
    },
    [`memory.fill of 64 bytes, scattered over ${size}`]: {
      ...wide,
      phrase: `${scattered(pages * PAGE - 8192)} i32.const 1 i32.const 64 memory.fill`,
    },
  };
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
  'memory.fill of 64 KiB': { turns: 4, phrase: `i32.const 0 i32.const 1 i32.const ${PAGE} memory.fill` },
  'memory.copy of 64 KiB': { turns: 4, phrase: `i32.const 0 i32.const ${PAGE} i32.const ${PAGE} memory.copy` },
  // Where each needs the one before.
  'i32.add, in a chain': `local.get 1 ${'local.get 2 i32.add '.repeat(COPIES)} local.set 1`,
  'i64.mul, in a chain': `local.get 3 ${'local.get 4 i64.mul '.repeat(COPIES)} local.set 3`,
  'i32.eqz, in a chain': `local.get 1 ${'i32.eqz '.repeat(COPIES)} local.set 1`,
  'i32.lt_s, in a chain': `local.get 1 ${'local.get 2 i32.lt_s '.repeat(COPIES)} local.set 1`,
  'global.get, global.set, in a chain': 'global.get 0 i64.const 1 i64.add global.set 0',
  'i64.load of a byte stored before it and its neighbours':
    'i32.const 512 local.get 3 i64.store8 i32.const 509 i64.load local.set 3',
};

/** All loops by name: what stands in them, and where that needs other than the usual: see {@link source}. */
function loops() {
  const phrases = new Map(Object.entries(PHRASES));
  for (const instruction of INSTRUCTIONS) {
    if (instruction === undefined || phrases.has(instruction.name)) continue;
    const phrase = phraseOf(instruction);
    if (phrase !== undefined) phrases.set(instruction.name, phrase);
  }
  const worst = [
    ...CALL_CLASSES.map(({ functions }) => callPhrases(functions)),
    ...MEMORY_CLASSES.map(({ pages }) => memoryPhrases(pages)),
  ];
  for (const [name, loop] of worst.flatMap(Object.entries)) phrases.set(name, loop);
  return [...phrases].map(([name, loop]) => [name, typeof loop === 'string' ? { phrase: loop } : loop]);
}

/** `copies` of the phrase in a loop of so many `turns`, with `pages` of memory; `prepare` fills that. */
function source({ phrase, pages = NEAR, turns = 64, copies = COPIES, before = '', functions = {}, table = [] }) {
  return {
    locals: LOCALS,
    main: `${START} ${before} i32.const ${turns} local.set 0 loop ${`${phrase} `.repeat(copies)} local.get 0 i32.const 1 i32.sub local.tee 0 br_if 0 end`,
    functions: {
      empty: { code: 'nop' },
      returns: { code: 'return' },
      wide: { parameters: 'i32 '.repeat(16).trim(), code: 'nop' },
      ...functions,
    },
    table: ['empty', ...table],
    globals: [['i64', 1n]],
    memory: [pages, pages],
  };
}

function metered(loop) {
  const module = decodeModule(assembleModule(source(loop)), WASM_LIMITS);
  return meterModule(module, validateModule(module, HOST_INTERFACE, WASM_LIMITS), HOST_INTERFACE);
}

/** Entries `{name, ns, gas}` of one loop each. */
export async function measureInstructions({ quick, progress }) {
  const all = loops();
  const results = [];
  for (const [index, [name, loop]] of all.entries()) {
    const { pages = NEAR, prepare = () => {} } = loop;
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    prepare(memory);
    setFlagsFromString('--liftoff-only');
    let instance;
    try {
      instance = new WebAssembly.Instance(new WebAssembly.Module(metered(loop)), { sherd: { memory } });
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
    // What else the machine does only ever adds time.
    results.push({ name, ns: Math.min(...it.samples), gas: Number(ALL_GAS - gas.value) / TICKS_PER_GAS });
    progress((index + 1) / all.length);
  }
  return results;
}
