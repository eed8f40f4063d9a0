/** 64-bit arithmetic of the SDK against BigInt. */
import fc from 'fast-check';
import { concatBytes } from 'sherd/base';
import { beforeAll, expect, test } from 'vitest';
import { fromLittleEndian, littleEndian, type TestShard } from '../../../packages/node/src/scriptTool/index.ts';
import { shardOf } from './shardOf.ts';

const SOURCE = `
import { doneWith, host, u64math } from "../../sdk/assembly/index";
const a: usize = memory.data(32, 8);
const out: usize = memory.data(40, 8);
export function main(): void {
  host.dataCopy(a, 0, 25);
  const x = load<u64>(a);
  const y = load<u64>(a, 8);
  store<u64>(out, u64math.mulHigh(x, y));
  store<u64>(out, u64math.sqrt(x), 8);
  store<u8>(out, u64math.addOverflows(x, y), 16);
  store<u8>(out, u64math.mulOverflows(x, y), 17);
  if (load<u8>(a, 24) != 0) store<u64>(out, u64math.mulDiv(x, y, load<u64>(a, 16)), 18);
  doneWith(out, 26);
}`;
const MODULUS = 2n ** 64n;
const edges = [0n, 1n, 2n, 3n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 63n, MODULUS - 2n, MODULUS - 1n];
const number = fc.oneof(
  fc.bigInt({ min: 0n, max: MODULUS - 1n }),
  fc.tuple(fc.bigInt({ min: 0n, max: MODULUS - 1n }), fc.nat(63)).map(([value, by]) => value >> BigInt(by)),
);

let shard: TestShard;
beforeAll(async () => {
  shard = await shardOf(SOURCE);
});

function check(x: bigint, y: bigint, z: bigint): void {
  const fits = z !== 0n && (x * y) / z < MODULUS;
  const message = (divides: boolean) =>
    concatBytes(...[x, y, z].map((each) => littleEndian(each, 8)), Uint8Array.of(Number(divides)));
  const answer = shard.accept(message(fits));
  const u64 = (at: number) => fromLittleEndian(answer.slice(at, at + 8));
  expect(u64(0)).toBe((x * y) / MODULUS);
  const root = u64(8);
  expect(root * root <= x && (root + 1n) ** 2n > x, `root of ${x}: ${root}`).toBe(true);
  expect([answer[16], answer[17]]).toEqual([Number(x + y >= MODULUS), Number(x * y >= MODULUS)]);
  if (fits) expect(u64(18)).toBe((x * y) / z);
  else expect(shard.run(message(true)).outcome).toBe('trapped');
}

test('halves of products, overflow, mulDiv and sqrt do what BigInt does', () => {
  for (const x of edges) for (const y of edges) for (const z of edges) check(x, y, z);
  for (const root of [3n, 2n ** 16n, 2n ** 31n, 2n ** 32n - 1n]) {
    for (const off of [-1n, 0n, 1n]) check(root * root + off, 1n, 1n);
  }
  fc.assert(fc.property(number, number, number, check), { seed: 64, numRuns: 300 });
});
