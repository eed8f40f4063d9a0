/** 256-bit integers of the SDK against BigInt: limbs at their edges, hard divisions, and many numbers. */
import fc from 'fast-check';
import { bytesToBigInt, concatBytes } from 'sherd/base';
import { beforeAll, describe, expect, test } from 'vitest';
import { fromLittleEndian, littleEndian, type TestShard } from '../../../packages/node/src/scriptTool/index.ts';
import { shardOf } from './shardOf.ts';

/** Message: what to do (a byte), three numbers. Answer: two numbers, a byte. */
const SOURCE = `
import { doneWith, host, u256 } from "../../sdk/assembly/index";
const a: usize = memory.data(104, 8);
const out: usize = memory.data(72, 8);
export function main(): void {
  host.dataCopy(out, 0, 1);
  host.dataCopy(a, 1, 96);
  const what = load<u8>(out);
  store<u8>(out, 0);
  const b = a + 32;
  const c = a + 64;
  const more = out + 32;
  let flag: i32 = 0;
  switch (what) {
    case 0: flag = <i32>u256.add(a, b, out); break;
    case 1: flag = <i32>u256.sub(a, b, out); break;
    case 2: flag = <i32>u256.mul(a, b, out); break;
    case 3: flag = <i32>u256.divide(a, b, out, more); break;
    case 4: flag = <i32>u256.div(a, b, out); break;
    case 5: flag = <i32>u256.mod(a, b, out); break;
    case 6: flag = <i32>u256.mulDiv(a, b, c, out); break;
    case 7: flag = <i32>u256.mulMod(a, b, c, out); break;
    case 8: flag = u256.compare(a, b); break;
    case 9: u256.and(a, b, out); u256.or(a, b, more); break;
    case 10: u256.xor(a, b, out); u256.not(a, more); break;
    case 11: u256.shiftLeft(a, load<u32>(b), out); u256.shiftRight(a, load<u32>(b), more); break;
    case 12: u256.swap(a, out); u256.fromU64(u256.toU64(a), more); flag = <i32>u256.fitsU64(a); break;
    case 13: flag = <i32>u256.isZero(a); break;
    // Over an operand.
    case 14: u256.mul(a, a, a); u256.set(out, a); break;
    case 15: flag = <i32>u256.divide(a, b, b, a); u256.set(out, b); u256.set(more, a); break;
    case 16: u256.shiftLeft(a, load<u32>(b), a); u256.swap(a, a); u256.set(out, a); break;
    case 17: u256.sub(a, b, b); u256.set(out, b); break;
    default: unreachable();
  }
  store<u8>(out + 64, <u8>flag);
  doneWith(out, 65);
}`;

const MODULUS = 2n ** 256n;
const edges = [0n, 1n, ...[32n, 64n, 128n, 192n, 224n].flatMap((at) => [2n ** at - 1n, 2n ** at]), MODULUS - 1n];
/** Of all sizes: most of the uniform ones have 256 bits. */
const number = fc.oneof(
  fc.bigInt({ min: 0n, max: MODULUS - 1n }),
  fc.tuple(fc.bigInt({ min: 0n, max: MODULUS - 1n }), fc.nat(255)).map(([value, by]) => value >> BigInt(by)),
  fc.constantFrom(...edges),
);

let shard: TestShard;
beforeAll(async () => {
  shard = await shardOf(SOURCE);
});

function ask(what: number, a: bigint, b = 0n, c = 0n) {
  const operands = [a, b, c].map((each) => littleEndian(each, 32));
  const answer = shard.accept(concatBytes(Uint8Array.of(what), ...operands));
  return {
    value: fromLittleEndian(answer.slice(0, 32)),
    more: fromLittleEndian(answer.slice(32, 64)),
    flag: (answer[64]! << 24) >> 24,
  };
}

/** Every pair of edges, and many of all sizes. */
function forPairs(check: (a: bigint, b: bigint) => void): void {
  for (const a of edges) for (const b of edges) check(a, b);
  fc.assert(fc.property(number, number, check), { seed: 256, numRuns: 150 });
}

describe('arithmetic', () => {
  test('add, sub, mul tell what does not fit', () => {
    forPairs((a, b) => {
      expect(ask(0, a, b)).toMatchObject({ value: (a + b) % MODULUS, flag: Number(a + b >= MODULUS) });
      expect(ask(1, a, b)).toMatchObject({ value: (a - b + MODULUS) % MODULUS, flag: Number(a < b) });
      expect(ask(2, a, b)).toMatchObject({ value: (a * b) % MODULUS, flag: Number(a * b >= MODULUS) });
    });
  });

  test('divide, div, mod; by zero nothing is written', () => {
    forPairs((a, b) => {
      const [quotient, rest, flag] = b === 0n ? [0n, 0n, 0] : [a / b, a % b, 1];
      expect(ask(3, a, b)).toEqual({ value: quotient, more: rest, flag });
      expect(ask(4, a, b)).toMatchObject({ value: quotient, flag });
      expect(ask(5, a, b)).toMatchObject({ value: rest, flag });
    });
  });

  test('divide where a digit of the quotient is guessed too high', () => {
    // Divisors just above a power, dividends just below a multiple: the guess fails once, twice, and by an addition back.
    const limb = 2n ** 32n;
    for (const size of [2n, 3n, 5n, 8n]) {
      for (const divisor of [
        limb ** (size - 1n) * (limb / 2n) + 1n,
        limb ** size - 1n,
        (limb ** size * 3n) / 4n + 1n,
      ]) {
        for (const digit of [1n, limb - 1n, limb - 2n, limb / 2n]) {
          for (const off of [-1n, 0n, 1n]) {
            const dividend = divisor * digit + off;
            if (dividend >= MODULUS) continue;
            expect(ask(3, dividend, divisor)).toEqual({
              value: dividend / divisor,
              more: dividend % divisor,
              flag: 1,
            });
          }
        }
      }
    }
    expect(ask(3, 0x7fffffff_80000000_00000000_00000000n, 0x80000000_00000000_00000001n)).toEqual({
      value: 0x7fffffff_80000000_00000000_00000000n / 0x80000000_00000000_00000001n,
      more: 0x7fffffff_80000000_00000000_00000000n % 0x80000000_00000000_00000001n,
      flag: 1,
    });
  });

  test('mulDiv and mulMod have 512 bits', () => {
    const check = (a: bigint, b: bigint, c: bigint) => {
      const fits = c !== 0n && (a * b) / c < MODULUS;
      expect(ask(6, a, b, c)).toMatchObject({ value: fits ? (a * b) / c : 0n, flag: Number(fits) });
      expect(ask(7, a, b, c)).toMatchObject({ value: c === 0n ? 0n : (a * b) % c, flag: Number(c !== 0n) });
    };
    for (const a of edges) for (const c of edges) check(a, MODULUS - 1n, c);
    fc.assert(fc.property(number, number, number, check), { seed: 512, numRuns: 200 });
  });

  test('results may be written over operands', () => {
    forPairs((a, b) => {
      expect(ask(14, a).value).toBe((a * a) % MODULUS);
      expect(ask(17, a, b).value).toBe((a - b + MODULUS) % MODULUS);
      if (b !== 0n) expect(ask(15, a, b)).toEqual({ value: a / b, more: a % b, flag: 1 });
    });
  });
});

test('order, bits and conversions', () => {
  forPairs((a, b) => {
    expect(ask(8, a, b).flag).toBe(a === b ? 0 : a < b ? -1 : 1);
    expect(ask(9, a, b)).toMatchObject({ value: a & b, more: a | b });
    expect(ask(10, a, b)).toMatchObject({ value: a ^ b, more: MODULUS - 1n - a });
    const swapped = bytesToBigInt(littleEndian(a, 32));
    expect(ask(12, a)).toEqual({ value: swapped, more: a % 2n ** 64n, flag: Number(a < 2n ** 64n) });
    expect(ask(13, a).flag).toBe(Number(a === 0n));
  });
});

test('shifts by any number of bits', () => {
  const far = [0n, 1n, 31n, 32n, 63n, 64n, 65n, 127n, 128n, 192n, 193n, 255n, 256n, 257n, 2n ** 31n, 2n ** 32n - 1n];
  for (const a of [...edges, 0x0123456789abcdefn * (MODULUS / 2n ** 64n) + 0xfedcba987654321n]) {
    for (const by of far) {
      const left = by > 255n ? 0n : (a << by) % MODULUS;
      expect(ask(11, a, by)).toMatchObject({ value: left, more: by > 255n ? 0n : a >> by });
      expect(ask(16, a, by).value).toBe(bytesToBigInt(littleEndian(left, 32)));
    }
  }
});
