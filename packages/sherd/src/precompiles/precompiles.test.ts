/** The pre-compiled contracts by small cases of our own: result, price per fork, failure, and who is alive when. */
import { describe, expect, it } from 'vitest';
import { bytesToHex, concatBytes, hexToBytes, padLeft, utf8ToBytes, wordToBytes } from '../base/index.ts';
import { keccak256 } from '../crypto/hash.ts';
import { addressOf, signHash } from '../crypto/secp256k1.ts';
import type { ForkName, PrecompileName } from '../protocol/index.ts';
import { activePrecompiles, PRECOMPILES } from './index.ts';

function contract(name: PrecompileName, fork: ForkName) {
  const found = activePrecompiles(fork).get(PRECOMPILES[name].address);
  if (found === undefined) throw new Error(`${fork} has no ${name}`);
  return found;
}

function run(name: PrecompileName, input: Uint8Array, fork: ForkName = 'osaka'): string {
  const output = contract(name, fork).run(input);
  return output === undefined ? 'failed' : bytesToHex(output);
}

describe('which are alive', () => {
  const counts: [ForkName, number][] = [
    ['frontier', 4],
    ['spuriousDragon', 4],
    ['byzantium', 8],
    ['istanbul', 9],
    ['shanghai', 9],
    ['cancun', 10],
    ['prague', 17],
    ['osaka', 18],
  ];
  for (const [fork, count] of counts) it(`${fork}: ${count}`, () => expect(activePrecompiles(fork).size).toBe(count));

  it('stand at 0x01 .. 0x11 and 0x100', () => {
    const numbers = [...activePrecompiles('osaka').keys()].map(Number);
    expect(numbers).toEqual([...Array.from({ length: 17 }, (_, i) => i + 1), 0x100]);
  });
});

describe('hashes', () => {
  const abc = utf8ToBytes('abc');

  it('are those of the standards', () => {
    expect(run('sha256', abc)).toBe('0xba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(run('ripemd160', abc)).toBe('0x0000000000000000000000008eb208f7e05d987a9b044a8e98c6b087f15a0bfc');
    expect(run('identity', abc)).toBe('0x616263');
  });

  it('cost by words begun', () => {
    const gas = (name: 'sha256' | 'ripemd160' | 'identity', length: number) =>
      contract(name, 'frontier').gas(new Uint8Array(length));
    expect([gas('sha256', 0), gas('sha256', 1), gas('sha256', 33)]).toEqual([60, 72, 84]);
    expect([gas('ripemd160', 32), gas('identity', 32)]).toEqual([720, 18]);
  });
});

describe('ecRecover', () => {
  const key = wordToBytes(0xabcdefn);
  const hash = keccak256(utf8ToBytes('message'));
  const { r, s, yParity } = signHash(hash, key);
  const input = concatBytes(hash, wordToBytes(27n + BigInt(yParity)), wordToBytes(r), wordToBytes(s));

  it('gives the signer', () => {
    expect(run('ecRecover', input)).toBe(bytesToHex(padLeft(hexToBytes(addressOf(key)), 32)));
    expect(run('ecRecover', concatBytes(input, Uint8Array.of(1, 2, 3)))).toBe(run('ecRecover', input));
  });

  it('gives nothing for a wrong v, or too little input', () => {
    for (const v of [0n, 26n, 29n, 27n + (1n << 200n)]) {
      const wrong = input.slice();
      wrong.set(wordToBytes(v), 32);
      expect(run('ecRecover', wrong)).toBe('0x');
    }
    expect(run('ecRecover', input.slice(0, 90))).toBe('0x');
  });
});

describe('modexp', () => {
  const operands = (base: string, exponent: string, modulus: string) => {
    const parts = [base, exponent, modulus].map(hexToBytes);
    return concatBytes(...parts.map((part) => wordToBytes(BigInt(part.length))), ...parts);
  };

  it('raises to powers', () => {
    expect(run('modexp', operands('03', '05', '64'))).toBe('0x2b');
    expect(run('modexp', operands('03', '05', '00000064'))).toBe('0x0000002b');
    // Fermat's little theorem: a^p mod p = a.
    const prime = 'fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f';
    expect(run('modexp', operands('123456789a', prime, prime))).toBe(`0x${'123456789a'.padStart(64, '0')}`);
  });

  it('has answers at the edges', () => {
    expect(run('modexp', new Uint8Array(0))).toBe('0x');
    expect(run('modexp', operands('03', '', '05'))).toBe('0x01');
    expect(run('modexp', operands('03', '02', '01'))).toBe('0x00');
    for (const exponent of ['', '00']) expect(run('modexp', operands('03', exponent, '01'))).toBe('0x00');
    expect(run('modexp', operands('03', '02', '0000'))).toBe('0x0000');
    expect(run('modexp', operands('', '', '05'))).toBe('0x01');
  });

  it('is priced by three formulas', () => {
    const input = operands('03'.repeat(64), `01${'00'.repeat(32)}`, '05'.repeat(64));
    // 64 bytes, an exponent of 33 bytes whose first 32 hold 249 bits: 8 or 16 + 248 iterations.
    expect(contract('modexp', 'byzantium').gas(input)).toBe(Math.floor((64 * 64 * 256) / 20));
    expect(contract('modexp', 'berlin').gas(input)).toBe(Math.floor((8 * 8 * 256) / 3));
    expect(contract('modexp', 'osaka').gas(input)).toBe(2 * 8 * 8 * 264);
    expect(contract('modexp', 'berlin').gas(operands('03', '05', '64'))).toBe(200);
    expect(contract('modexp', 'osaka').gas(operands('03', '05', '64'))).toBe(500);
  });

  it('costs 16 an iteration for up to 32 bytes, and twice the square of its words above (EIP-7883)', () => {
    // 255 iterations.
    const gas = (length: number) =>
      contract('modexp', 'osaka').gas(operands('03'.repeat(length), 'ff'.repeat(32), '05'));
    expect([gas(1), gas(32), gas(33), gas(40), gas(41)]).toEqual([16, 16, 50, 50, 72].map((price) => 255 * price));
    const byModulus = contract('modexp', 'osaka').gas(operands('03', 'ff'.repeat(32), '05'.repeat(33)));
    expect(byModulus).toBe(255 * 50);
  });

  it('takes 1024 bytes of each operand and no more from Osaka on (EIP-7823)', () => {
    const [one, most, more] = ['01', '01'.repeat(1024), '01'.repeat(1025)];
    const lengthOf = (...parts: [string, string, string]) => run('modexp', operands(...parts)).length / 2 - 1;
    expect([lengthOf(most, one, one), lengthOf(one, most, one), lengthOf(one, one, most)]).toEqual([1, 1, 1024]);
    for (const parts of [
      [more, one, one],
      [one, more, one],
      [one, one, more],
    ] as const) {
      expect(run('modexp', operands(...parts))).toBe('failed');
    }
  });

  it('is priced exactly for lengths about 2^32, 2^63 and 2^64, as far as a price is below 2^64', () => {
    const lengths = (base: bigint, exponent: bigint, modulus: bigint) =>
      concatBytes(wordToBytes(base), wordToBytes(exponent), wordToBytes(modulus));
    const price = (fork: ForkName, input: Uint8Array) => contract('modexp', fork).gas(input);
    const bounded = (gas: bigint) => (gas >= 1n << 64n ? Number.POSITIVE_INFINITY : Number(gas));
    for (const border of [1n << 32n, 1n << 63n, 1n << 64n]) {
      for (const length of [border - 1n, border, border + 1n]) {
        const words = (length + 7n) / 8n;
        const square = length * length;
        for (const input of [lengths(length, 0n, 1n), lengths(1n, 0n, length)]) {
          expect(price('byzantium', input)).toBe(bounded((square / 16n + 480n * length - 199_680n) / 20n));
          expect(price('berlin', input)).toBe(bounded((words * words) / 3n));
          expect(price('osaka', input)).toBe(bounded(2n * words * words));
        }
        const exponent = lengths(1n, length, 1n);
        expect(price('byzantium', exponent)).toBe(bounded((8n * (length - 32n)) / 20n));
        expect(price('berlin', exponent)).toBe(bounded((8n * (length - 32n)) / 3n));
        expect(price('osaka', exponent)).toBe(bounded(16n * 16n * (length - 32n)));
        // Nothing to multiply costs nothing, and is nothing, however long the exponent is said to be.
        expect(price('byzantium', lengths(0n, length, 0n))).toBe(0);
        expect(price('berlin', lengths(0n, length, 0n))).toBe(200);
        expect(run('modexp', lengths(0n, length, 0n), 'berlin')).toBe('0x');
      }
    }
  });

  it('cannot be paid for lengths beyond all measure, and fails above 1024 bytes from Osaka on', () => {
    const huge = concatBytes(wordToBytes(2n ** 256n - 1n), wordToBytes(0n), wordToBytes(2n ** 256n - 1n));
    expect(contract('modexp', 'berlin').gas(huge)).toBe(Number.POSITIVE_INFINITY);
    const long = concatBytes(wordToBytes(1025n), wordToBytes(0n), wordToBytes(1n));
    expect(run('modexp', long, 'osaka')).toBe('failed');
    expect(run('modexp', long, 'prague')).toBe('0x00');
  });
});

describe('lengths', () => {
  it('that are wrong fail, cost, or count as no signature', () => {
    expect(run('bnPairing', new Uint8Array(191))).toBe('failed');
    expect(run('bnPairing', new Uint8Array(0))).toBe(`0x${'1'.padStart(64, '0')}`);
    expect(run('blake2f', new Uint8Array(212))).toBe('failed');
    expect(run('blake2f', new Uint8Array(213).fill(2, 212))).toBe('failed');
    expect(run('pointEvaluation', new Uint8Array(191))).toBe('failed');
    for (const name of [
      'blsG1Add',
      'blsG1Msm',
      'blsG2Add',
      'blsG2Msm',
      'blsPairing',
      'blsMapG1',
      'blsMapG2',
    ] as const) {
      expect(run(name, new Uint8Array(0)), name).toBe('failed');
      expect(run(name, new Uint8Array(31)), name).toBe('failed');
    }
    expect(run('p256Verify', new Uint8Array(159))).toBe('0x');
  });

  it('of many points are cheaper by the point (EIP-2537)', () => {
    const gas = (points: number) => contract('blsG1Msm', 'prague').gas(new Uint8Array(160 * points));
    expect([gas(0), gas(1), gas(2), gas(128), gas(129)]).toEqual([
      0,
      12_000,
      Math.floor((2 * 12_000 * 949) / 1000),
      Math.floor((128 * 12_000 * 519) / 1000),
      Math.floor((129 * 12_000 * 519) / 1000),
    ]);
  });

  it('of points: more are priced less from Istanbul on (EIP-1108)', () => {
    const input = new Uint8Array(384);
    expect(contract('bnPairing', 'byzantium').gas(input)).toBe(260_000);
    expect(contract('bnPairing', 'istanbul').gas(input)).toBe(113_000);
  });
});
