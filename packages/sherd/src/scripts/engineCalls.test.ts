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
import { createMemoryWorld } from '../shard/index.ts';
import { createScriptEngine } from './engine.ts';
import type { BuiltInScript, ScriptOutcome } from './run.ts';

const WRITER: ModuleSource = { imports: ['storageWrite'], main: writeObject(7) };

describe('calls between scripts', () => {
  it('run on the own region of the callee, and give back its output', () => {
    const { world, run } = createScriptNetwork([
      {
        imports: ['storageWrite', 'finish', 'callerScript', 'callerKind'],
        main: `${writeObject(7)} i32.const 8 call $callerScript i32.store8 i32.const 9 call $callerKind i32.store8 i32.const 8 i32.const 2 call $finish`,
      },
      {
        imports: ['call', 'resultSize', 'resultCopy', 'finish'],
        main: 'i32.const 0 i32.const 0 i32.const 0 i64.const 1000000 call $call drop i32.const 0 i32.const 0 call $resultSize call $resultCopy i32.const 0 call $resultSize call $finish',
      },
    ]);
    expect(run(1).output).toEqual(Uint8Array.of(1, 1));
    expect(run(0).output).toEqual(Uint8Array.of(0, 0));
    expect(world.getObject(0, objectKey(7))!.version).toBe(2);
    expect(world.getObject(1, objectKey(7))).toBeUndefined();
  });

  it('that fail are undone, and those around them stand', () => {
    const { world, run } = createScriptNetwork([
      { imports: ['storageWrite'], main: `${writeObject(1)} unreachable` },
      { imports: ['storageWrite', 'abort'], main: `${writeObject(2)} i32.const 0 i32.const 0 call $abort` },
      {
        imports: ['storageWrite', 'call', 'finish'],
        main: `${writeObject(3)} i32.const 0 i32.const 0 i32.const 0 i64.const 900000 call $call drop ${writeObject(4)} ${reportCall(1)}`,
      },
    ]);
    expect(reportedOutcome(run(2))).toBe('aborted');
    expect(
      world
        .digest()
        .split('\n')
        .map((line) => line.slice(0, 6)),
    ).toEqual(['2:0x03', '2:0x04']);
  });

  const ends: readonly (readonly [ScriptOutcome, string])[] = [
    ['aborted', 'i32.const 0 i32.const 0 call $abort'],
    ['trapped', 'i32.const -1 i32.load drop'],
    ['trapped', 'i32.const -1 i32.const 1 call $abort'],
    ['outOfGas', 'loop br 0 end'],
    ['callDepth', 'call $deep'],
  ];
  it.each(ends)('that end so are undone with objects, receipts and claims: %s (%s)', (outcome, end) => {
    const effects = `${writeObject(1)} i32.const 1 i32.const 0 i32.const 0 i32.const 0 call $saveReceipt drop
      i32.const 0 i32.const 4 call $claimReceipt if unreachable end`;
    const { world, run } = createScriptNetwork([
      {
        imports: ['storageWrite', 'saveReceipt', 'claimReceipt', 'abort'],
        main: `${effects} ${end}`,
        functions: { deep: { code: 'call $deep' } },
      },
      { imports: ['call', 'finish'], main: reportCall(0) },
    ]);
    const receipt = { source: 1, index: 5n, slot: 1, sender: 0, amount: 0n, data: NO_DATA };
    world.prepareClaim(Uint8Array.of(1, 0, 0, 0), { script: 0, receipt });
    const result = run(1);
    expect(reportedOutcome(result)).toBe(outcome);
    expect(world.digest()).toBe('');
    expect(run(0).outcome).toBe(outcome);
    expect(world.digest()).toBe('');
  });

  it('that succeed are undone with the caller that fails', () => {
    const { world, run } = createScriptNetwork([
      WRITER,
      { imports: ['call'], main: 'i32.const 0 i32.const 0 i32.const 0 i64.const 900000 call $call drop unreachable' },
      { imports: ['call', 'finish'], main: reportCall(1) },
    ]);
    expect(reportedOutcome(run(2))).toBe('trapped');
    expect(world.digest()).toBe('');
  });

  it('cannot enter a script that is on the stack', () => {
    const { run } = createScriptNetwork([
      { imports: ['call', 'finish'], main: reportCall(0) },
      {
        imports: ['call', 'finish', 'resultCopy'],
        main: `i32.const 2 i32.const 0 i32.const 0 i64.const 1000000 call $call drop i32.const 0 i32.const 0 i32.const 1 call $resultCopy i32.const 0 i32.const 1 call $finish`,
      },
      { imports: ['call', 'finish'], main: reportCall(1, 100000) },
    ]);
    expect(reportedOutcome(run(0))).toBe('reentered');
    expect(reportedOutcome(run(1))).toBe('reentered');
  });

  it('of unknown scripts fail for what they were lent', () => {
    const { run } = createScriptNetwork([{ imports: ['call', 'finish'], main: reportCall(99, 1000) }]);
    const result = run(0);
    expect(reportedOutcome(result)).toBe('unknownScript');
    expect(result.gasLeft).toBeGreaterThan(RUN_GAS - 50_000);
  });
});

describe('static calls', () => {
  it('may read and answer, but any write is a fault', () => {
    const { world, run } = createScriptNetwork([
      WRITER,
      {
        imports: ['storageSize', 'isStatic', 'finish'],
        main: 'i32.const 0 call $isStatic i32.store8 i32.const 0 i32.const 1 call $finish',
      },
      { imports: ['staticCall', 'finish'], main: reportCall(0, 1000000, 'staticCall') },
      {
        imports: ['staticCall', 'finish', 'resultCopy'],
        main: `i32.const 1 i32.const 0 i32.const 0 i64.const 1000000 call $staticCall drop i32.const 0 i32.const 0 i32.const 1 call $resultCopy i32.const 0 i32.const 1 call $finish`,
      },
    ]);
    expect(reportedOutcome(run(2))).toBe('trapped');
    expect(world.digest()).toBe('');
    expect(run(3).output).toEqual(Uint8Array.of(1));
    expect(run(0, NO_DATA, RUN_GAS, { isStatic: true })).toMatchObject({
      error: { code: 'STATIC_WRITE' },
      gasLeft: 0,
    });
  });

  it('go to lower scripts only', () => {
    const { run } = createScriptNetwork([
      { imports: ['staticCall', 'finish'], main: reportCall(1, 1000000, 'staticCall') },
      { imports: ['staticCall', 'finish'], main: reportCall(1, 1000000, 'staticCall') },
    ]);
    expect(run(0)).toMatchObject({ outcome: 'trapped', error: { code: 'NOT_A_LOWER_SCRIPT' } });
    expect(run(1)).toMatchObject({ outcome: 'trapped', error: { code: 'NOT_A_LOWER_SCRIPT' } });
  });

  it('cannot call out of being static', () => {
    const { run } = createScriptNetwork([WRITER, { imports: ['call', 'finish'], main: reportCall(0) }]);
    expect(run(1, NO_DATA, RUN_GAS, { isStatic: true })).toMatchObject({ error: { code: 'STATIC_WRITE' } });
  });
});

describe('executed code', () => {
  /** Executes the transaction's data as raw code, and finishes with the outcome and the result. */
  const HOST: ModuleSource = {
    imports: ['executeCode', 'dataSize', 'dataCopy', 'resultSize', 'resultCopy', 'finish'],
    main: `i32.const 256 i32.const 0 call $dataSize call $dataCopy
      i32.const 0 i32.const 256 call $dataSize i32.const 0 i32.const 3 i64.const 2000000 call $executeCode i32.store8
      i32.const 1 i32.const 0 call $resultSize call $resultCopy i32.const 0 call $resultSize i32.const 1 i32.add call $finish`,
  };
  const execute = (source: ModuleSource, others: readonly ModuleSource[] = []) => {
    const { run, world } = createScriptNetwork([...others, HOST]);
    const result = run(others.length, assembleModule(source), 20_000_000);
    return { result, outcome: reportedOutcome(result), output: result.output.subarray(1), world };
  };

  it('is a pure function of its data', () => {
    const { outcome, output } = execute({
      imports: ['dataSize', 'finish'],
      main: 'i32.const 0 call $dataSize i32.store8 i32.const 0 i32.const 1 call $finish',
    });
    expect(outcome).toBe('finished');
    expect(output).toEqual(Uint8Array.of(3));
  });

  it.each([
    ['storageWrite', writeObject(1)],
    ['storageSize', 'i32.const 0 call $storageSize drop'],
    ['saveReceipt', 'i32.const 0 i32.const 0 i32.const 0 i32.const 0 call $saveReceipt drop'],
    ['call', 'i32.const 0 i32.const 0 i32.const 0 i64.const 0 call $call drop'],
  ] as const)('has no %s', (name, main) => {
    const { outcome, world } = execute({ imports: [name], main }, [{ main: 'nop' }]);
    expect(outcome).toBe('trapped');
    expect(world.digest()).toBe('');
  });

  it('may call lower scripts statically, and execute code again', () => {
    const { outcome, output } = execute(
      { imports: ['staticCall', 'finish'], main: reportCall(0, 100000, 'staticCall') },
      [{ main: 'nop' }],
    );
    expect(outcome).toBe('finished');
    expect(output).toEqual(Uint8Array.of(0));
  });

  it('that is no module fails for the gas that it was lent', () => {
    const { run } = createScriptNetwork([HOST]);
    const result = run(0, utf8ToBytes('not a module'), 20_000_000);
    expect(reportedOutcome(result)).toBe('badCode');
    expect(run(0, utf8ToBytes('not a module'), 20_000_000)).toEqual(result);
    expect(result.gasLeft).toBeLessThan(18_000_000);
  });

  it('costs the same the second time, when it is cached', () => {
    const { run } = createScriptNetwork([HOST]);
    const code = assembleModule({ main: 'nop' });
    expect(run(0, code, 20_000_000)).toEqual(run(0, code, 20_000_000));
  });
});

describe('built-in scripts', () => {
  it('run in the program, call scripts, and are undone when they do not finish', () => {
    const builtIn: BuiltInScript = {
      run: ({ world, data, gas }, call) => {
        world.setObject(0, objectKey(1), data);
        const nested = call(1, NO_DATA, 1_000_000, false);
        const outcome = nested.outcome === 'finished' ? 'finished' : 'refused';
        return { outcome, gasLeft: gas - 10, output: nested.output, detail: { nested: nested.outcome } };
      },
    };
    const world = createMemoryWorld();
    world.addBuiltIn();
    world.addScript(
      assembleModule({ imports: ['storageWrite', 'call', 'finish'], main: `${writeObject(2)} ${reportCall(0, 1000)}` }),
    );
    const engine = createScriptEngine({ builtIns: new Map([[0, builtIn]]), limits: TEST_LIMITS });
    const request = { world, script: 0, data: NO_DATA, gas: RUN_GAS, caller: { kind: 'transaction' } } as const;
    const result = engine.run(request);
    expect(result).toMatchObject({ outcome: 'finished', gasLeft: RUN_GAS - 10, detail: { nested: 'finished' } });
    expect(reportedOutcome(result)).toBe('reentered');
    expect(world.digest().split('\n')).toHaveLength(2);
    // In a static run what it calls is static too: the write of script 1 fails, it refuses, and its own write goes.
    const before = world.digest();
    expect(engine.run({ ...request, isStatic: true })).toMatchObject({ outcome: 'refused' });
    expect(world.digest()).toBe(before);
  });
});
