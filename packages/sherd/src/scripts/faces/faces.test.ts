/** The faces of Ewasm (2019) and of Scout: the same engine under other names. */
import {
  assemble,
  assembleModule,
  createScriptNetwork,
  type ModuleSource,
  objectKey,
  reportedOutcome,
} from '@sherd/testkit';
import { describe, expect, it } from 'vitest';
import { concatBytes, utf8ToBytes } from '../../base/index.ts';
import { encodeModule, WASM_LIMITS } from '../../wasm/index.ts';
import { checkModule } from '../checkModule.ts';
import { createScriptEngine } from '../engine.ts';
import { HOST_GAS } from '../rules.ts';
import { BEACON } from '../world.ts';
import { EWASM_MODULE, HOST_TABLES, SCOUT_MODULE, SCOUT_STATE_KEY } from './index.ts';

const ewasm = (imports: readonly string[], main: string, more: Partial<ModuleSource> = {}): ModuleSource => ({
  host: EWASM_MODULE,
  imports,
  main,
  ...more,
});
const scout = (imports: readonly string[], main: string, more: Partial<ModuleSource> = {}): ModuleSource => ({
  host: SCOUT_MODULE,
  imports,
  main,
  ...more,
});

describe('the face of a script', () => {
  it('is chosen by the module that it imports from', () => {
    expect(checkModule(assembleModule(ewasm(['finish'], 'nop')))).toMatchObject({ ok: true, face: 'ewasm' });
    expect(checkModule(assembleModule(scout(['eth2_useTicks'], 'nop')))).toMatchObject({ ok: true, face: 'scout' });
    expect(checkModule(assembleModule({ main: 'nop' }))).toMatchObject({ ok: true, face: 'sherd' });
  });

  it('is one for all imports, and offers its own functions only', () => {
    const name = (text: string) => [text.length, ...utf8ToBytes(text)];
    // Two imports of type () -> () from the modules given.
    const module = (...imports: readonly (readonly [string, string])[]) => {
      const section = [imports.length, ...imports.flatMap(([from, what]) => [...name(from), ...name(what), 0, 0])];
      return Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 2, section.length, ...section);
    };
    const debug = 'debug_startTimer';
    const mixed = checkModule(module([SCOUT_MODULE, debug], [EWASM_MODULE, debug]));
    expect(mixed).toMatchObject({ ok: false, code: 'WASM_BAD_IMPORT' });
    expect(checkModule(module([SCOUT_MODULE, debug], ['sherd', 'dataSize']))).toMatchObject({ ok: false });
    expect(checkModule(module([EWASM_MODULE, 'eth2_useTicks']))).toMatchObject({ code: 'WASM_BAD_IMPORT' });
    expect(checkModule(module(['nobody', 'finish']))).toMatchObject({ code: 'WASM_BAD_IMPORT' });
  });

  it('changes nothing of what is refused: floats', () => {
    const section = (id: number, ...content: number[]) => [id, content.length, ...content];
    const text = (name: string) => [name.length, ...utf8ToBytes(name)];
    const module = Uint8Array.of(
      ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      ...section(1, 1, 0x60, 0, 0),
      ...section(2, 1, ...text(SCOUT_MODULE), ...text('debug_startTimer'), 0, 0),
      ...section(3, 1, 0),
      ...section(5, 1, 1, 1, 1),
      ...section(7, 2, ...text('main'), 0, 1, ...text('memory'), 2, 0),
      // f32.const 0, drop
      ...section(10, 1, 8, 0, 0x43, 0, 0, 0, 0, 0x1a, 0x0b),
    );
    expect(checkModule(module)).toMatchObject({ ok: false, code: 'WASM_FLOAT' });
  });

  it('of 2019 supplies the maximum memory that modules of the time leave out', () => {
    const withoutMaximum = (source: ModuleSource) =>
      encodeModule({ ...assemble(source), memory: { initial: 1, maximum: undefined } });
    const maximum = WASM_LIMITS.memoryPages;
    expect(checkModule(withoutMaximum(scout([], 'nop')))).toMatchObject({ code: 'WASM_NO_MAXIMUM_MEMORY' });
    expect(checkModule(withoutMaximum(scout(['debug_startTimer'], 'nop')))).toMatchObject({ memory: { maximum } });
    // A page more than the rule gives is refused to the script as the format has it, and the script goes on.
    const grow = (pages: number) => `i32.const 0 i32.const ${pages} memory.grow i32.store`;
    const { world, run } = createScriptNetwork([]);
    for (const pages of [maximum, maximum - 1]) {
      world.addScript(withoutMaximum(ewasm(['finish'], `${grow(pages)} i32.const 0 i32.const 4 call $finish`)));
    }
    expect(run(0)).toMatchObject({ outcome: 'finished', output: new Uint8Array(4).fill(255) });
    expect(run(1)).toMatchObject({ outcome: 'finished', output: Uint8Array.of(1, 0, 0, 0) });
  });

  it('has a documented price for each function', () => {
    for (const { rows } of HOST_TABLES) {
      for (const [name, { effect }] of rows) {
        expect(effect.gas, name).toBeGreaterThan(0);
        expect(effect.doc, name).not.toBe('');
      }
    }
  });
});

describe('the Ewasm translation', () => {
  const FOURTEEN = [
    ...['copyData', 'setStorage', 'getStorageSize', 'getStorage', 'saveReceipt', 'call', 'getResponseSize'],
    ...['getResponse', 'currentShard', 'getRecentBeaconStateRoot', 'getRecentShardStateRoot', 'abort', 'finish'],
    'executeCode',
  ];

  it('has its fourteen functions', () => {
    expect(checkModule(assembleModule(ewasm(FOURTEEN, 'nop')))).toMatchObject({ ok: true, imports: FOURTEEN });
  });

  it('charges for the bytes of an object where it asks for the size, and twice where it copies', () => {
    const asks = (call: string) => ewasm(['getStorageSize', 'getStorage'], call);
    const { world, run } = createScriptNetwork([
      asks('i32.const 0 call $getStorageSize drop'),
      asks('i32.const 0 i32.const 64 call $getStorage'),
    ]);
    const left = (script: number, bytes: number) => {
      world.setObject(script, objectKey(0), new Uint8Array(bytes));
      return run(script).gasLeft;
    };
    expect(left(0, 0) - left(0, 500)).toBe(500 * HOST_GAS.storageReadByte);
    expect(left(1, 0) - left(1, 500)).toBe(500 * (HOST_GAS.storageReadByte + HOST_GAS.copyByte));
  });

  it('stores what it is told and reads it back', () => {
    const { world, run } = createScriptNetwork([
      ewasm(
        ['getDataSize', 'copyData', 'setStorage', 'getStorageSize', 'getStorage', 'finish'],
        `i32.const 64 i32.const 0 call $getDataSize call $copyData
         i32.const 0 i32.const 64 call $getDataSize call $setStorage
         i32.const 0 i32.const 200 call $getStorage
         i32.const 200 i32.const 0 call $getStorageSize call $finish`,
      ),
      ewasm(
        ['getStorageSize', 'getStorage', 'finish'],
        'i32.const 0 i32.const 64 call $getStorage i32.const 64 i32.const 0 call $getStorageSize call $finish',
      ),
    ]);
    const data = utf8ToBytes('stored');
    expect(run(0, data)).toMatchObject({ outcome: 'finished', output: data });
    expect(world.getObject(0, objectKey(0))!.storage).toEqual(data);
    expect(run(1)).toMatchObject({ outcome: 'finished', output: new Uint8Array(0) });
  });

  it('calls scripts of other faces, knows its caller, and gets the response', () => {
    const { run } = createScriptNetwork([
      ewasm(['getCaller', 'finish'], 'i32.const 0 call $getCaller i64.store i32.const 0 i32.const 8 call $finish'),
      ewasm(
        ['call', 'getResponseSize', 'getResponse', 'finish'],
        `i32.const 0 i32.const 0 i32.const 0 call $call drop
         i32.const 8 i32.const 0 call $getResponseSize call $getResponse i32.const 8 call $getResponseSize call $finish`,
      ),
      {
        imports: ['call', 'resultCopy', 'finish'],
        main: 'i32.const 1 i32.const 0 i32.const 0 i64.const 1000000 call $call drop i32.const 0 i32.const 0 i32.const 8 call $resultCopy i32.const 0 i32.const 8 call $finish',
      },
      ewasm(
        ['call', 'finish'],
        'i32.const 0 i32.const 3 i32.const 0 i32.const 0 call $call i32.store8 i32.const 0 i32.const 1 call $finish',
      ),
    ]);
    expect(run(0).output).toEqual(new Uint8Array(8).fill(255));
    for (const script of [1, 2]) expect(run(script).output).toEqual(Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0));
    expect(reportedOutcome(run(3))).toBe('reentered');
  });

  it('aborts without effects, and may write nothing in a static run', () => {
    const write = 'i32.const 0 i32.const 0 i32.const 1 call $setStorage';
    const { world, run } = createScriptNetwork([
      ewasm(['setStorage', 'abort'], `${write} i32.const 0 i32.const 2 call $abort`),
      ewasm(['setStorage'], write),
    ]);
    expect(run(0)).toMatchObject({ outcome: 'aborted', output: new Uint8Array(2) });
    expect(run(1, undefined, undefined, { isStatic: true })).toMatchObject({ error: { code: 'STATIC_WRITE' } });
    expect(world.digest()).toBe('');
  });

  it('executes code as a pure function', () => {
    const raw = assembleModule(
      ewasm(
        ['copyData', 'finish'],
        'i32.const 0 i32.const 0 i32.const 2 call $copyData i32.const 0 i32.const 2 call $finish',
      ),
    );
    const impure = assembleModule(ewasm(['setStorage'], 'i32.const 0 i32.const 0 i32.const 1 call $setStorage'));
    const executor = (code: Uint8Array) =>
      ewasm(
        ['executeCode', 'getResponseSize', 'getResponse', 'finish'],
        `i32.const 9000 i32.const 100 i32.const ${code.length} i32.const 0 i32.const 2 call $executeCode i32.store8
         i32.const 9001 i32.const 0 call $getResponseSize call $getResponse
         i32.const 9000 call $getResponseSize i32.const 1 i32.add call $finish`,
        {
          data: [
            [0, Uint8Array.of(4, 2)],
            [100, code],
          ],
        },
      );
    const { world, run } = createScriptNetwork([executor(raw), executor(impure)]);
    expect(run(0).output).toEqual(Uint8Array.of(0, 4, 2));
    // The fault burns what was lent, and the executor goes on.
    expect(reportedOutcome(run(1))).toBe('trapped');
    expect(world.digest()).toBe('');
  });
});

describe("Scout's interface", () => {
  /** Adds the 32 bytes of block data to the state root. */
  const adder = scout(
    ['eth2_loadPreStateRoot', 'eth2_blockDataCopy', 'bignum_add256', 'eth2_savePostStateRoot'],
    `i32.const 0 call $eth2_loadPreStateRoot i32.const 32 i32.const 0 i32.const 32 call $eth2_blockDataCopy
     i32.const 0 i32.const 32 i32.const 0 call $bignum_add256 i32.const 0 call $eth2_savePostStateRoot`,
  );
  const number = (value: number) => Uint8Array.from({ length: 32 }, (_, i) => (i === 0 ? value : 0));

  it('keeps the state root as one object of the region', () => {
    const { world, run } = createScriptNetwork([adder]);
    expect(run(0, number(5)).outcome).toBe('finished');
    expect(run(0, number(6)).outcome).toBe('finished');
    expect(world.getObject(0, SCOUT_STATE_KEY)!.storage).toEqual(number(11));
    expect(run(0, new Uint8Array(31)).outcome).toBe('trapped');
    expect(world.getObject(0, SCOUT_STATE_KEY)!.storage).toEqual(number(11));
  });

  it('loads the root that the run began with, whatever was saved since', () => {
    const { world, run } = createScriptNetwork([
      scout(
        ['eth2_loadPreStateRoot', 'eth2_savePostStateRoot'],
        `i32.const 0 i32.const 9 i32.store8 i32.const 0 call $eth2_savePostStateRoot
         i32.const 0 call $eth2_loadPreStateRoot i32.const 1 i32.const 1 i32.store8 i32.const 0 call $eth2_savePostStateRoot`,
      ),
    ]);
    run(0);
    expect(world.getObject(0, SCOUT_STATE_KEY)!.storage.slice(0, 2)).toEqual(Uint8Array.of(0, 1));
  });

  it('sends deposits of 184 bytes to the beacon chain', () => {
    const push = (length: number) =>
      scout(['eth2_pushNewDeposit'], `i32.const 0 i32.const ${length} call $eth2_pushNewDeposit`);
    const { world } = createScriptNetwork([]);
    for (const length of [184, 183]) world.addScript(assembleModule(push(length)));
    const engine = createScriptEngine({ builtIns: new Map(), limits: { maxObjectBytes: 64, maxReceiptBytes: 256 } });
    const run = (script: number) =>
      engine.run({ world, script, data: new Uint8Array(0), gas: 1_000_000, caller: { kind: 'transaction' } });
    expect(run(0).outcome).toBe('finished');
    expect(run(1)).toMatchObject({ outcome: 'trapped', error: { code: 'BAD_DEPOSIT' } });
    expect(world.receipts()).toMatchObject([{ target: { shard: BEACON }, data: new Uint8Array(184) }]);
  });

  it('counts ticks as gas, computes with big numbers, and prints where somebody looks', () => {
    const printed: string[] = [];
    const { world } = createScriptNetwork([]);
    const sources = [
      scout(['eth2_useTicks'], 'i32.const 500000 call $eth2_useTicks'),
      scout(['eth2_useTicks'], 'i32.const -1 call $eth2_useTicks'),
      scout(
        ['bignum_sub256', 'bignum_mul256', 'bignum_div256', 'eth2_savePostStateRoot'],
        `i32.const 0 i32.const 32 i32.const 64 call $bignum_sub256 i32.const 64 i32.const 32 i32.const 64 call $bignum_mul256
         i32.const 64 i32.const 96 i32.const 96 call $bignum_div256
         i32.const 64 call $eth2_savePostStateRoot`,
        {
          data: [
            [0, Uint8Array.of(7)],
            [32, Uint8Array.of(9)],
          ],
        },
      ),
      scout(
        ['debug_print32', 'debug_printMem', 'debug_printMemHex'],
        'i32.const 42 call $debug_print32 i32.const 0 i32.const 4 call $debug_printMem i32.const 0 i32.const 2 call $debug_printMemHex',
        { data: [[0, concatBytes(utf8ToBytes('ok'), Uint8Array.of(0xff, 0))]] },
      ),
    ];
    for (const source of sources) world.addScript(assembleModule(source));
    const limits = { maxObjectBytes: 64, maxReceiptBytes: 256 };
    const engine = createScriptEngine({ builtIns: new Map(), limits, onDebug: (text) => printed.push(text) });
    const run = (script: number) =>
      engine.run({ world, script, data: new Uint8Array(0), gas: 1_000_000, caller: { kind: 'transaction' } });
    expect(run(0).gasLeft).toBeLessThan(500_000);
    expect(run(1).outcome).toBe('outOfGas');
    expect(run(2).outcome).toBe('finished');
    // (7 - 9) * 9 modulo 2^256, little-endian.
    expect(world.getObject(2, SCOUT_STATE_KEY)!.storage).toEqual(
      Uint8Array.from({ length: 32 }, (_, i) => (i === 0 ? 238 : 255)),
    );
    expect(run(3).outcome).toBe('finished');
    expect(printed).toEqual(['42', 'ok..', '0x6f6b']);
  });
});
