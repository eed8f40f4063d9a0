import { setFlagsFromString } from 'node:v8';
import { assembleModule, createScriptNetwork, type ModuleSource, TEST_LIMITS } from '@sherd/testkit';
import { afterAll, describe, expect, it } from 'vitest';
import { bytesToHex } from '../base/index.ts';
import { sha256 } from '../crypto/index.ts';
import { createMemoryWorld } from '../shard/index.ts';
import { checkModule } from './checkModule.ts';
import { createScriptEngine } from './engine.ts';
import { START_GAS } from './rules.ts';
import { decodeRunHeader } from './runHeader.ts';

const times = (count: number, text: string | ((i: number) => string)) =>
  Array.from({ length: count }, (_, i) => (typeof text === 'string' ? text : text(i))).join(' ');
const locals = (count: number) => times(count, 'i64');
const functions = (count: number, code: string, more = {}) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`f${i}`, { code, ...more }]));

describe('the verdict', () => {
  it('on a good module tells what registration and the engine need', () => {
    const code = assembleModule({ imports: ['finish'], main: 'i32.const 0 i32.const 0 call $finish', memory: [2, 5] });
    const verdict = checkModule(code);
    expect(verdict).toMatchObject({ ok: true, size: code.length, functions: 1, imports: ['finish'] });
    if (!verdict.ok) return;
    expect(verdict.codeHash).toEqual(sha256(code));
    expect(verdict.memory).toEqual({ initial: 2, maximum: 5 });
    expect(decodeRunHeader(verdict.metered)).toEqual({
      memory: { initial: 2, maximum: 5 },
      startGas: 14_000 + 2 * code.length,
    });
    expect(checkModule(code)).toEqual(verdict);
  });

  it('prices the start: code, pages, data, entries of the table and of its segments', () => {
    const start = (source: ModuleSource) => {
      const verdict = checkModule(assembleModule(source));
      if (!verdict.ok) throw new Error(verdict.message);
      return decodeRunHeader(verdict.metered).startGas - START_GAS.codeByte * verdict.size;
    };
    const base = START_GAS.instance + START_GAS.page;
    expect(start({ main: 'nop' })).toBe(base);
    expect(start({ main: 'nop', memory: [3, 4] })).toBe(base + 2 * START_GAS.page);
    expect(
      start({
        main: 'nop',
        data: [
          [0, new Uint8Array(70)],
          [50, new Uint8Array(5)],
        ],
      }),
    ).toBe(base + 75 * START_GAS.dataByte);
    // Each entry is made and then set.
    expect(start({ main: 'nop', table: ['main', 'main', 'main'] })).toBe(base + 6 * START_GAS.tableEntry);
  });

  it('on a bad one tells the code, the function and the byte', () => {
    const code = assembleModule({ main: 'nop', functions: { helper: { code: 'i64.const 1' } } });
    expect(checkModule(code)).toEqual({
      ok: false,
      code: 'WASM_TYPE_MISMATCH',
      message: expect.stringContaining('1 operands too many at the end of a block in function 1'),
      function: 1,
      offset: code.length - 1,
    });
  });

  it('on a host function in the table is no: calls through it could not be charged', () => {
    const code = assembleModule({ imports: ['blsVerify'], main: 'nop', table: ['main', 'blsVerify'] });
    expect(checkModule(code)).toMatchObject({ ok: false, code: 'WASM_UNSUPPORTED', function: 0 });
  });

  it('on metered code is no: its exports are reserved', () => {
    const verdict = checkModule(assembleModule({ main: 'nop' }));
    if (!verdict.ok) throw new Error(verdict.message);
    expect(checkModule(verdict.metered).ok).toBe(false);
  });
});

describe('bombs are refused', () => {
  const bombs: [string, string, ModuleSource][] = [
    ['many locals', 'WASM_TOO_MANY_LOCALS', { locals: locals(101), main: 'nop' }],
    [
      'locals in all',
      'WASM_TOO_MANY_LOCALS',
      { main: 'nop', functions: functions(250, 'nop', { locals: locals(100) }) },
    ],
    [
      'many parameters',
      'WASM_TOO_MANY_PARAMETERS',
      { main: 'nop', functions: functions(1, 'nop', { parameters: locals(17) }) },
    ],
    ['locals and merges', 'WASM_TOO_MANY_MERGES', { locals: locals(100), main: times(2_000, 'block end') }],
    [
      'operands and merges',
      'WASM_TOO_MANY_MERGES',
      { main: `${times(120, 'i32.const 1')} ${times(2_000, 'block end')} ${times(120, 'drop')}` },
    ],
    [
      'merges in all',
      'WASM_TOO_MANY_MERGES',
      { main: 'nop', functions: functions(200, times(160, 'block end'), { locals: locals(99) }) },
    ],
    [
      'calls through the table',
      'WASM_TOO_MANY_MERGES',
      { main: times(3_001, 'i32.const 0 call_indirect >'), table: ['main'] },
    ],
    ['loops', 'WASM_TOO_MANY_LOOPS', { locals: 'i32', main: times(129, 'loop local.get 0 br_if 0 end') }],
    ['loops in all', 'WASM_TOO_MANY_LOOPS', { main: 'nop', functions: functions(257, 'loop end') }],
    [
      'loops in all of more code',
      'WASM_TOO_MANY_LOOPS',
      { main: 'nop', functions: functions(513, `loop end ${times(128, 'nop')}`) },
    ],
    ['high operands', 'WASM_TOO_DEEP', { main: `${times(129, 'i32.const 1')} ${times(129, 'drop')}` }],
    ['deep nesting', 'WASM_TOO_DEEP', { main: `${times(300, 'block')} ${times(300, 'end')}` }],
    ['branch tables', 'WASM_TOO_MANY_TARGETS', { main: `block i32.const 0 br_table ${'0,'.repeat(8_192)}0 end` }],
    ['large body', 'WASM_TOO_LARGE', { main: times(40_000, 'nop') }],
    ['many functions', 'WASM_TOO_MANY_FUNCTIONS', { main: 'nop', functions: functions(4_097, 'nop') }],
    ['much memory', 'WASM_TOO_MUCH_MEMORY', { main: 'nop', memory: [1, 257] }],
    ['large table', 'WASM_TABLE_TOO_LARGE', { main: 'nop', table: Array(4_097).fill('main') }],
    ['many globals', 'WASM_TOO_MANY_GLOBALS', { main: 'nop', globals: Array(257).fill(['i64', 0n]) }],
    ['many segments', 'WASM_TOO_MANY_SEGMENTS', { main: 'nop', data: Array(1_025).fill([0, new Uint8Array(1)]) }],
  ];
  it.each(bombs)('%s: %s', (_, code, source) => {
    expect(checkModule(assembleModule(source))).toMatchObject({ ok: false, code });
  });

  it('before anything is allocated for what they announce', () => {
    const body = [0x01, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x7e, 0x0b];
    const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
    const module = [...header, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 10, body.length + 2, 1, body.length, ...body];
    expect(checkModule(Uint8Array.from(module))).toMatchObject({
      ok: false,
      code: 'WASM_TOO_MANY_LOCALS',
      function: 0,
    });
    const counts = [...header, 1, 5, 0xff, 0xff, 0xff, 0xff, 0x0f];
    expect(checkModule(Uint8Array.from(counts))).toMatchObject({ ok: false, code: 'WASM_TOO_MANY_TYPES' });
  });

  it('and what is just below the bounds is checked and run in a bounded time', () => {
    const cases: ModuleSource[] = [
      { locals: locals(100), main: times(128, 'loop local.get 0 i64.eqz i32.eqz br_if 0 end') },
      { main: `i32.const 1 if return end ${times(2_900, 'i32.const 0 call_indirect >')}`, table: ['main'] },
      { main: 'nop', functions: functions(512, `loop end ${times(128, 'nop')}`) },
      { locals: locals(100), main: times(740, 'block local.get 0 i64.eqz br_if 0 end') },
      {
        main: times(160, (i) => `call $f${i}`),
        functions: functions(160, times(60, 'block local.get 0 i64.eqz br_if 0 end'), { locals: locals(100) }),
      },
      {
        locals: locals(100),
        main: times(4_000, (i) => `local.get ${i % 100} local.get ${(i * 7) % 100} i64.mul local.set ${(i * 3) % 100}`),
      },
    ];
    for (const source of cases) {
      const started = performance.now();
      const { run } = createScriptNetwork([source]);
      expect(run(0).outcome).toBe('finished');
      // Some milliseconds on an idle machine; the bound only tells a bomb from a module.
      expect(performance.now() - started).toBeLessThan(2_000);
    }
  });
});

describe('the same result in every tier of the compiler', () => {
  afterAll(() => setFlagsFromString('--liftoff'));

  const SOURCES: ModuleSource[] = [
    { main: 'call $f', functions: { f: { code: 'call $f' } } },
    {
      imports: ['finish'],
      locals: 'i32 i64',
      main: `i64.const 88172645463325252 local.set 1 i32.const 20000 local.set 0
        loop local.get 1 local.get 1 i64.const 13 i64.shl i64.xor local.tee 1 local.get 1 i64.const 7 i64.shr_u i64.xor local.tee 1
          local.get 0 i64.extend_i32_u i64.rotl local.set 1
          local.get 0 i32.const 4095 i32.and i32.const 3 i32.shl local.get 1 i64.store
          local.get 0 i32.const 1 i32.sub local.tee 0 br_if 0 end
        i32.const 0 i32.const 32768 call $finish`,
    },
    { imports: ['keccak256'], main: 'loop i32.const 0 i32.const 64 i32.const 0 call $keccak256 br 0 end' },
    { locals: 'i64', main: 'loop local.get 0 i64.const 0 i64.div_u local.set 0 br 0 end' },
  ];

  /** Outcomes, gas and outputs of all sources, run often enough for an optimising compiler to step in. */
  function results(runs: number): string[] {
    const world = createMemoryWorld();
    for (const source of SOURCES) world.addScript(assembleModule(source));
    const engine = createScriptEngine({ builtIns: new Map(), limits: TEST_LIMITS });
    const lines: string[] = [];
    for (let i = 0; i < runs; i++) {
      for (let script = 0; script < SOURCES.length; script++) {
        const request = {
          world,
          script,
          data: new Uint8Array(0),
          gas: 900_000,
          caller: { kind: 'transaction' },
        } as const;
        const { outcome, gasLeft, output } = engine.run(request);
        lines.push(`${script} ${outcome} ${gasLeft} ${bytesToHex(sha256(output))}`);
      }
    }
    return lines.slice(-SOURCES.length);
  }

  it('cold, warm, without the first tier, without the second, from a deep stack', () => {
    const want = results(1);
    expect(want.map((line) => line.split(' ')[1])).toEqual(['callDepth', 'finished', 'outOfGas', 'trapped']);
    expect(results(60)).toEqual(want);
    setFlagsFromString('--no-liftoff');
    expect(results(2)).toEqual(want);
    setFlagsFromString('--liftoff');
    setFlagsFromString('--liftoff-only');
    expect(results(2)).toEqual(want);
    setFlagsFromString('--no-liftoff-only');
    const deep = (left: number): string[] => (left === 0 ? results(1) : deep(left - 1));
    expect(deep(1_500)).toEqual(want);
  });
});
