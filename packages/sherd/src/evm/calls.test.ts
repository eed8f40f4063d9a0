/** Calls and creations: gas, depth, rollback, return data, pre-compiled and system contracts, delegation. */
import {
  CALLER,
  CONTRACT,
  call,
  callTo,
  code,
  deployer,
  execute,
  mstore,
  op,
  push,
  returnTop,
  sstore,
  storeInMemory,
  TEST_GAS,
} from '@sherd/testkit';
import { describe, expect, it } from 'vitest';
import { type Address, addressFromWord, bytesToHex, hexToBytes, WORD_MAX } from '../base/index.ts';
import { createMemoryStore, Journal } from '../state/index.ts';
import { create2Address, createAddress } from './createAddress.ts';
import { createEvm } from './createEvm.ts';
import { delegationCode } from './delegation.ts';
import type { SystemCall, SystemContract } from './message.ts';
import { OUTCOME } from './outcome.ts';

const OTHER: Address = '0x0000000000000000000000000000000000000bee';
/** Gas of `returnTop()`: four instructions at 3, one word of memory, RETURN. */
const RETURN_TOP = 15;
const THIRD: Address = '0x0000000000000000000000000000000000000cab';

function withOther(bytecode: string, balance = 0n) {
  return { accounts: { [OTHER]: { code: bytecode, nonce: 1n, balance } } };
}

describe('calls', () => {
  it('hand over input, ether and output', () => {
    const echo = call('CALLDATACOPY', 0, 0, 32) + call('RETURN', 0, 32);
    const caller = mstore(0, 0xabc) + callTo('CALL', { to: OTHER, value: 3n, input: [0, 32], output: [32, 32] });
    const run = execute(caller + op.POP + call('MLOAD', 32) + returnTop(), {
      message: { value: 5n },
      ...withOther(echo),
    });
    expect(run.word).toBe(0xabcn);
    expect(run.journal.getBalance(OTHER)).toBe(3n);
    expect(run.journal.getBalance(CONTRACT)).toBe(2n);
  });

  it('copy no more output than there is, and keep all of it as return data', () => {
    const caller = mstore(0, WORD_MAX) + callTo('CALL', { to: OTHER, output: [0, 32] });
    const short = call('MSTORE8', 0, 0x11) + call('RETURN', 0, 1);
    const run = execute(caller + op.RETURNDATASIZE + push(32) + op.MSTORE + call('RETURN', 0, 64), withOther(short));
    expect(bytesToHex(run.output)).toBe(`0x11${'ff'.repeat(31)}${'01'.padStart(64, '0')}`);
  });

  it('show the right caller, value and storage in each kind', () => {
    const reporter =
      op.CALLER + push(1) + op.SSTORE + op.CALLVALUE + push(2) + op.SSTORE + op.ADDRESS + push(3) + op.SSTORE;
    const expected = {
      CALL: [OTHER, CONTRACT, 1n, OTHER],
      CALLCODE: [CONTRACT, CONTRACT, 1n, CONTRACT],
      DELEGATECALL: [CONTRACT, CALLER, 9n, CONTRACT],
    } as const;
    for (const kind of ['CALL', 'CALLCODE', 'DELEGATECALL'] as const) {
      const [where, caller, value, address] = expected[kind];
      const { journal } = execute(callTo(kind, { to: OTHER, value: 1 }), {
        message: { value: 9n },
        ...withOther(reporter),
      });
      expect(addressFromWord(journal.getStorage(where, 1n)), kind).toBe(caller);
      expect(journal.getStorage(where, 2n), kind).toBe(value);
      expect(addressFromWord(journal.getStorage(where, 3n)), kind).toBe(address);
    }
  });

  it('keep back one 64th of the gas (EIP-150); before that, asking for too much halts', () => {
    const report = op.GAS + returnTop();
    const ask = callTo('CALL', { to: OTHER, gas: WORD_MAX, output: [0, 32] }) + call('RETURN', 0, 32);
    const run = execute(ask, { fork: 'istanbul', ...withOther(report) });
    const left = TEST_GAS - 7 * 3 - 700 - 3;
    expect(run.word).toBe(BigInt(left - Math.floor(left / 64) - 2));
    expect(execute(ask, { fork: 'homestead', ...withOther(report) }).ending).toBe('out of gas');
  });

  it('give the stipend with ether, and give it back when the call is refused', () => {
    const report = op.GAS + returnTop();
    const ask = callTo('CALL', { to: OTHER, gas: 0, value: 1, output: [0, 32] }) + call('RETURN', 0, 32);
    const run = execute(ask, { message: { value: 1n }, ...withOther(report) });
    expect(run.word).toBe(2298n);
    const poor = execute(callTo('CALL', { to: OTHER, gas: 0, value: 1 }) + returnTop(), withOther(report));
    expect(poor.word).toBe(0n);
    expect(poor.gasUsed).toBe(7 * 3 + 2600 + 9000 - 2300 + RETURN_TOP);
  });

  it('pay for a new account, by the rule of the fork', () => {
    const gasOf = (fork: 'frontier' | 'tangerineWhistle' | 'spuriousDragon', value: number) =>
      execute(callTo('CALL', { to: 0x1234, gas: 0, value }), { fork, message: { value: 5n } }).gasUsed - 7 * 3;
    expect(gasOf('frontier', 0)).toBe(40 + 25_000);
    expect(gasOf('tangerineWhistle', 0)).toBe(700 + 25_000);
    expect(gasOf('spuriousDragon', 0)).toBe(700);
    expect(gasOf('spuriousDragon', 1)).toBe(700 + 9000 + 25_000 - 2300);
  });

  it('roll back what fails, and keep the reason of a revert', () => {
    const reverting = sstore(1, 1) + mstore(0, 0xdead) + call('REVERT', 0, 32);
    const caller = callTo('CALL', { to: OTHER, value: 1, output: [0, 32] }) + op.POP + call('RETURN', 0, 32);
    const run = execute(caller, { message: { value: 1n }, ...withOther(reverting) });
    expect(run.word).toBe(0xdeadn);
    expect(run.journal.getStorage(OTHER, 1n)).toBe(0n);
    expect(run.journal.getBalance(OTHER)).toBe(0n);
    expect(run.journal.getBalance(CONTRACT)).toBe(1n);
  });

  it('burn all gas of a callee that halts', () => {
    const run = execute(callTo('CALL', { to: OTHER, gas: 10_000 }) + returnTop(), withOther(op.INVALID));
    expect(run.word).toBe(0n);
    expect(run.gasUsed).toBe(7 * 3 + 2600 + 10_000 + RETURN_TOP);
  });

  it('end at depth 1024, wherever on the native stack the machine runs', () => {
    // Counts in slot 0 of CONTRACT, then calls itself.
    const bytecode = push(1) + call('SLOAD', 0) + op.ADD + push(0) + op.SSTORE + callTo('CALL', { to: CONTRACT });
    const frames = (nativeLevels: number): bigint =>
      nativeLevels > 0
        ? frames(nativeLevels - 1)
        : execute(bytecode, { message: { gas: 2 ** 50 } }).journal.getStorage(CONTRACT, 0n);
    expect(frames(0)).toBe(1025n);
    expect(frames(3000)).toBe(1025n);
  });
});

describe('static calls', () => {
  const outcomeOf = (bytecode: string) =>
    execute(callTo('STATICCALL', { to: OTHER }) + returnTop(), withOther(bytecode, 10n)).word;

  it('let read and call', () => {
    expect(outcomeOf(call('SLOAD', 0) + callTo('CALL', { to: THIRD }))).toBe(1n);
    expect(outcomeOf(call('TLOAD', 0) + op.POP)).toBe(1n);
  });

  it('let CALLCODE carry ether, which stays where it is (EIP-214 forbids CALL alone)', () => {
    expect(outcomeOf(callTo('CALLCODE', { to: THIRD, value: 1 }))).toBe(1n);
  });

  it('forbid every write', () => {
    const writes = [
      sstore(0, 0),
      call('TSTORE', 0, 0),
      call('LOG0', 0, 0),
      call('LOG4', 0, 0, 1, 2, 3, 4),
      call('CREATE', 0, 0, 0),
      call('CREATE2', 0, 0, 0, 0),
      call('SELFDESTRUCT', 0),
      callTo('CALL', { to: THIRD, value: 1 }),
    ];
    for (const bytecode of writes) expect(outcomeOf(bytecode), bytecode).toBe(0n);
  });

  it('bind what they call in turn', () => {
    const run = execute(callTo('STATICCALL', { to: OTHER }), {
      accounts: {
        [OTHER]: { code: callTo('CALL', { to: THIRD }) + returnTop() },
        [THIRD]: { code: sstore(0, 1) },
      },
    });
    expect(run.journal.getStorage(THIRD, 0n)).toBe(0n);
    expect(execute('', { message: { isStatic: true }, accounts: { [CONTRACT]: { code: sstore(0, 1) } } }).ending).toBe(
      'write protection',
    );
  });
});

describe('creations', () => {
  const runtime = push(0x42) + returnTop();
  const init = deployer(runtime);
  const create = (name: 'CREATE' | 'CREATE2', initCode = init) =>
    storeInMemory(0, initCode) +
    (name === 'CREATE' ? call('CREATE', 0, 0, initCode.length / 2) : call('CREATE2', 0, 0, initCode.length / 2, 7)) +
    returnTop();

  it('CREATE goes by nonce, CREATE2 by salt and init code', () => {
    const first = execute(create('CREATE'));
    expect(addressFromWord(first.word)).toBe(createAddress(CONTRACT, 1n));
    expect(first.journal.getNonce(CONTRACT)).toBe(2n);
    expect(bytesToHex(first.journal.getCode(addressFromWord(first.word)))).toBe(`0x${runtime}`);
    expect(first.journal.getNonce(addressFromWord(first.word))).toBe(1n);
    const second = execute(create('CREATE2'));
    expect(addressFromWord(second.word)).toBe(create2Address(CONTRACT, 7n, code(init)));
  });

  it('EIP-1014 gives these addresses', () => {
    const cases: [Address, bigint, string, Address][] = [
      ['0x0000000000000000000000000000000000000000', 0n, '00', '0x4d1a2e2bb4f88f0250f26ffff098b0b30b26bf38'],
      ['0xdeadbeef00000000000000000000000000000000', 0n, '00', '0xb928f69bb1d91cd65274e3c79d8986362984fda3'],
      ['0x0000000000000000000000000000000000000000', 0n, '', '0xe33c0c7f7df4809055c3eba6c09cfe4baf1bd9e0'],
    ];
    for (const [creator, salt, initCode, want] of cases) {
      expect(create2Address(creator, salt, hexToBytes(initCode))).toBe(want);
    }
  });

  it('burn their gas on a taken address: code, nonce or storage (EIP-7610)', () => {
    const address = createAddress(CONTRACT, 1n);
    for (const account of [{ nonce: 1n }, { code: '00' }, { storage: { 1: 1n } }]) {
      const run = execute(create('CREATE'), { accounts: { [address]: account } });
      expect(run.word).toBe(0n);
      expect(run.gasUsed).toBeGreaterThan(900_000);
      expect(run.journal.getNonce(CONTRACT)).toBe(2n);
    }
  });

  it('keep the ether that waits at the address', () => {
    const address = createAddress(CONTRACT, 1n);
    const run = execute(create('CREATE'), { accounts: { [address]: { balance: 5n } } });
    expect(addressFromWord(run.word)).toBe(address);
    expect(run.journal.getBalance(address)).toBe(5n);
  });

  it('refuse code that is too long, begins with 0xef, or is not paid for', () => {
    const ending = (message: object, fork: 'frontier' | 'homestead' | 'osaka' = 'osaka') =>
      execute('', { fork, message: { kind: 'create', to: OTHER, ...message } });
    expect(ending({ data: code(call('RETURN', 0, 24_577)), gas: 2 ** 40 }).ending).toBe('max code size exceeded');
    expect(ending({ data: code(call('RETURN', 0, 24_576)), gas: 2 ** 40 }).ending).toBe('return');
    const ef = code(call('MSTORE8', 0, 0xef) + call('RETURN', 0, 1));
    expect(ending({ data: ef }).ending).toBe('invalid code: must not begin with 0xef');
    expect(ending({ data: code(init), gas: 1000 }, 'homestead').ending).toBe(
      'contract creation code storage out of gas',
    );
    const kept = ending({ data: code(init), gas: 1000 }, 'frontier');
    expect(kept.ending).toBe('return');
    expect(kept.journal.getCode(OTHER)).toHaveLength(0);
  });

  it('halt on init code above 48 KiB (EIP-3860)', () => {
    expect(execute(call('CREATE', 0, 0, 49_153)).ending).toBe('max initcode size exceeded');
    expect(execute(call('CREATE', 0, 0, 49_153), { fork: 'paris' }).ending).toBe('stop');
  });

  it('push 0 and go on when the nonce is used up', () => {
    const accounts = { [CONTRACT]: { nonce: 2n ** 64n - 1n, code: create('CREATE') } };
    const run = execute('', { accounts });
    expect(run.word).toBe(0n);
    expect(run.gasUsed).toBeLessThan(40_000);
  });
});

describe('self-destruction', () => {
  it('sends the ether and marks the account, by the rule of the fork', () => {
    const die = call('SELFDESTRUCT', OTHER);
    const before = execute(die, { fork: 'shanghai', message: { value: 5n } });
    expect(before.journal.getBalance(OTHER)).toBe(5n);
    before.journal.finalizeTransaction({ removeEmpty: true });
    expect(before.journal.exists(CONTRACT)).toBe(false);
    const after = execute(die, { fork: 'cancun', message: { value: 5n } });
    after.journal.finalizeTransaction({ removeEmpty: true });
    expect(after.journal.exists(CONTRACT)).toBe(true);
  });

  it('burns what an account leaves to itself, unless it lives on', () => {
    const die = op.ADDRESS + op.SELFDESTRUCT;
    expect(execute(die, { fork: 'shanghai', message: { value: 5n } }).journal.getBalance(CONTRACT)).toBe(0n);
    expect(execute(die, { fork: 'cancun', message: { value: 5n } }).journal.getBalance(CONTRACT)).toBe(5n);
  });
});

describe('pre-compiled contracts', () => {
  it('run in a call, for their price', () => {
    const run = execute(
      mstore(0, 0xabc) +
        callTo('CALL', { to: 4, input: [0, 32], output: [32, 32] }) +
        op.POP +
        call('MLOAD', 32) +
        returnTop(),
    );
    expect(run.word).toBe(0xabcn);
  });

  it('burn all gas of the call when they fail', () => {
    const run = execute(callTo('CALL', { to: 9, gas: 5000 }) + returnTop(), { fork: 'istanbul' });
    expect(run.word).toBe(0n);
    expect(run.gasUsed).toBe(7 * 3 + 700 + 5000 + RETURN_TOP);
  });

  it('are ordinary empty accounts before their fork', () => {
    expect(execute(callTo('CALL', { to: 9, gas: 5000 }) + returnTop(), { fork: 'petersburg' }).word).toBe(1n);
  });
});

describe('system contracts', () => {
  const SYSTEM: Address = '0x0000000000000000000000000000000000005e11';

  function withSystem(contract: SystemContract) {
    const calls: SystemCall[] = [];
    const recording: SystemContract = (sent) => {
      calls.push({ ...sent, data: sent.data.slice() });
      return contract(sent);
    };
    return { calls, systemContracts: new Map([[SYSTEM, recording]]) };
  }

  it('see the call and answer it', () => {
    const { calls, systemContracts } = withSystem(({ gas }) => ({
      outcome: OUTCOME.RETURN,
      gasLeft: gas - 100,
      output: Uint8Array.of(7),
    }));
    const bytecode =
      mstore(0, 0xab) + callTo('CALL', { to: SYSTEM, gas: 1000, value: 2, input: [31, 1], output: [0, 1] });
    const run = execute(bytecode + op.POP + call('RETURN', 0, 1), { systemContracts, message: { value: 3n } });
    expect(bytesToHex(run.output)).toBe('0x07');
    expect(run.journal.getBalance(SYSTEM)).toBe(2n);
    expect(calls).toEqual([
      {
        caller: CONTRACT,
        address: SYSTEM,
        value: 2n,
        data: Uint8Array.of(0xab),
        gas: 3300,
        isStatic: false,
        isDelegated: false,
      },
    ]);
  });

  it('may give back what they got: what the caller writes afterwards does not show in it', () => {
    const { systemContracts } = withSystem(({ gas, data }) => ({
      outcome: OUTCOME.RETURN,
      gasLeft: gas,
      output: data.subarray(1),
    }));
    const sent = mstore(0, 0x1234) + callTo('CALL', { to: SYSTEM, input: [29, 3] }) + op.POP;
    const changed = mstore(0, 0xffff) + call('RETURNDATACOPY', 64, 0, 2) + call('RETURN', 64, 2);
    expect(bytesToHex(execute(sent + changed, { systemContracts }).output)).toBe('0x1234');
  });

  it('are rolled back when they fail, the ether that came with the call included', () => {
    const { systemContracts } = withSystem(({ gas }) => ({
      outcome: OUTCOME.REVERT,
      gasLeft: gas,
      output: Uint8Array.of(1),
    }));
    const run = execute(callTo('CALL', { to: SYSTEM, value: 2 }) + returnTop(), {
      systemContracts,
      message: { value: 3n },
    });
    expect(run.word).toBe(0n);
    expect(run.journal.getBalance(SYSTEM)).toBe(0n);
  });

  it('know when they run in another account, or may not write', () => {
    const { calls, systemContracts } = withSystem(({ gas }) => ({
      outcome: OUTCOME.STOP,
      gasLeft: gas,
      output: new Uint8Array(0),
    }));
    execute(callTo('DELEGATECALL', { to: SYSTEM }) + callTo('STATICCALL', { to: SYSTEM }), { systemContracts });
    expect(calls.map(({ isDelegated, isStatic }) => [isDelegated, isStatic])).toEqual([
      [true, false],
      [false, true],
    ]);
  });

  it('burn what was given to them when they halt', () => {
    const { systemContracts } = withSystem(({ gas }) => ({
      outcome: OUTCOME.OUT_OF_GAS,
      gasLeft: gas,
      output: Uint8Array.of(1),
    }));
    const run = execute(callTo('CALL', { to: SYSTEM, gas: 5000 }) + op.POP + op.RETURNDATASIZE + returnTop(), {
      systemContracts,
    });
    expect(run.word).toBe(0n);
    expect(run.gasUsed).toBe(7 * 3 + 2600 + 5000 + 2 + 2 + RETURN_TOP);
  });
});

describe('a message of the wrong form', () => {
  it('is refused with its field, and changes nothing', () => {
    const store = createMemoryStore();
    store.setAccount(CALLER, { nonce: 0n, balance: 5n, code: new Uint8Array(0), storage: [] });
    const journal = new Journal(store);
    const block = { coinbase: OTHER, number: 0n, timestamp: 0n, gasLimit: 0n, difficulty: 0n, prevRandao: 0n };
    const evm = createEvm(journal, {
      fork: 'osaka',
      block: { ...block, baseFee: 0n, blobBaseFee: 0n, chainId: 1n },
      transaction: { origin: CALLER, gasPrice: 0n, blobHashes: [] },
    });
    const good = { kind: 'call', caller: CALLER, to: CONTRACT, value: 0n, data: new Uint8Array(0), gas: 10_000 };
    const run = (fields: object) => () => evm.run({ ...good, ...fields } as Parameters<typeof evm.run>[0]);
    for (const [field, values] of Object.entries({
      kind: ['send', undefined],
      caller: ['0x12', undefined],
      to: ['0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045', undefined],
      value: [-1n, 1, 1n << 256n],
      data: ['0x12', [1], undefined],
      gas: [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, 10n, '10'],
      reserve: [-1n, 1],
    })) {
      for (const value of values) {
        expect(run({ [field]: value })).toThrow(
          expect.objectContaining({ code: 'BAD_MESSAGE', data: expect.objectContaining({ field }) }),
        );
      }
    }
    expect(run({})().outcome).toBe(OUTCOME.STOP);
    expect(journal.getBalance(CALLER)).toBe(5n);
  });
});

describe('a host that throws', () => {
  it('leaves the machine fit for the next message', () => {
    const store = createMemoryStore();
    store.setAccount(CONTRACT, {
      nonce: 1n,
      balance: 0n,
      code: code(mstore(0, 7) + call('SLOAD', 0) + returnTop()),
      storage: [],
    });
    const journal = new Journal(store);
    let isBroken = true;
    const read = journal.getStorage.bind(journal);
    journal.getStorage = (address, slot) => {
      if (isBroken) throw new Error('disk on fire');
      return read(address, slot);
    };
    const block = { coinbase: OTHER, number: 0n, timestamp: 0n, gasLimit: 0n, difficulty: 0n, prevRandao: 0n };
    const evm = createEvm(journal, {
      fork: 'osaka',
      block: { ...block, baseFee: 0n, blobBaseFee: 0n, chainId: 1n },
      transaction: { origin: CALLER, gasPrice: 0n, blobHashes: [] },
    });
    const message = {
      kind: 'call',
      caller: CALLER,
      to: CONTRACT,
      value: 0n,
      data: new Uint8Array(0),
      gas: 10_000,
    } as const;
    expect(() => evm.run(message)).toThrow('disk on fire');
    isBroken = false;
    expect(evm.run(message)).toMatchObject({ outcome: OUTCOME.RETURN, output: new Uint8Array(32) });
  });
});

describe('abortion', () => {
  it('ends every frame, even when the flag is taken back at once', () => {
    const abort = { aborted: false };
    const systemContracts = new Map<Address, SystemContract>([
      [
        THIRD,
        ({ gas }) => {
          abort.aborted = true;
          return { outcome: OUTCOME.STOP, gasLeft: gas, output: new Uint8Array(0) };
        },
      ],
    ]);
    const loop = op.JUMPDEST + push(0) + op.JUMP;
    const accounts = { [OTHER]: { code: callTo('CALL', { to: THIRD }) + callTo('CALL', { to: CONTRACT }) } };
    const run = execute(callTo('CALL', { to: OTHER }) + returnTop(), { accounts, abort, systemContracts });
    expect(run.ending).toBe('aborted');
    expect(execute(loop, { abort: { aborted: true }, message: { gas: 2 ** 50 } }).ending).toBe('aborted');
  });
});

describe('delegation (EIP-7702)', () => {
  const delegated = bytesToHex(delegationCode(THIRD)).slice(2);
  const accounts = { [OTHER]: { code: delegated, nonce: 1n }, [THIRD]: { code: op.ADDRESS + returnTop() } };

  it('runs the code of the target in the account itself, and pays for its target', () => {
    const run = execute(callTo('CALL', { to: OTHER, output: [0, 32] }) + op.POP + call('RETURN', 0, 32), { accounts });
    expect(addressFromWord(run.word)).toBe(OTHER);
    const plain = execute(callTo('CALL', { to: THIRD, output: [0, 32] }) + op.POP + call('RETURN', 0, 32), {
      accounts,
    });
    expect(run.gasUsed - plain.gasUsed).toBe(2600);
  });

  it('is not followed twice', () => {
    const chained = { ...accounts, [THIRD]: { code: bytesToHex(delegationCode(CONTRACT)).slice(2) } };
    expect(execute(callTo('CALL', { to: OTHER, gas: 5000 }) + returnTop(), { accounts: chained }).word).toBe(0n);
  });

  it('is seen as such by EXTCODESIZE', () => {
    expect(execute(call('EXTCODESIZE', OTHER) + returnTop(), { accounts }).word).toBe(23n);
  });

  it('begins with Prague', () => {
    const run = execute(callTo('CALL', { to: OTHER, gas: 5000 }) + returnTop(), { accounts, fork: 'cancun' });
    expect(run.word).toBe(0n);
  });
});
