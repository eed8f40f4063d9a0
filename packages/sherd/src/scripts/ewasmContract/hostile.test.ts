/** Contracts that strangers would write: whatever they hold, a run has an outcome, and the same one in every tier. */
import { setFlagsFromString } from 'node:v8';
import { assembleModule, execute, type ModuleSource } from '@sherd/testkit';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { addressToBytes, bytesToHex } from '../../base/index.ts';
import { OUTCOME } from '../../evm/index.ts';
import { createEwasmContracts } from '../../shard/ewasmContracts.ts';
import { WASM_LIMITS } from '../../wasm/index.ts';
import { checkContract, isWasmCode } from './checkContract.ts';
import { CONTRACT_FUNCTIONS, CONTRACT_MODULE } from './functions.ts';
import { METERED_SCHEDULE } from './schedule.ts';

const CONTRACT = '0x00000000000000000000000000000000000c0de0';
const GAS = 1_000_000;

const contract = (imports: readonly string[], main: string, more: Partial<ModuleSource> = {}): Uint8Array =>
  assembleModule({ host: CONTRACT_MODULE, imports, main, ...more });

function run(bytes: Uint8Array) {
  const foreignCode = createEwasmContracts({ schedule: METERED_SCHEDULE });
  return execute(bytesToHex(bytes).slice(2), { fork: 'byzantium', foreignCode, message: { gas: GAS } });
}

const SELF: ModuleSource['data'] = [[0, addressToBytes(CONTRACT)]];
/** Calls itself with all gas, and keeps a word of it. */
const RECURSES = contract(
  ['call', 'storageStore'],
  'i64.const 1000000 i32.const 0 i32.const 64 i32.const 64 i32.const 0 call $call drop i32.const 0 i32.const 0 call $storageStore',
  { data: SELF },
);
const HOSTILE: Readonly<Record<string, Uint8Array>> = {
  'functions without end': contract([], 'call $f', { functions: { f: { code: 'call $f' } } }),
  'calls without end': RECURSES,
  'a loop': contract([], 'loop br 0 end'),
  'host calls in a loop': contract(['getAddress'], 'loop i32.const 0 call $getAddress br 0 end'),
  'memory in a loop': contract([], 'loop i32.const 1 memory.grow drop br 0 end', { memory: [1, 256] }),
  'all memory at once': contract([], 'i32.const 255 memory.grow drop', { memory: [1, 256] }),
  'a log of everything': contract(
    ['log'],
    'i32.const 0 i32.const -1 i32.const 0 i32.const 0 i32.const 0 i32.const 0 i32.const 0 call $log',
  ),
  'a copy of everything': contract(['codeCopy'], 'i32.const 0 i32.const 0 i32.const -1 call $codeCopy'),
  'creations of itself': contract(
    ['getCodeSize', 'codeCopy', 'create'],
    `i32.const 100 i32.const 0 call $getCodeSize call $codeCopy
     i32.const 64 i32.const 100 call $getCodeSize i32.const 0 call $create drop`,
  ),
};

describe('a hostile contract', () => {
  afterAll(() => setFlagsFromString('--liftoff'));

  const results = (): string[] =>
    Object.entries(HOSTILE).map(([name, bytes]) => {
      const { outcome, gasUsed, journal } = run(bytes);
      return `${name}: ${outcome} ${gasUsed} ${journal.getNonce(CONTRACT)}`;
    });

  it('ends with the same outcome and gas in every tier of the compiler, cold and warm, from a deep stack', () => {
    const want = results();
    expect(run(HOSTILE['a loop']!).outcome).toBe(OUTCOME.OUT_OF_GAS);
    expect(run(HOSTILE['memory in a loop']!).outcome).toBe(OUTCOME.OUT_OF_GAS);
    for (let i = 0; i < 3; i++) expect(results()).toEqual(want);
    setFlagsFromString('--no-liftoff');
    expect(results()).toEqual(want);
    setFlagsFromString('--liftoff');
    setFlagsFromString('--liftoff-only');
    expect(results()).toEqual(want);
    setFlagsFromString('--no-liftoff-only');
    const deep = (left: number): string[] => (left === 0 ? results() : deep(left - 1));
    expect(deep(1_500)).toEqual(want);
  });

  it('with changed bytes is refused or runs, and nothing else happens', () => {
    const names = Object.keys(CONTRACT_FUNCTIONS);
    const whole = contract(
      names,
      `i32.const 0 i32.const 8 i32.const 12 call $callDataCopy call $getGasLeft drop call $getReturnDataSize drop
       i64.const 9 i32.const 0 i32.const 64 i32.const 0 i32.const 9 call $call drop i32.const 0 i32.const 32 call $storageStore
       i32.const 0 i32.const 9 call $finish`,
      { data: SELF },
    );
    let ran = 0;
    const change = fc.record({ at: fc.nat(whole.length - 5), to: fc.nat(255), length: fc.integer({ min: 1, max: 3 }) });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        const bytes = whole.slice();
        for (const { at, to, length } of changes) bytes.fill(to, 4 + at, 4 + at + length);
        expect(isWasmCode(bytes)).toBe(true);
        if (checkContract(bytes).ok) ran++;
        const { outcome, gasUsed } = run(bytes);
        expect(gasUsed).toBeLessThanOrEqual(GAS);
        if (outcome === OUTCOME.FOREIGN_CODE_FAILURE) expect(gasUsed).toBe(GAS);
      }),
      { seed: 11, numRuns: 1_000 },
    );
    expect(ran).toBeGreaterThan(10);
  });

  it('has no more memory than the rules give', () => {
    const asks = (pages: number) =>
      contract(
        ['finish'],
        `i32.const 0 i32.const ${pages} memory.grow i32.store i32.const 0 i32.const 4 call $finish`,
        {
          memory: [1, 65_536],
        },
      );
    const grown = (pages: number) =>
      execute(bytesToHex(asks(pages)).slice(2), {
        foreignCode: createEwasmContracts({ schedule: METERED_SCHEDULE }),
        message: { gas: 10_000_000 },
      }).output;
    expect(grown(WASM_LIMITS.memoryPages - 1)).toEqual(Uint8Array.of(1, 0, 0, 0));
    expect(grown(WASM_LIMITS.memoryPages)).toEqual(new Uint8Array(4).fill(255));
  });
});
