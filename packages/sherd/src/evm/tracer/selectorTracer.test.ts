/** Which selectors were called. */
import { call, callTo, execute, mstore } from '@sherd/testkit';
import { expect, it } from 'vitest';
import type { Address } from '../../base/index.ts';
import { combineTracers } from './combineTracers.ts';
import { createSelectorTracer } from './selectorTracer.ts';
import type { Tracer } from './tracer.ts';

const OTHER: Address = '0x0000000000000000000000000000000000000bee';
/** Eight bytes at memory 0, of which calls send four and more. */
const DATA = mstore(0, `0xa9059cbb01020304${'00'.repeat(24)}`);

it('counts calls by selector and size, and neither pre-compiled contracts nor creations', () => {
  const tracer = createSelectorTracer();
  const send = (kind: 'CALL' | 'STATICCALL', to: Address | number, size: number) =>
    callTo(kind, { to, gas: 5000, input: [0, size] });
  const bytecode =
    DATA +
    send('CALL', OTHER, 8) +
    send('STATICCALL', OTHER, 8) +
    send('CALL', OTHER, 4) +
    send('CALL', OTHER, 3) +
    send('CALL', 4, 8) +
    call('CREATE', 0, 0, 8);
  execute(bytecode, { tracer, message: { data: Uint8Array.of(1, 2, 3, 4, 5) } });
  expect(Object.entries(tracer.counts())).toEqual([
    ['0x01020304-1', 1],
    ['0xa9059cbb-0', 1],
    ['0xa9059cbb-4', 2],
  ]);
});

it('tracers side by side hear the same, and ask for what one of them asks for', () => {
  const heard: string[] = [];
  const first: Tracer = { enter: ({ type }) => heard.push(`first ${type}`) };
  const second: Tracer = { enter: ({ type }) => heard.push(`second ${type}`), step: () => heard.push('step') };
  const both = combineTracers(first, second, { wantsMemory: true });
  execute('00', { tracer: both });
  expect(heard).toEqual(['first CALL', 'second CALL', 'step']);
  expect([both.wantsMemory, both.exit, combineTracers(first).step]).toEqual([true, undefined, undefined]);
});
