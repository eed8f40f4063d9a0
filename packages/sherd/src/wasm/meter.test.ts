import { assemble, type ModuleSource, randomModule } from '@sherd/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesToHex } from '../base/index.ts';
import { decodeModule } from './decode.ts';
import { encodeModule } from './encode.ts';
import { WASM_LIMITS } from './limits.ts';
import { GAS_EXPORT, HOST_OUT_OF_MEMORY, meterModule, STACK_EXPORT } from './meter.ts';
import { I32, type WasmModule } from './types.ts';
import { boundMemory, type HostImport, type HostInterface, validateModule } from './validate.ts';

const HOST: HostInterface = {
  module: 'sherd',
  functions: new Map([['probe', { type: { parameters: [], results: [] }, gas: 100 }]]),
};

/** The same module without and with metering, as bytes that went through the decoder. */
function bothForms(module: WasmModule): { plain: Uint8Array; metered: Uint8Array } {
  const plain = encodeModule(module);
  const decoded = boundMemory(decodeModule(plain, WASM_LIMITS), HOST, WASM_LIMITS);
  const facts = validateModule(decoded, HOST, WASM_LIMITS);
  return { plain, metered: meterModule(decoded, facts, HOST) };
}

interface Ended {
  readonly trapped: boolean;
  readonly memory: string;
  readonly global: unknown;
  readonly used: bigint;
  readonly stackLeft: number;
}

function run(bytes: Uint8Array, gas: bigint | undefined, pages: readonly [number, number] = [1, 3]): Ended {
  const memory = new WebAssembly.Memory({ initial: pages[0], maximum: pages[1] });
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
    sherd: { memory, probe: () => undefined },
  });
  const exports = instance.exports as Record<string, WebAssembly.Global>;
  if (gas !== undefined) {
    exports[GAS_EXPORT]!.value = gas;
    exports[STACK_EXPORT]!.value = 10_000;
  }
  let trapped = false;
  try {
    (instance.exports['main'] as () => void)();
  } catch (error) {
    if (!(error instanceof WebAssembly.RuntimeError)) throw error;
    trapped = true;
  }
  const used = (instance.exports['memory'] as WebAssembly.Memory).buffer;
  return {
    trapped,
    memory: bytesToHex(new Uint8Array(used).subarray(0, 8192)) + used.byteLength,
    global: exports['global']?.value,
    used: gas === undefined ? 0n : gas - (exports[GAS_EXPORT]!.value as bigint),
    stackLeft: (exports[STACK_EXPORT]?.value as number) ?? 0,
  };
}

function meterSource(source: ModuleSource): Uint8Array {
  return bothForms(assemble(source)).metered;
}

/** Ticks of main when it ends by itself. */
function ticksOf(source: ModuleSource): number {
  const ended = run(meterSource(source), 1n << 60n, source.memory ?? [1, 1]);
  expect(ended.trapped).toBe(false);
  return Number(ended.used);
}

describe('the metered module', () => {
  it('does what the plain one does (random modules)', () => {
    let trapped = 0;
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const { plain, metered } = bothForms(randomModule(seed));
        expect(WebAssembly.validate(plain)).toBe(true);
        expect(WebAssembly.validate(metered)).toBe(true);
        const want = run(plain, undefined);
        const have = run(metered, 1n << 40n);
        if (want.trapped) trapped++;
        expect({ ...have, used: 0n, stackLeft: 0 }).toEqual({ ...want, stackLeft: 0 });
        if (!have.trapped) expect(have.stackLeft).toBe(10_000);
      }),
      { seed: 20_261_120, numRuns: 2_000 },
    );
    // Both ways of ending have to occur for the comparison to mean something.
    expect(trapped).toBeGreaterThan(50);
    expect(trapped).toBeLessThan(1_950);
  });

  it('ends with exactly the gas that it needs, and traps with one less', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const { metered } = bothForms(randomModule(seed));
        const full = run(metered, 1n << 40n);
        if (full.trapped) return;
        const exact = run(metered, full.used);
        expect(exact.trapped).toBe(false);
        expect(exact.used).toBe(full.used);
        const less = run(metered, full.used - 1n);
        // Below zero at the end, whether or not a check saw it on the way.
        expect(less.used).toBeGreaterThan(full.used - 1n);
      }),
      { seed: 7, numRuns: 500 },
    );
  });
});

describe('prices (in ticks, 64 to a gas)', () => {
  it('charges a segment at once', () => {
    // Two constants, an addition, a drop; the charge itself.
    expect(ticksOf({ main: 'i32.const 1 i32.const 2 i32.add drop' })).toBe(1 + 1 + 3 + 1 + 4);
    expect(ticksOf({ main: 'nop' })).toBe(0);
    expect(ticksOf({ main: 'i32.const 7 i32.const 2 i32.div_u drop' })).toBe(1 + 1 + 64 + 1 + 4);
  });

  it('charges each turn of a loop', () => {
    const turns = (n: number) =>
      ticksOf({
        locals: 'i32',
        main: `i32.const ${n} local.set 0 loop local.get 0 i32.const 1 i32.sub local.tee 0 br_if 0 end`,
      });
    // Head, local.get, const, sub, tee, br_if, charge.
    expect(turns(11) - turns(1)).toBe(10 * (10 + 1 + 1 + 3 + 1 + 10 + 4));
  });

  it('charges arguments of calls', () => {
    const call = (parameters: string) =>
      ticksOf({
        main: `${'i32.const 1 '.repeat(parameters.length / 4)}call $f`,
        functions: { f: { parameters, code: '' } },
      });
    expect(call('i32 i32 i32 ') - call('i32 ')).toBe(2 * (1 + 4));
  });

  it('charges calls by the functions that the module defines', () => {
    const defining = (count: number, main: string) => {
      // One is main.
      const names = Array.from({ length: count - 1 }, (_, i) => `f${i}`);
      const functions = Object.fromEntries(names.map((name) => [name, { code: '' }]));
      return ticksOf({ main, functions, table: ['f0'] });
    };
    const prices = (main: string, rest: number) => [2, 64, 65, 512, 513].map((count) => defining(count, main) - rest);
    expect(prices('call $f0', 4)).toEqual([48, 48, 96, 96, 224]);
    expect(prices('i32.const 0 call_indirect >', 1 + 4)).toEqual([72, 72, 160, 160, 400]);
  });

  it('charges rotations above what shifts cost', () => {
    const ticks = (name: string) => ticksOf({ main: `i32.const 1 i32.const 2 i32.${name} drop` });
    expect(ticks('rotl') - ticks('shl')).toBe(53);
  });

  it('charges only the arm that runs', () => {
    const arm = (condition: number) =>
      ticksOf({ main: `i32.const ${condition} if i32.const 9 i32.const 3 i32.div_u drop else nop end` });
    expect(arm(1) - arm(0)).toBe(71);
  });

  it('charges host functions where they are called', () => {
    const module = assemble({ main: 'call 0 call 0' });
    const probe = { module: 'sherd', name: 'probe', type: 0, offset: 0 };
    const exports = module.exports.map((one) => (one.kind === 'function' ? { ...one, index: 1 } : one));
    const { metered } = bothForms({ ...module, imports: [probe], exports });
    expect(run(metered, 100_000n, [1, 1]).used).toBe(2n * (48n + 100n * 64n) + 4n);
  });

  it('charges growth by pages asked for, granted or not', () => {
    const grow = (pages: number) => ticksOf({ memory: [1, 3], main: `i32.const ${pages} memory.grow drop` });
    expect(grow(1) - grow(0)).toBe(4_000 * 64);
    expect(grow(200) - grow(0)).toBe(200 * 4_000 * 64);
    expect(grow(-1) - grow(0)).toBe(0xffff_ffff * 4_000 * 64);
  });

  it('charges copies and fills by length', () => {
    const fill = (bytes: number) => ticksOf({ main: `i32.const 0 i32.const 1 i32.const ${bytes} memory.fill` });
    const copy = (bytes: number) => ticksOf({ main: `i32.const 0 i32.const 64 i32.const ${bytes} memory.copy` });
    expect(fill(65_536) - fill(0)).toBe(131_072);
    expect(copy(3_200) - copy(32)).toBe(6_336);
  });

  it('charges loads and stores by the maximum that the memory declares', () => {
    const pages = [1, 4, 5, 16, 17, 64, 65, 256];
    const prices = (main: string) =>
      pages.map((maximum) => ticksOf({ memory: [1, maximum], main }) - ticksOf({ main: 'i32.const 0 drop' }));
    const load = 'i32.const 0 i32.load drop';
    expect(prices(load)).toEqual([56, 56, 200, 200, 1_000, 1_000, 1_800, 1_800]);
    expect(prices('i32.const 0 i64.load8_s drop')).toEqual(prices(load));
    // A constant more, and no drop.
    const stores = ['i32.const 0 i32.const 1 i32.store', 'i32.const 0 i64.const 1 i64.store16'];
    for (const store of stores) expect(prices(store)).toEqual([176, 176, 256, 256, 256, 256, 256, 256]);
    const byteStores = ['i32.const 0 i32.const 1 i32.store8', 'i32.const 0 i64.const 1 i64.store8'];
    for (const store of byteStores) expect(prices(store)).toEqual(pages.map(() => 32));
    // What it starts with is paid for when it starts.
    expect(ticksOf({ memory: [17, 17], main: load })).toBe(ticksOf({ memory: [1, 17], main: load }));
  });

  it('charges loads of loops that are paid before they begin alike', () => {
    const turns = (n: number, maximum: number) =>
      ticksOf({
        memory: [1, maximum],
        locals: 'i32',
        main: `i32.const ${n} local.set 0 loop i32.const 0 i32.load drop local.get 0 i32.const 1 i32.sub local.tee 0 br_if 0 end`,
      });
    for (const [maximum, load] of [
      [4, 56],
      [17, 1_000],
    ] as const) {
      expect(turns(11, maximum) - turns(1, maximum)).toBe(10 * (10 + 1 + load + 1 + 1 + 1 + 3 + 1 + 10 + 4));
    }
  });

  it('stops growth and fills before they happen when gas does not suffice', () => {
    const grow = run(meterSource({ memory: [1, 3], main: 'i32.const 1 memory.grow drop' }), 10_000n);
    expect(grow.trapped).toBe(true);
    expect(grow.memory.endsWith(String(65_536))).toBe(true);
    const fill = run(meterSource({ main: 'i32.const 0 i32.const 1 i32.const 4096 memory.fill' }), 2_000n, [1, 1]);
    expect(fill.trapped).toBe(true);
    expect(fill.memory).not.toContain('01');
  });
});

/** Runs a module that imports `isStatic` as its only host function; what the counters were whenever it was called. */
function watch(source: ModuleSource, gas: bigint): { readonly gas: bigint; readonly stack: number }[] {
  const isStatic: HostImport = { type: { parameters: [], results: [I32] }, gas: 100 };
  const host: HostInterface = { module: 'sherd', functions: new Map([['isStatic', isStatic]]) };
  const module = assemble({ ...source, imports: ['isStatic'] });
  const decoded = boundMemory(decodeModule(encodeModule(module), WASM_LIMITS), host, WASM_LIMITS);
  const bytes = meterModule(decoded, validateModule(decoded, host, WASM_LIMITS), host);
  const seen: { gas: bigint; stack: number }[] = [];
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
  const note = () => {
    seen.push({ gas: counters[GAS_EXPORT]!.value as bigint, stack: counters[STACK_EXPORT]!.value as number });
    // The host takes gas, too.
    counters[GAS_EXPORT]!.value = (counters[GAS_EXPORT]!.value as bigint) - 1_000_000n;
    return 0;
  };
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { sherd: { memory, isStatic: note } });
  const counters = exports as Record<string, WebAssembly.Global>;
  counters[GAS_EXPORT]!.value = gas;
  counters[STACK_EXPORT]!.value = 10_000;
  (exports['main'] as () => void)();
  seen.push({ gas: counters[GAS_EXPORT]!.value as bigint, stack: 0 });
  return seen;
}

describe('the counters', () => {
  const look = 'call $isStatic drop';

  it('are what the host sees and sets, through calls of every kind', () => {
    const seen = watch(
      {
        main: `${look} i32.const 3 i64.const 4 call $sum drop ${look} i32.const 3 i64.const 4 i32.const 0 call_indirect il>l drop ${look}`,
        functions: {
          sum: { parameters: 'i32 i64', result: 'i64', locals: 'i64', code: `${look} local.get 1 local.tee 2` },
        },
        table: ['sum'],
      },
      1n << 40n,
    );
    const [first, direct, second, indirect, third, last] = seen as [
      ...{ readonly gas: bigint; readonly stack: number }[],
    ];
    // Ticks between two looks: what the host took, and the segment of $sum (whose host function is 100 gas).
    const price = BigInt(48 + 3 + 4 + 100 * 64);
    expect(first!.gas - direct!.gas).toBe(1_000_000n + price);
    expect(direct!.gas - second!.gas).toBe(1_000_000n);
    expect(second!.gas - indirect!.gas).toBe(1_000_000n + price);
    expect(third!.gas - last!.gas).toBe(1_000_000n);
    expect(new Set([first!.stack, second!.stack, third!.stack]).size).toBe(1);
    expect(direct!.stack).toBe(indirect!.stack);
    expect(direct!.stack).toBeLessThan(first!.stack);
    expect(first!.stack).toBeLessThan(10_000);
  });

  it('of the stack come back to where they were, whichever way a function is left', () => {
    const seen = watch(
      {
        main: `${look} i32.const 1 call $f drop ${look} i32.const 0 call $f drop ${look} i32.const 2 call $f drop ${look}`,
        functions: {
          leaf: { code: 'nop' },
          f: {
            parameters: 'i32',
            result: 'i32',
            // br 1 inside the if leaves the function with a value: the label of the body.
            code: 'call $leaf local.get 0 if i32.const 1 return end local.get 0 i32.const 1 i32.eq if i32.const 5 br 1 end i32.const 2',
          },
        },
      },
      1n << 40n,
    );
    expect(seen.length).toBe(5);
    expect(new Set(seen.slice(0, 4).map(({ stack }) => stack)).size).toBe(1);
  });

  it('of the stack know what counting a loop keeps', () => {
    // The size of memory is asked for at the same price, and such a loop is left alone.
    const used = (filler: 'global.get 0 drop' | 'memory.size drop') => {
      const loop = `loop ${filler} local.get 0 i32.const 1 i32.sub local.tee 0 i32.const 0 i32.gt_s br_if 0 end`;
      const f = { code: `${loop} ${look}`, locals: 'i32' };
      const [first, inside] = watch({ main: `${look} call $f`, functions: { f }, globals: [['i32', 0n]] }, 1n << 40n);
      return first!.stack - inside!.stack;
    };
    expect(used('global.get 0 drop')).toBe(used('memory.size drop') + 8);
  });

  it('mark memory that the module may have and the machine does not give', () => {
    const bytes = meterSource({ memory: [1, 3], main: 'i32.const 2 memory.grow drop' });
    expect(run(bytes, 1n << 40n)).toMatchObject({ trapped: false, stackLeft: 10_000 });
    expect(run(bytes, 1n << 40n, [1, 2])).toMatchObject({ trapped: true, stackLeft: HOST_OUT_OF_MEMORY });
    const more = meterSource({ memory: [1, 3], main: 'i32.const 3 memory.grow drop' });
    expect(run(more, 1n << 40n, [1, 2])).toMatchObject({ trapped: false, stackLeft: 10_000 });
  });

  it('ends recursion below zero', () => {
    const ended = run(meterSource({ main: 'call $f', functions: { f: { code: 'call $f' } } }), 100_000n, [1, 1]);
    expect(ended.trapped).toBe(true);
    expect(ended.stackLeft).toBeLessThan(0);
  });
});
