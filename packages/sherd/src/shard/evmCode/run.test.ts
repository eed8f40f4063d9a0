/** Scripts and raw code of EVM bytecode behind a real engine, beside scripts of WebAssembly. */
import {
  assembleModule,
  call,
  callTo,
  code,
  type ModuleSource,
  mstore,
  objectKey,
  op,
  push,
  reportCall,
  reportedOutcome,
  returnTop,
  sstore,
  storeInMemory,
  TEST_LIMITS,
} from '@sherd/testkit';
import { describe, expect, it } from 'vitest';
import { type Address, bytesToHex, concatBytes, utf8ToBytes, wordToBytes } from '../../base/index.ts';
import { keccak256 } from '../../crypto/index.ts';
import { checkModule, createScriptEngine, EVM_START_GAS, HOST_GAS, type ScriptRequest } from '../../scripts/index.ts';
import { encodeCall } from '../evm/abi.ts';
import { createEvmScript } from '../evm/script.ts';
import { SYSTEM_CONTRACT } from '../evm/systemContract.ts';
import { createMemoryWorld, type MemoryWorld } from '../memoryWorld.ts';
import { addressOfScript } from './run.ts';

const GAS = 2_000_000;
const NOBODY: Address = '0x0000000000000000000000000000000000000000';

/** Script 0 is the EVM script; the codes get the ids 1, 2, ... */
function network(...codes: readonly (string | ModuleSource)[]) {
  const world: MemoryWorld = createMemoryWorld({ shard: 3 });
  world.addBuiltIn();
  for (const each of codes) world.addScript(typeof each === 'string' ? code(each) : assembleModule(each));
  const engine = createScriptEngine({ builtIns: new Map([[0, createEvmScript()]]), limits: TEST_LIMITS });
  const run = (script: number, data: Uint8Array = new Uint8Array(0), gas = GAS, more: Partial<ScriptRequest> = {}) =>
    engine.run({ world, script, data, gas, caller: { kind: 'transaction' }, ...more });
  return { world, run };
}

const hex = (bytes: Uint8Array) => bytesToHex(bytes).slice(2);

/** Bytecode: calls the system contract; whatever comes back is the output, a revert a revert. */
function host(signature: string, values: readonly (bigint | Uint8Array)[]): string {
  const input = encodeCall(signature, values);
  const sent =
    storeInMemory(0, hex(input)) + callTo('CALL', { to: SYSTEM_CONTRACT, gas: 1_500_000, input: [0, input.length] });
  const copied = op.RETURNDATASIZE + push(0) + push(0) + op.RETURNDATACOPY;
  const parts = sent + copied;
  // ISZERO, jump over the RETURN to the REVERT.
  const end = op.RETURNDATASIZE + push(0) + op.RETURN + op.JUMPDEST + op.RETURNDATASIZE + push(0) + op.REVERT;
  const target = parts.length / 2 + 5 + (op.RETURNDATASIZE + push(0) + op.RETURN).length / 2;
  return `${parts}${op.ISZERO}61${target.toString(16).padStart(4, '0')}${op.JUMPI}${end}`;
}

describe('registration', () => {
  it('takes what is no WebAssembly for bytecode, with bounds', () => {
    expect(checkModule(code(op.CALLER))).toMatchObject({ ok: true, face: 'evm', size: 1, metered: code(op.CALLER) });
    expect(checkModule(Uint8Array.of(0xef, 0))).toMatchObject({ ok: false, code: 'EVM_BAD_PREFIX' });
    expect(checkModule(new Uint8Array(24_577).fill(1))).toMatchObject({ ok: false, code: 'EVM_CODE_TOO_LARGE' });
    expect(checkModule(Uint8Array.of(0, 1, 2))).toMatchObject({ ok: false, code: 'WASM_MALFORMED' });
    expect(checkModule(new Uint8Array(0))).toMatchObject({ ok: false, code: 'WASM_MALFORMED' });
  });
});

describe('a script of bytecode', () => {
  it('keeps its slots as storage objects of its region, at Ethereum prices', () => {
    const body = sstore(0, 7) + sstore(1, 8) + sstore(1, 0);
    const { world, run } = network(body, sstore(0, 9));
    const { outcome, gasLeft } = run(1);
    expect(outcome).toBe('finished');
    const start = EVM_START_GAS.run + EVM_START_GAS.codeByte * (body.length / 2);
    // Two cold slots that are set, one of them reset warm in the same run; six pushes each. Nothing is refunded.
    expect(GAS - gasLeft - start).toBe(2 * 22_100 + 100 + 6 * 3);
    expect(world.getObject(1, objectKey(0))).toMatchObject({ version: 1, storage: wordToBytes(7n) });
    expect(world.getObject(1, wordToBytes(1n))).toBeUndefined();
    expect(run(2).outcome).toBe('finished');
    expect(world.getObject(1, objectKey(0))!.storage).toEqual(wordToBytes(7n));
    expect(run(1).gasLeft).toBe(GAS - start - 2_200 - 22_100 - 100 - 18);
  });

  it('leaves an object as it is when it is written the word that it already is', () => {
    const { world, run } = network(sstore(0, 7));
    world.setObject(1, objectKey(0), Uint8Array.of(7));
    const before = world.getObject(1, objectKey(0));
    expect(run(1).outcome).toBe('finished');
    expect(world.getObject(1, objectKey(0))).toEqual(before);
  });

  it('keeps what it hands to the system contract, whatever becomes of its memory', () => {
    const wipe = Array.from({ length: 12 }, (_, i) => mstore(32 * i, 0)).join('');
    const handOver = (signature: string, values: readonly (bigint | Uint8Array)[]) => {
      const input = encodeCall(signature, values);
      const at = { to: SYSTEM_CONTRACT, gas: 500_000, input: [0, input.length] } as const;
      return storeInMemory(0, hex(input)) + callTo('CALL', at) + op.POP + wipe;
    };
    const bytes = utf8ToBytes('written once, and wiped where it came from');
    const { world, run } = network(
      handOver('storageWrite(bytes32,bytes)', [4n, bytes]),
      handOver('saveReceipt(uint256,uint256,bytes)', [2n, 7n, bytes]),
    );
    expect(run(1).outcome).toBe('finished');
    expect(world.getObject(1, wordToBytes(4n))!.storage).toEqual(bytes);
    expect(run(2).outcome).toBe('finished');
    expect(world.receipts()[0]!.data).toEqual(bytes);
  });

  it('is called with the data, by nobody or by the address of a script', () => {
    const { world, run } = network(
      op.CALLER + returnTop(),
      op.ADDRESS + returnTop(),
      call('CALLDATALOAD', 0) + returnTop(),
      {
        imports: ['call', 'resultSize', 'resultCopy', 'finish'],
        main: 'i32.const 1 i32.const 0 i32.const 0 i64.const 1000000 call $call drop i32.const 0 i32.const 0 call $resultSize call $resultCopy i32.const 0 call $resultSize call $finish',
      },
    );
    const address = (script: number) => wordToBytes(BigInt(addressOfScript(world.shard, script)));
    expect(run(1).output).toEqual(wordToBytes(BigInt(NOBODY)));
    expect(run(2).output).toEqual(address(2));
    expect(run(3, wordToBytes(5n)).output).toEqual(wordToBytes(5n));
    expect(run(4).output).toEqual(address(4));
  });

  it('sees its own code and the system contract, and nobody else', () => {
    const size = (address: string) => push(address) + op.EXTCODESIZE + returnTop();
    const hash = (address: string) => push(address) + op.EXTCODEHASH + returnTop();
    const own = op.ADDRESS + op.EXTCODEHASH + returnTop();
    const { run } = network(size(SYSTEM_CONTRACT), hash(SYSTEM_CONTRACT), size(addressOfScript(3, 1)), own);
    expect(run(1).output).toEqual(wordToBytes(1n));
    expect(run(2).output).toEqual(keccak256(Uint8Array.of(0xfe)));
    expect(run(3).output).toEqual(wordToBytes(0n));
    expect(run(4).output).toEqual(keccak256(code(own)));
  });

  it('aborts by REVERT with its data, and traps by what halts; nothing of it remains', () => {
    const { world, run } = network(
      sstore(0, 1) + mstore(0, 5) + call('REVERT', 0, 32),
      sstore(0, 1) + op.INVALID,
      sstore(0, 1) + call('CREATE', 0, 0, 0),
    );
    const aborted = run(1);
    expect(aborted).toMatchObject({ outcome: 'aborted', output: wordToBytes(5n) });
    expect(aborted.gasLeft).toBeGreaterThan(GAS - 40_000);
    expect(run(2)).toMatchObject({ outcome: 'trapped', gasLeft: 0 });
    expect(run(3)).toMatchObject({ outcome: 'trapped', gasLeft: 0, error: { code: 'NO_CREATE' } });
    expect(run(1, undefined, 5_000)).toMatchObject({ outcome: 'outOfGas', gasLeft: 0 });
    expect(run(1, undefined, 20_000)).toMatchObject({ outcome: 'outOfGas', gasLeft: 0 });
    expect(world.digest()).toBe('');
  });

  it('is told that there is no place for logs, rather than to lose them', () => {
    const { world, run } = network(sstore(0, 1) + call('LOG1', 0, 0, 7), sstore(0, 1) + call('LOG0', 0, 0));
    for (const script of [1, 2]) {
      expect(run(script)).toMatchObject({ outcome: 'trapped', gasLeft: 0, error: { code: 'NO_LOGS' } });
    }
    expect(world.digest()).toBe('');
  });

  it('stops when its block is stopped from outside, and decides nothing', () => {
    const { world, run } = network(op.JUMPDEST + push(0) + op.JUMP);
    const stopped = { ...world, block: { ...world.block, abort: { aborted: true } } };
    expect(() => run(1, undefined, 2 ** 40, { world: stopped })).toThrow(expect.objectContaining({ code: 'ABORTED' }));
    expect(run(1)).toMatchObject({ outcome: 'outOfGas', gasLeft: 0 });
  });

  it('may not write in a static run', () => {
    const write = host('storageWrite(bytes32,bytes)', [1n, utf8ToBytes('x')]);
    const { world, run } = network(sstore(0, 1), write);
    for (const script of [1, 2]) expect(run(script, undefined, GAS, { isStatic: true }).outcome).not.toBe('finished');
    expect(world.digest()).toBe('');
  });
});

describe('the host functions of bytecode', () => {
  it('are those of the first table: objects, receipts, claims', () => {
    const text = utf8ToBytes('an object of any size, which slots cannot be');
    const { world, run } = network(
      host('storageWrite(bytes32,bytes)', [9n, text]),
      host('storageRead(bytes32)', [9n]),
      host('saveReceipt(uint256,uint256,bytes)', [2n, 1n, text.slice(0, 9)]),
      host('claimReceipt(bytes)', [utf8ToBytes('no claim')]),
      call('SLOAD', 9) + returnTop(),
    );
    expect(run(1)).toMatchObject({ outcome: 'finished', output: wordToBytes(1n) });
    expect(world.getObject(1, wordToBytes(9n))!.storage).toEqual(text);
    expect(run(2).output).toEqual(concatBytes(wordToBytes(0n), wordToBytes(64n), wordToBytes(0n)));
    expect(run(3).output).toEqual(wordToBytes(0n));
    expect(world.receipts()).toMatchObject([{ script: 3, target: { shard: 2, script: 1 } }]);
    expect(run(4).output.slice(0, 32)).toEqual(wordToBytes(2n ** 256n - 1n));
    world.setObject(5, wordToBytes(9n), text);
    expect(run(5)).toMatchObject({ outcome: 'trapped', error: { code: 'NOT_A_WORD' } });
  });

  it('refuse what is too long, or is not there', () => {
    const { world, run } = network(
      host('storageWrite(bytes32,bytes)', [9n, new Uint8Array(TEST_LIMITS.maxObjectBytes + 1)]),
      host('nothing()', []),
      host('staticCallScript(uint256,bytes,uint256)', [3n, new Uint8Array(0), 1_000_000n]),
    );
    for (const script of [1, 2, 3]) expect(run(script).outcome).toBe('aborted');
    // Its own id is not a lower one, whether or not it could be entered.
    expect(new TextDecoder().decode(run(3).output)).toContain('lower scripts only');
    expect(world.digest()).toBe('');
  });

  it('call scripts of WebAssembly and are called by them; nobody is entered twice', () => {
    const { world, run } = network(
      { imports: ['storageWrite'], main: 'i32.const 0 i32.const 0 i32.const 1 call $storageWrite' },
      host('callScript(uint256,bytes,uint256)', [1n, new Uint8Array(0), 1_000_000n]),
      { imports: ['call', 'finish'], main: reportCall(2) },
      host('callScript(uint256,bytes,uint256)', [4n, new Uint8Array(0), 1_000_000n]),
      host('staticCallScript(uint256,bytes,uint256)', [1n, new Uint8Array(0), 1_000_000n]),
    );
    expect(run(2).outcome).toBe('finished');
    expect(reportedOutcome(run(3))).toBe('finished');
    expect(world.getObject(1, objectKey(0))!.version).toBe(2);
    expect(run(4).outcome).toBe('aborted');
    expect(run(5).outcome).toBe('aborted');
    expect(world.getObject(1, objectKey(0))!.version).toBe(2);
  });
});

it('bytecode sees the smallest deposit that the chain takes', () => {
  const { world, run } = network(host('minDeposit()', []));
  expect(run(1)).toMatchObject({ outcome: 'finished', output: wordToBytes(world.minDeposit) });
});

describe('raw code of bytecode', () => {
  /** Bytecode that executes `raw` with `data` and ends as it does. */
  const execute = (raw: string, data: Uint8Array = new Uint8Array(0)) =>
    host('executeCode(bytes,bytes,uint256)', [code(raw), data, 1_000_000n]);

  it('is charged for its bytes, as for modules', () => {
    const used = (raw: string) => GAS - network(execute(raw)).run(1).gasLeft;
    const [short, long] = [op.STOP.repeat(32), op.STOP.repeat(1_024)];
    expect(used(long) - used(short)).toBeGreaterThanOrEqual(992 * HOST_GAS.codeByte);
  });

  it('is a pure function of its data', () => {
    const { run } = network(execute(call('CALLDATALOAD', 0) + push(1) + op.ADD + returnTop(), wordToBytes(41n)));
    expect(run(1)).toMatchObject({
      outcome: 'finished',
      output: concatBytes(wordToBytes(32n), wordToBytes(32n), wordToBytes(42n)),
    });
  });

  it('costs what its instructions cost, to the gas', () => {
    const tail = push(7) + returnTop();
    const gasSeen = op.GAS + returnTop();
    const { run } = network(
      // Of the same length: two JUMPDEST are 2 gas, PC and POP are 4.
      execute(op.JUMPDEST + op.JUMPDEST + tail),
      execute(op.PC + op.POP + tail),
      execute(gasSeen),
    );
    expect(run(1).outcome).toBe('finished');
    expect(run(1).gasLeft - run(2).gasLeft).toBe(2);
    // A million was lent.
    const left = 1_000_000 - EVM_START_GAS.run - EVM_START_GAS.codeByte * code(gasSeen).length - 2;
    expect(run(3).output.slice(64)).toEqual(wordToBytes(BigInt(left)));
  });

  it('has no region and no effects, and no gas is kept by its faults', () => {
    const { world, run } = network(
      execute(call('SLOAD', 0)),
      execute(sstore(0, 1)),
      execute(host('storageRead(bytes32)', [0n])),
      execute(host('saveReceipt(uint256,uint256,bytes)', [0n, 0n, new Uint8Array(0)])),
      execute('ef00'),
    );
    for (const script of [1, 2, 3, 4, 5]) {
      expect(run(script).outcome).toBe('aborted');
    }
    expect(run(1).gasLeft).toBeLessThan(GAS - 1_000_000);
    expect(world.digest()).toBe('');
  });

  it('may ask lower scripts, and runs from WebAssembly too', () => {
    const { run } = network(
      { imports: ['finish'], main: 'i32.const 0 i32.const 7 i32.store8 i32.const 0 i32.const 1 call $finish' },
      execute(host('staticCallScript(uint256,bytes,uint256)', [1n, new Uint8Array(0), 1_000_000n])),
      {
        imports: ['executeCode', 'resultCopy', 'finish'],
        main: `i32.const 0 i32.const ${code(`${push(7)}${returnTop()}`).length} i32.const 0 i32.const 0 i64.const 100000 call $executeCode drop i32.const 100 i32.const 0 i32.const 32 call $resultCopy i32.const 100 i32.const 32 call $finish`,
        data: [[0, code(push(7) + returnTop())]],
      },
    );
    expect(hex(run(2).output)).toContain('07');
    expect(run(3)).toMatchObject({ outcome: 'finished', output: wordToBytes(7n) });
  });
});
