/** Traces in Parity's form, as geth's flatCallTracer writes them. */
import { CALLER, CONTRACT, call, callTo, execute, op, push, type RunOptions, storeInMemory } from '@sherd/testkit';
import { describe, expect, it } from 'vitest';
import type { TraceOptions } from '../rpc/backend.ts';
import type { TracePlace } from './textTracer.ts';
import { createTextTracer } from './traceFormat.ts';

const OTHER = '0x0000000000000000000000000000000000000bee';
const OPTIONS: TraceOptions = {
  tracer: 'flatCallTracer',
  memory: false,
  stack: true,
  storage: true,
  returnData: false,
  limit: 0,
  withLogs: false,
  onlyTopCall: false,
  diffMode: false,
  disableCode: false,
  disableStorage: false,
};

function textOf(bytecode: string, change: Partial<TraceOptions> = {}, options: RunOptions = {}, place?: TracePlace) {
  const tracer = createTextTracer({ ...OPTIONS, ...change });
  const { outcome, output } = execute(bytecode, { ...options, tracer });
  const end = { isSuccess: outcome < 16, gasLimit: 90_000n, gasUsed: 30_000, output };
  return tracer.finish({ ...end, from: CALLER, to: CONTRACT, place });
}

// biome-ignore lint/suspicious/noExplicitAny: tests look into traces of every shape
const framesOf = (...args: Parameters<typeof textOf>): any[] => JSON.parse(textOf(...args));

describe('a list of calls', () => {
  it('is text in the order of geth, with the place of the transaction', () => {
    const place = {
      blockHash: new Uint8Array(32).fill(0xbb),
      blockNumber: 7,
      transactionHash: new Uint8Array(32).fill(0xcc),
      transactionPosition: 2,
    };
    const action = `{"callType":"call","from":"${CALLER}","gas":"0x15f90","input":"0x","to":"${CONTRACT}","value":"0x0"}`;
    const result = '{"gasUsed":"0x7530","output":"0x"}';
    expect(textOf(op.STOP, {}, {}, place)).toBe(
      `[{"action":${action},"blockHash":"0x${'bb'.repeat(32)}","blockNumber":7,"result":${result},"subtraces":0,` +
        `"traceAddress":[],"transactionHash":"0x${'cc'.repeat(32)}","transactionPosition":2,"type":"call"}]`,
    );
    expect(textOf(op.STOP)).toContain(`"blockHash":null,"blockNumber":0,"result"`);
  });

  it('has what each kind of call has', () => {
    const accounts = { [OTHER]: { code: push(CONTRACT) + op.SELFDESTRUCT, balance: 9n } };
    // Init code that returns nothing, and one that reverts.
    const create = call('CREATE', 1, 0, 0) + storeInMemory(0, '60006000fd') + call('CREATE2', 0, 0, 5, 3);
    const code = create + callTo('CALL', { to: OTHER, gas: 60_000 }) + callTo('STATICCALL', { to: OTHER, gas: 60_000 });
    const frames = framesOf('', {}, { accounts: { ...accounts, [CONTRACT]: { code, balance: 5n } } });
    expect(frames.map(({ type, traceAddress, error }) => [type, traceAddress, error])).toEqual([
      ['call', [], undefined],
      ['create', [0], undefined],
      ['create', [1], 'execution reverted'],
      ['call', [2], undefined],
      ['suicide', [2, 0], undefined],
      ['call', [3], 'write protection'],
    ]);
    const [, created, reverted, called, destroyed, refused] = frames;
    expect(created).toMatchObject({
      action: { creationMethod: 'create', from: CONTRACT, init: '0x', value: '0x1' },
      result: { address: expect.stringMatching(/^0x[0-9a-f]{40}$/), code: '0x', gasUsed: '0x0' },
    });
    expect([reverted.action.creationMethod, Object.keys(reverted.result)]).toEqual(['create2', ['code', 'gasUsed']]);
    expect([called.action.callType, called.subtraces, called.result.output]).toEqual(['call', 1, '0x']);
    expect(destroyed.action).toEqual({ address: OTHER, balance: '0x9', refundAddress: CONTRACT });
    expect(Object.keys(destroyed)).not.toContain('result');
    // A failure that is no revert has no result; a static call carries no value, which is 0 here.
    expect([refused.action.callType, refused.action.value, refused.result]).toEqual(['staticcall', '0x0', undefined]);
  });

  it.each([
    [push(0) + push(0) + op.REVERT, 'Reverted'],
    [op.ADD, 'Stack underflow'],
    ['0c', 'Bad instruction'],
    [push(9) + op.JUMP, 'Bad jump destination'],
    [call('MLOAD', 1n << 40n), 'Out of gas'],
    [call('RETURNDATACOPY', 0, 0, 1), 'Out of bounds'],
    [push(1).repeat(1025), 'Out of stack'],
    [call('SSTORE', 1, 1), 'write protection'],
  ])('names errors as Parity does when asked to: %s', (bytecode, text) => {
    const options = text === 'write protection' ? { message: { isStatic: true } } : {};
    expect(framesOf(bytecode, { convertParityErrors: true }, options)[0].error).toBe(text);
    expect(framesOf(bytecode, {}, options)[0].error).toMatch(/^[a-z]/);
  });

  it('leaves pre-compiled contracts out unless they are asked for', () => {
    const bytecode = callTo('CALL', { to: '0x0000000000000000000000000000000000000004', gas: 900 });
    expect(framesOf(bytecode)).toHaveLength(1);
    expect(framesOf(bytecode, { includePrecompiles: true })).toHaveLength(2);
  });

  it('has one call where nothing ran', () => {
    const end = { isSuccess: true, gasLimit: 5n, gasUsed: 4, output: new Uint8Array(0), from: CALLER, to: CONTRACT };
    expect(JSON.parse(createTextTracer(OPTIONS).finish(end))).toMatchObject([
      { action: { callType: 'call', gas: '0x5', to: CONTRACT }, result: { gasUsed: '0x4' }, traceAddress: [] },
    ]);
  });
});
