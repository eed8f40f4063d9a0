import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assembleModule } from '@sherd/testkit';
import { hexToBytes } from 'sherd/base';
import { afterAll, expect, it } from 'vitest';
import { createDescribedShard, readWorldFile } from './worldFile.ts';

const scratch = mkdtempSync(join(tmpdir(), 'sherd-world-'));
afterAll(() => rmSync(scratch, { recursive: true }));

function read(text: string) {
  const file = join(scratch, 'world.json');
  writeFileSync(file, text);
  return readWorldFile(file);
}

const KEY = `0x${'07'.repeat(32)}` as const;

it('describes the shard: numbers, objects of the script, claims', () => {
  const description = read(
    JSON.stringify({ slot: 20, shard: 2, shardCount: 3, chainId: '7', objects: { [KEY]: '0x0102' } }),
  );
  const { world, script } = createDescribedShard(description, assembleModule({ main: 'nop' }));
  expect([world.slot, world.shard, world.shardCount, world.chainId, script]).toEqual([20, 2, 3, 7n, 1]);
  expect(world.getObject(script, hexToBytes(KEY))).toMatchObject({ version: 1, storage: Uint8Array.of(1, 2) });
});

it('is refused when it says what no shard can be, or is no JSON', () => {
  expect(() => readWorldFile(join(scratch, 'nothing'))).toThrow(expect.objectContaining({ code: 'FILE_NOT_READ' }));
  const bad = [
    '{',
    '[]',
    '{"slots": 1}',
    '{"slot": -1}',
    '{"shard": 4}',
    '{"shard": 1, "shardCount": 1}',
    '{"objects": {"0x07": "0x"}}',
    `{"objects": {"${KEY}": "0x${'00'.repeat(65_537)}"}}`,
  ];
  for (const text of bad)
    expect(() => read(text), text.slice(0, 40)).toThrow(expect.objectContaining({ code: 'BAD_WORLD_FILE' }));
  expect(() => read(`{"shard": 3, "objects": {"${KEY}": "0x${'00'.repeat(65_536)}"}}`)).not.toThrow();
});
