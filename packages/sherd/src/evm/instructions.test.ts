/** Every instruction by what it leaves on the stack or in memory. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CALLER, CONTRACT, call, execute, mstore, op, push, returnTop, sstore } from '@sherd/testkit';
import { describe, expect, it } from 'vitest';
import { bytesToHex, hexToBytes, WORD_MAX } from '../base/index.ts';
import { keccak256 } from '../crypto/hash.ts';
import { OPCODE_NAMES, OPCODES, type Opcode, type OpcodeName } from '../protocol/index.ts';

const MINUS_1 = WORD_MAX;
const MINUS_2 = WORD_MAX - 1n;
const MIN = 1n << 255n;

/** What an instruction makes of operands, the first on top of the stack. */
function result(name: OpcodeName, ...operands: bigint[]): bigint {
  return execute(call(name, ...operands) + returnTop()).word;
}

describe('arithmetic', () => {
  const cases: [OpcodeName, bigint[], bigint][] = [
    ['ADD', [MINUS_1, 2n], 1n],
    ['MUL', [1n << 255n, 3n], 1n << 255n],
    ['SUB', [1n, 2n], MINUS_1],
    ['DIV', [7n, 2n], 3n],
    ['DIV', [7n, 0n], 0n],
    ['SDIV', [MINUS_2, 2n], MINUS_1],
    ['SDIV', [MIN, MINUS_1], MIN],
    ['SDIV', [5n, 0n], 0n],
    ['MOD', [7n, 4n], 3n],
    ['MOD', [7n, 0n], 0n],
    ['SMOD', [WORD_MAX - 7n, 3n], MINUS_2],
    ['SMOD', [5n, 0n], 0n],
    ['ADDMOD', [MINUS_1, 2n, 10n], (WORD_MAX + 2n) % 10n],
    ['ADDMOD', [1n, 2n, 0n], 0n],
    ['MULMOD', [MINUS_1, MINUS_1, 12n], (WORD_MAX * WORD_MAX) % 12n],
    ['MULMOD', [1n, 2n, 0n], 0n],
    ['EXP', [3n, 5n], 243n],
    ['EXP', [2n, 255n], MIN],
    ['EXP', [2n, 256n], 0n],
    ['EXP', [0n, 0n], 1n],
    ['EXP', [6n, 400n], (6n ** 400n) & WORD_MAX],
    ['SIGNEXTEND', [0n, 0x80n], WORD_MAX - 0x7fn],
    ['SIGNEXTEND', [0n, 0x17fn], 0x7fn],
    ['SIGNEXTEND', [31n, 0x80n], 0x80n],
    ['SIGNEXTEND', [WORD_MAX, 0x80n], 0x80n],
  ];
  for (const [name, operands, want] of cases) {
    it(`${name} ${operands.join(' ')}`, () => expect(result(name, ...operands)).toBe(want));
  }
});

describe('comparison and bits', () => {
  const cases: [OpcodeName, bigint[], bigint][] = [
    ['LT', [1n, 2n], 1n],
    ['GT', [1n, 2n], 0n],
    ['SLT', [MINUS_1, 0n], 1n],
    ['SGT', [0n, MINUS_1], 1n],
    ['EQ', [5n, 5n], 1n],
    ['ISZERO', [0n], 1n],
    ['AND', [0b1100n, 0b1010n], 0b1000n],
    ['OR', [0b1100n, 0b1010n], 0b1110n],
    ['XOR', [0b1100n, 0b1010n], 0b0110n],
    ['NOT', [0n], MINUS_1],
    ['BYTE', [31n, 0xabcdn], 0xcdn],
    ['BYTE', [30n, 0xabcdn], 0xabn],
    ['BYTE', [32n, 0xabcdn], 0n],
    ['SHL', [255n, 3n], MIN],
    ['SHL', [256n, 1n], 0n],
    ['SHR', [1n, 3n], 1n],
    ['SHR', [WORD_MAX, WORD_MAX], 0n],
    ['SAR', [1n, MINUS_2], MINUS_1],
    ['SAR', [WORD_MAX, MIN], MINUS_1],
    ['SAR', [300n, 5n], 0n],
    ['CLZ', [0n], 256n],
    ['CLZ', [1n], 255n],
    ['CLZ', [MIN], 0n],
  ];
  for (const [name, operands, want] of cases) {
    it(`${name} ${operands.join(' ')}`, () => expect(result(name, ...operands)).toBe(want));
  }
});

describe('stack', () => {
  it('PUSH reads zeros behind the end of the code', () => {
    const cut = `${op.PUSH32}ff`;
    expect(execute(cut).ending).toBe('stop');
  });

  it('DUP and SWAP reach 16 down', () => {
    const numbers = Array.from({ length: 17 }, (_, i) => push(i)).join('');
    expect(execute(numbers + op.DUP16 + returnTop()).word).toBe(1n);
    expect(execute(numbers + op.SWAP16 + returnTop()).word).toBe(0n);
  });

  it('halts when it would under- or overflow', () => {
    expect(execute(op.ADD).ending).toBe('stack underflow');
    expect(execute(push(1).repeat(1024)).ending).toBe('stop');
    expect(execute(push(1).repeat(1025)).ending).toBe('stack limit reached');
  });
});

describe('flow', () => {
  it('jumps to a JUMPDEST only, and never into push data', () => {
    expect(execute(push(4) + op.JUMP + op.INVALID + op.JUMPDEST).ending).toBe('stop');
    expect(execute(push(3) + op.JUMP + op.STOP).ending).toBe('invalid jump destination');
    expect(execute(push(4) + op.JUMP + op.PUSH1 + op.JUMPDEST).ending).toBe('invalid jump destination');
    expect(execute(call('JUMP', WORD_MAX)).ending).toBe('invalid jump destination');
  });

  it('JUMPI looks at the condition first', () => {
    expect(execute(call('JUMPI', WORD_MAX, 0)).ending).toBe('stop');
    expect(execute(call('JUMPI', WORD_MAX, 1)).ending).toBe('invalid jump destination');
  });

  it('PC, MSIZE and GAS tell of the frame', () => {
    expect(execute(push(0) + op.POP + op.PC + returnTop()).word).toBe(3n);
    expect(execute(mstore(33, 1) + op.MSIZE + returnTop()).word).toBe(96n);
    expect(execute(op.GAS + returnTop(), { message: { gas: 1000 } }).word).toBe(998n);
  });

  it('GAS shows what is above 2^53 too', () => {
    const run = execute(op.GAS + returnTop(), { message: { gas: 2 ** 52, reserve: 12_345n } });
    expect(run.word).toBe(2n ** 52n + 12_345n - 2n);
    expect(run.reserveLeft).toBe(12_345n);
  });

  it('halts on what is no instruction, and on INVALID', () => {
    expect(execute('0c').ending).toBe('invalid opcode');
    expect(execute(op.INVALID).ending).toBe('invalid opcode');
    expect(execute(op.PUSH0, { fork: 'paris' }).ending).toBe('invalid opcode');
    expect(execute(op.PUSH0, { fork: 'shanghai' }).ending).toBe('stop');
  });

  it('stops when it is aborted', () => {
    const loop = op.JUMPDEST + push(0) + op.JUMP;
    expect(execute(loop, { abort: { aborted: true } }).ending).toBe('aborted');
  });
});

describe('memory', () => {
  it('keeps words and bytes', () => {
    expect(execute(mstore(0, 0x1234) + call('MLOAD', 0) + returnTop()).word).toBe(0x1234n);
    expect(execute(mstore(0, WORD_MAX) + call('MLOAD', 16) + returnTop()).word).toBe(WORD_MAX ^ ((1n << 128n) - 1n));
    expect(execute(call('MSTORE8', 31, 0xabcd) + call('MLOAD', 0) + returnTop()).word).toBe(0xcdn);
  });

  it('MCOPY copies ranges that overlap', () => {
    const bytes = `0x${'0102030405060708'.repeat(4)}`;
    const run = execute(mstore(0, bytes) + call('MCOPY', 1, 0, 31) + call('RETURN', 0, 32));
    expect(bytesToHex(run.output)).toBe(`0x01${'0102030405060708'.repeat(4).slice(0, 62)}`);
  });

  it('KECCAK256 hashes it', () => {
    const run = execute(mstore(0, 1) + call('KECCAK256', 0, 32) + returnTop());
    expect(bytesToHex(run.output)).toBe(bytesToHex(keccak256(hexToBytes('01'.padStart(64, '0')))));
  });

  it('is out of gas far out, and free of charge when nothing is touched', () => {
    for (const offset of [2n ** 32n, 2n ** 64n, WORD_MAX]) {
      expect(execute(call('MLOAD', offset)).ending).toBe('out of gas');
      expect(execute(call('RETURN', offset, 1)).ending).toBe('out of gas');
      expect(execute(call('RETURN', 0, offset)).ending).toBe('out of gas');
      expect(execute(call('RETURN', offset, 0)).ending).toBe('return');
      expect(execute(call('MCOPY', offset, offset, 0)).ending).toBe('stop');
    }
  });

  it('costs 3 a word and words^2 / 512', () => {
    const gasOf = (offset: number) =>
      execute(call('MLOAD', offset)).gasUsed - execute(push(offset) + op.POP).gasUsed - 1;
    expect(gasOf(0)).toBe(3);
    expect(gasOf(32 * 1023)).toBe(3 * 1024 + 1024 ** 2 / 512);
  });

  it('is what each row of the opcode table says', () => {
    const touching = OPCODE_NAMES.filter((name) => OPCODES[name].memory.length > 0);
    for (const name of touching) {
      const row: Opcode = OPCODES[name];
      if (row.ends || name === 'RETURNDATACOPY') continue;
      const operands = new Array<number>(row.pops).fill(0);
      let furthest = 0;
      row.memory.forEach(([offset, size], i) => {
        operands[offset] = 100 * (i + 1);
        if (typeof size === 'number') operands[size] = 50;
        furthest = 100 * (i + 1) + (typeof size === 'number' ? 50 : Number(size));
      });
      const run = execute(call(name, ...operands) + op.MSIZE + returnTop());
      expect(run.word, name).toBe(BigInt(Math.ceil(furthest / 32) * 32));
    }
  });
});

describe('environment and block', () => {
  const data = hexToBytes(`${'11'.repeat(32)}2222`);
  const cases: [string, string, bigint][] = [
    ['ADDRESS', op.ADDRESS, BigInt(CONTRACT)],
    ['ORIGIN', op.ORIGIN, BigInt(CALLER)],
    ['CALLER', op.CALLER, BigInt(CALLER)],
    ['CALLVALUE', op.CALLVALUE, 5n],
    ['CALLDATASIZE', op.CALLDATASIZE, 34n],
    ['CALLDATALOAD', call('CALLDATALOAD', 31), BigInt(`0x112222${'00'.repeat(29)}`)],
    ['CALLDATALOAD far out', call('CALLDATALOAD', WORD_MAX), 0n],
    ['CODESIZE', op.CODESIZE, 9n],
    ['GASPRICE', op.GASPRICE, 10n],
    ['SELFBALANCE', op.SELFBALANCE, 5n],
    ['BALANCE', call('BALANCE', CONTRACT), 5n],
    ['EXTCODESIZE of nothing', call('EXTCODESIZE', 0x999), 0n],
    ['EXTCODEHASH of nothing', call('EXTCODEHASH', 0x999), 0n],
    ['NUMBER', op.NUMBER, 1000n],
    ['TIMESTAMP', op.TIMESTAMP, 1_700_000_000n],
    ['COINBASE', op.COINBASE, 0xc01bn],
    ['GASLIMIT', op.GASLIMIT, 30_000_000n],
    ['CHAINID', op.CHAINID, 1n],
    ['PREVRANDAO', op.PREVRANDAO, 0x1234n],
    ['BASEFEE', op.BASEFEE, 7n],
    ['BLOBBASEFEE', op.BLOBBASEFEE, 3n],
    ['BLOBHASH', call('BLOBHASH', 1), 0x02n],
    ['BLOBHASH far out', call('BLOBHASH', WORD_MAX), 0n],
    ['BLOCKHASH of a later block', call('BLOCKHASH', 1000), 0n],
    ['BLOCKHASH of an old block', call('BLOCKHASH', 743), 0n],
  ];
  for (const [title, bytecode, want] of cases) {
    it(title, () => {
      const run = execute(bytecode + returnTop(), { message: { data, value: 5n }, blobHashes: [1n, 2n] });
      expect(run.word).toBe(want);
    });
  }

  it('DIFFICULTY until Paris', () => {
    expect(execute(op.PREVRANDAO + returnTop(), { fork: 'london' }).word).toBe(0x20000n);
  });

  it('copies fill up with zeros behind the source', () => {
    const run = execute(call('CALLDATACOPY', 0, 33, 32) + call('RETURN', 0, 32), { message: { data } });
    expect(bytesToHex(run.output)).toBe(`0x22${'00'.repeat(31)}`);
    const far = execute(mstore(0, WORD_MAX) + call('CODECOPY', 0, WORD_MAX, 32) + call('MLOAD', 0) + returnTop());
    expect(far.word).toBe(0n);
  });

  it('RETURNDATACOPY halts behind the end', () => {
    expect(execute(call('RETURNDATACOPY', 0, 0, 0)).ending).toBe('stop');
    expect(execute(call('RETURNDATACOPY', 0, 0, 1)).ending).toBe('return data out of bounds');
    expect(execute(call('RETURNDATACOPY', 0, WORD_MAX, 1)).ending).toBe('return data out of bounds');
  });
});

describe('storage and logs', () => {
  it('SLOAD reads what SSTORE wrote; TLOAD what TSTORE wrote', () => {
    expect(execute(sstore(1, 7) + call('SLOAD', 1) + returnTop()).word).toBe(7n);
    expect(execute(call('TSTORE', 1, 7) + call('TLOAD', 1) + returnTop()).word).toBe(7n);
  });

  it('LOG keeps topics in order, the top of the stack first', () => {
    const { journal } = execute(mstore(0, 0xab) + call('LOG2', 31, 1, 0x11, 0x22));
    expect(journal.logs).toEqual([{ address: CONTRACT, topics: [0x11n, 0x22n], data: Uint8Array.of(0xab) }]);
  });

  it('SSTORE is priced net of the original value, per EIP-2200 as changed by EIP-3529', () => {
    // Code, original value, gas of the three SSTOREs with their pushes, refund: the examples of EIP-3529 and EIP-2929.
    const store = (...values: number[]) => values.map((value) => sstore(0, value)).join('');
    const run = (original: bigint, ...values: number[]) => {
      const accounts = { [CONTRACT]: { nonce: 1n, code: store(...values), storage: { 0: original } } };
      const { gasUsed, journal } = execute('', { fork: 'london', accounts });
      return [gasUsed - 6 * values.length, journal.refund];
    };
    expect(run(0n, 0, 0)).toEqual([2100 + 100 + 100, 0]);
    expect(run(0n, 1)).toEqual([2100 + 20_000, 0]);
    expect(run(0n, 1, 0)).toEqual([2100 + 20_000 + 100, 19_900]);
    expect(run(1n, 0)).toEqual([2100 + 2900, 4800]);
    expect(run(1n, 0, 1)).toEqual([2100 + 2900 + 100, 2800]);
    expect(run(1n, 2, 1)).toEqual([2100 + 2900 + 100, 2800]);
    expect(run(1n, 2, 0)).toEqual([2100 + 2900 + 100, 4800]);
    expect(run(1n, 0, 2)).toEqual([2100 + 2900 + 100, 0]);
  });

  it('SSTORE needs more than the stipend left (EIP-2200)', () => {
    expect(execute(sstore(0, 0), { message: { gas: 2306 } }).ending).toBe('out of gas');
    expect(execute(sstore(0, 0), { message: { gas: 2307 } }).ending).toBe('stop');
  });
});

const fixtures = process.env.SHERD_FIXTURES;
const vectors = fixtures === undefined ? undefined : join(fixtures, 'vectors', 'geth-opcodes');
const hasVectors = vectors !== undefined && existsSync(vectors);
const title = hasVectors ? "go-ethereum's vectors" : "go-ethereum's vectors (skipped: SHERD_FIXTURES is not set)";

describe.skipIf(!hasVectors)(title, () => {
  const names = 'add and byte div eq exp gt lt mod mul or sdiv sgt shl shr slt sub xor'.split(' ');
  for (const name of names) {
    it(name.toUpperCase(), () => {
      const path = join(vectors ?? '', `testcases_${name}.json`);
      const cases = JSON.parse(readFileSync(path, 'utf8')) as { X: string; Y: string; Expected: string }[];
      expect(cases.length).toBeGreaterThan(0);
      for (const { X, Y, Expected } of cases) {
        const have = result(name.toUpperCase() as OpcodeName, BigInt(`0x${Y}`), BigInt(`0x${X}`));
        expect(have, `${Y} ${name} ${X}`).toBe(BigInt(`0x${Expected}`));
      }
    });
  }
});
