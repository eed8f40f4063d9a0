/** Imports are made once for each module: whose calls they are has to follow the runs, however these nest and end. */
import { assembleModule, createScriptNetwork } from '@sherd/testkit';
import { expect, it } from 'vitest';
import { HOST_TABLES } from './faces/index.ts';
import { ImportBinding } from './hostInterface.ts';
import { HostRun } from './hostRun.ts';

/** Raw code that, given code as data, runs it without data; then it tells how much data it has itself. */
const TELLS_AFTER = assembleModule({
  imports: ['dataSize', 'dataCopy', 'executeCode', 'finish'],
  main: `call $dataSize if
    i32.const 64 i32.const 0 call $dataSize call $dataCopy
    i32.const 64 call $dataSize i32.const 0 i32.const 0 i64.const 200000 call $executeCode if unreachable end
    end
    i32.const 0 call $dataSize i32.store i32.const 0 i32.const 4 call $finish`,
});

it('a run that nests one of the same module goes on as itself', () => {
  const { length } = TELLS_AFTER;
  const { run } = createScriptNetwork([
    {
      imports: ['executeCode', 'resultCopy', 'resultSize', 'finish'],
      data: [[1024, TELLS_AFTER]],
      main: `i32.const 1024 i32.const ${length} i32.const 1024 i32.const ${length} i64.const 1000000 call $executeCode if unreachable end
        i32.const 0 i32.const 0 call $resultSize call $resultCopy i32.const 0 call $resultSize call $finish`,
    },
  ]);
  const { outcome, output } = run(0);
  expect(outcome).toBe('finished');
  expect(new DataView(output.buffer, output.byteOffset).getUint32(0, true)).toBe(length);
});

it('a run that the machine ends leaves nothing of itself to the next', () => {
  const { world, run } = createScriptNetwork([
    {
      imports: ['dataSize', 'storageSize', 'finish'],
      main: 'i32.const 0 call $dataSize i32.store i32.const 64 call $storageSize drop i32.const 0 i32.const 1 call $finish',
    },
  ]);
  const failing = Object.assign(Object.create(world) as typeof world, {
    getObject() {
      throw new Error('the disk is gone');
    },
  });
  expect(() => run(0, new Uint8Array(7), undefined, { world: failing })).toThrow('the disk is gone');
  expect(run(0, new Uint8Array(3))).toMatchObject({ outcome: 'finished', output: Uint8Array.of(3) });
});

it('a function that does more than read a number does nothing for a run that has overdrawn', () => {
  for (const { imports, rows } of HOST_TABLES) {
    for (const [name, row] of rows) {
      if (row.parameters.length === 0) continue;
      let works = 0;
      const spied = new Map([[name, { ...row, body: () => works++ }]]);
      const { functions, ...binding } = bound({ imports, rows: spied }, name);
      for (const ticks of [-1n, 0n]) {
        binding.overdraw(ticks);
        const call = () => functions[name]!(...row.parameters.map((each) => (each.startsWith('i64') ? 0n : 0)));
        if (ticks < 0n)
          expect(call, `${imports.module}.${name}`).toThrow(expect.objectContaining({ outcome: 'outOfGas' }));
        else call();
      }
      expect(works, `${imports.module}.${name}`).toBe(1);
    }
  }
});

/** A function of a table, bound to a run that has so many ticks of gas. */
function bound(table: ConstructorParameters<typeof ImportBinding>[0], name: string) {
  const { world } = createScriptNetwork([]);
  const never = (): never => {
    throw new Error('nothing runs below this');
  };
  const run = new HostRun({
    world,
    script: 0,
    caller: { kind: 'transaction' },
    data: new Uint8Array(0),
    isStatic: false,
    isRawCode: false,
    limits: { maxObjectBytes: 64, maxReceiptBytes: 64 },
    nested: { script: never, code: never },
    memory: new WebAssembly.Memory({ initial: 1, maximum: 1 }),
    debug: never,
  });
  const gas = new WebAssembly.Global({ value: 'i64', mutable: true }, 0n);
  run.attachGas(gas);
  const binding = new ImportBinding(table, [name]);
  binding.enter(run);
  return {
    functions: binding.functions,
    overdraw(ticks: bigint) {
      gas.value = ticks;
    },
  };
}
