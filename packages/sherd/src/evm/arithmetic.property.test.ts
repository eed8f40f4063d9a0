/** Every instruction on words against plain BigInt arithmetic, on operands that lie at borders more often than not. */
import { code, execute, op, push, returnTop } from '@sherd/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OPCODE_NAMES, OPCODES, type OpcodeName } from '../protocol/index.ts';

const SIZE = 1n << 256n;
const HALF = 1n << 255n;

const wrap = (value: bigint) => ((value % SIZE) + SIZE) % SIZE;
const signed = (word: bigint) => (word >= HALF ? word - SIZE : word);
const bit = (isTrue: boolean) => (isTrue ? 1n : 0n);

/** Powers by squaring modulo 2^256. */
function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let left = exponent, square = base; left > 0n; left >>= 1n, square = (square * square) % SIZE) {
    if (left & 1n) result = (result * square) % SIZE;
  }
  return result;
}

/** The Yellow Paper's appendix H.2 (and EIP-145, EIP-7939) in words of BigInt; the first operand is the stack's top. */
const MEANING: Readonly<Partial<Record<OpcodeName, (...operands: readonly bigint[]) => bigint>>> = {
  ADD: (a, b) => wrap(a! + b!),
  MUL: (a, b) => wrap(a! * b!),
  SUB: (a, b) => wrap(a! - b!),
  DIV: (a, b) => (b === 0n ? 0n : a! / b!),
  SDIV: (a, b) => (b === 0n ? 0n : wrap(signed(a!) / signed(b!))),
  MOD: (a, b) => (b === 0n ? 0n : a! % b!),
  SMOD: (a, b) => (b === 0n ? 0n : wrap(signed(a!) % signed(b!))),
  ADDMOD: (a, b, n) => (n === 0n ? 0n : (a! + b!) % n!),
  MULMOD: (a, b, n) => (n === 0n ? 0n : (a! * b!) % n!),
  EXP: (a, b) => power(a!, b!),
  SIGNEXTEND: (k, x) => (k! >= 31n ? x! : wrap(BigInt.asIntN(8 * (Number(k) + 1), x!))),
  LT: (a, b) => bit(a! < b!),
  GT: (a, b) => bit(a! > b!),
  SLT: (a, b) => bit(signed(a!) < signed(b!)),
  SGT: (a, b) => bit(signed(a!) > signed(b!)),
  EQ: (a, b) => bit(a === b),
  ISZERO: (a) => bit(a === 0n),
  AND: (a, b) => a! & b!,
  OR: (a, b) => a! | b!,
  XOR: (a, b) => a! ^ b!,
  NOT: (a) => SIZE - 1n - a!,
  BYTE: (i, x) => (i! >= 32n ? 0n : (x! >> (248n - 8n * i!)) & 0xffn),
  SHL: (shift, x) => (shift! >= 256n ? 0n : wrap(x! << shift!)),
  SHR: (shift, x) => (shift! >= 256n ? 0n : x! >> shift!),
  SAR: (shift, x) => wrap(signed(x!) >> (shift! >= 256n ? 256n : shift!)),
  CLZ: (x) => BigInt(x === 0n ? 256 : 256 - x!.toString(2).length),
};

const power2 = fc.tuple(fc.integer({ min: 0, max: 256 }), fc.integer({ min: -1, max: 1 }));
const word = fc.oneof(
  fc.constantFrom(0n, 1n, 2n, 31n, 32n, 255n, 256n, 257n, HALF - 1n, HALF, HALF + 1n, SIZE - 2n, SIZE - 1n),
  fc.bigInt(0n, 300n),
  power2.map(([exponent, offset]) => wrap((1n << BigInt(exponent)) + BigInt(offset))),
  fc.bigInt(0n, SIZE - 1n),
);

/** Each operand at the place where the stack has it, the first on top. */
function program(name: OpcodeName, operands: readonly bigint[]): string {
  return [...operands].reverse().map(push).join('') + op[name] + returnTop();
}

describe('instructions on words', () => {
  it('are all here', () => {
    const words = OPCODE_NAMES.filter((name) => OPCODES[name].pure && OPCODES[name].pops > 0);
    expect(words.filter((name) => MEANING[name] === undefined)).toEqual([]);
  });

  for (const [name, meaning] of Object.entries(MEANING) as [OpcodeName, (...words: readonly bigint[]) => bigint][]) {
    const { pops } = OPCODES[name];
    const operands = fc.array(word, { minLength: pops, maxLength: pops });
    it(`${name} is what BigInt says`, () => {
      const property = fc.property(operands, (list) => {
        const run = execute(program(name, list));
        expect({ list, word: run.word }).toEqual({ list, word: meaning(...list) });
      });
      fc.assert(property, { seed: 20190704, numRuns: 400 });
    });
  }

  it('leave the rest of the stack alone', () => {
    const property = fc.property(fc.constantFrom(...(Object.keys(MEANING) as OpcodeName[])), word, (name, guard) => {
      const operands = Array.from({ length: OPCODES[name].pops }, (_, i) => BigInt(i + 1));
      const bytecode = push(guard) + program(name, operands).slice(0, -returnTop().length) + op.POP + returnTop();
      expect(execute(bytecode).word).toBe(guard);
    });
    fc.assert(property, { seed: 1014, numRuns: 200 });
  });

  it('hold over long chains of results', () => {
    const names = (Object.keys(MEANING) as OpcodeName[]).filter((name) => OPCODES[name].pops === 2 && name !== 'EXP');
    const step = fc.tuple(fc.constantFrom(...names), word);
    const property = fc.property(word, fc.array(step, { minLength: 1, maxLength: 40 }), (start, steps) => {
      let bytecode = push(start);
      let expected = start;
      for (const [name, operand] of steps) {
        bytecode += push(operand) + op[name];
        expected = MEANING[name]!(operand, expected);
      }
      expect(execute(bytecode + returnTop()).word).toBe(expected);
    });
    fc.assert(property, { seed: 7939, numRuns: 200 });
  });
});

describe('memory and copies', () => {
  const offset = fc.oneof(fc.integer({ min: 0, max: 100 }), fc.constantFrom(31, 32, 33, 63, 64, 65));

  it('move bytes as a byte array does', () => {
    const store = fc.record({ kind: fc.constant('MSTORE' as const), at: offset, word });
    const byte = fc.record({ kind: fc.constant('MSTORE8' as const), at: offset, word });
    const copy = fc.record({ kind: fc.constant('MCOPY' as const), at: offset, from: offset, size: offset });
    const property = fc.property(fc.array(fc.oneof(store, byte, copy), { maxLength: 20 }), (steps) => {
      const model = new Uint8Array(256);
      let bytecode = '';
      for (const step of steps) {
        if (step.kind === 'MCOPY') {
          bytecode += push(step.size) + push(step.from) + push(step.at) + op.MCOPY;
          model.copyWithin(step.at, step.from, step.from + step.size);
        } else {
          bytecode += push(step.word) + push(step.at) + op[step.kind];
          if (step.kind === 'MSTORE8') model[step.at] = Number(step.word & 0xffn);
          else model.set(code(step.word.toString(16).padStart(64, '0')), step.at);
        }
      }
      expect(execute(bytecode + push(256) + push(0) + op.RETURN).output).toEqual(model);
    });
    fc.assert(property, { seed: 5656, numRuns: 300 });
  });

  it('CALLDATALOAD and CALLDATACOPY read zeros behind the end, wherever that is', () => {
    const data = Uint8Array.from({ length: 70 }, (_, i) => i + 1);
    const from = fc.oneof(offset.map(BigInt), word);
    const property = fc.property(from, (start) => {
      const at = (i: bigint) => (start + i < 70n ? BigInt(data[Number(start + i)]!) : 0n);
      let expected = 0n;
      for (let i = 0n; i < 32n; i++) expected = (expected << 8n) | at(i);
      const message = { data };
      expect(execute(push(start) + op.CALLDATALOAD + returnTop(), { message }).word).toBe(expected);
      const copied = push(32) + push(start) + push(0) + op.CALLDATACOPY + push(32) + push(0) + op.RETURN;
      expect(execute(copied, { message }).word).toBe(expected);
    });
    fc.assert(property, { seed: 37, numRuns: 300 });
  });
});
