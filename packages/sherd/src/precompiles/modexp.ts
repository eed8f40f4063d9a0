/** 0x05: base^exponent mod modulus on numbers of any length (EIP-198), under three ways of pricing. */
import { bigIntToBytes, bytesToBigInt, EMPTY_BYTES } from '../base/index.ts';
import type { PrecompilePrices } from '../protocol/index.ts';
import { type Precompile, padRight, precompileAddress } from './precompile.ts';

type Formula = PrecompilePrices['modexp'];

const HEADER = 96;
const UINT64_MAX = (1n << 64n) - 1n;
/** Bytes of base, exponent and modulus each (EIP-7823, with the third formula). */
const MAX_LENGTH_7823 = 1024n;

interface Operands {
  readonly baseLength: bigint;
  readonly exponentLength: bigint;
  readonly modulusLength: bigint;
  readonly body: Uint8Array;
}

function readLengths(input: Uint8Array): Operands {
  const header = padRight(input, HEADER);
  return {
    baseLength: bytesToBigInt(header.subarray(0, 32)),
    exponentLength: bytesToBigInt(header.subarray(32, 64)),
    modulusLength: bytesToBigInt(header.subarray(64, 96)),
    body: input.subarray(Math.min(HEADER, input.length)),
  };
}

function bitLength(value: bigint): bigint {
  return value === 0n ? 0n : BigInt(value.toString(2).length);
}

/** Bits to go through: from the first 32 bytes of the exponent, and `perByte` for each byte behind them. */
function iterationCount({ baseLength, exponentLength, body }: Operands, perByte: bigint): bigint {
  const start = baseLength > BigInt(body.length) ? body.length : Number(baseLength);
  const headLength = exponentLength < 32n ? Number(exponentLength) : 32;
  const head = bytesToBigInt(padRight(body.subarray(start), headLength));
  const headBits = head === 0n ? 0n : bitLength(head) - 1n;
  return exponentLength <= 32n ? headBits : perByte * (exponentLength - 32n) + headBits;
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

/** EIP-198: near-quadratic in three pieces. */
function complexity198(length: bigint): bigint {
  const square = length * length;
  if (length <= 64n) return square;
  if (length <= 1024n) return square / 4n + 96n * length - 3072n;
  return square / 16n + 480n * length - 199_680n;
}

function words(length: bigint): bigint {
  return (length + 7n) / 8n;
}

const GAS: Readonly<Record<Formula, (operands: Operands) => bigint>> = {
  eip198(operands) {
    const length = max(operands.baseLength, operands.modulusLength);
    return (complexity198(length) * max(iterationCount(operands, 8n), 1n)) / 20n;
  },
  eip2565(operands) {
    const size = words(max(operands.baseLength, operands.modulusLength));
    return max(200n, (size * size * max(iterationCount(operands, 8n), 1n)) / 3n);
  },
  eip7883(operands) {
    const length = max(operands.baseLength, operands.modulusLength);
    const size = words(length);
    const complexity = length > 32n ? 2n * size * size : 16n;
    return max(500n, complexity * max(iterationCount(operands, 16n), 1n));
  },
};

/** base^exponent mod modulus for a modulus above 1, four bits of the exponent at a time. */
function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  const digits = exponent.toString(16);
  const powers: bigint[] = [1n, base % modulus];
  let result = 1n;
  for (let i = 0; i < digits.length; i++) {
    if (i > 0) {
      for (let k = 0; k < 4; k++) result = (result * result) % modulus;
    }
    const digit = Number.parseInt(digits[i]!, 16);
    if (digit === 0) continue;
    for (let known = powers.length; known <= digit; known++) powers.push((powers[known - 1]! * powers[1]!) % modulus);
    result = (result * powers[digit]!) % modulus;
  }
  return result;
}

export const modexp: Precompile<Formula> = {
  address: precompileAddress(5),
  gas(input, formula) {
    const gas = GAS[formula](readLengths(input));
    return gas > UINT64_MAX ? Number.POSITIVE_INFINITY : Number(gas);
  },
  run(input, formula) {
    const operands = readLengths(input);
    const { baseLength, exponentLength, modulusLength, body } = operands;
    if (formula === 'eip7883') {
      for (const length of [baseLength, exponentLength, modulusLength]) {
        if (length > MAX_LENGTH_7823) return undefined;
      }
    }
    if (baseLength === 0n && modulusLength === 0n) return EMPTY_BYTES;
    // What is paid for bounds base and modulus; only an exponent of zero bits may be long, and then lies behind the input.
    const part = (start: bigint, length: bigint): bigint => {
      if (start >= BigInt(body.length)) return 0n;
      const present = body.subarray(Number(start), Number(start + length));
      return bytesToBigInt(present) << (8n * (length - BigInt(present.length)));
    };
    const modulus = part(baseLength + exponentLength, modulusLength);
    if (modulus <= 1n) return new Uint8Array(Number(modulusLength));
    const base = part(0n, baseLength);
    const exponent = part(baseLength, exponentLength);
    return bigIntToBytes(power(base, exponent, modulus), Number(modulusLength));
  },
};
