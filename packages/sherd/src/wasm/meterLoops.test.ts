import { assemble, type ModuleSource } from '@sherd/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COUNT_TICKS, TICKS } from './costs.ts';
import { decodeModule } from './decode.ts';
import { encodeModule } from './encode.ts';
import { WASM_LIMITS } from './limits.ts';
import { GAS_EXPORT, meterModule, STACK_EXPORT } from './meter.ts';
import { findCountedLoop } from './meterLoops.ts';
import { boundMemory, type HostInterface, validateModule } from './validate.ts';

const HOST: HostInterface = { module: 'sherd', functions: new Map() };

function metered(source: ModuleSource): WebAssembly.Module {
  const decoded = boundMemory(decodeModule(encodeModule(assemble(source)), WASM_LIMITS), HOST, WASM_LIMITS);
  return new WebAssembly.Module(meterModule(decoded, validateModule(decoded, HOST, WASM_LIMITS), HOST));
}

function run(source: ModuleSource, gas: bigint) {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
  const { exports } = new WebAssembly.Instance(metered(source), { sherd: { memory } });
  const counters = exports as Record<string, WebAssembly.Global>;
  counters[GAS_EXPORT]!.value = gas;
  counters[STACK_EXPORT]!.value = 10_000;
  let trapped = false;
  try {
    (exports['main'] as () => void)();
  } catch (error) {
    if (!(error instanceof WebAssembly.RuntimeError)) throw error;
    trapped = true;
  }
  const view = new DataView(memory.buffer);
  const [turns, arms, counter] = [0, 4, 8].map((at) => view.getUint32(at, true));
  return { trapped, left: counters[GAS_EXPORT]!.value as bigint, turns, arms, counter };
}

/** Locals: 0 the counter, 1 the bound, 2 the step. */
interface Loop {
  readonly shape: 'headIf' | 'headBranch' | 'tail' | 'tailTee';
  readonly comparison: string;
  readonly isMirrored: boolean;
  readonly isNegated: boolean;
  readonly operation: 'add' | 'sub';
  readonly step: number | 'local';
  readonly bound: number | 'local';
}

/**
 * The loop as assembly. Each turn counts itself in memory, every second one goes through an `if` with an `else`.
 * `filler` costs the same in both forms of a test, and decides whether the loop is recognised: what asks for the size of
 * memory is left alone.
 */
function loopText(loop: Loop, filler: 'global.get 0 drop' | 'memory.size drop'): string {
  const { shape, comparison, isMirrored, isNegated, operation, step, bound } = loop;
  const boundText = bound === 'local' ? 'local.get 1' : `i32.const ${bound}`;
  const stepText = step === 'local' ? 'local.get 2' : `i32.const ${step}`;
  const sum = `local.get 0 ${stepText} i32.${operation}`;
  const bump = (at: number) => `i32.const ${at} i32.const ${at} i32.load i32.const 1 i32.add i32.store`;
  const arm = `i32.const 0 i32.load i32.const 1 i32.and if ${bump(4)} else nop end block local.get 0 br_if 0 nop end`;
  const work = `${bump(0)} ${filler} ${arm}`;
  const condition = (counter: string) => {
    const compared = isMirrored ? `${boundText} ${counter}` : `${counter} ${boundText}`;
    return `${compared} i32.${comparison}${isNegated ? ' i32.eqz' : ''}`;
  };
  const set = `${sum} local.set 0`;
  switch (shape) {
    case 'headIf':
      return `loop ${condition('local.get 0')} if ${work} ${set} br 1 end end`;
    case 'headBranch':
      return `block loop ${condition('local.get 0')} br_if 1 ${work} ${set} br 0 end end`;
    case 'tail':
      return `loop ${work} ${set} ${condition('local.get 0')} br_if 0 end`;
    case 'tailTee':
      return `loop ${work} ${condition(`${sum} local.tee 0`)} br_if 0 end`;
  }
}

function sourceOf(
  loop: Loop,
  filler: 'global.get 0 drop' | 'memory.size drop',
  start: readonly number[],
): ModuleSource {
  const values = start.map((value, i) => `i32.const ${value} local.set ${i}`).join(' ');
  return {
    locals: 'i32 i32 i32',
    globals: [['i32', 0n]],
    main: `${values} ${loopText(loop, filler)} i32.const 8 local.get 0 i32.store`,
  };
}

/** The loop, when it stands first in `main`. */
function find(main: string) {
  const code = assemble({ main, locals: 'i32 i32 i32 i64', functions: { f: { code: 'nop' } } }).bodies[0]!.code;
  return findCountedLoop(code, code[0] === 0x02 ? 4 : 2);
}

const edges = [0, 1, 2, 3, 7, 100, 0x7fff_ffff, 0x7fff_fffe, 0x7fff_fff0, -1, -2, -100, -0x8000_0000, -0x7fff_ffff];
const value = fc.oneof(fc.constantFrom(...edges), fc.integer({ min: -40, max: 40 }));
const anyLoop: fc.Arbitrary<Loop> = fc.record({
  shape: fc.constantFrom('headIf', 'headBranch', 'tail', 'tailTee'),
  comparison: fc.constantFrom(...['eq', 'ne', 'lt_s', 'lt_u', 'gt_s', 'gt_u', 'le_s', 'le_u', 'ge_s', 'ge_u']),
  isMirrored: fc.boolean(),
  isNegated: fc.boolean(),
  operation: fc.constantFrom('add', 'sub'),
  step: fc.oneof(fc.constantFrom('local' as const, 1, 1, 2, 3, 4, 8, -1, -1, -4), value),
  bound: fc.oneof(fc.constant('local' as const), value),
});

describe('a loop whose turns are counted before it begins', () => {
  it('does the same turns for the same gas as one that is counted turn by turn', () => {
    let recognised = 0;
    let finished = 0;
    let long = 0;
    fc.assert(
      fc.property(
        anyLoop,
        value,
        value,
        value,
        fc.integer({ min: 300, max: 40_000 }),
        (loop, i, bound, step, ticks) => {
          const text = loopText(loop, 'global.get 0 drop');
          const found = find(text);
          if (found === undefined) return;
          expect(find(loopText(loop, 'memory.size drop'))).toBeUndefined();
          recognised++;
          const price = BigInt(COUNT_TICKS + (found.step.kind === 'local' ? TICKS.divide : 0));
          const want = run(sourceOf(loop, 'memory.size drop', [i, bound, step]), BigInt(ticks));
          const have = run(sourceOf(loop, 'global.get 0 drop', [i, bound, step]), BigInt(ticks) + price);
          expect(have).toEqual(want);
          if (!have.trapped) finished++;
          if (!have.trapped && have.turns! > 3) long++;
        },
      ),
      { seed: 20_261_121, numRuns: 5_000 },
    );
    // The comparison has to mean something: both ways of ending, and turns.
    expect(recognised).toBeGreaterThan(1_200);
    expect(finished).toBeGreaterThan(400);
    expect(recognised - finished).toBeGreaterThan(200);
    expect(long).toBeGreaterThan(120);
  });

  it('takes its gas at once', () => {
    const loop = {
      comparison: 'lt_s',
      isMirrored: false,
      isNegated: false,
      operation: 'add',
      step: 1,
      bound: 50,
    } as const;
    const source = sourceOf({ ...loop, shape: 'headIf' }, 'global.get 0 drop', [0]);
    const whole = run(source, 1n << 40n);
    const used = (1n << 40n) - whole.left;
    expect(whole).toMatchObject({ trapped: false, turns: 50, counter: 50 });
    expect(run(source, used)).toMatchObject({ trapped: false, left: 0n });
    // With less it is counted turn by turn, and what it did by then can be seen.
    const short = run(source, used / 2n);
    expect(short.trapped).toBe(true);
    expect(short.turns).toBeGreaterThan(20);
    expect(short.turns).toBeLessThan(30);
  });
});

describe('what is recognised', () => {
  const up = { test: 'head', counter: 0, direction: 'up', step: { kind: 'constant', value: 1 } };

  it('loops as compilers write them', () => {
    // for (i = ...; i < bound; i++)
    expect(
      find('loop local.get 0 local.get 1 i32.lt_s if local.get 0 i32.const 1 i32.add local.set 0 br 1 end end'),
    ).toMatchObject({
      ...up,
      until: 'passes',
      bound: { kind: 'local', value: 1 },
      includesBound: false,
      isSigned: true,
    });
    // do { } while (--i)
    expect(find('loop local.get 0 i32.const 1 i32.sub local.tee 0 br_if 0 end')).toMatchObject({
      test: 'tail',
      direction: 'down',
      until: 'equals',
      bound: { kind: 'constant', value: 0 },
    });
    // while (i >= 4) i += -4
    expect(
      find(
        'block loop local.get 0 i32.const 4 i32.lt_u br_if 1 local.get 0 i32.const -4 i32.add local.set 0 br 0 end end',
      ),
    ).toMatchObject({ direction: 'down', step: { value: 4 }, includesBound: true, isSigned: false, until: 'passes' });
  });

  const body = (text: string, condition = 'local.get 0 local.get 1 i32.lt_s') =>
    `loop ${condition} if ${text} br 1 end end`;
  const step = 'local.get 0 i32.const 1 i32.add local.set 0';
  it.each([
    ['another way out', body(`local.get 2 br_if 2 ${step}`).replace('loop', 'block loop').concat(' end')],
    ['a way to the end of the turn', body(`local.get 2 br_if 0 ${step}`)],
    ['a way back from within', body(`local.get 2 br_if 1 ${step}`)],
    ['a return', body(`local.get 2 if return end ${step}`)],
    ['a call', body(`call $f ${step}`)],
    ['a loop inside', body(`loop end ${step}`)],
    ['growth', body(`i32.const 0 memory.grow drop ${step}`)],
    ['a step that not every turn makes', body(`local.get 2 if ${step} end`)],
    ['two steps', body(`${step} ${step}`)],
    ['a bound that moves', body(`${step} i32.const 5 local.set 1`)],
    ['a step that moves', body('local.get 0 local.get 2 i32.add local.set 0 i32.const 5 local.set 2')],
    ['a product for a step', body('local.get 0 i32.const 2 i32.mul local.set 0')],
    ['a counter that moves away', body('local.get 0 i32.const 1 i32.sub local.set 0')],
    ['a counter that stands', body('local.get 0 i32.const 0 i32.add local.set 0')],
    [
      'an else',
      'loop local.get 0 local.get 1 i32.lt_s if local.get 0 i32.const 1 i32.add local.set 0 br 1 else nop end end',
    ],
    ['work beside the turn', `loop local.get 0 local.get 1 i32.lt_s if ${step} br 1 end i32.const 1 drop end`],
    ['a step in the condition', body('nop', 'local.get 0 i32.const 1 i32.add local.tee 0 local.get 1 i32.lt_s')],
    [
      'steps that may jump over the bound',
      body('local.get 0 i32.const 3 i32.add local.set 0', 'local.get 0 i32.const 7 i32.ne'),
    ],
    ['64 bits', body('local.get 3 i64.const 1 i64.add local.set 3', 'local.get 3 i64.const 9 i64.lt_s')],
  ])('not %s', (_, text) => {
    expect(() => assemble({ main: text, locals: 'i32 i32 i32 i64', functions: { f: { code: 'nop' } } })).not.toThrow();
    expect(find(text)).toBeUndefined();
  });
});
