/** What every call of a system contract goes through, whichever functions it has. */
import { expect, test } from 'vitest';
import { concatBytes, wordToBytes } from '../base/index.ts';
import type { SystemCall } from '../evm/message.ts';
import { OUTCOME } from '../evm/outcome.ts';
import { encodeCall, encodeError } from './evm/abi.ts';
import { charge, createSystemTable, need, type SystemRun } from './systemTable.ts';

const UNKNOWN_GAS = 400;
const seen: Uint8Array[] = [];
const runTable = createSystemTable<SystemRun>(
  [
    {
      signature: 'keep(bytes)',
      writes: true,
      isPayable: false,
      gas: 1_000,
      body: (run) => {
        const bytes = need(run.args.bytes(0), 'bytes');
        charge(run, bytes.length);
        seen.push(bytes);
        return [BigInt(bytes.length)];
      },
    },
  ],
  { unknownGas: UNKNOWN_GAS },
);

function call(data: Uint8Array, more: Partial<SystemCall> = {}) {
  const address = '0x0000000000000000000000000000000000000001';
  const message = {
    caller: address,
    address,
    value: 0n,
    data,
    gas: 5_000,
    isStatic: false,
    isDelegated: false,
  } as const;
  return runTable({ ...message, ...more }, (run) => run);
}

test.each([
  ['no selector', new Uint8Array(3)],
  ['nothing', new Uint8Array(0)],
  ['the selector of no function', encodeCall('other()', [])],
  ['much of it', new Uint8Array(100_000)],
])('a call that names no function is paid for: %s', (_, data) => {
  const output = encodeError('sherd: unknown function');
  expect(call(data)).toEqual({ outcome: OUTCOME.REVERT, gasLeft: 5_000 - UNKNOWN_GAS, output });
  expect(call(data, { gas: UNKNOWN_GAS - 1 })).toMatchObject({ outcome: OUTCOME.OUT_OF_GAS, gasLeft: 0 });
});

test('bytes are a look at the data: nothing is copied that was not paid for', () => {
  const data = encodeCall('keep(bytes)', [new Uint8Array(3_000).fill(5)]);
  expect(call(data)).toEqual({ outcome: OUTCOME.RETURN, gasLeft: 1_000, output: wordToBytes(3_000n) });
  expect(seen.pop()!.buffer).toBe(data.buffer);
  expect(call(data, { gas: 3_999 })).toMatchObject({ outcome: OUTCOME.OUT_OF_GAS, gasLeft: 0 });
  expect(seen).toEqual([]);
  const cut = concatBytes(data.slice(0, 4), wordToBytes(32n));
  expect(call(cut)).toEqual({
    outcome: OUTCOME.REVERT,
    gasLeft: 4_000,
    output: encodeError('sherd: bad argument bytes'),
  });
});

test('a function that writes is none for a static call, nor for another contract', () => {
  const data = encodeCall('keep(bytes)', [new Uint8Array(0)]);
  expect(call(data, { isStatic: true })).toMatchObject({ outcome: OUTCOME.STATIC_WRITE, gasLeft: 0 });
  expect(call(data, { isDelegated: true })).toMatchObject({ outcome: OUTCOME.REVERT, gasLeft: 4_000 });
  expect(call(data, { value: 1n }).output).toEqual(encodeError('sherd: function takes no value'));
});
