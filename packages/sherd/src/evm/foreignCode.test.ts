/** Code of another machine beside EVM contracts: here, functions of the test that are named by two bytes of code. */
import {
  CALLER,
  CONTRACT,
  call,
  callTo,
  code,
  execute,
  mstore,
  op,
  push,
  type RunOptions,
  returnTop,
  sstore,
  TEST_GAS,
} from '@sherd/testkit';
import { describe, expect, it } from 'vitest';
import { type Address, bytesToBigInt, EMPTY_BYTES, wordToBytes } from '../base/index.ts';
import { createAddress } from './createAddress.ts';
import type { ForeignCall, ForeignCode, ForeignFrame } from './foreignCode.ts';
import type { MessageResult } from './message.ts';
import { OUTCOME } from './outcome.ts';
import { createCallTracer } from './tracer/callTracer.ts';

const OTHER: Address = '0x0000000000000000000000000000000000000bee';
const THIRD: Address = '0x0000000000000000000000000000000000000cab';

/** Code of the machine's program number `index`. As bytecode it is no instruction. */
const program = (index: number) => `0c0${index}`;

function machine(...programs: readonly ((frame: ForeignFrame) => MessageResult)[]): ForeignCode {
  return {
    takes: (bytes) => bytes[0] === 0x0c,
    run: (frame) => programs[frame.code[1]!]!(frame),
  };
}

const ended = (frame: ForeignFrame, output: Uint8Array = EMPTY_BYTES, used = 100): MessageResult => ({
  outcome: OUTCOME.RETURN,
  gasLeft: frame.gas - used,
  output,
});

/** A plain call from a frame. */
const callOf = (frame: ForeignFrame, to: Address, more: Partial<ForeignCall> = {}): ForeignCall => ({
  ...{ type: 'CALL', caller: frame.address, address: to, codeAddress: to, value: 0n, input: EMPTY_BYTES },
  ...{ gas: 100_000, isStatic: frame.isStatic },
  ...more,
});

function run(
  foreignCode: ForeignCode,
  bytecode: string,
  accounts: Readonly<Record<Address, string>> = {},
  more: RunOptions = {},
) {
  const others = Object.entries(accounts).map(([address, text]) => [address, { nonce: 1n, code: text }]);
  return execute(bytecode, { foreignCode, accounts: Object.fromEntries(others), ...more });
}

describe('foreign code', () => {
  it('runs instead of bytecode, with what it was called with, and no machine runs it unasked', () => {
    let seen: ForeignFrame | undefined;
    const foreign = machine((frame) => {
      seen = frame;
      return ended(frame, wordToBytes(7n));
    });
    const message = { value: 0n, data: Uint8Array.of(1, 2), isStatic: true };
    const { outcome, word, gasUsed } = run(foreign, program(0), {}, { message });
    expect({ outcome, word, gasUsed }).toEqual({ outcome: OUTCOME.RETURN, word: 7n, gasUsed: 100 });
    expect(seen).toMatchObject({ kind: 'call', depth: 0, address: CONTRACT, caller: CALLER, gas: TEST_GAS });
    expect(seen).toMatchObject({ input: Uint8Array.of(1, 2), code: code(program(0)), isStatic: true });
    expect(execute(program(0)).outcome).toBe(OUTCOME.INVALID_OPCODE);
  });

  it('is called by bytecode and calls it, any number of levels deep', () => {
    const foreign = machine((frame) => {
      const inner = frame.call(callOf(frame, THIRD, { input: wordToBytes(40n) }));
      expect(inner.outcome).toBe(OUTCOME.RETURN);
      const sum = bytesToBigInt(inner.output) + BigInt(frame.depth);
      return ended(frame, wordToBytes(sum), 100_000 - inner.gasLeft);
    });
    const caller = callTo('CALL', { to: OTHER, output: [0, 32] }) + op.POP + call('MLOAD', 0) + returnTop();
    const adder = call('CALLDATALOAD', 0) + push(2) + op.ADD + returnTop();
    // Depth 1 is the foreign frame; what it called was at 2.
    expect(run(foreign, caller, { [OTHER]: program(0), [THIRD]: adder }).word).toBe(43n);
  });

  it('leaves its frame to bytecode, and the other way round', () => {
    const foreign = machine((frame) => ended(frame));
    const calls = [OTHER, THIRD, OTHER, THIRD].map((to) => callTo('CALL', { to })).join('');
    const { outcome, journal } = run(foreign, calls, { [OTHER]: program(0), [THIRD]: sstore(1, 1) });
    expect(outcome).toBe(OUTCOME.STOP);
    expect(journal.getStorage(THIRD, 1n)).toBe(1n);
  });

  it('runs below itself, with the depth counted', () => {
    const depths: number[] = [];
    const foreign = machine((frame) => {
      depths.push(frame.depth);
      if (frame.depth < 5) frame.call(callOf(frame, frame.address));
      return ended(frame);
    });
    expect(run(foreign, program(0)).outcome).toBe(OUTCOME.RETURN);
    expect(depths).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('burns its gas when it fails, and its effects are undone; a revert keeps gas and output', () => {
    const store = (outcome: MessageResult['outcome']) => (frame: ForeignFrame) => {
      frame.host.setStorage(frame.address, 1n, 1n);
      return { outcome, gasLeft: frame.gas - 10, output: wordToBytes(3n) };
    };
    const foreign = machine(store(OUTCOME.FOREIGN_CODE_FAILURE), store(OUTCOME.REVERT), store(OUTCOME.RETURN));
    const results = [0, 1, 2].map((index) => run(foreign, program(index)));
    expect(results.map(({ gasUsed }) => gasUsed)).toEqual([TEST_GAS, 10, 10]);
    expect(results.map(({ word }) => word)).toEqual([0n, 3n, 3n]);
    expect(results.map(({ journal }) => journal.getStorage(CONTRACT, 1n))).toEqual([0n, 0n, 1n]);
  });

  it('calls in the name of others as bytecode does, and writes nothing in a static call', () => {
    const foreign = machine((frame) => {
      const here = { address: frame.address };
      frame.call(callOf(frame, THIRD, { ...here, type: 'CALLCODE' }));
      const { outcome } = frame.call(callOf(frame, THIRD, { type: 'STATICCALL', isStatic: true }));
      return ended(frame, wordToBytes(BigInt(outcome)), 500_000);
    });
    const { word, journal } = run(foreign, program(0), { [THIRD]: op.CALLER + push(1) + op.SSTORE });
    expect(word).toBe(BigInt(OUTCOME.STATIC_WRITE));
    expect(journal.getStorage(CONTRACT, 1n)).toBe(BigInt(CONTRACT));
    expect(journal.getStorage(THIRD, 1n)).toBe(0n);
  });

  it('reaches pre-compiled contracts', () => {
    const IDENTITY: Address = '0x0000000000000000000000000000000000000004';
    const foreign = machine((frame) =>
      ended(frame, frame.call(callOf(frame, IDENTITY, { input: wordToBytes(9n) })).output),
    );
    expect(run(foreign, program(0)).word).toBe(9n);
  });

  it('makes contracts, and is what contracts are made of', () => {
    const foreign = machine(
      // Deploys program 1 by way of program 1's own code.
      (frame) => {
        const made = frame.create({ value: 0n, initCode: code(program(1)), gas: 100_000 });
        return ended(frame, wordToBytes(BigInt(made.address)), 100_000 - made.gasLeft);
      },
      (frame) => ended(frame, code(program(1))),
    );
    const made = createAddress(CONTRACT, 1n);
    const { word, journal, gasUsed } = run(foreign, program(0));
    expect(word).toBe(BigInt(made));
    expect(journal.getCode(made)).toEqual(code(program(1)));
    expect(journal.getNonce(CONTRACT)).toBe(2n);
    // 100 of the init code and 200 for each of the two bytes.
    expect(gasUsed).toBe(500);
  });

  it('ends with the transaction when that is stopped from outside', () => {
    const abort = { aborted: false };
    const foreign = machine((frame) => {
      abort.aborted = true;
      const { outcome } = frame.call(callOf(frame, THIRD));
      return { outcome, gasLeft: 0, output: EMPTY_BYTES };
    });
    const loop = `${op.JUMPDEST}${push(0)}${op.JUMP}`;
    const caller = sstore(0, 1) + callTo('CALL', { to: OTHER });
    expect(run(foreign, caller, { [OTHER]: program(0), [THIRD]: loop }, { abort }).outcome).toBe(OUTCOME.ABORTED);
  });

  it('is seen by call tracers', () => {
    const tracer = createCallTracer();
    const foreign = machine((frame) => ended(frame, frame.call(callOf(frame, THIRD)).output));
    const caller = mstore(0, 1) + callTo('CALL', { to: OTHER });
    run(foreign, caller, { [OTHER]: program(0), [THIRD]: op.STOP }, { tracer });
    expect(tracer.result()).toMatchObject({ calls: [{ to: OTHER, calls: [{ from: OTHER, to: THIRD }] }] });
  });
});
