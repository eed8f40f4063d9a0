/** Ewasm contracts as accounts, behind the real machine, beside EVM contracts and pre-compiled ones. */
import { readFileSync } from 'node:fs';
import {
  assemble,
  assembleModule,
  CALLER,
  CONTRACT,
  call,
  callTo,
  code,
  deployer,
  execute,
  type ModuleSource,
  mstore,
  op,
  push,
  type RunOptions,
  returnTop,
  TEST_GAS,
} from '@sherd/testkit';
import { describe, expect, it } from 'vitest';
import { type Address, addressToBytes, bytesToBigInt, bytesToHex, utf8ToBytes, wordToBytes } from '../../base/index.ts';
import { createAddress, OUTCOME } from '../../evm/index.ts';
import { createEwasmContracts } from '../../shard/ewasmContracts.ts';
import { encodeModule, WASM_LIMITS, WasmWriter } from '../../wasm/index.ts';
import { checkContract } from './checkContract.ts';
import { ContractEngine } from './engine.ts';
import type { ContractFrame } from './frame.ts';
import { CONTRACT_FUNCTIONS, CONTRACT_MODULE } from './functions.ts';
import { type ContractSchedule, METERED_SCHEDULE, SCHEDULE_2019 as S } from './schedule.ts';

const OTHER: Address = '0x0000000000000000000000000000000000000bee';
const NOBODY: Address = '0x000000000000000000000000000000000000dead';
const IDENTITY: Address = '0x0000000000000000000000000000000000000004';

type Source = Omit<ModuleSource, 'host'>;
const contract = (imports: readonly string[], main: string, more: Partial<Source> = {}): Uint8Array =>
  assembleModule({ host: CONTRACT_MODULE, imports, main, ...more });
const hex = (bytes: Uint8Array): string => bytesToHex(bytes).slice(2);

interface Setting extends RunOptions {
  readonly schedule?: ContractSchedule;
}

function run(bytes: Uint8Array | string, { schedule = S, ...options }: Setting = {}) {
  const foreignCode = createEwasmContracts({ schedule });
  return execute(typeof bytes === 'string' ? bytes : hex(bytes), { fork: 'byzantium', foreignCode, ...options });
}

const withOther = (bytes: Uint8Array | string, balance = 0n): RunOptions => ({
  accounts: { [OTHER]: { code: typeof bytes === 'string' ? bytes : hex(bytes), nonce: 1n, balance } },
});

/** Assembly: numbers on the stack, then a call of the function. */
const f = (name: string, ...operands: readonly (number | string)[]) =>
  `${operands.map((operand) => (typeof operand === 'number' ? `i32.const ${operand}` : operand)).join(' ')} call $${name}`;
const gas = (amount: number) => `i64.const ${amount}`;
/** Assembly: keeps what the code leaves (an i32) at an address. */
const keep = (at: number, producer: string) => `i32.const ${at} ${producer} i32.store`;
const finish = (ptr: number, length: number) => f('finish', ptr, length);

/** Where tests keep the address of the other account, and a word of 1. */
const AT_OTHER = 0;
const AT_ONE = 64;
const AT_VALUE = 128;
const DATA: Source['data'] = [
  [AT_OTHER, addressToBytes(OTHER)],
  [AT_ONE, wordToBytes(1n)],
  [AT_VALUE, Uint8Array.of(5)],
];
const number = (bytes: Uint8Array, at = 0): number => new DataView(bytes.buffer, bytes.byteOffset).getUint32(at, true);

describe('the code of a contract', () => {
  const refusal = (bytes: Uint8Array) => {
    const verdict = checkContract(bytes);
    return verdict.ok ? 'ok' : verdict.code;
  };

  it('needs no maximum of its memory, and has that of the rules', () => {
    const source = assemble({ host: CONTRACT_MODULE, imports: ['finish'], main: 'nop' });
    const bytes = encodeModule({ ...source, memory: { initial: 1, maximum: undefined } });
    expect(checkContract(bytes)).toMatchObject({ ok: true, memory: { maximum: WASM_LIMITS.memoryPages } });
  });

  it('is refused with imports of others, other types, or more exports than two', () => {
    const source = assemble({ host: CONTRACT_MODULE, imports: ['finish'], main: 'nop' });
    const [finishImport] = source.imports;
    const importing = (change: object) => encodeModule({ ...source, imports: [{ ...finishImport!, ...change }] });
    expect(refusal(importing({}))).toBe('ok');
    expect(refusal(importing({ name: 'getBalance' }))).toBe('WASM_BAD_IMPORT');
    expect(refusal(importing({ name: 'useGas' }))).toBe('WASM_BAD_IMPORT');
    expect(refusal(importing({ module: 'env' }))).toBe('WASM_BAD_IMPORT');
    const more = { name: 'more', kind: 'function', index: 1 } as const;
    expect(refusal(encodeModule({ ...source, exports: [...source.exports, more] }))).toBe('WASM_BAD_EXPORT');
    expect(refusal(encodeModule({ ...source, exports: source.exports.slice(0, 1) }))).toBe('WASM_NO_MAIN');
    expect(refusal(Uint8Array.of(0, 0x61, 0x73, 0x6d, 2))).toBe('WASM_MALFORMED');
  });

  it('that is refused burns the gas of whoever calls it', () => {
    const float = (bytes: Uint8Array) => {
      const module = assemble({ host: CONTRACT_MODULE, main: 'nop' });
      return encodeModule({ ...module, bodies: [{ locals: [], code: bytes, offset: 0 }] });
    };
    const bad = float(new WasmWriter().u8(0x43, 0, 0, 0, 0, 0x1a, 0x0b).finish());
    expect(refusal(bad)).toBe('WASM_FLOAT');
    expect(run(bad)).toMatchObject({ outcome: OUTCOME.FOREIGN_CODE_FAILURE, gasUsed: TEST_GAS });
  });
});

describe('what a contract sees', () => {
  const block = { number: 1000n, timestamp: 77n, gasLimit: 5_000n, difficulty: 0x0102n };
  const message = { value: 0x0a0bn, data: utf8ToBytes('call data') };
  const seen = (name: string, length: number) =>
    run(contract([name, 'finish'], `${f(name, 32)} ${finish(32, length)}`), { block, message }).output;

  it('are addresses in their order of bytes, and amounts from the low end', () => {
    expect(seen('getAddress', 20)).toEqual(addressToBytes(CONTRACT));
    expect(seen('getCaller', 20)).toEqual(addressToBytes(CALLER));
    expect(seen('getTxOrigin', 20)).toEqual(addressToBytes(CALLER));
    expect(seen('getBlockCoinbase', 20)).toEqual(addressToBytes('0x000000000000000000000000000000000000c01b'));
    expect(seen('getCallValue', 16)).toEqual(Uint8Array.from([0x0b, 0x0a, ...Array(14).fill(0)]));
    expect(seen('getTxGasPrice', 16)).toEqual(Uint8Array.from([10, ...Array(15).fill(0)]));
    expect(seen('getBlockDifficulty', 32)).toEqual(Uint8Array.from([2, 1, ...Array(30).fill(0)]));
  });

  it('are numbers', () => {
    const value = (name: string) => {
      const { output } = run(contract([name, 'finish'], `i32.const 0 ${f(name)} i64.store ${finish(0, 8)}`), { block });
      return bytesToBigInt(output.slice().reverse());
    };
    expect(value('getBlockNumber')).toBe(1000n);
    expect(value('getBlockTimestamp')).toBe(77n);
    expect(value('getBlockGasLimit')).toBe(5_000n);
    expect(value('getGasLeft')).toBe(BigInt(TEST_GAS - S.base));
  });

  it('are its data and code, and those of others; nothing beyond their ends', () => {
    const whole = (size: string, copy: string, ...more: number[]) =>
      `${copy === 'externalCodeCopy' ? f(copy, ...more, 100, 0, `i32.const 0 call $${size}`) : f(copy, 100, 0, `call $${size}`)} ${f('finish', 100, `${more.length > 0 ? 'i32.const 0 ' : ''}call $${size}`)}`;
    const data = contract(['getCallDataSize', 'callDataCopy', 'finish'], whole('getCallDataSize', 'callDataCopy'));
    expect(run(data, { message }).output).toEqual(message.data);
    const own = contract(['getCodeSize', 'codeCopy', 'finish'], whole('getCodeSize', 'codeCopy'));
    expect(run(own).output).toEqual(own);
    const others = contract(
      ['getExternalCodeSize', 'externalCodeCopy', 'finish'],
      whole('getExternalCodeSize', 'externalCodeCopy', AT_OTHER),
      { data: DATA },
    );
    expect(run(others, withOther(returnTop())).output).toEqual(code(returnTop()));
    for (const bad of [
      f('callDataCopy', 0, 1, 9),
      f('callDataCopy', 0, 0xffff_fff0, 32),
      f('callDataCopy', 65_530, 0, 9),
      f('callDataCopy', 0xffff_fffe, 0, 9),
    ]) {
      const { outcome, gasUsed } = run(contract(['callDataCopy'], bad), { message });
      expect({ outcome, gasUsed }).toEqual({ outcome: OUTCOME.FOREIGN_CODE_FAILURE, gasUsed: TEST_GAS });
    }
    expect(run(contract(['callDataCopy'], f('callDataCopy', 0, 9, 0)), { message }).gasUsed).toBe(S.veryLow);
    expect(run(contract(['callDataCopy'], f('callDataCopy', 0, 0, 9)), { message }).gasUsed).toBe(
      S.veryLow + S.copyWord,
    );
  });

  it('are balances below 2^128', () => {
    const balance = contract(
      ['getExternalBalance', 'finish'],
      `${f('getExternalBalance', AT_OTHER, 32)} ${finish(32, 16)}`,
      {
        data: DATA,
      },
    );
    expect(run(balance, withOther('', 0x1234n)).output.slice(0, 3)).toEqual(Uint8Array.of(0x34, 0x12, 0));
    expect(run(balance, withOther('', 1n << 128n)).outcome).toBe(OUTCOME.FOREIGN_CODE_FAILURE);
  });
});

describe('what a contract does', () => {
  it('is stored, at the prices of the interface', () => {
    const store = contract(['storageStore'], f('storageStore', AT_ONE, AT_VALUE), { data: DATA });
    const first = run(store);
    // The value is 32 bytes in their order: 5 and 31 zeros.
    expect(first.journal.getStorage(CONTRACT, 1n)).toBe(5n << 248n);
    expect(first.gasUsed).toBe(S.storageCreate);
    const storage = { '1': 7n };
    const before = (bytes: Uint8Array) => ({ accounts: { [CONTRACT]: { nonce: 1n, code: hex(bytes), storage } } });
    expect(run(store, before(store)).gasUsed).toBe(S.storageChange);
    const clear = contract(['storageStore'], f('storageStore', AT_ONE, 1000), { data: DATA });
    const cleared = run(clear, before(clear));
    expect({ used: cleared.gasUsed, refund: cleared.journal.refund }).toEqual({
      used: S.storageChange,
      refund: S.storageClearRefund,
    });
    const load = contract(['storageLoad', 'finish'], `${f('storageLoad', AT_ONE, 0)} ${finish(0, 32)}`, { data: DATA });
    expect(run(load, before(load))).toMatchObject({ word: 7n, gasUsed: S.storageLoad });
  });

  it('is logged', () => {
    const main = f('log', AT_VALUE, 2, 2, AT_ONE, AT_VALUE, 0, 0);
    const { journal, gasUsed } = run(contract(['log'], main, { data: DATA }));
    expect(journal.logs).toEqual([{ address: CONTRACT, topics: [1n, 5n << 248n], data: Uint8Array.of(5, 0) }]);
    expect(gasUsed).toBe(S.log + 2 * S.logTopic + 2 * S.logByte);
    const tooMany = run(contract(['log'], f('log', 0, 0, 5, 0, 0, 0, 0)));
    expect(tooMany.outcome).toBe(OUTCOME.FOREIGN_CODE_FAILURE);
    expect(tooMany.journal.logs).toEqual([]);
  });

  it('is undone by a revert, which keeps its gas, and by a trap, which does not', () => {
    const imports = ['storageStore', 'revert'];
    const store = f('storageStore', AT_ONE, AT_VALUE);
    const reverted = run(contract(imports, `${store} ${f('revert', AT_VALUE, 1)}`, { data: DATA }));
    expect(reverted).toMatchObject({
      outcome: OUTCOME.REVERT,
      output: Uint8Array.of(5),
      gasUsed: S.storageCreate,
    });
    const trapped = run(contract(imports, `${store} unreachable`, { data: DATA }));
    expect(trapped).toMatchObject({ outcome: OUTCOME.FOREIGN_CODE_FAILURE, gasUsed: TEST_GAS });
    for (const { journal } of [reverted, trapped]) expect(journal.getStorage(CONTRACT, 1n)).toBe(0n);
  });

  it('writes nothing in a static call', () => {
    const writes: Record<string, string> = {
      storageStore: f('storageStore', AT_ONE, AT_VALUE),
      log: f('log', 0, 0, 0, 0, 0, 0, 0),
      create: `${f('create', 1000, 0, 0, 0)} drop`,
      call: `${f('call', gas(0), AT_OTHER, AT_VALUE, 0, 0)} drop`,
      selfDestruct: f('selfDestruct', AT_OTHER),
    };
    const balance = { accounts: { [CONTRACT]: { balance: 100n, nonce: 1n } } };
    for (const [name, main] of Object.entries(writes)) {
      const bytes = contract([name], main, { data: DATA });
      const accounts = { [CONTRACT]: { ...balance.accounts[CONTRACT], code: hex(bytes) } };
      expect(run(bytes, { accounts, message: { isStatic: true } }).outcome, name).toBe(OUTCOME.STATIC_WRITE);
      expect(run(bytes, { accounts }).outcome, name).toBe(OUTCOME.RETURN);
    }
  });

  it('takes gas that it names, and no negative amounts', () => {
    expect(run(contract(['useGas'], f('useGas', gas(12_345)))).gasUsed).toBe(12_345);
    expect(run(contract(['useGas'], f('useGas', gas(TEST_GAS + 1)))).outcome).toBe(OUTCOME.OUT_OF_GAS);
    expect(run(contract(['useGas'], f('useGas', gas(-1)))).outcome).toBe(OUTCOME.FOREIGN_CODE_FAILURE);
    const call = contract(['call'], `${f('call', gas(-1), 0, 1000, 0, 0)} drop`);
    expect(run(call).outcome).toBe(OUTCOME.FOREIGN_CODE_FAILURE);
  });

  it('leaves nothing of a contract that destructs itself', () => {
    const bytes = contract(['selfDestruct'], `${f('selfDestruct', AT_OTHER)} unreachable`, { data: DATA });
    const accounts = (balance: bigint, heir: bigint) => ({
      [CONTRACT]: { code: hex(bytes), nonce: 1n, balance },
      [OTHER]: { balance: heir },
    });
    const known = run(bytes, { accounts: accounts(30n, 5n) });
    expect(known).toMatchObject({ outcome: OUTCOME.RETURN, gasUsed: S.selfDestruct });
    expect(known.journal.getBalance(OTHER)).toBe(35n);
    expect(known.journal.refund).toBe(S.selfDestructRefund);
    expect(run(bytes, { accounts: accounts(30n, 0n) }).gasUsed).toBe(S.selfDestruct + S.callNewAccount);
    const own = contract(['getAddress', 'selfDestruct'], `${f('getAddress', 0)} ${f('selfDestruct', 0)}`);
    const burnt = run(own, { accounts: { [CONTRACT]: { code: hex(own), nonce: 1n, balance: 30n } } });
    expect(burnt.journal.getBalance(CONTRACT)).toBe(0n);
  });
});

describe('calls', () => {
  const CALLS = ['call', 'callCode', 'callDelegate', 'callStatic'] as const;
  /** Calls the other account in a way, and finishes with the status, and the return data behind it. */
  const caller = (kind: (typeof CALLS)[number], { value = 1000, amount = 200_000, to = OTHER } = {}) =>
    contract(
      [kind, 'getReturnDataSize', 'returnDataCopy', 'finish'],
      `${keep(200, f(kind, gas(amount), AT_OTHER, ...(kind === 'call' || kind === 'callCode' ? [value] : []), AT_ONE, 32))}
       ${f('returnDataCopy', 204, 0, 'call $getReturnDataSize')}
       ${f('finish', 200, 'i32.const 4 call $getReturnDataSize i32.add')}`,
      { data: [[AT_OTHER, addressToBytes(to)], ...DATA.slice(1)] },
    );

  it('reach EVM contracts, Ewasm contracts and pre-compiled ones, and bring back what they return', () => {
    const add = call('CALLDATALOAD', 0) + push(2) + op.ADD + returnTop();
    const evm = run(caller('call'), withOther(add));
    expect(number(evm.output)).toBe(0);
    expect(evm.output.slice(4)).toEqual(wordToBytes(3n));
    const echo = contract(['callDataCopy', 'finish'], `${f('callDataCopy', 0, 0, 32)} ${finish(0, 32)}`);
    expect(run(caller('call'), withOther(echo)).output.slice(4)).toEqual(wordToBytes(1n));
    expect(run(caller('call', { to: IDENTITY })).output.slice(4)).toEqual(wordToBytes(1n));
    const fromEvm = callTo('CALL', { to: OTHER, input: [0, 32], output: [0, 32] }) + op.POP + call('MLOAD', 0);
    expect(run(mstore(0, 99) + fromEvm + returnTop(), withOther(echo)).word).toBe(99n);
  });

  it('say how they ended, and what failed has cost', () => {
    const status = (other: Uint8Array | string) => {
      const { output, gasUsed } = run(caller('call'), withOther(other));
      return { status: number(output), data: output.length - 4, isDear: gasUsed > 200_000 };
    };
    expect(status(call('REVERT', 0, 7))).toEqual({ status: 2, data: 7, isDear: false });
    expect(status(contract(['revert'], f('revert', 0, 7)))).toEqual({ status: 2, data: 7, isDear: false });
    expect(status(op.INVALID)).toEqual({ status: 1, data: 0, isDear: true });
    expect(status(contract([], 'unreachable'))).toEqual({ status: 1, data: 0, isDear: true });
    expect(status(op.STOP)).toEqual({ status: 0, data: 0, isDear: false });
  });

  it('carry names, values and storage as those of the EVM do', () => {
    const reporter = op.CALLER + push(1) + op.SSTORE + op.CALLVALUE + push(2) + op.SSTORE;
    const expected = {
      call: [OTHER, CONTRACT, 5n],
      callCode: [CONTRACT, CONTRACT, 5n],
      callDelegate: [CONTRACT, CALLER, 9n],
    } as const;
    const accounts = (bytes: Uint8Array) => ({
      [CONTRACT]: { code: hex(bytes), nonce: 1n, balance: 100n },
      ...withOther(reporter).accounts,
    });
    for (const kind of ['call', 'callCode', 'callDelegate'] as const) {
      const bytes = caller(kind, { value: AT_VALUE });
      const { journal } = run(bytes, { accounts: accounts(bytes), message: { value: 9n } });
      const [where, sender, value] = expected[kind];
      expect(BigInt(sender), kind).toBe(journal.getStorage(where, 1n));
      expect(journal.getStorage(where, 2n), kind).toBe(value);
    }
    expect(number(run(caller('callStatic'), withOther(reporter)).output)).toBe(1);
    // What a static call calls is static too.
    const below = run(caller('call'), { ...withOther(reporter), message: { isStatic: true } });
    expect([number(below.output), below.journal.getStorage(OTHER, 1n)]).toEqual([1, 0n]);
  });

  it('lend all but a 64th, and cost what they move', () => {
    const ask = caller('call', { amount: 9_000_000 });
    const { output } = run(ask, withOther(op.GAS + returnTop()));
    const left = TEST_GAS - S.call;
    expect(bytesToBigInt(output.slice(4))).toBe(BigInt(left - Math.floor(left / 64) - 2));
    const accounts = (bytes: Uint8Array) => ({ [CONTRACT]: { code: hex(bytes), nonce: 1n, balance: 100n } });
    const sends = contract(['call'], `${f('call', gas(0), AT_OTHER, AT_VALUE, 0, 0)} drop`, { data: DATA });
    const sent = run(sends, { accounts: accounts(sends) });
    // The stipend comes back unused.
    expect(sent.gasUsed).toBe(S.call + S.callValue + S.callNewAccount - S.callStipend);
    expect(sent.journal.getBalance(OTHER)).toBe(5n);
  });

  it('without the balance do not begin', () => {
    const poor = caller('call', { value: AT_VALUE });
    const { output, gasUsed, journal } = run(poor, withOther('', 1n));
    expect(number(output)).toBe(1);
    expect(gasUsed).toBe(S.call + S.callValue + 2 * S.base + S.veryLow);
    expect(journal.getBalance(OTHER)).toBe(1n);
    const rich = { [CONTRACT]: { code: hex(poor), nonce: 1n, balance: 1n << 128n } };
    expect(run(poor, { accounts: rich }).outcome).toBe(OUTCOME.FOREIGN_CODE_FAILURE);
  });

  it('end by a counter however deep they go, from any place on the native stack', () => {
    const recurse = contract(
      ['call', 'getAddress'],
      `${f('getAddress', 0)} ${f('call', gas(1_000_000_000), 0, 1000, 0, 0)} drop`,
    );
    const inTurns = contract(['call'], `${f('call', gas(1_000_000_000), AT_OTHER, 1000, 0, 0)} drop`, { data: DATA });
    const back = withOther(callTo('CALL', { to: CONTRACT, gas: 1_000_000_000 }));
    const used = (bytes: Uint8Array, accounts?: RunOptions): number =>
      run(bytes, { message: { gas: 1_000_000_000 }, ...accounts }).gasUsed;
    for (const [bytes, accounts] of [[recurse], [inTurns, back]] as const) {
      const want = used(bytes, accounts);
      expect(want).toBeGreaterThan(80 * S.call);
      const deep = (left: number): number => (left === 0 ? used(bytes, accounts) : deep(left - 1));
      expect(deep(1_500)).toBe(want);
    }
  });
});

describe('creations', () => {
  const endsEmpty = contract([], 'nop');
  const returning = (deployed: Uint8Array) =>
    contract(['finish'], finish(1000, deployed.length), { data: [[1000, deployed]] });
  /** Creates with the init code, and finishes with the status and the address. */
  const creator = (initCode: Uint8Array, value = 500) =>
    contract(
      ['create', 'getReturnDataSize', 'finish'],
      `${keep(600, f('create', value, 2000, initCode.length, 604))} ${keep(624, 'call $getReturnDataSize')} ${finish(600, 28)}`,
      { data: [[2000, initCode], ...DATA] },
    );
  const made = createAddress(CONTRACT, 1n);

  it('deploy what the init code finishes with, of either kind', () => {
    for (const initCode of [returning(endsEmpty), code(deployer(hex(endsEmpty))), returning(utf8ToBytes('any'))]) {
      const { output, journal } = run(creator(initCode));
      expect(number(output)).toBe(0);
      expect(output.slice(4, 24)).toEqual(addressToBytes(made));
      // What the init code returned is the code, and no return data.
      expect(number(output, 24)).toBe(0);
      expect(journal.getCode(made).length).toBeGreaterThan(2);
    }
    const { journal, gasUsed } = run(creator(returning(endsEmpty)));
    expect(journal.getCode(made)).toEqual(endsEmpty);
    expect(gasUsed).toBe(S.create + 200 * endsEmpty.length + S.base);
  });

  it('of what looks like a contract and is none fail', () => {
    const { output, gasUsed, journal } = run(creator(returning(Uint8Array.of(0, 0x61, 0x73, 0x6d, 9))));
    expect(number(output)).toBe(1);
    expect(gasUsed).toBeGreaterThan(900_000);
    expect(journal.getCode(made).length).toBe(0);
  });

  it('that cannot pay for the code are out of gas for it, whatever it is', () => {
    const bad = Uint8Array.of(0, 0x61, 0x73, 0x6d, ...Array(100).fill(9));
    const message = (amount: number) => ({ kind: 'create', to: NOBODY, data: returning(bad), gas: amount }) as const;
    expect(run('', { message: message(104 * 200) }).outcome).toBe(OUTCOME.FOREIGN_CODE_FAILURE);
    expect(run('', { message: message(104 * 200 - 1) }).outcome).toBe(OUTCOME.CODE_STORE_OUT_OF_GAS);
  });

  it('revert with data, and without the balance do not begin', () => {
    const reverts = run(creator(contract(['revert'], f('revert', 0, 9))));
    expect([number(reverts.output), number(reverts.output, 24)]).toEqual([2, 9]);
    const poor = run(creator(returning(endsEmpty), AT_VALUE));
    expect(number(poor.output)).toBe(1);
    expect(poor.gasUsed).toBe(S.create + S.base);
    expect(poor.journal.getNonce(CONTRACT)).toBe(1n);
  });

  it('by EVM contracts and transactions run Ewasm init code', () => {
    const message = { kind: 'create', to: NOBODY, data: returning(endsEmpty) } as const;
    const { outcome, journal } = run('', { message });
    expect(outcome).toBe(OUTCOME.RETURN);
    expect(journal.getCode(NOBODY)).toEqual(endsEmpty);
  });
});

describe('what work costs', () => {
  const loop = contract([], 'loop br 0 end');

  it('is gas by the metered schedule: instructions and the start', () => {
    const schedule = METERED_SCHEDULE;
    const short = contract([], 'nop');
    const { instance, page, codeByte } = schedule.start;
    const start = instance + page + codeByte * short.length;
    const { gasUsed } = run(short, { schedule });
    expect(gasUsed - start).toBeGreaterThanOrEqual(0);
    expect(gasUsed - start).toBeLessThan(3);
    const counting = contract(
      [],
      'i32.const 10000 local.set 0 loop local.get 0 i32.const 1 i32.sub local.tee 0 br_if 0 end',
      {
        locals: 'i32',
      },
    );
    expect(run(counting, { schedule }).gasUsed).toBeGreaterThan(start + 1_000);
    expect(run(counting).gasUsed).toBe(0);
    expect(run(loop, { schedule })).toMatchObject({ outcome: OUTCOME.OUT_OF_GAS, gasUsed: TEST_GAS });
    const few = { message: { gas: start - 1 } };
    expect(run(short, { schedule, ...few }).outcome).toBe(OUTCOME.OUT_OF_GAS);
    // What goes along with a call is copied, and that is paid for by length.
    const sending = (length: number) => {
      const bytes = contract(['call'], `${f('call', gas(0), 0, 1000, 0, length)} drop`);
      return run(bytes, { schedule }).gasUsed - codeByte * bytes.length;
    };
    expect(sending(65_536) - sending(0)).toBe(2_048 * schedule.inputWord);
    // Code is not even looked at when nobody pays for it.
    const bad = { schedule, message: { gas: instance - 1 } };
    expect(run(Uint8Array.of(0, 0x61, 0x73, 0x6d), bad).outcome).toBe(OUTCOME.OUT_OF_GAS);
    // Init code is checked at its runner's expense.
    const init = { message: { kind: 'create', to: NOBODY, data: short } as const };
    expect(run('', { schedule, ...init }).gasUsed - start - 200 * short.length).toBeLessThan(3);
    expect(run('', { schedule, ...init }).gasUsed).toBeGreaterThanOrEqual(start + 200 * short.length);
  });

  it('is bounded by the gas of the outermost call where instructions cost none', () => {
    expect(run(loop)).toMatchObject({ outcome: OUTCOME.OUT_OF_GAS, gasUsed: TEST_GAS });
    // Work below counts as well: what a callee has done, its caller cannot do any more.
    const caller = contract(['call'], `${f('call', gas(2_000), AT_OTHER, 1000, 0, 0)} drop`, { data: DATA });
    expect(run(caller, withOther(contract([], 'unreachable'))).gasUsed).toBe(S.call + 2_000);
    expect(run(caller, withOther(loop))).toMatchObject({ outcome: OUTCOME.OUT_OF_GAS, gasUsed: TEST_GAS });
  });

  it('is bounded when callees trap again and again, though nobody knows how much they have done', () => {
    const calls = (times: number) =>
      contract(
        ['call'],
        `i32.const ${times} local.set 0 loop ${f('call', gas(10), AT_OTHER, 1000, 0, 0)} drop
         local.get 0 i32.const 1 i32.sub local.tee 0 br_if 0 end`,
        { locals: 'i32', data: DATA },
      );
    const traps = withOther(contract([], 'unreachable'));
    expect(run(calls(3), traps).outcome).toBe(OUTCOME.RETURN);
    expect(run(calls(60), traps).outcome).toBe(OUTCOME.OUT_OF_GAS);
    expect(run(calls(60), withOther(contract([], 'nop'))).outcome).toBe(OUTCOME.RETURN);
  });
});

describe('the engine', () => {
  const nobody = (): never => {
    throw new Error('not to be called');
  };
  /** A frame over a host that knows nothing but block hashes. */
  const frame = (bytes: Uint8Array, more: Partial<ContractFrame> = {}): ContractFrame => ({
    ...{ isCreation: false, depth: 0, code: bytes, address: CONTRACT, caller: CALLER, value: 0n, isStatic: false },
    ...{ input: new Uint8Array(0), gas: TEST_GAS, call: nobody, create: nobody },
    host: { blockHash: () => 5n } as unknown as ContractFrame['host'],
    block: { coinbase: NOBODY, number: 1000n, timestamp: 0n, gasLimit: 0n, difficulty: 0n },
    transaction: { origin: CALLER, gasPrice: 0n },
    ...more,
  });

  it('begins nothing below a frame at the depth of 1,024', () => {
    const caller = contract(['call', 'finish'], `${keep(0, f('call', gas(50_000), 0, 1000, 0, 0))} ${finish(0, 4)}`);
    const { output, gasLeft } = new ContractEngine({ schedule: S }).run(frame(caller, { depth: 1_024 }));
    expect(number(output)).toBe(1);
    expect(TEST_GAS - gasLeft).toBe(S.call);
    expect(() => new ContractEngine({ schedule: S }).run(frame(caller, { depth: 1_023 }))).toThrow('not to be called');
  });

  it('runs nothing where no stack is left', () => {
    const leaf = contract([], 'nop');
    const recurses = contract([], 'call $f', { functions: { f: { code: 'call $g' }, g: { code: 'nop' } } });
    const run = (bytes: Uint8Array, slots: number, calls: number) =>
      new ContractEngine({ schedule: S, stack: { slots, calls } }).run(frame(bytes));
    const deep = { outcome: 'failed', gasLeft: 0, error: { code: 'CALL_DEPTH' } };
    expect(run(leaf, 0, 1)).toMatchObject({ outcome: 'finished' });
    expect(run(leaf, 0, 0)).toMatchObject(deep);
    expect(run(recurses, 100, 1)).toMatchObject({ outcome: 'finished' });
    expect(run(recurses, 20, 1)).toMatchObject(deep);
  });

  it('knows the hashes of 256 blocks', () => {
    const known = (asked: number) => {
      const status = keep(0, f('getBlockHash', gas(asked), 4));
      const bytes = contract(['getBlockHash', 'finish'], `${status} ${finish(0, 36)}`);
      const { output } = new ContractEngine({ schedule: S }).run(frame(bytes));
      return { status: number(output), hash: bytesToBigInt(output.slice(4)) };
    };
    for (const asked of [744, 999]) expect(known(asked)).toEqual({ status: 0, hash: 5n });
    for (const asked of [743, 1000, -1]) expect(known(asked)).toEqual({ status: 1, hash: 0n });
  });

  it('ends as the transaction does that is stopped from outside', () => {
    const caller = contract(['call'], `${f('call', gas(0), 0, 1000, 0, 0)} drop`);
    const call = () => ({ outcome: 'stopped', gasLeft: 0, output: new Uint8Array(0) }) as const;
    expect(new ContractEngine({ schedule: S }).run(frame(caller, { call })).outcome).toBe('stopped');
    // By way of the machine: an EVM contract below that never ends.
    const abort = { aborted: false };
    const loop = `${op.JUMPDEST}${push(0)}${op.JUMP}`;
    const below = contract(['call'], `${f('call', gas(900_000), AT_OTHER, 1000, 0, 0)} drop`, { data: DATA });
    const contracts = createEwasmContracts({ schedule: S });
    const foreignCode: typeof contracts = {
      takes: contracts.takes,
      run(outermost) {
        abort.aborted = true;
        return contracts.run(outermost);
      },
    };
    expect(execute(hex(below), { foreignCode, abort, ...withOther(loop) }).outcome).toBe(OUTCOME.ABORTED);
  });
});

describe('the interface', () => {
  it('has the thirty-three functions of its design', () => {
    expect(Object.keys(CONTRACT_FUNCTIONS).length).toBe(33);
  });

  it('is documented, each function with its types', () => {
    const page = readFileSync(new URL('../../../../../docs/protocol/ewasm-contracts.md', import.meta.url), 'utf8');
    for (const [name, { parameters, result }] of Object.entries(CONTRACT_FUNCTIONS)) {
      expect(page).toContain(`\`${name}(${parameters.join(', ')})${result === undefined ? '' : ` -> ${result}`}\``);
    }
  });

  it('is no face of plain Ethereum: without it such code is bytecode, and stops', () => {
    const { outcome } = execute(hex(contract([], 'unreachable')));
    expect(outcome).toBe(OUTCOME.STOP);
  });
});
