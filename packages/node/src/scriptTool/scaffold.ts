/** The files of a new script: a counter with two messages and two refusals, to be changed into something useful. */

/** Texts by path in the script's folder. */
export function scaffoldFiles(name: string): Readonly<Record<string, string>> {
  return { 'assembly/index.ts': SOURCE, [`test/${name}.test.mjs`]: testText(name), 'README.md': readmeText(name) };
}

const SOURCE = `/** Counters: anybody may add to any of them. README.md has the messages. */
import { doneWithU64, host, refuse } from "@sherd/sdk/assembly/index";

const MALFORMED: u32 = 1;
const UNKNOWN_KIND: u32 = 2;
const OVERFLOW: u32 = 3;

const ADD: u8 = 1;
const READ: u8 = 2;

// Buffers are static: there is no allocator.
const message: usize = memory.data(41, 8);
const key: usize = message + 1;
const count: usize = memory.data(8, 8);

export function main(): void {
  const length = host.dataSize();
  if (length < 1 || length > 41) refuse(MALFORMED, "a message has 1 to 41 bytes");
  host.dataCopy(message, 0, length);
  const kind = load<u8>(message);
  if (kind == ADD) add(length);
  else if (kind == READ) read(length);
  else refuse(UNKNOWN_KIND, "no message of this kind");
}

/** key (32), amount (u64). Answers the new count. */
function add(length: i32): void {
  if (length != 41) refuse(MALFORMED, "an addition has 41 bytes");
  // An object that nobody has written yet leaves the zero in \`count\`.
  host.storageRead(key, count, 0, 8);
  const before = load<u64>(count);
  const after = before + load<u64>(key, 32);
  if (after < before) refuse(OVERFLOW, "the count would exceed 2^64 - 1");
  store<u64>(count, after);
  host.storageWrite(key, count, 8);
  doneWithU64(after);
}

/** key (32). Answers the count. */
function read(length: i32): void {
  if (length != 33) refuse(MALFORMED, "a question has 33 bytes");
  host.storageRead(key, count, 0, 8);
  doneWithU64(load<u64>(count));
}
`;

function testText(name: string): string {
  return `// Every message and every refusal. Run with: sherd script test
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createTestShard, fromLittleEndian, littleEndian } from '@sherd/node/script';

const code = new Uint8Array(readFileSync(new URL('../${name}.wasm', import.meta.url)));
const KEY = new Uint8Array(32).fill(7);
const MAX = 2n ** 64n - 1n;

const message = (kind, ...parts) => Uint8Array.of(kind, ...parts.flatMap((part) => [...part]));
const add = (amount) => message(1, KEY, littleEndian(amount, 8));
const read = () => message(2, KEY);

test('additions add up', () => {
  const shard = createTestShard(code);
  assert.equal(fromLittleEndian(shard.accept(read())), 0n);
  assert.equal(fromLittleEndian(shard.accept(add(5n))), 5n);
  assert.equal(fromLittleEndian(shard.accept(add(2n))), 7n);
  assert.equal(fromLittleEndian(shard.accept(read())), 7n);
});

test('a count above 2^64 - 1 is refused, and nothing is left behind', () => {
  const shard = createTestShard(code);
  shard.accept(add(MAX));
  assert.equal(shard.refuse(add(1n)), 3);
  assert.equal(fromLittleEndian(shard.accept(read())), MAX);
});

test('a count is forgotten when nobody writes to it', () => {
  const shard = createTestShard(code, { slot: 10, ttlOnWrite: 100 });
  shard.accept(add(5n));
  shard.world.slot = 111;
  assert.equal(fromLittleEndian(shard.accept(read())), 0n);
});

test('messages of other kinds and lengths are refused', () => {
  const shard = createTestShard(code);
  for (const length of [0, 42]) assert.equal(shard.refuse(new Uint8Array(length)), 1);
  assert.equal(shard.refuse(add(1n).slice(1)), 2);
  assert.equal(shard.refuse(add(1n).slice(0, 40)), 1);
  assert.equal(shard.refuse(read().slice(0, 32)), 1);
});
`;
}

function readmeText(name: string): string {
  return `# ${name}

An execution script for Sherd. All integers are unsigned and little-endian.

| byte 0 | message | fields after it       | answer    |
| ------ | ------- | --------------------- | --------- |
| 1      | add     | key (32), amount u64  | count u64 |
| 2      | read    | key (32)              | count u64 |

The output is a u32 code: 0 and the answer, or why the message was refused (1 MALFORMED, 2 UNKNOWN_KIND, 3 OVERFLOW) and a sentence.

    sherd script build       # assembly/index.ts -> ${name}.wasm
    sherd script test        # builds, then runs test/*.test.mjs
    sherd script check .     # would a network accept it, and what does it cost?
    sherd script trace . --data 0x01${'07'.repeat(32)}0500000000000000
    sherd script register ${name}.wasm
`;
}
