/** The SDK declares exactly what the host offers, wraps all of it, and tells the truth about it in C too. */
import { readdirSync, readFileSync } from 'node:fs';
import { bytesToHex, concatBytes, utf8ToBytes } from 'sherd/base';
import { blsPublicKey, blsSign, keccak256, sha256 } from 'sherd/crypto';
import { HOST_FUNCTIONS, type HostFunction, SCRIPT_OUTCOMES } from 'sherd/scripts';
import { expect, test } from 'vitest';
import { createTestEngine, createTestShard, fromLittleEndian } from '../../../packages/node/src/scriptTool/index.ts';
import { compileText } from './shardOf.ts';

const SOURCES = new URL('../assembly/', import.meta.url);
const DECLARATION = /^@external\("sherd", "(\w+)"\) export declare function (\w+)\(([^)]*)\): (\w+);$/;
/** Pointers of a 32-bit memory are i32. */
const TYPES: Readonly<Record<string, string>> = { usize: 'i32' };
const NAMES = Object.keys(HOST_FUNCTIONS);

test('every host function is declared with its name, its parameters and its result', () => {
  const text = readFileSync(new URL('host.ts', SOURCES), 'utf8');
  const declared = new Map<string, string>();
  for (const line of text.split('\n').filter((each) => each.startsWith('@external'))) {
    const [, name, local, parameters, result] = DECLARATION.exec(line) ?? [];
    expect(name, line).toBe(local);
    const list = (parameters ?? '').split(', ').filter((each) => each !== '');
    const typed = list.map((each) => {
      const [parameter, type = ''] = each.split(': ');
      return `${TYPES[type] ?? type} ${parameter}`;
    });
    declared.set(name!, `(${typed.join(', ')}) ${result}`);
  }
  const offered = Object.entries<HostFunction>(HOST_FUNCTIONS).map(([name, { parameters, result }]) => [
    name,
    `(${parameters.join(', ')}) ${result ?? 'void'}`,
  ]);
  expect(Object.fromEntries(declared)).toEqual(Object.fromEntries(offered));
});

test('every host function has a typed wrapper', () => {
  const files = readdirSync(SOURCES).filter((name) => name !== 'host.ts' && name !== 'index.ts');
  const text = files.map((name) => readFileSync(new URL(name, SOURCES), 'utf8')).join('\n');
  const ends = readFileSync(new URL('outcome.ts', SOURCES), 'utf8');
  const isWrapped = (name: string) => text.includes(`host.${name}(`) || ends.includes(`  ${name}(output`);
  expect(NAMES.filter((name) => !isWrapped(name))).toEqual([]);
});

test('every host function stands in the header for C', () => {
  const header = readFileSync(new URL('../include/sherd.h', import.meta.url), 'utf8');
  const declared = [...header.matchAll(/^SHERD_IMPORT\("(\w+)"\)/gm)].map(([, name]) => name);
  expect(declared).toEqual(NAMES);
});

test('outcomes have the numbers of the engine', () => {
  const text = readFileSync(new URL('calls.ts', SOURCES), 'utf8');
  const numbers = [...text.matchAll(/const ([A-Z_]+): i32 = (\d+);/g)].map(([, name, number]) => [
    name,
    Number(number),
  ]);
  const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
  expect(numbers).toEqual(SCRIPT_OUTCOMES.map((name, i) => [snake(name), i]));
});

const CONTEXT = `
import { BEACON, callScript, context, doneWith, Outcome, putU32, putU64, putU8, resultSize } from "../../sdk/assembly/index";
const out: usize = memory.data(256, 8);
export function main(): void {
  let at = putU8(out, <u8>context.isCalledByScript());
  at = putU32(at, context.callerScript());
  at = putU8(at, <u8>context.isStatic());
  at = putU64(at, context.chainId());
  at = putU32(at, context.shard());
  at = putU32(at, context.shardCount());
  at = putU64(at, context.slot());
  at = putU32(at, context.scriptId());
  at = putU32(at, context.scriptCount());
  at = putU64(at, context.minDeposit());
  at = putU8(at, <u8>context.beaconStateRoot(9, at + 1));
  at += 32;
  at = putU8(at, <u8>context.shardStateRoot(2, 8, at + 1));
  at += 32;
  at = putU8(at, <u8>context.shardStateRoot(BEACON, 8, at));
  at = putU8(at, <u8>(context.gasLeft() < 5_000_000));
  doneWith(out, <i32>(at - out));
}`;

test('context', async () => {
  const shard = createTestShard(await compileText(CONTEXT), { shard: 3 });
  shard.world.setBeaconRoot(9, new Uint8Array(32).fill(0xbb));
  shard.world.setShardRoot(2, 8, new Uint8Array(32).fill(0xcc));
  const fields = [1, 4, 1, 8, 4, 4, 8, 4, 4, 8];
  const read = (answer: Uint8Array) => {
    const starts = fields.map((_, i) => fields.slice(0, i).reduce((sum, bytes) => sum + bytes, 0));
    const numbers = fields.map((bytes, i) => fromLittleEndian(answer.slice(starts[i], starts[i]! + bytes)));
    return { numbers, roots: bytesToHex(answer.slice(starts.at(-1)! + fields.at(-1)!)) };
  };
  const roots = `0x01${'bb'.repeat(32)}01${'cc'.repeat(32)}0001`;
  const same = [53_900n, 3n, 4n, 10n, 1n, 2n, 1_000_000_000n];
  expect(read(shard.accept(new Uint8Array(0)))).toEqual({ numbers: [0n, 0n, 0n, ...same], roots });
  const caller = { kind: 'script', script: 9 } as const;
  const request = { world: shard.world, script: 1, data: new Uint8Array(0), gas: 5_000_000, caller, isStatic: true };
  const asked = createTestEngine().run(request);
  expect(read(asked.output.slice(4))).toEqual({ numbers: [1n, 9n, 1n, ...same], roots });
});

const STORAGE = `
import { context, doneWith, putU8, putU64, storage } from "../../sdk/assembly/index";
const key: usize = memory.data(32, 8);
const data: usize = memory.data(8, 8);
const out: usize = memory.data(256, 8);
export function main(): void {
  let at = putU8(out, <u8>storage.exists(key));
  at = putU8(at, <u8>(storage.size(key) == storage.ABSENT && storage.read(key, data, 0, 8) == storage.ABSENT));
  at = putU8(at, <u8>(storage.version(key) == storage.ABSENT && storage.ttl(key) == storage.ABSENT));
  at = putU8(at, <u8>(storage.remove(key) || storage.extendTtl(key, 1)));
  context.copyData(data, 0, context.dataSize());
  storage.write(key, data, context.dataSize());
  storage.write(key, data, context.dataSize());
  at = putU8(at, <u8>storage.exists(key));
  at = putU8(at, <u8>storage.size(key));
  at = putU8(at, <u8>storage.extendTtl(key, 5));
  at = putU64(at, storage.version(key));
  at = putU64(at, storage.ttl(key));
  at = putU8(at, <u8>storage.read(key, at + 1, 1, 3));
  at += 3;
  at = putU8(at, <u8>storage.remove(key));
  at = putU8(at, <u8>storage.exists(key));
  doneWith(out, <i32>(at - out));
}`;

test('storage', async () => {
  const answer = createTestShard(await compileText(STORAGE)).accept(utf8ToBytes('bytes'));
  // Absent four times; then 5 bytes, version 2, ttl 110 + 5, three bytes from the second on; removed, gone.
  const u64 = (value: number) => [value, 0, 0, 0, 0, 0, 0, 0];
  const after = [1, 5, 1, ...u64(2), ...u64(115), 3, ...utf8ToBytes('yte'), 1, 0];
  expect([...answer]).toEqual([0, 1, 1, 0, ...after]);
});

const CALLS = `
import {
  askScript, callScript, context, copyResult, doneWith, executeCode, Outcome, putU32, resultSize,
} from "../../sdk/assembly/index";
const data: usize = memory.data(4096, 8);
const out: usize = memory.data(64, 8);
export function main(): void {
  const length = context.dataSize();
  context.copyData(data, 0, length);
  const how = load<u8>(data);
  let outcome: i32 = 0;
  if (how == 0) outcome = callScript(load<u32>(data, 1), data + 5, length - 5, 1_000_000);
  else if (how == 1) outcome = askScript(load<u32>(data, 1), data + 5, length - 5, 1_000_000);
  else outcome = executeCode(data + 1, length - 1, data, 1, 1_000_000);
  putU32(out, outcome);
  const size = min(resultSize(), 32);
  copyResult(out + 4, 0, size);
  doneWith(out, 4 + size);
}`;

test('calls and raw code', async () => {
  const shard = createTestShard(await compileText(CALLS));
  const echo = shard.world.addScript(
    await compileText(`
import { context, doneWith } from "../../sdk/assembly/index";
const data: usize = memory.data(64, 8);
export function main(): void { context.copyData(data, 0, context.dataSize()); doneWith(data, context.dataSize()); }`),
  );
  const id = Uint8Array.of(echo, 0, 0, 0);
  const ask = (...parts: Uint8Array[]) => shard.run(concatBytes(...parts));
  const called = ask(Uint8Array.of(0), id, Uint8Array.of(7, 8, 9));
  expect([...called.output.slice(4)]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 7, 8, 9]);
  const unknown = ask(Uint8Array.of(0), Uint8Array.of(77, 0, 0, 0));
  expect([...unknown.output.slice(4)]).toEqual([6, 0, 0, 0]);
  // Only scripts with a lower id may be asked.
  expect(ask(Uint8Array.of(1), id)).toMatchObject({ outcome: 'trapped', error: { code: 'NOT_A_LOWER_SCRIPT' } });
  // EVM bytecode that returns its calldata's first word: PUSH0 CALLDATALOAD PUSH0 MSTORE PUSH1 32 PUSH0 RETURN.
  const executed = ask(Uint8Array.of(2, 0x5f, 0x35, 0x5f, 0x52, 0x60, 0x20, 0x5f, 0xf3));
  expect([...executed.output.slice(4)]).toEqual([0, 0, 0, 0, 2, ...new Array<number>(31).fill(0)]);
  const refused = ask(Uint8Array.of(2, 0, 0x61, 0x73, 0x6d));
  expect([...refused.output.slice(4)]).toEqual([8, 0, 0, 0]);
});

const HASHES = `
import { BLS_PUBLIC_KEY, BLS_SIGNATURE, context, doneWith, hashes, isBlsSigned, putU8, saveReceipt } from "../../sdk/assembly/index";
const data: usize = memory.data(1024, 8);
const out: usize = memory.data(96, 8);
export function main(): void {
  const length = context.dataSize();
  context.copyData(data, 0, length);
  const message = data + BLS_PUBLIC_KEY + BLS_SIGNATURE;
  const rest = length - BLS_PUBLIC_KEY - BLS_SIGNATURE;
  hashes.sha256(message, rest, out);
  hashes.keccak256(message, rest, out + 32);
  putU8(out + 64, <u8>isBlsSigned(data, message, rest, data + BLS_PUBLIC_KEY));
  putU8(out + 65, <u8>saveReceipt(2, 5, message, rest));
  doneWith(out, 66);
}`;

test('hashes, signatures and receipts', async () => {
  const shard = createTestShard(await compileText(HASHES));
  const key = new Uint8Array(32).fill(9);
  const text = utf8ToBytes('signed by all');
  const message = concatBytes(blsPublicKey(key), blsSign(key, text), text);
  const want = concatBytes(sha256(text), keccak256(text));
  expect(shard.accept(message)).toEqual(concatBytes(want, Uint8Array.of(1, 0)));
  message[50]! ^= 1;
  expect(shard.accept(message)).toEqual(concatBytes(want, Uint8Array.of(0, 1)));
  expect(shard.world.receipts()[1]).toMatchObject({ script: 1, target: { shard: 2, script: 5 }, data: text });
});
