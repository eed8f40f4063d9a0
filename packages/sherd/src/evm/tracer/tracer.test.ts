/** What tracers are shown. */
import { CALLER, CONTRACT, call, callTo, execute, op, push, returnTop, sstore } from '@sherd/testkit';
import { describe, expect, it } from 'vitest';
import type { Address } from '../../base/index.ts';
import { disassemble, formatInstruction } from '../disassemble.ts';
import { OUTCOME } from '../outcome.ts';
import { createCallTracer } from './callTracer.ts';
import { createJsonTracer } from './jsonTracer.ts';
import { createStepTracer } from './stepTracer.ts';

const OTHER: Address = '0x0000000000000000000000000000000000000bee';

describe('JSON lines (EIP-3155)', () => {
  it('are what go-ethereum writes', () => {
    const lines: string[] = [];
    execute(push(2) + push(3) + op.ADD, {
      message: { gas: 100 },
      tracer: createJsonTracer((line) => lines.push(line)),
    });
    expect(lines).toEqual([
      '{"pc":0,"op":96,"gas":"0x64","gasCost":"0x3","memSize":0,"stack":[],"depth":1,"refund":0,"opName":"PUSH1"}',
      '{"pc":2,"op":96,"gas":"0x61","gasCost":"0x3","memSize":0,"stack":["0x2"],"depth":1,"refund":0,"opName":"PUSH1"}',
      '{"pc":4,"op":1,"gas":"0x5e","gasCost":"0x3","memSize":0,"stack":["0x2","0x3"],"depth":1,"refund":0,"opName":"ADD"}',
      '{"pc":5,"op":0,"gas":"0x5b","gasCost":"0x0","memSize":0,"stack":["0x5"],"depth":1,"refund":0,"opName":"STOP"}',
      '{"output":"","gasUsed":"0x9"}',
    ]);
  });

  it('say why a step halted', () => {
    const lines: string[] = [];
    execute(op.ADD, { message: { gas: 100 }, tracer: createJsonTracer((line) => lines.push(line)) });
    expect(JSON.parse(lines[0]!)).toMatchObject({ opName: 'ADD', error: 'stack underflow (0 <=> 2)' });
    expect(JSON.parse(lines[1]!)).toEqual({ output: '', gasUsed: '0x64', error: 'stack underflow (0 <=> 2)' });
  });
});

describe('steps', () => {
  it('cost all that they take: memory, cold accounts, and gas handed to a callee', () => {
    const tracer = createStepTracer();
    const accounts = { [OTHER]: { code: op.CALLER } };
    execute(call('MLOAD', 0) + callTo('CALL', { to: OTHER, gas: 5000 }), { accounts, tracer });
    const costOf = (byte: string) => tracer.steps.find((step) => step.op === Number.parseInt(byte, 16))?.gasCost;
    expect(costOf(op.MLOAD)).toBe(6);
    expect(costOf(op.CALL)).toBe(2600 + 5000);
    expect(tracer.steps.map((step) => step.depth).filter((depth) => depth === 2)).toHaveLength(2);
  });

  it('show the storage that they touch', () => {
    const tracer = createStepTracer();
    execute(sstore(1, 7) + call('SLOAD', 1), { tracer });
    const storages = tracer.steps.flatMap((step) => (step.storage === undefined ? [] : [[...step.storage.values()]]));
    expect(storages).toEqual([[7n], [7n]]);
  });

  it('above the limit are only counted', () => {
    const tracer = createStepTracer({ limit: 2 });
    execute(push(1) + push(2) + op.ADD, { tracer });
    expect([tracer.steps.length, tracer.count()]).toEqual([2, 4]);
  });

  it('change nothing of the result', () => {
    const bytecode = sstore(1, 7) + callTo('CALL', { to: 4, gas: 100 }) + op.GAS + returnTop();
    const plain = execute(bytecode);
    const traced = execute(bytecode, { tracer: createStepTracer({ memory: true }) });
    expect([traced.word, traced.gasUsed]).toEqual([plain.word, plain.gasUsed]);
  });
});

describe('call tree', () => {
  it('holds calls, pre-compiled contracts, creations, logs and ends', () => {
    const tracer = createCallTracer();
    const accounts = { [OTHER]: { code: call('LOG1', 0, 0, 5) + call('REVERT', 0, 0) } };
    const bytecode =
      callTo('CALL', { to: OTHER, gas: 5000 }) + callTo('STATICCALL', { to: 2, gas: 100 }) + call('CREATE', 0, 0, 0);
    execute(bytecode, { accounts, tracer });
    const root = tracer.result()!;
    expect(root).toMatchObject({ type: 'CALL', from: CALLER, to: CONTRACT, outcome: OUTCOME.STOP });
    expect(root.calls.map(({ type, outcome, isPrecompile }) => [type, outcome, isPrecompile])).toEqual([
      ['CALL', OUTCOME.REVERT, false],
      ['STATICCALL', OUTCOME.RETURN, true],
      ['CREATE', OUTCOME.STOP, false],
    ]);
    expect(root.calls[0]!.logs[0]!.topics).toEqual([5n]);
  });

  it('has refused calls and self-destructions in it', () => {
    const tracer = createCallTracer();
    execute(callTo('CALL', { to: OTHER, gas: 5000, value: 99 }) + call('SELFDESTRUCT', OTHER), { tracer });
    expect(tracer.result()!.calls.map(({ type, outcome }) => [type, outcome])).toEqual([
      ['CALL', OUTCOME.INSUFFICIENT_BALANCE],
      ['SELFDESTRUCT', OUTCOME.STOP],
    ]);
  });
});

describe('disassembly', () => {
  it('reads immediates, undefined bytes and a cut end', () => {
    const lines = disassemble(Uint8Array.of(0x60, 0x05, 0x0c, 0x01, 0x61, 0xff)).map(formatInstruction);
    expect(lines).toEqual(['0000  PUSH1 0x05', '0002  UNDEFINED(0x0c)', '0003  ADD', '0004  PUSH2 0xff']);
  });
});
