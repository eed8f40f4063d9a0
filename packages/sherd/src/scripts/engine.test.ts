import {
  assembleModule,
  createScriptNetwork,
  type ModuleSource,
  NO_DATA,
  objectKey,
  RUN_GAS,
  reportCall,
  reportedOutcome,
  TEST_LIMITS,
  writeObject,
} from '@sherd/testkit';
import { describe, expect, it } from 'vitest';
import { utf8ToBytes } from '../base/index.ts';
import { createScriptEngine } from './engine.ts';
import { HOST_GAS, RUN_LIMITS, START_GAS } from './rules.ts';
import { SCRIPT_OUTCOMES } from './run.ts';

const WRITER: ModuleSource = { imports: ['storageWrite'], main: writeObject(7) };

describe('a run', () => {
  it('finishes with the data that it was given', () => {
    const { run } = createScriptNetwork([
      {
        imports: ['dataSize', 'dataCopy', 'finish'],
        main: 'i32.const 8 i32.const 0 call $dataSize call $dataCopy i32.const 8 call $dataSize call $finish',
      },
    ]);
    const result = run(0, utf8ToBytes('hello'));
    expect(result).toMatchObject({ outcome: 'finished', output: utf8ToBytes('hello') });
    expect(result.gasLeft).toBeLessThan(RUN_GAS);
  });

  it('returns from main as if it had finished with nothing', () => {
    expect(createScriptNetwork([{ main: 'nop' }]).run(0)).toMatchObject({ outcome: 'finished', output: NO_DATA });
  });

  it('keeps its effects when it finishes, and undoes them when it aborts, keeping gas', () => {
    const { world, run } = createScriptNetwork([
      WRITER,
      { imports: ['storageWrite', 'abort'], main: `${writeObject(1)} i32.const 0 i32.const 1 call $abort` },
    ]);
    expect(run(0).outcome).toBe('finished');
    expect(world.getObject(0, objectKey(7))).toMatchObject({ version: 1, storage: Uint8Array.of(7) });
    const aborted = run(1);
    expect(aborted).toMatchObject({ outcome: 'aborted', output: Uint8Array.of(1) });
    expect(aborted.gasLeft).toBeGreaterThan(RUN_GAS - 100_000);
    expect(world.getObject(1, objectKey(1))).toBeUndefined();
  });

  it('burns its gas and undoes its effects when it traps', () => {
    const { world, run } = createScriptNetwork([{ imports: ['storageWrite'], main: `${writeObject(1)} unreachable` }]);
    expect(run(0)).toMatchObject({ outcome: 'trapped', gasLeft: 0, output: NO_DATA, error: { code: 'TRAP' } });
    expect(world.digest()).toBe('');
  });

  it('starts with memory as the module declares it, whatever ran before', () => {
    const { run } = createScriptNetwork([
      {
        imports: ['finish'],
        main: 'i32.const 100 i32.const 100 i32.load i32.const 1 i32.add i32.store i32.const 100 i32.const 4 call $finish',
        data: [[100, Uint8Array.of(41)]],
      },
    ]);
    for (let i = 0; i < 3; i++) expect(run(0).output).toEqual(Uint8Array.of(42, 0, 0, 0));
  });

  it('does not see that an earlier one has grown its memory', () => {
    const { run } = createScriptNetwork([
      {
        memory: [1, 3],
        imports: ['finish'],
        main: 'i32.const 0 memory.size i32.store8 i32.const 1 memory.grow drop i32.const 0 i32.const 1 call $finish',
      },
    ]);
    for (let i = 0; i < 50; i++) expect(run(0).output).toEqual(Uint8Array.of(1));
  });

  it('is refused for a script that does not exist', () => {
    expect(createScriptNetwork([]).run(5)).toMatchObject({ outcome: 'unknownScript', gasLeft: 0 });
  });
});

describe('counters end a run', () => {
  it('an infinite loop by gas', () => {
    expect(createScriptNetwork([{ main: 'loop br 0 end' }]).run(0)).toMatchObject({ outcome: 'outOfGas', gasLeft: 0 });
  });

  it('a loop of host calls by gas', () => {
    const { run } = createScriptNetwork([{ imports: ['gasLeft'], main: 'loop call $gasLeft drop br 0 end' }]);
    expect(run(0).outcome).toBe('outOfGas');
  });

  it('growing memory for ever by gas, and never beyond the maximum', () => {
    const { run } = createScriptNetwork([
      { memory: [1, 4], main: 'loop i32.const 1 memory.grow drop br 0 end' },
      {
        memory: [1, 4],
        imports: ['finish'],
        main: 'i32.const 0 i32.const 4 memory.grow i32.store i32.const 4 i32.const 3 memory.grow i32.store i32.const 0 i32.const 8 call $finish',
      },
    ]);
    expect(run(0).outcome).toBe('outOfGas');
    expect(run(1).output).toEqual(Uint8Array.of(255, 255, 255, 255, 1, 0, 0, 0));
  });

  it('deep recursion by the stack counter, cold and warm alike', () => {
    const { run } = createScriptNetwork([
      { main: 'call $f', functions: { f: { code: 'call $f' } } },
      {
        main: 'i64.const 1 call $f drop',
        functions: {
          f: { parameters: 'i64', result: 'i64', locals: 'i64 i64 i64', code: 'local.get 0 call $f call $f' },
        },
      },
    ]);
    for (const script of [0, 1]) {
      const cold = run(script);
      expect(cold).toMatchObject({ outcome: 'callDepth', gasLeft: 0, error: { code: 'CALL_DEPTH' } });
      for (let i = 0; i < 200; i++) expect(run(script)).toEqual(cold);
    }
  });

  it('computations that an optimiser keeps across a call count as stack', () => {
    const products = Array.from(
      { length: 120 },
      (_, i) => `i32.const ${8 * i} local.get 0 i64.const ${i + 3} i64.mul i64.store`,
    );
    const code = `${products.join(' ')} local.get 0 call $f ${products.join(' ')}`;
    const { run } = createScriptNetwork([
      { main: 'i64.const 5 call $f', functions: { f: { parameters: 'i64', code } } },
    ]);
    const cold = run(0);
    expect(cold.outcome).toBe('callDepth');
    for (let i = 0; i < 400; i++) expect(run(0)).toEqual(cold);
  });

  it('scripts that call on and on by the nesting counter', () => {
    // Each calls the next, and finishes with the outcomes from there on.
    const depth = (first: number) => {
      const probe: ModuleSource[] = Array.from({ length: 10 }, (_, i) => ({
        imports: ['call', 'finish', 'resultCopy', 'resultSize'],
        main: `i32.const 64 i32.const ${i + 1} i32.const 0 i32.const 0 i64.const ${4_500_000 - 200_000 * (i + 1)} call $call i32.store8
          i32.const 65 i32.const 0 call $resultSize call $resultCopy
          i32.const 64 call $resultSize i32.const 1 i32.add call $finish`,
      }));
      return [...createScriptNetwork([...probe, { main: 'nop' }]).run(first).output].map(
        (code) => SCRIPT_OUTCOMES[code],
      );
    };
    expect(depth(3)).toEqual(Array(RUN_LIMITS.nesting - 1).fill('finished'));
    expect(depth(2)).toEqual([...Array(RUN_LIMITS.nesting - 1).fill('finished'), 'callDepth']);
  });

  it('recursion in nested scripts shares one stack counter', () => {
    // Each script goes 100 frames deep and then calls the next; alone, each of them has plenty of room.
    const dive = (next: number): ModuleSource => ({
      imports: ['call'],
      main: 'i32.const 800 call $f',
      functions: {
        f: {
          parameters: 'i32',
          code: `local.get 0 if local.get 0 i32.const 1 i32.sub call $f else i32.const ${next} i32.const 0 i32.const 0 i64.const 4000000 call $call i32.eqz if return end unreachable end`,
        },
      },
    });
    const { run } = createScriptNetwork([dive(1), dive(2), dive(3), { main: 'nop' }]);
    expect(run(2).outcome).toBe('finished');
    expect(run(1).outcome).toBe('finished');
    expect(run(0).outcome).toBe('trapped');
  });
});

describe('gas', () => {
  it('is exact: the same run with what it used finishes, with one less it is out of gas', () => {
    const { run } = createScriptNetwork([
      {
        imports: ['storageWrite', 'sha256', 'finish'],
        main: `${writeObject(3)} i32.const 0 i32.const 100 i32.const 200 call $sha256 i32.const 200 i32.const 32 call $finish`,
      },
    ]);
    const used = RUN_GAS - run(0).gasLeft;
    expect(run(0, NO_DATA, used)).toMatchObject({ outcome: 'finished', gasLeft: 0 });
    expect(run(0, NO_DATA, used - 1)).toMatchObject({ outcome: 'outOfGas', gasLeft: 0 });
  });

  it('is the sum of the start, the host functions and the instructions', () => {
    const source: ModuleSource = { imports: ['finish'], main: 'i32.const 0 i32.const 10 call $finish' };
    const start = START_GAS.instance + START_GAS.page + START_GAS.codeByte * assembleModule(source).length;
    const instructions = 1; // 2 constants, a call with two arguments, a charge: 38 ticks
    const want = start + HOST_GAS.end + 10 * HOST_GAS.copyByte + instructions;
    expect(RUN_GAS - createScriptNetwork([source]).run(0).gasLeft).toBe(want);
  });

  it('out of gas at any point leaves nothing behind', () => {
    const { world, run } = createScriptNetwork([
      { imports: ['storageWrite'], main: `${writeObject(1)} ${writeObject(2)}` },
    ]);
    const used = RUN_GAS - run(0).gasLeft;
    const { world: other, run: again } = createScriptNetwork([
      { imports: ['storageWrite'], main: `${writeObject(1)} ${writeObject(2)}` },
    ]);
    for (let gas = 0; gas < used; gas += 97) expect(again(0, NO_DATA, gas).outcome).toBe('outOfGas');
    expect(other.digest()).toBe('');
    again(0, NO_DATA, used);
    expect(other.digest()).toBe(world.digest());
  });

  it('lent to a nested run comes back exactly', () => {
    const spend = (how: string): number => {
      const { run } = createScriptNetwork([
        { main: how },
        { imports: ['call', 'finish'], main: reportCall(0, 1000000) },
      ]);
      return RUN_GAS - run(1).gasLeft;
    };
    // A callee that traps costs all that it was lent; one that returns, its start.
    const start = START_GAS.instance + START_GAS.page + START_GAS.codeByte * assembleModule({ main: 'nop' }).length;
    expect(spend('unreachable') - spend('nop')).toBe(1_000_000 - start);
  });

  it('asked for above what is left is what is left', () => {
    const { run } = createScriptNetwork([
      { main: 'loop br 0 end' },
      { imports: ['call', 'finish'], main: reportCall(0, -1) },
    ]);
    expect(run(1).outcome).toBe('outOfGas');
  });
});

describe('memory', () => {
  const bad: [string, ModuleSource][] = [
    ['read past the end', { imports: ['finish'], main: 'i32.const 65535 i32.const 2 call $finish' }],
    ['read at the top of the address space', { imports: ['finish'], main: 'i32.const -1 i32.const 1 call $finish' }],
    ['length that wraps', { imports: ['finish'], main: 'i32.const 16 i32.const -8 call $finish' }],
    ['write past the end', { imports: ['sha256'], main: 'i32.const 0 i32.const 0 i32.const 65505 call $sha256' }],
    ['key past the end', { imports: ['storageSize'], main: 'i32.const 65505 call $storageSize drop' }],
    ['copy outside the data', { imports: ['dataCopy'], main: 'i32.const 0 i32.const 0 i32.const 1 call $dataCopy' }],
    [
      'copy outside the result',
      { imports: ['resultCopy'], main: 'i32.const 0 i32.const 1 i32.const 0 call $resultCopy' },
    ],
  ];
  it.each(bad)('%s is a fault', (_, source) => {
    const { code } = createScriptNetwork([source]).run(0, NO_DATA, 1e10).error!;
    expect(['OUT_OF_BOUNDS', 'TOO_LONG']).toContain(code);
  });

  it('that has grown is seen by the host', () => {
    const { run } = createScriptNetwork([
      {
        memory: [1, 2],
        imports: ['finish'],
        main: 'i32.const 1 memory.grow drop i32.const 65536 i32.const 9 i32.store8 i32.const 65536 i32.const 1 call $finish',
      },
    ]);
    expect(run(0).output).toEqual(Uint8Array.of(9));
  });

  it('of length zero may stand at the end', () => {
    expect(
      createScriptNetwork([{ imports: ['finish'], main: 'i32.const 65536 i32.const 0 call $finish' }]).run(0).outcome,
    ).toBe('finished');
  });
});

describe('a failure of the machine', () => {
  it('is thrown, not turned into an outcome', () => {
    const { world, engine } = createScriptNetwork([
      { imports: ['storageSize'], main: 'i32.const 0 call $storageSize drop' },
    ]);
    const broken = {
      ...world,
      getObject: () => {
        throw new Error('the disk is gone');
      },
    };
    const request = {
      world: broken,
      script: 0,
      data: NO_DATA,
      gas: RUN_GAS,
      caller: { kind: 'transaction' },
    } as const;
    expect(() => engine.run(request)).toThrow('the disk is gone');
  });

  it('a RangeError too', () => {
    const { world, engine } = createScriptNetwork([
      { imports: ['storageSize'], main: 'i32.const 0 call $storageSize drop' },
    ]);
    const deep = {
      ...world,
      getObject: () => {
        throw new RangeError('Maximum call stack size exceeded');
      },
    };
    const request = { world: deep, script: 0, data: NO_DATA, gas: RUN_GAS, caller: { kind: 'transaction' } } as const;
    expect(() => engine.run(request)).toThrow(RangeError);
  });

  it('memory that it does not give, at the start, in the middle, or to a script that is called', () => {
    const grows: ModuleSource = { memory: [1, 3], main: 'i32.const 1 memory.grow drop' };
    const { run } = createScriptNetwork([
      grows,
      { imports: ['call', 'finish'], memory: [1, 1], main: reportCall(0) },
      { memory: [0, 1], main: 'i32.const 2 memory.grow i32.const -1 i32.ne if unreachable end' },
    ]);
    const { Memory } = WebAssembly;
    const withMemory = (give: (initial: number) => WebAssembly.Memory, action: () => void) => {
      WebAssembly.Memory = class {
        constructor({ initial }: { initial: number }) {
          // biome-ignore lint/correctness/noConstructorReturn: it stands for what the machine makes
          return give(initial);
        }
      } as unknown as typeof Memory;
      try {
        action();
      } finally {
        WebAssembly.Memory = Memory;
      }
    };
    withMemory(
      (initial) => new Memory({ initial, maximum: initial }),
      () => {
        for (const script of [0, 1]) expect(() => run(script)).toThrow('no memory left for a script');
        // What the module may not have is its own affair.
        expect(run(2).outcome).toBe('finished');
      },
    );
    withMemory(
      () => {
        throw new RangeError('WebAssembly.Memory(): could not allocate memory');
      },
      () => expect(() => run(0)).toThrow(RangeError),
    );
    expect(reportedOutcome(run(1))).toBe('finished');
  });

  it('code that was not metered, or by other rules, is not run', () => {
    const { world, run } = createScriptNetwork([{ main: 'nop' }]);
    const raw = assembleModule({ main: 'nop' });
    const stale = world.scriptCode(0)!.code.slice();
    // The version stands behind the name in the last section.
    stale[stale.lastIndexOf('n'.charCodeAt(0)) + 1] = 99;
    const engine = createScriptEngine({ builtIns: new Map(), limits: TEST_LIMITS });
    const request = { script: 0, data: NO_DATA, gas: RUN_GAS, caller: { kind: 'transaction' } } as const;
    const withCode = (code: Uint8Array) => ({ ...world, scriptCode: () => ({ codeHash: objectKey(9), code }) });
    expect(() => engine.run({ ...request, world: withCode(raw) })).toThrow(/did not come from checkModule/);
    expect(() => engine.run({ ...request, world: withCode(stale) })).toThrow(/rules 99/);
    expect(run(0).outcome).toBe('finished');
  });
});
