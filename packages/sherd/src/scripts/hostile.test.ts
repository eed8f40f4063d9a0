/**
 * Modules that want more than there is. Each ends by a counter, with the same outcome and the same gas however often it
 * ran before, and leaves nothing; test/determinism.test.ts runs them again in every tier of the compiler.
 */
import { createScriptNetwork, type ModuleSource } from '@sherd/testkit';
import { describe, expect, it } from 'vitest';
import type { ScriptOutcome } from './run.ts';

const GAS = 2_000_000;

const HOSTILE: readonly (readonly [name: string, outcome: ScriptOutcome, source: ModuleSource])[] = [
  ['recursion', 'callDepth', { main: 'call $f', functions: { f: { code: 'call $f' } } }],
  [
    'recursion of two',
    'callDepth',
    { main: 'call $f', functions: { f: { code: 'call $g' }, g: { code: 'call $f', locals: 'i64 i64 i64' } } },
  ],
  [
    'recursion through the table',
    'callDepth',
    { main: 'call $f', functions: { f: { code: 'i32.const 0 call_indirect >' } }, table: ['f'] },
  ],
  [
    'recursion with large frames',
    'callDepth',
    {
      main: 'i64.const 0 call $f drop',
      functions: {
        f: {
          parameters: 'i64',
          result: 'i64',
          locals: Array(99).fill('i64').join(' '),
          code: 'local.get 0 i64.const 1 i64.add call $f local.get 7 i64.add',
        },
      },
    },
  ],
  [
    'recursion that calls the host on its way',
    'callDepth',
    {
      imports: ['gasLeft'],
      main: 'call $f',
      functions: { f: { code: 'call $gasLeft drop call $f call $gasLeft drop' } },
    },
  ],
  ['an endless loop', 'outOfGas', { main: 'loop br 0 end' }],
  [
    'an endless loop of divisions',
    'outOfGas',
    { locals: 'i64', main: 'loop local.get 0 i64.const 3 i64.div_u local.set 0 br 0 end' },
  ],
  [
    'a loop that traps in the end',
    'trapped',
    {
      locals: 'i32',
      main: 'i32.const 1000 local.set 0 loop i32.const 7 local.get 0 i32.const 1 i32.sub local.tee 0 i32.div_u drop br 0 end',
    },
  ],
  [
    'memory.grow of one page, for ever',
    'outOfGas',
    { memory: [1, 256], main: 'loop i32.const 1 memory.grow drop br 0 end' },
  ],
  [
    'memory.grow of nothing, for ever',
    'outOfGas',
    { memory: [1, 256], main: 'loop i32.const 0 memory.grow drop br 0 end' },
  ],
  ['memory.grow of far too much, for ever', 'outOfGas', { main: 'loop i32.const 65535 memory.grow drop br 0 end' }],
  ['memory.grow of 2^32 - 1 pages', 'outOfGas', { main: 'i32.const -1 memory.grow drop' }],
  [
    'memory.fill of all of it, for ever',
    'outOfGas',
    {
      memory: [16, 16],
      main: 'loop i32.const 0 i32.const 1 i32.const 1048576 memory.fill br 0 end',
    },
  ],
  ['memory.copy beyond the end', 'trapped', { main: 'i32.const 1 i32.const 0 i32.const 65536 memory.copy' }],
  ['a store beyond the end', 'trapped', { main: 'i32.const 65533 i32.const 1 i32.store' }],
  ['a store at the far end of 32 bits', 'trapped', { main: 'i32.const -1 i64.const 1 i64.store 4294967295' }],
  ['host calls, for ever', 'outOfGas', { imports: ['callerKind'], main: 'loop call $callerKind drop br 0 end' }],
  [
    'hashing, for ever',
    'outOfGas',
    { imports: ['keccak256'], main: 'loop i32.const 0 i32.const 60000 i32.const 0 call $keccak256 br 0 end' },
  ],
  [
    'writing objects, for ever',
    'outOfGas',
    {
      imports: ['storageWrite'],
      locals: 'i32',
      main: `loop i32.const 0 local.get 0 i32.store local.get 0 i32.const 1 i32.add local.set 0
      i32.const 0 i32.const 0 i32.const 1024 call $storageWrite br 0 end`,
    },
  ],
  [
    'saving receipts, for ever',
    'outOfGas',
    {
      imports: ['saveReceipt'],
      main: 'loop i32.const 1 i32.const 1 i32.const 0 i32.const 64 call $saveReceipt drop br 0 end',
    },
  ],
  [
    'calling itself',
    'finished',
    {
      imports: ['call'],
      main: 'i32.const 0 i32.const 0 i32.const 0 i64.const 100000 call $call drop',
    },
  ],
  [
    'a call through an empty place of the table',
    'trapped',
    {
      main: 'i32.const 9 call_indirect >',
      table: ['f'],
      functions: { f: { code: 'nop' } },
    },
  ],
  [
    'a call through the table with another type',
    'trapped',
    {
      main: 'i32.const 1 i32.const 0 call_indirect i>',
      table: ['f'],
      functions: { f: { code: 'nop' } },
    },
  ],
];

describe('a hostile module', () => {
  it.each(HOSTILE)('%s: %s', (_, outcome, source) => {
    const { world, run } = createScriptNetwork([source]);
    const first = run(0, undefined, GAS);
    expect(first.outcome).toBe(outcome);
    if (outcome !== 'finished') expect(first.gasLeft).toBe(0);
    for (let i = 0; i < 20; i++) expect(run(0, undefined, GAS)).toEqual(first);
    expect(world.digest()).toBe('');
    // What it used is what it used: with one gas more it has one gas more left, or none as before.
    const more = run(0, undefined, GAS + 1);
    expect(more.outcome).toBe(outcome);
    expect(more.gasLeft).toBe(outcome === 'finished' ? first.gasLeft + 1 : 0);
  });
});
