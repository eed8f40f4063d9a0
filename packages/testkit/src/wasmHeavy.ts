/**
 * The heaviest modules that may be registered: patterns that are known to be dear for compilers, each grown until the
 * rules say no. What a rule forgets shows in the time that these take.
 */
import { checkModule } from 'sherd/scripts';
import { assembleModule, type ModuleSource } from './wasmAssembler.ts';

const times = (count: number, text: string | ((i: number) => string)) =>
  Array.from({ length: count }, (_, i) => (typeof text === 'string' ? text : text(i))).join(' ');
const locals = (count: number, type = 'i64') => times(count, type);
const calls = (count: number) => times(count, (i) => `call $f${i}`);
const functions = (count: number, code: string | ((i: number) => string), more = {}) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, i) => [`f${i}`, { code: typeof code === 'string' ? code : code(i), ...more }]),
  );

/** Metering writes it twice, and V8 unrolls both. */
const PAID_LOOP =
  'loop local.get 0 i32.const 1 i32.store8 local.get 0 i32.const 1 i32.sub local.tee 0 i32.const 0 i32.gt_s br_if 0 end';

/** Modules by a size; a larger size is a heavier module. */
const PATTERNS: Readonly<Record<string, (size: number) => ModuleSource>> = {
  'loops beside 100 locals': (n) => ({ locals: locals(100), main: times(n, 'loop end') }),
  'loops beside 30 locals': (n) => ({ locals: locals(30), main: times(n, 'loop end') }),
  'loops without locals': (n) => ({ main: times(n, 'loop end') }),
  'loops over 100 operands': (n) => ({
    main: `${times(100, 'i32.const 1')} ${times(n, 'loop end')} ${times(100, 'drop')}`,
  }),
  'writes to all locals in branches': (n) => ({
    locals: locals(60),
    main: times(
      n,
      (i) => `i32.const ${i} if local.get ${i % 60} local.get ${(i + 1) % 60} i64.add local.set ${(i * 7) % 60} end`,
    ),
  }),
  'loops that turn': (n) => ({ locals: 'i32', main: times(n, 'loop local.get 0 br_if 0 end') }),
  'loops that are paid before they begin': (n) => ({ locals: 'i32', main: times(n, PAID_LOOP) }),
  'loops in many functions': (n) => ({
    main: calls(n),
    functions: functions(n, times(16, PAID_LOOP), { locals: 'i32' }),
  }),
  'loops that write all locals': (n) => ({
    locals: locals(30),
    main: times(
      n,
      (i) =>
        `loop ${times(30, (j) => `local.get ${(i + j) % 30} local.set ${j}`)} local.get ${i % 30} i32.wrap_i64 br_if 0 end`,
    ),
  }),
  'functions with loops and locals': (n) => ({
    main: calls(n),
    functions: functions(n, times(16, 'loop end'), { locals: locals(100) }),
  }),
  'many small functions': (n) => ({ main: calls(n), functions: functions(n, 'nop') }),
  'long arithmetic': (n) => ({
    locals: locals(100),
    main: times(n, (i) => `local.get ${i % 100} local.get ${(i * 7) % 100} i64.mul local.set ${(i * 3) % 100}`),
  }),
  'divisions in a row': (n) => ({
    locals: 'i64 i64',
    main: times(n, 'local.get 0 i64.const 3 i64.div_u local.get 1 i64.const 5 i64.rem_s i64.add local.set 1'),
  }),
  'stores to memory': (n) => ({
    locals: 'i32',
    main: times(n, (i) => `local.get 0 i32.const ${i} i32.store16 local.get 0 i64.load drop`),
  }),
  'deep nesting': (n) => ({ main: `${times(n, 'block')} ${times(n, 'end')}` }),
  'deep nesting with a way out of each': (n) => ({
    main: `${times(n, 'block')} ${times(n, (i) => `i32.const 0 br_if ${(n - 1 - i) >> 1} end`)}`,
  }),
  'branch tables': (n) => ({
    main: `${times(64, 'block')} ${times(n, `i32.const 1 if i32.const 0 br_table ${times(64, (i) => `${i},`).replaceAll(' ', '')}0 end`)} ${times(64, 'end')}`,
  }),
  'calls in a row': (n) => ({ main: times(n, 'call $f0'), functions: functions(1, 'nop') }),
  'calls through the table': (n) => ({
    main: times(n, 'i32.const 0 call_indirect >'),
    table: ['f0'],
    functions: functions(1, 'nop'),
  }),
  'calls with 16 parameters': (n) => ({
    main: times(n, `${times(16, 'i64.const 1')} call $f0`),
    functions: functions(1, 'nop', { parameters: locals(16) }),
  }),
  selects: (n) => ({
    locals: locals(50),
    main: times(
      n,
      (i) => `local.get ${i % 50} local.get ${(i * 3) % 50} i32.const 1 select local.set ${(i * 11) % 50}`,
    ),
  }),
  'data segments': (n) => ({
    main: 'nop',
    data: Array.from({ length: n }, (_, i) => [i, new Uint8Array(48)] as const),
  }),
  globals: (n) => ({
    main: times(n, (i) => `global.get ${i % 200} global.set ${(i * 7) % 200}`),
    globals: Array.from({ length: 200 }, () => ['i64', 0n] as const),
  }),
};

export interface HeavyModule {
  readonly name: string;
  readonly size: number;
  readonly code: Uint8Array;
}

/** Each pattern at its largest accepted size, found by doubling and halving. */
export function* heavyModules(): Generator<HeavyModule> {
  for (const [name, source] of Object.entries(PATTERNS)) {
    const accepted = (size: number): Uint8Array | undefined => {
      const code = assemble(source(size));
      return code !== undefined && checkModule(code).ok ? code : undefined;
    };
    let [low, high] = [1, 2];
    let best = accepted(low);
    if (best === undefined) throw new Error(`${name}: not even the smallest is accepted`);
    for (let code = accepted(high); code !== undefined && high < 2 ** 20; code = accepted(high)) {
      [best, low, high] = [code, high, high * 2];
    }
    while (high - low > Math.max(1, low >> 6)) {
      const middle = (low + high) >> 1;
      const code = accepted(middle);
      if (code === undefined) high = middle;
      else [best, low] = [code, middle];
    }
    yield { name, size: low, code: best };
  }
}

/** What has more of something than a module can even say is no module. */
function assemble(source: ModuleSource): Uint8Array | undefined {
  try {
    return assembleModule(source);
  } catch {
    return undefined;
  }
}
