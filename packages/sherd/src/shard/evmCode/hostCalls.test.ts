/** Who watches a run sees what bytecode asks of the system contract, beside the host calls of modules. */
import { assembleModule, callTo, code, objectKey, op, reportCall, storeInMemory, TEST_LIMITS } from '@sherd/testkit';
import { describe, expect, it } from 'vitest';
import { bytesToHex, utf8ToBytes, wordToBytes } from '../../base/index.ts';
import {
  createScriptEngine,
  HOST_GAS,
  type HostCallWatcher,
  recordHostCalls,
  type ScriptResult,
} from '../../scripts/index.ts';
import { encodeCall } from '../evm/abi.ts';
import { createEvmScript } from '../evm/script.ts';
import { SYSTEM_CONTRACT } from '../evm/systemContract.ts';
import { createMemoryWorld } from '../memoryWorld.ts';
import { parseDeclaration } from './declaration.ts';
import { SYSTEM_CALL_GAS } from './systemContract.ts';

const GAS = 4_000_000;
const LENT = 1_500_000;
const EMPTY = new Uint8Array(0);

/** Bytecode: one call of the system contract with {@link LENT} gas, whatever it answers. */
function host(signature: string, values: readonly (bigint | Uint8Array)[]): string {
  const input = encodeCall(signature, values);
  const to = { to: SYSTEM_CONTRACT, gas: LENT, input: [0, input.length] } as const;
  return storeInMemory(0, bytesToHex(input).slice(2)) + callTo('CALL', to) + op.POP;
}

/** Runs the last of the scripts; script 0 is the EVM script, the codes are 1, 2, ... */
function run(codes: readonly (string | Uint8Array)[], onHostCall?: HostCallWatcher): ScriptResult {
  const world = createMemoryWorld({ shard: 3 });
  world.addBuiltIn();
  for (const each of codes) world.addScript(typeof each === 'string' ? code(each) : each);
  const engine = createScriptEngine({ builtIns: new Map([[0, createEvmScript()]]), limits: TEST_LIMITS });
  const request = { world, script: codes.length, data: EMPTY, gas: GAS, caller: { kind: 'transaction' } } as const;
  return engine.run(onHostCall === undefined ? request : { ...request, onHostCall });
}

function watched(...codes: readonly (string | Uint8Array)[]) {
  const { watch, calls } = recordHostCalls();
  const result = run(codes, watch);
  // Being watched changes nothing that counts.
  expect(run(codes)).toEqual(result);
  return { result, calls };
}

describe('calls of the system contract', () => {
  it('are told with names, key, bytes, answers and gas', () => {
    const text = utf8ToBytes('words');
    const { calls } = watched(
      host('storageWrite(bytes32,bytes)', [9n, text]) +
        host('storageRead(bytes32)', [9n]) +
        host('storageSize(bytes32)', [8n]) +
        host('saveReceipt(uint256,uint256,bytes)', [2n, 1n, text]),
    );
    const [write, read, size, receipt] = calls;
    const writeGas = SYSTEM_CALL_GAS + HOST_GAS.storageWrite + HOST_GAS.storageWriteByte * 5;
    expect(write).toEqual({
      depth: 0,
      script: 1,
      function: 'storageWrite',
      arguments: { 'storage_.length': '5' },
      key: bytesToHex(wordToBytes(9n)),
      bytes: bytesToHex(text),
      result: '1',
      gas: writeGas,
      gasLeft: LENT - writeGas,
    });
    expect(read).toMatchObject({ function: 'storageRead', result: `1, ${bytesToHex(text)}` });
    expect(size).toMatchObject({
      key: bytesToHex(wordToBytes(8n)),
      result: '-1',
      gas: SYSTEM_CALL_GAS + HOST_GAS.storageRead,
    });
    expect(receipt!.arguments).toEqual({ shard: '2', script: '1', 'data.length': '5' });
    expect(receipt!.result).toBe('0');
  });

  it('stand where they belong among those of other scripts and of raw code', () => {
    const raw = code(host('currentSlot()', []));
    const { calls } = watched(
      host('storageWrite(bytes32,bytes)', [1n, EMPTY]) +
        host('executeCode(bytes,bytes,uint256)', [raw, EMPTY, 900_000n]),
      assembleModule({ imports: ['call', 'finish'], main: reportCall(1) }),
      host('callScript(uint256,bytes,uint256)', [2n, EMPTY, 1_400_000n]),
    );
    expect(calls.map(({ depth, script, function: name }) => [depth, script, name])).toEqual([
      [0, 3, 'callScript'],
      [1, 2, 'call'],
      [2, 1, 'storageWrite'],
      [2, 1, 'executeCode'],
      [3, 1, 'currentSlot'],
      [1, 2, 'finish'],
    ]);
    expect(calls[0]!.gas).toBeGreaterThan(HOST_GAS.call + calls[1]!.gas);
  });

  it('have no result when they are refused, and show what can be read of their arguments', () => {
    const long = new Uint8Array(TEST_LIMITS.maxObjectBytes + 1);
    const { calls } = watched(
      host('storageWrite(bytes32,bytes)', [1n, long]) +
        host('storageWrite(bytes32,bytes)', [1n, 999n]) +
        host('nothing()', []),
    );
    expect(calls.map(({ function: name, result, gas }) => [name, result, gas])).toEqual([
      ['storageWrite', undefined, SYSTEM_CALL_GAS + HOST_GAS.storageWrite],
      ['storageWrite', undefined, SYSTEM_CALL_GAS + HOST_GAS.storageWrite],
    ]);
    expect(calls[1]).toMatchObject({ key: bytesToHex(objectKey(0)).replace(/00$/, '01'), arguments: {} });
    expect(calls[1]).not.toHaveProperty('bytes');
  });

  it('are counted beyond those that are kept', () => {
    const record = recordHostCalls(1);
    run([host('currentSlot()', []).repeat(3)], record.watch);
    expect([record.calls.length, record.count]).toEqual([1, 3]);
  });
});

it('reads declarations', () => {
  expect(parseDeclaration('now()')).toEqual({ name: 'now', signature: 'now()', parameters: [] });
  const { signature, parameters } = parseDeclaration('send(uint256 shard, bytes data)');
  expect(signature).toBe('send(uint256,bytes)');
  expect(parameters).toEqual([
    { type: 'uint256', name: 'shard' },
    { type: 'bytes', name: 'data' },
  ]);
});
