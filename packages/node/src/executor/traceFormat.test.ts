/** Traces as debug_trace* answers with them, in geth's form. */
import { CALLER, CONTRACT, call, callTo, execute, op, push, type RunOptions, sstore } from '@sherd/testkit';
import { describe, expect, it } from 'vitest';
import type { TraceOptions } from '../rpc/backend.ts';
import { createTextTracer } from './traceFormat.ts';

const OTHER = '0x0000000000000000000000000000000000000bee';
const STEPS: TraceOptions = {
  tracer: 'structLogger',
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

// biome-ignore lint/suspicious/noExplicitAny: tests look into traces of every shape
function trace(bytecode: string, change: Partial<TraceOptions> = {}, options: RunOptions = {}): any {
  const tracer = createTextTracer({ ...STEPS, ...change });
  const run = execute(bytecode, { ...options, tracer });
  const { output, gasUsed } = run;
  const end = {
    isSuccess: run.outcome < 16,
    gasLimit: 1_000_000n,
    gasUsed,
    output,
    from: CALLER,
    to: CONTRACT,
  } as const;
  return JSON.parse(tracer.finish(end));
}

describe('a list of steps', () => {
  it('has one entry a step, with an error only where the step could not begin', () => {
    const reverted = trace(push(0) + push(0) + op.REVERT);
    expect([reverted.failed, reverted.structLogs.length, reverted.structLogs[2].error]).toEqual([true, 3, undefined]);
    expect(trace('0c').structLogs).toMatchObject([{ pc: 0, op: 'opcode 0xc not defined', gasCost: 0 }]);
    expect(trace(op.ADD).structLogs).toMatchObject([{ op: 'ADD', gasCost: 3, error: 'stack underflow (0 <=> 2)' }]);
  });

  it('leaves out a refund of nothing, and calls opcode 0x44 DIFFICULTY', () => {
    const accounts = { [CONTRACT]: { code: sstore(1, 0) + op.PREVRANDAO, storage: { 1: 5n } } };
    const { structLogs } = trace('', {}, { accounts });
    expect(structLogs.map(({ refund }: { refund?: number }) => refund)).toEqual([
      undefined,
      undefined,
      4800,
      4800,
      4800,
    ]);
    expect(structLogs[3].op).toBe('DIFFICULTY');
  });
});

describe('named tracers', () => {
  const accounts = { [OTHER]: { code: call('REVERT', 0, 0) } } as const;
  const bytecode = callTo('CALL', { to: OTHER, gas: 5000, input: [0, 4] });

  it('run beside each other, each as it would alone', () => {
    const parts = (['callTracer', '4byteTracer', 'noopTracer', 'structLogger'] as const).map((tracer) => {
      return { ...STEPS, tracer };
    });
    const together = trace(bytecode, { tracer: 'muxTracer', parts }, { accounts });
    for (const { tracer } of parts) {
      expect(together[tracer], tracer).toEqual(trace(bytecode, { tracer }, { accounts }));
    }
    expect(together).toMatchObject({
      callTracer: { type: 'CALL', calls: [{ to: OTHER, error: 'execution reverted' }] },
      '4byteTracer': { '0x00000000-0': 1 },
      noopTracer: {},
    });
  });

  it('of calls show the first one alone when asked to', () => {
    const { calls, type } = trace(bytecode, { tracer: 'callTracer', onlyTopCall: true }, { accounts });
    expect([calls, type]).toEqual([undefined, 'CALL']);
  });
});
