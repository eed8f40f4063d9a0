import { createScriptNetwork, type ModuleSource, objectKey, RUN_GAS, TEST_LIMITS, writeObject } from '@sherd/testkit';
import { expect, it } from 'vitest';
import { bytesToHex } from '../base/index.ts';
import { sha256 } from '../crypto/index.ts';
import { checkModule } from './checkModule.ts';
import { createScriptEngine } from './engine.ts';
import { recordHostCalls } from './hostCalls.ts';
import { HOST_GAS } from './rules.ts';

/** Script 1 calls script 0, which writes an object. */
const WRITER: ModuleSource = { imports: ['storageWrite'], main: writeObject(7) };
const CALLER: ModuleSource = {
  imports: ['call', 'gasLeft'],
  main: 'i32.const 0 i32.const 0 i32.const 0 i64.const 500000 call $call drop call $gasLeft drop',
};

function request(network: ReturnType<typeof createScriptNetwork>, script: number) {
  const { world } = network;
  return { world, script, data: new Uint8Array(0), gas: RUN_GAS, caller: { kind: 'transaction' } } as const;
}

it('tells of each call with arguments, result and gas, also below other scripts', () => {
  const network = createScriptNetwork([WRITER, CALLER]);
  const { watch, calls } = recordHostCalls();
  const watched = network.engine.run({ ...request(network, 1), onHostCall: watch });
  expect(calls.map(({ depth, script, function: name }) => [depth, script, name])).toEqual([
    [0, 1, 'call'],
    [1, 0, 'storageWrite'],
    [0, 1, 'gasLeft'],
  ]);
  const [call, write, gasLeft] = calls;
  expect(call!.result).toBe('0');
  expect(call!.arguments['gas']).toBe('500000');
  expect(write).toMatchObject({ key: bytesToHex(objectKey(7)), bytes: '0x07' });
  expect(write!.gas).toBe(HOST_GAS.storageWrite + HOST_GAS.storageWriteByte);
  expect(call!.gas).toBeGreaterThan(HOST_GAS.call + write!.gas);
  expect(gasLeft!.result).toBe(String(gasLeft!.gasLeft));
  // Being watched changes nothing that counts.
  expect(createScriptNetwork([WRITER, CALLER]).run(1)).toEqual(watched);
});

it('keeps so many calls and counts them all; a call that ends the run has no result', () => {
  const network = createScriptNetwork([
    { imports: ['gasLeft', 'finish'], main: `${'call $gasLeft drop '.repeat(5)} i32.const 0 i32.const 0 call $finish` },
  ]);
  const few = recordHostCalls(2);
  network.engine.run({ ...request(network, 0), onHostCall: few.watch });
  expect([few.calls.length, few.count]).toEqual([2, 6]);
  const all = recordHostCalls();
  network.engine.run({ ...request(network, 0), onHostCall: all.watch });
  expect(all.calls.at(-1)).toMatchObject({ function: 'finish' });
  expect(all.calls.at(-1)).not.toHaveProperty('result');
});

it('shows an observer each run, nested ones included, and each compilation once', () => {
  const seen: string[] = [];
  const engine = createScriptEngine({
    builtIns: new Map(),
    limits: TEST_LIMITS,
    observer: {
      run: (script) => {
        seen.push(`run ${script}`);
        return ({ outcome }) => seen.push(`${script} ${outcome}`);
      },
      compile: () => {
        seen.push('compile');
        return () => seen.push('compiled');
      },
    },
  });
  const network = createScriptNetwork([WRITER, CALLER]);
  engine.run(request(network, 1));
  engine.run(request(network, 1));
  const first = ['run 1', 'compile', 'compiled', 'run 0', 'compile', 'compiled', '0 finished', '1 finished'];
  const second = ['run 1', 'run 0', '0 finished', '1 finished'];
  expect(seen).toEqual([...first, ...second]);
});

it('compiles a script ahead of its first run', () => {
  let compiled = 0;
  const observer = { compile: () => () => void compiled++ };
  const engine = createScriptEngine({ builtIns: new Map(), limits: TEST_LIMITS, observer });
  const network = createScriptNetwork([WRITER]);
  const { codeHash, code } = network.world.scriptCode(0)!;
  engine.prepare(codeHash, code);
  expect(compiled).toBe(1);
  engine.run(request(network, 0));
  expect(compiled).toBe(1);
  // EVM bytecode is not compiled; what was never metered is not prepared.
  const bytecode = Uint8Array.of(0x60, 0);
  engine.prepare(sha256(bytecode), bytecode);
  expect(compiled).toBe(1);
  const plain = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
  expect(checkModule(plain).ok).toBe(false);
  expect(() => engine.prepare(sha256(plain), plain)).toThrow('did not come from checkModule');
});
