import { CONTRACT, callTo, execute, op } from '@sherd/testkit';
import { describe, expect, it } from 'vitest';
import type { Address } from '../../base/index.ts';
import { createCallTracer } from './callTracer.ts';
import { type FlatCallOptions, flattenCalls } from './flatCalls.ts';

const OTHER: Address = '0x0000000000000000000000000000000000000bee';
const THIRD: Address = '0x0000000000000000000000000000000000000ccc';
const IDENTITY: Address = '0x0000000000000000000000000000000000000004';

/** The first contract calls the identity contract, the second and the third; the second calls the third twice. */
function placesOf(options?: FlatCallOptions) {
  const tracer = createCallTracer();
  const accounts = {
    [OTHER]: {
      code: callTo('DELEGATECALL', { to: THIRD, gas: 900 }) + callTo('DELEGATECALL', { to: IDENTITY, gas: 900 }),
    },
    [THIRD]: { code: op.STOP },
  };
  const code =
    callTo('CALL', { to: IDENTITY, gas: 900 }) +
    callTo('STATICCALL', { to: IDENTITY, gas: 900 }) +
    callTo('CALL', { to: OTHER, gas: 9000 }) +
    callTo('STATICCALL', { to: THIRD, gas: 900 });
  execute(code, { accounts, tracer });
  return [...flattenCalls(tracer.result()!, options)].map(({ call, traceAddress, subtraces }) => {
    return [call.type, call.to, traceAddress, subtraces];
  });
}

describe('calls as a list', () => {
  it('stand in their order with their places, without CALL and STATICCALL of pre-compiled contracts', () => {
    expect(placesOf()).toEqual([
      ['CALL', CONTRACT, [], 2],
      ['CALL', OTHER, [0], 2],
      ['DELEGATECALL', THIRD, [0, 0], 0],
      ['DELEGATECALL', IDENTITY, [0, 1], 0],
      ['STATICCALL', THIRD, [1], 0],
    ]);
  });

  it('have pre-compiled contracts among them when that is asked for', () => {
    expect(placesOf({ includePrecompiles: true })).toEqual([
      ['CALL', CONTRACT, [], 4],
      ['CALL', IDENTITY, [0], 0],
      ['STATICCALL', IDENTITY, [1], 0],
      ['CALL', OTHER, [2], 2],
      ['DELEGATECALL', THIRD, [2, 0], 0],
      ['DELEGATECALL', IDENTITY, [2, 1], 0],
      ['STATICCALL', THIRD, [3], 0],
    ]);
  });

  it('may nest as deep as the machine lets them', () => {
    const tracer = createCallTracer();
    // Calls itself with all gas but one 64th, to the limit of depth: gas is what ends it.
    execute(callTo('CALL', { to: CONTRACT, gas: 1_000_000_000 }), { message: { gas: 4_000_000_000_000 }, tracer });
    const flat = [...flattenCalls(tracer.result()!)];
    expect(flat.at(-1)!.traceAddress).toEqual(new Array(flat.length - 1).fill(0));
    expect(flat.length).toBeGreaterThan(500);
  });
});
