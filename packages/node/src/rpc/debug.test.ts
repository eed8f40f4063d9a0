/** What the trace config of debug_* asks the backend for, and what of it is refused. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from './client.fixture.ts';

let test: TestServer;
beforeEach(async () => {
  test = await startTestServer();
});
afterEach(() => test.server.close());

const STEPS = { memory: false, stack: true, storage: true, returnData: false, limit: 0 };
const FLAGS = { withLogs: false, onlyTopCall: false, diffMode: false, disableCode: false, disableStorage: false };

async function asked(config: unknown) {
  const { result, error } = await test.call('debug_traceCall', {}, 'latest', config);
  return result?.options ?? error;
}

describe('a trace config', () => {
  it('asks for steps when it names no tracer', async () => {
    expect(await asked({})).toEqual({ tracer: 'structLogger', ...STEPS, ...FLAGS });
    expect(await asked({ enableMemory: true, disableStack: true, limit: 9 })).toMatchObject({
      memory: true,
      stack: false,
      limit: 9,
    });
  });

  it('has the settings of its tracer', async () => {
    expect(await asked({ tracer: 'prestateTracer', tracerConfig: { diffMode: true } })).toEqual({
      tracer: 'prestateTracer',
      ...STEPS,
      ...FLAGS,
      diffMode: true,
    });
  });

  it('has the settings of flatCallTracer for that one alone', async () => {
    const tracerConfig = { includePrecompiles: true };
    expect(await asked({ tracer: 'flatCallTracer', tracerConfig })).toEqual({
      tracer: 'flatCallTracer',
      ...STEPS,
      ...FLAGS,
      convertParityErrors: false,
      includePrecompiles: true,
    });
    const wrong = { tracer: 'flatCallTracer', tracerConfig: { convertParityErrors: 'yes' } };
    expect(await asked(wrong)).toMatchObject({ code: -32602, message: expect.stringContaining('convertParityErrors') });
  });

  it('has several tracers in one run, each with settings of its own or none', async () => {
    const tracerConfig = { callTracer: { withLog: true }, '4byteTracer': null };
    expect(await asked({ tracer: 'muxTracer', tracerConfig })).toMatchObject({
      tracer: 'muxTracer',
      parts: [
        { tracer: 'callTracer', ...STEPS, ...FLAGS, withLogs: true },
        { tracer: '4byteTracer', ...STEPS, ...FLAGS },
      ],
    });
  });

  it.each([
    [{ tracer: 'bigramTracer' }, 'callTracer, flatCallTracer, prestateTracer, 4byteTracer, noopTracer, muxTracer'],
    [{ tracer: 'muxTracer', tracerConfig: { muxTracer: {} } }, 'tracerConfig.muxTracer'],
    [{ tracer: 'muxTracer', tracerConfig: { callTracer: { withLog: 1 } } }, 'withLog'],
    [{ tracer: 'callTracer', tracerConfig: { onlyTopCall: 'yes' } }, 'onlyTopCall'],
  ])('is refused with the name of what is wrong: %j', async (config, named) => {
    expect(await asked(config)).toMatchObject({ code: -32602, message: expect.stringContaining(named) });
  });
});

it('a block without transactions has no traces', async () => {
  expect((await test.call('debug_traceBlockByNumber', '0x0')).result).toEqual([]);
});
