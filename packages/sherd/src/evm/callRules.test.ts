/** Rules of calls and creations that hold at one exact amount, depth or state, and not beside it. */
import {
  type Bytecode,
  CONTRACT,
  call,
  callTo,
  code,
  execute,
  op,
  push,
  pushN,
  type RunOptions,
  returnTop,
} from '@sherd/testkit';
import { describe, expect, it } from 'vitest';
import { type Address, addressFromWord } from '../base/index.ts';
import type { ForkName } from '../protocol/index.ts';
import { createAddress } from './createAddress.ts';
import { delegationCode, delegationTarget } from './delegation.ts';
import { splitGas } from './largeGas.ts';

const OTHER: Address = '0x0000000000000000000000000000000000000bee';
const EMPTY = { [OTHER]: {} };

/** Gas of the last instruction of a call with these operands, without what its operands and its callee cost. */
function priceOf(bytecode: Bytecode, fork: ForkName, options: RunOptions = {}): number {
  return execute(bytecode, { fork, ...options }).gasUsed - 7 * 3;
}

describe('a call with ether', () => {
  const balance = { message: { value: 5n } };

  it.each(['CALL', 'CALLCODE'] as const)('by %s needs as much as it carries', (kind) => {
    const run = (value: number) =>
      execute(callTo(kind, { to: OTHER, value }) + push(0) + op.SSTORE, balance).journal.getStorage(CONTRACT, 0n);
    expect([run(5), run(6)]).toEqual([1n, 0n]);
  });

  it('pays for an account that is not there before EIP-161, and for none that is there and empty', () => {
    for (const [fork, base] of [
      ['homestead', 40],
      ['tangerineWhistle', 700],
    ] as const) {
      const plain = callTo('CALL', { to: OTHER, gas: 0 });
      expect(priceOf(plain, fork)).toBe(base + 25_000);
      expect(priceOf(plain, fork, { accounts: EMPTY })).toBe(base);
    }
    // With EIP-161 it is the other way round: empty is as good as absent, and without ether nothing is made.
    const carrying = callTo('CALL', { to: OTHER, gas: 0, value: 1 });
    const rich = { ...balance, accounts: EMPTY };
    expect(priceOf(carrying, 'spuriousDragon', rich)).toBe(700 + 9000 + 25_000 - 2300);
    expect(priceOf(callTo('CALL', { to: OTHER, gas: 0 }), 'spuriousDragon')).toBe(700);
  });

  it('pays for no account when it stays where it is', () => {
    const carrying = callTo('CALLCODE', { to: OTHER, gas: 0, value: 1 });
    for (const [fork, base] of [
      ['homestead', 40],
      ['istanbul', 700],
      ['osaka', 2600],
    ] as const) {
      expect(priceOf(carrying, fork, balance)).toBe(base + 9000 - 2300);
    }
  });
});

describe('an empty account that is called (EIP-161)', () => {
  const isThere = (kind: 'CALL' | 'CALLCODE' | 'DELEGATECALL' | 'STATICCALL') => {
    const { journal } = execute(callTo(kind, { to: OTHER }), { accounts: EMPTY });
    journal.finalizeTransaction({ removeEmpty: true });
    return journal.exists(OTHER);
  };

  it('is touched by CALL and STATICCALL, and not by a loan of its code', () => {
    expect([isThere('CALL'), isThere('STATICCALL')]).toEqual([false, false]);
    expect([isThere('CALLCODE'), isThere('DELEGATECALL')]).toEqual([true, true]);
  });
});

describe('a creation', () => {
  const created = createAddress(CONTRACT, 1n);
  /** Price of BALANCE of the address that the contract makes first, after it tried. */
  const priceAfter = (create: Bytecode, options: RunOptions = {}) => {
    const look = execute(create + op.POP + call('BALANCE', created) + op.POP, options).gasUsed;
    return look - execute(create + op.POP + push(created) + op.POP, options).gasUsed;
  };
  const FAILING = call('MSTORE8', 0, `0x${op.INVALID}`) + callCreate(0, 1);

  function callCreate(value: number, size: number): Bytecode {
    return call('CREATE', value, 0, size);
  }

  it('leaves its address warm however it ends, unless it was refused (EIP-2929)', () => {
    expect(priceAfter(callCreate(0, 0))).toBe(100);
    expect(priceAfter(FAILING)).toBe(100);
    expect(priceAfter(callCreate(0, 0), { accounts: { [created]: { nonce: 1n } } })).toBe(100);
    expect(priceAfter(callCreate(1, 0))).toBe(2600);
    const last = { nonce: 2n ** 64n - 1n };
    const used = callCreate(0, 0) + op.POP + call('BALANCE', createAddress(CONTRACT, last.nonce)) + op.POP;
    const { gasUsed, journal } = execute('', { accounts: { [CONTRACT]: { ...last, code: used } } });
    expect(gasUsed).toBe(3 * 3 + 32_000 + 2 + 3 + 2600 + 2);
    expect(journal.getNonce(CONTRACT)).toBe(last.nonce);
  });

  it('pays for its code to the last unit', () => {
    const deploys = (gas: number, fork: ForkName) => {
      const data = code(call('RETURN', 0, 1));
      const run = execute('', { fork, message: { kind: 'create', to: OTHER, data, gas } });
      return [run.ending, run.gasLeft, run.journal.getCode(OTHER).length];
    };
    const enough = 3 + 3 + 3 + 200;
    expect(deploys(enough, 'osaka')).toEqual(['return', 0, 1]);
    expect(deploys(enough - 1, 'homestead')).toEqual(['contract creation code storage out of gas', 0, 0]);
    // Frontier makes an account without code, and leaves the gas (EIP-2).
    expect(deploys(enough - 1, 'frontier')).toEqual(['return', 199, 0]);
  });

  it('costs 6 a word begun of its init code where that is hashed, and 2 more from Shanghai on (EIP-1014, EIP-3860)', () => {
    const price = (name: 'CREATE' | 'CREATE2', size: number, fork: ForkName) => {
      const operands = name === 'CREATE' ? [0, 0, size] : [0, 0, size, 0];
      // The init code stops at once; memory is paid for before.
      const memory = call('MLOAD', 32) + op.POP;
      const gas = (bytecode: Bytecode) => execute(memory + bytecode, { fork }).gasUsed;
      return gas(call(name, ...operands)) - gas('') - 3 * operands.length - 32_000;
    };
    expect([0, 1, 32, 33, 64].map((size) => price('CREATE2', size, 'london'))).toEqual([0, 6, 6, 12, 12]);
    expect([0, 1, 32, 33, 64].map((size) => price('CREATE2', size, 'shanghai'))).toEqual([0, 8, 8, 16, 16]);
    expect([0, 1, 32, 33, 64].map((size) => price('CREATE', size, 'shanghai'))).toEqual([0, 2, 2, 4, 4]);
    expect(price('CREATE', 64, 'london')).toBe(0);
  });

  it('is refused at depth 1024, with no nonce counted', () => {
    // Goes as deep as it can, and creates where no call goes deeper.
    const deeper = push(0).repeat(5) + push(CONTRACT) + push(100_000_000) + op.GAS + op.SUB + op.CALL;
    const create = callCreate(0, 0) + op.POP;
    const behind = (deeper.length + create.length) / 2 + 4;
    const body = deeper + pushN(2, behind) + op.JUMPI + create + op.JUMPDEST;
    const at = (levels: number) => {
      const { journal } = execute(body, { fork: 'homestead', message: { gas: levels } });
      return journal.getNonce(CONTRACT);
    };
    expect(at(2 ** 40)).toBe(1n);
    // With gas for few levels the deepest frame creates.
    expect(at(1_000_000_000)).toBe(2n);
  });

  it('begins with nonce 1 from EIP-161 on, and with 0 before', () => {
    const nonceAt = (fork: ForkName) => execute(callCreate(0, 0), { fork }).journal.getNonce(created);
    expect([nonceAt('frontier'), nonceAt('tangerineWhistle'), nonceAt('spuriousDragon')]).toEqual([0n, 0n, 1n]);
  });

  it('may deploy code that begins with 0xef until London (EIP-3541)', () => {
    const data = code(call('MSTORE8', 0, 0xef) + call('RETURN', 0, 1));
    const ending = (fork: ForkName) => execute('', { fork, message: { kind: 'create', to: OTHER, data } }).ending;
    expect([ending('berlin'), ending('london')]).toEqual(['return', 'invalid code: must not begin with 0xef']);
  });

  it('counts the nonce of its creator also when it fails', () => {
    expect(execute(FAILING).journal.getNonce(CONTRACT)).toBe(2n);
    expect(execute(callCreate(1, 0)).journal.getNonce(CONTRACT)).toBe(1n);
  });
});

describe('EXTCODEHASH (EIP-1052)', () => {
  const NOTHING = 0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470n;

  it('is 0 for an account that is empty, there or not, and the hash of nothing for one that has no code', () => {
    const hash = (account?: RunOptions['accounts']) =>
      execute(call('EXTCODEHASH', OTHER) + returnTop(), account === undefined ? {} : { accounts: account }).word;
    expect([hash(), hash(EMPTY)]).toEqual([0n, 0n]);
    expect([hash({ [OTHER]: { balance: 1n } }), hash({ [OTHER]: { nonce: 1n } })]).toEqual([NOTHING, NOTHING]);
  });
});

describe('gas beyond what a number counts', () => {
  it('is lent to a call as all but a 64th of the whole (EIP-150)', () => {
    const total = 2n ** 64n - 1n;
    const ask = callTo('CALL', { to: OTHER, output: [0, 32] }) + call('RETURN', 0, 32);
    const accounts = { [OTHER]: { code: op.GAS + returnTop() } };
    const seen = execute(ask, { fork: 'istanbul', accounts, message: splitGas(total) }).word;
    const left = total - 6n * 3n - 2n - 700n - 3n;
    expect(seen).toBe(left - left / 64n - 2n);
  });
});

describe('code that begins like a delegation', () => {
  const designator = delegationCode(OTHER);

  it('is one with 23 bytes, and no more', () => {
    expect(delegationTarget(designator)).toBe(OTHER);
    expect(delegationTarget(Uint8Array.of(...designator, 0))).toBeUndefined();
    expect(delegationTarget(designator.subarray(0, 22))).toBeUndefined();
    for (const at of [0, 1, 2]) {
      const other = designator.slice();
      other[at]! ^= 1;
      expect(delegationTarget(other)).toBeUndefined();
    }
  });
});

describe('the address that an instruction is given', () => {
  it('is the low 160 bits of the word', () => {
    const high = (1n << 200n) | BigInt(OTHER);
    const { journal } = execute(callTo('CALL', { to: high, value: 1 }), { message: { value: 1n } });
    expect(journal.getBalance(addressFromWord(BigInt(OTHER)))).toBe(1n);
  });
});
