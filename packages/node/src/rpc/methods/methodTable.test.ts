import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { BEACON_METHODS, SHARD_METHODS } from './index.ts';
import { methodTables } from './methodTable.ts';

const GUIDE = new URL('../../../../../docs/guide/json-rpc.md', import.meta.url);
const BEGIN = '<!-- methods: begin -->\n';
const END = '\n<!-- methods: end -->';

it('is what the guide shows (UPDATE_GUIDE=1 writes it)', () => {
  const guide = readFileSync(GUIDE, 'utf8');
  const begin = guide.indexOf(BEGIN) + BEGIN.length;
  const end = guide.indexOf(END);
  expect(begin).toBeGreaterThan(BEGIN.length);
  if (process.env['UPDATE_GUIDE'] !== undefined) {
    writeFileSync(GUIDE, guide.slice(0, begin) + methodTables() + guide.slice(end));
    return;
  }
  expect(guide.slice(begin, end)).toBe(methodTables());
});

it('has every method of the beacon chain at the shards too', () => {
  for (const name of BEACON_METHODS.keys()) expect(SHARD_METHODS.has(name)).toBe(true);
});

it('has no required parameter behind an optional one', () => {
  for (const [name, { params }] of SHARD_METHODS) {
    const required = params.map(({ optional }) => !optional);
    expect(required.lastIndexOf(true) + 1, name).toBe(required.filter(Boolean).length);
  }
});
