/** 256-bit integers of the SDK against BigInt: limbs at their edges, and many numbers. */
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { concatBytes } from 'sherd/base';
import { expect, test } from 'vitest';
import { createTestShard, fromLittleEndian, littleEndian } from '../../../packages/node/src/scriptTool/index.ts';
import { compileScript } from '../compile.mjs';

const SOURCE = `
import { doneWith, host } from "../../sdk/assembly/index";
import * as u256 from "../../sdk/assembly/u256";
const a: usize = memory.data(64, 8);
const out: usize = memory.data(72, 8);
export function main(): void {
  host.dataCopy(a, 0, 64);
  const b = a + 32;
  store<i8>(out + 64, u256.add(a, b, out));
  store<i8>(out + 65, u256.sub(a, b, out + 32));
  store<i8>(out + 66, <i8>u256.compare(a, b));
  store<i8>(out + 67, u256.isZero(a));
  // Over an operand, too.
  u256.sub(a, b, b);
  store<i8>(out + 68, <i8>u256.compare(b, out + 32));
  doneWith(out, 69);
}`;

const MODULUS = 2n ** 256n;
const edges = [0n, 1n, ...[64n, 128n, 192n].flatMap((at) => [2n ** at - 1n, 2n ** at]), MODULUS - 1n];

test('add, subtract and compare do what BigInt does', async () => {
  const entry = fileURLToPath(new URL('../../arithmetic/assembly/index.ts', import.meta.url));
  const shard = createTestShard(new Uint8Array(await compileScript(entry, new Map([[entry, SOURCE]]))));
  const check = (a: bigint, b: bigint) => {
    const answer = shard.accept(concatBytes(littleEndian(a, 32), littleEndian(b, 32)));
    expect(fromLittleEndian(answer.slice(0, 32))).toBe((a + b) % MODULUS);
    expect(fromLittleEndian(answer.slice(32, 64))).toBe((a - b + MODULUS) % MODULUS);
    const order = a === b ? 0 : a < b ? 255 : 1;
    expect([...answer.slice(64)]).toEqual([Number(a + b >= MODULUS), Number(a < b), order, Number(a === 0n), 0]);
  };
  for (const a of edges) for (const b of edges) check(a, b);
  const number = fc.bigInt({ min: 0n, max: MODULUS - 1n });
  fc.assert(fc.property(number, number, check), { seed: 256, numRuns: 200 });
});
