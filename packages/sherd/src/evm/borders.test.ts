/** Where numbers and rules have their edges: 2^32, 2^63, 2^64, prices per era, what a revert takes back. */
import {
  CONTRACT,
  call,
  callTo,
  deployer,
  execute,
  mstore,
  op,
  pushN,
  returnTop,
  sstore,
  storeInMemory,
} from '@sherd/testkit';
import { describe, expect, it } from 'vitest';
import { type Address, addressFromWord, bytesToBigInt, bytesToHex, hexToBytes } from '../base/index.ts';
import { type ForkName, OPCODE_NAMES, OPCODES, type OpcodeName } from '../protocol/index.ts';
import { createMemoryStore, Journal } from '../state/index.ts';
import { create2Address, createAddress } from './createAddress.ts';
import { createEvm } from './createEvm.ts';
import { delegationCode } from './delegation.ts';

const OTHER: Address = '0x0000000000000000000000000000000000000bee';
const THIRD: Address = '0x0000000000000000000000000000000000000cab';
const BORDERS = [32n, 53n, 63n, 64n, 128n, 255n, 256n].flatMap((power) => {
  const border = 1n << power;
  return power === 256n ? [border - 1n] : [border - 1n, border, border + 1n];
});

/** The operands of an instruction, 0 but for those named by position. */
function withOperands(name: OpcodeName, operands: Readonly<Record<number, bigint>>): string {
  const list = Array.from({ length: OPCODES[name].pops }, (_, i) => operands[i] ?? 0n);
  return call(name, ...list);
}

describe('far out', () => {
  const touching = OPCODE_NAMES.flatMap((name) => OPCODES[name].memory.map((range) => ({ name, range })));

  it('memory is out of gas, for every instruction and each of its ranges', () => {
    for (const { name, range } of touching) {
      const [offset, size] = range;
      for (const border of BORDERS) {
        const operands = typeof size === 'number' ? { [offset]: border, [size]: 1n } : { [offset]: border };
        // What RETURNDATACOPY reads is not there, which is looked at first.
        const want = name === 'RETURNDATACOPY' ? /out of gas|return data/ : /out of gas/;
        expect(execute(withOperands(name, operands)).ending, `${name} ${border}`).toMatch(want);
      }
    }
  });

  it('sizes are out of gas (or too much init code) as well', () => {
    for (const { name, range } of touching) {
      const [, size] = range;
      if (typeof size !== 'number') continue;
      for (const border of BORDERS) {
        const want = /out of gas|return data|max initcode/;
        expect(execute(withOperands(name, { [size]: border })).ending, `${name} ${border}`).toMatch(want);
      }
    }
  });

  it('an empty range costs nothing, wherever it is', () => {
    for (const { name, range } of touching) {
      const [offset, size] = range;
      if (typeof size !== 'number' || name === 'RETURNDATACOPY') continue;
      const near = execute(withOperands(name, {}));
      for (const border of BORDERS) {
        const far = execute(withOperands(name, { [offset]: border }));
        expect([far.ending, far.gasUsed], `${name} ${border}`).toEqual([near.ending, near.gasUsed]);
      }
    }
  });

  it('sources of copies are zeros', () => {
    for (const border of BORDERS) {
      for (const name of ['CODECOPY', 'CALLDATACOPY'] as const) {
        const run = execute(mstore(0, 7) + call(name, 0, border, 32) + call('RETURN', 0, 32));
        expect([run.ending, run.word], `${name} ${border}`).toEqual(['return', 0n]);
      }
      const foreign = mstore(0, 7) + call('EXTCODECOPY', CONTRACT, 0, border, 32) + call('RETURN', 0, 32);
      expect(execute(foreign).word).toBe(0n);
    }
  });

  it('jumps are no jumps, also when the low bits name a JUMPDEST', () => {
    expect(execute(`${pushN(32, 34n)}${op.JUMP}${op.JUMPDEST}`).ending).toBe('stop');
    for (const border of BORDERS) {
      const target = ((border >> 32n) << 32n) + 34n;
      if (target === 34n) continue;
      expect(execute(`${pushN(32, target)}${op.JUMP}${op.JUMPDEST}`).ending, `${border}`).toBe(
        'invalid jump destination',
      );
    }
  });

  it('blocks have no hash, and blobs neither', () => {
    for (const border of BORDERS) {
      expect(execute(call('BLOCKHASH', border) + returnTop()).word).toBe(0n);
      expect(execute(call('BLOBHASH', border) + returnTop(), { blobHashes: [5n] }).word).toBe(0n);
    }
  });

  it('blocks have a hash for 256 blocks, and nobody is asked for others, also where a contract keeps 8191 (EIP-2935)', () => {
    for (const fork of ['frontier', 'osaka'] as const) {
      const asked: bigint[] = [];
      const store = createMemoryStore();
      const hashOf = (current: bigint, number: bigint): bigint => {
        const code = hexToBytes(call('BLOCKHASH', number) + returnTop());
        store.setAccount(CONTRACT, { nonce: 1n, balance: 0n, code, storage: [] });
        const blockHash = (wanted: bigint): bigint => {
          asked.push(wanted);
          return wanted + 77n;
        };
        const block = { coinbase: OTHER, timestamp: 0n, gasLimit: 0n, difficulty: 0n, prevRandao: 0n, baseFee: 0n };
        const evm = createEvm(new Journal(store, { blockHash }), {
          fork,
          block: { ...block, number: current, blobBaseFee: 1n, chainId: 1n },
          transaction: { origin: OTHER, gasPrice: 0n, blobHashes: [] },
        });
        const message = { kind: 'call', caller: OTHER, to: CONTRACT, value: 0n, data: new Uint8Array(0), gas: 10_000 };
        return bytesToBigInt(evm.run(message as Parameters<typeof evm.run>[0]).output);
      };
      const current = 20_000n;
      for (const age of [1n, 2n, 255n, 256n]) expect(hashOf(current, current - age)).toBe(current - age + 77n);
      expect(asked).toHaveLength(4);
      for (const age of [-1n, 0n, 257n, 258n, 8191n, 8192n]) expect(hashOf(current, current - age)).toBe(0n);
      expect(asked).toHaveLength(4);
      // A young chain: the first block is remembered, and nothing lies before it.
      expect([hashOf(3n, 0n), hashOf(256n, 0n), hashOf(257n, 0n), hashOf(0n, 0n)]).toEqual([77n, 77n, 0n, 0n]);
    }
  });

  it('an exponent costs by its bytes: 10 each, 50 from Spurious Dragon on (EIP-160), and nothing when it is 0', () => {
    for (const [fork, byte] of [
      ['frontier', 10],
      ['tangerineWhistle', 10],
      ['spuriousDragon', 50],
      ['osaka', 50],
    ] as const) {
      for (const [exponent, bytes] of [
        [0n, 0],
        [1n, 1],
        [255n, 1],
        [256n, 2],
        [(1n << 64n) - 1n, 8],
        [1n << 64n, 9],
        [1n << 255n, 32],
      ] as const) {
        const { gasUsed } = execute(call('EXP', 1, exponent), { fork });
        // Two pushes of 3, and 10 for the instruction.
        expect([fork, exponent, gasUsed]).toEqual([fork, exponent, 6 + 10 + byte * bytes]);
      }
    }
  });

  it('gas for a call is all but a 64th, and addresses have 160 bits', () => {
    const accounts = { [OTHER]: { code: op.GAS + returnTop() } };
    const left = (gas: bigint, to: bigint | string) => {
      const bytecode = callTo('CALL', { to, gas, output: [0, 32] }) + op.POP + call('RETURN', 0, 32);
      return execute(bytecode, { accounts });
    };
    const most = left((1n << 256n) - 1n, OTHER);
    for (const border of BORDERS) {
      expect(left(border, OTHER).word, `${border}`).toBe(most.word);
      const dirty = left(border, ((border << 160n) % (1n << 256n)) | BigInt(OTHER));
      expect(dirty.word > 0n && dirty.word <= most.word).toBe(true);
    }
  });
});

describe('return data', () => {
  it('is a copy: an identity call whose output overlaps its input does not change it', () => {
    // The chain split of August 2021 (CVE-2021-39137): the buffer was a view into memory that the call wrote to.
    const bytecode =
      mstore(0, `0x${'11'.repeat(31)}22`) +
      callTo('STATICCALL', { to: 4, input: [0, 32], output: [7, 32] }) +
      call('RETURNDATACOPY', 64, 0, 32) +
      call('RETURN', 64, 32);
    const run = execute(bytecode);
    expect(bytesToHex(run.output)).toBe(`0x${'11'.repeat(31)}22`);
    const inPlace =
      mstore(0, 0xabcd) +
      callTo('STATICCALL', { to: 4, input: [0, 32], output: [0, 32] }) +
      mstore(0, 0x9999) +
      call('RETURNDATACOPY', 32, 0, 32) +
      call('RETURN', 32, 32);
    expect(execute(inPlace).word).toBe(0xabcdn);
  });

  it('stays what it was when memory that it came from changes', () => {
    const accounts = { [OTHER]: { code: mstore(0, 5) + call('RETURN', 0, 32) } };
    const twice = callTo('CALL', { to: OTHER }) + mstore(0, 9) + call('RETURNDATACOPY', 32, 0, 32);
    expect(execute(`${twice}${call('RETURN', 32, 32)}`, { accounts }).word).toBe(5n);
  });

  it('cannot be read behind its end, not even nothing of it (EIP-211)', () => {
    const after = (copy: string) => execute(callTo('CALL', { to: 4, input: [0, 32] }) + copy).ending;
    expect(after(call('RETURNDATACOPY', 0, 32, 0))).toBe('stop');
    for (const border of [33n, ...BORDERS]) {
      expect(after(call('RETURNDATACOPY', 0, border, 0)), `${border}`).toBe('return data out of bounds');
      // The memory for it is paid for before anything is read.
      const ending = border === 33n ? 'return data out of bounds' : 'out of gas';
      expect(after(call('RETURNDATACOPY', 0, 1, border)), `${border}`).toBe(ending);
    }
  });

  it('is empty after a creation that succeeds, and the reason after one that reverts', () => {
    const size = (init: string) => {
      const made = storeInMemory(0, init) + call('CREATE', 0, 0, init.length / 2);
      return execute(`${made}${op.RETURNDATASIZE}${returnTop()}`).word;
    };
    expect(size(deployer(op.STOP))).toBe(0n);
    expect(size(call('REVERT', 0, 5))).toBe(5n);
    expect(size(op.INVALID)).toBe(0n);
  });
});

/** Stored before, then written one after the other; gas with the pushes, refund. From the tables of the EIPs. */
type StoreRow = readonly [original: number, values: readonly number[], gas: number, refund: number];

const STORE_ROWS: Readonly<Partial<Record<ForkName, readonly StoreRow[]>>> = {
  // Yellow Paper: by the current value alone.
  byzantium: [
    [0, [0, 0], 10_012, 0],
    [0, [1, 0], 25_012, 15_000],
    [1, [0, 1], 25_012, 15_000],
    [1, [2, 1], 10_012, 0],
    [0, [1, 0, 1], 45_018, 15_000],
  ],
  // EIP-1283
  constantinople: [
    [0, [0, 0], 412, 0],
    [0, [0, 1], 20_212, 0],
    [0, [1, 0], 20_212, 19_800],
    [0, [1, 2], 20_212, 0],
    [1, [0, 0], 5212, 15_000],
    [1, [0, 1], 5212, 4800],
    [1, [0, 2], 5212, 0],
    [1, [2, 0], 5212, 15_000],
    [1, [2, 3], 5212, 0],
    [1, [2, 1], 5212, 4800],
    [1, [1, 1], 412, 0],
    [0, [1, 0, 1], 40_218, 19_800],
    [1, [0, 1, 0], 10_218, 19_800],
  ],
  petersburg: [[0, [1, 0], 25_012, 15_000]],
  // EIP-2200
  istanbul: [
    [0, [0, 0], 1612, 0],
    [0, [0, 1], 20_812, 0],
    [0, [1, 0], 20_812, 19_200],
    [0, [1, 2], 20_812, 0],
    [1, [0, 0], 5812, 15_000],
    [1, [0, 1], 5812, 4200],
    [1, [0, 2], 5812, 0],
    [1, [2, 0], 5812, 15_000],
    [1, [2, 3], 5812, 0],
    [1, [2, 1], 5812, 4200],
    [1, [1, 1], 1612, 0],
    [0, [1, 0, 1], 40_818, 19_200],
    [1, [0, 1, 0], 10_818, 19_200],
  ],
  // EIP-2929: 2100 once for the cold slot.
  berlin: [
    [0, [0, 0], 2100 + 212, 0],
    [0, [1, 0], 2100 + 20_112, 19_900],
    [1, [0, 0], 2100 + 3012, 15_000],
    [1, [0, 1], 2100 + 3012, 2800],
    [1, [1, 1], 2100 + 212, 0],
    [1, [0, 1, 0], 2100 + 5918, 17_800],
  ],
  // EIP-3529
  london: [
    [0, [1, 0], 2100 + 20_112, 19_900],
    [1, [0, 0], 2100 + 3012, 4800],
    [1, [0, 1], 2100 + 3012, 2800],
    [1, [0, 2], 2100 + 3012, 0],
    [1, [2, 0], 2100 + 3012, 4800],
    [1, [2, 1], 2100 + 3012, 2800],
    [0, [1, 0, 1], 2100 + 40_118, 19_900],
    [1, [0, 1, 0], 2100 + 5918, 7600],
  ],
};

describe('SSTORE', () => {
  for (const [fork, rows] of Object.entries(STORE_ROWS) as [ForkName, readonly StoreRow[]][]) {
    it(`costs what ${fork} says`, () => {
      for (const [original, values, gas, refund] of rows) {
        const bytecode = values.map((value) => sstore(0, value)).join('');
        const accounts = { [CONTRACT]: { nonce: 1n, code: bytecode, storage: { 0: BigInt(original) } } };
        const run = execute('', { fork, accounts });
        // The tables count PUSH1 twice a store, as the code has it.
        expect([run.gasUsed, run.journal.refund], `${original} -> ${values}`).toEqual([gas, refund]);
      }
    });
  }
});

describe('what a revert takes back', () => {
  /** A callee that does something and reverts; then the caller, and how much its own go costs or shows. */
  const after = (doing: string, then: string, fork: ForkName = 'osaka', ending = call('REVERT', 0, 0)) => {
    const accounts = { [OTHER]: { code: doing + ending, nonce: 1n } };
    return execute(callTo('DELEGATECALL', { to: OTHER }) + op.POP + then, { accounts, fork });
  };
  const cost = (doing: string, then: string, ending: string) =>
    after(doing, then, 'osaka', ending).gasUsed - after(doing, '', 'osaka', ending).gasUsed;
  const revert = call('REVERT', 0, 0);

  it('warmth of slots and of accounts', () => {
    const load = call('SLOAD', 5) + op.POP;
    expect(cost(load, load, '')).toBe(3 + 100 + 2);
    expect(cost(load, load, revert)).toBe(3 + 2100 + 2);
    const look = call('BALANCE', THIRD) + op.POP;
    expect(cost(look, look, '')).toBe(3 + 100 + 2);
    expect(cost(look, look, revert)).toBe(3 + 2600 + 2);
  });

  it('transient storage, which a success keeps', () => {
    const store = call('TSTORE', 1, 7);
    const show = call('TLOAD', 1) + returnTop();
    expect(after(store, show, 'osaka', '').word).toBe(7n);
    expect(after(store, show).word).toBe(0n);
    expect(after(store, show, 'osaka', op.INVALID).ending).toBe('return');
    // Each account has its own.
    const accounts = { [OTHER]: { code: store, nonce: 1n } };
    expect(execute(callTo('CALL', { to: OTHER }) + op.POP + show, { accounts }).word).toBe(0n);
  });

  it('refunds, logs and storage', () => {
    const accounts = { [OTHER]: { code: sstore(0, 0) + call('LOG0', 0, 0) + revert, nonce: 1n, storage: { 0: 1n } } };
    const run = execute(callTo('CALL', { to: OTHER }), { accounts });
    expect(run.journal.refund).toBe(0);
    expect(run.journal.logs).toEqual([]);
    expect(run.journal.getStorage(OTHER, 0n)).toBe(1n);
  });

  it('a self-destruction, and the mark of a contract made in this transaction', () => {
    const accounts = { [OTHER]: { code: callTo('CALL', { to: THIRD }) + revert }, [THIRD]: { code: `${op.CALLER}ff` } };
    const run = execute(callTo('CALL', { to: OTHER }), { accounts, fork: 'shanghai' });
    run.journal.finalizeTransaction({ removeEmpty: true });
    expect(run.journal.getCode(THIRD)).toHaveLength(2);
  });
});

describe('creations', () => {
  const init = deployer(op.CALLER + op.SELFDESTRUCT);
  const make = (name: 'CREATE' | 'CREATE2') =>
    storeInMemory(0, init) + call(name, ...(name === 'CREATE' ? [0, 0, init.length / 2] : [0, 0, init.length / 2, 1]));

  it('CREATE2 twice collides with itself, within one transaction (EIP-684)', () => {
    const run = execute(make('CREATE2') + op.POP + make('CREATE2') + returnTop());
    expect(run.word).toBe(0n);
    expect(run.journal.getNonce(CONTRACT)).toBe(3n);
  });

  it('CREATE2 onto storage alone burns its gas (EIP-7610)', () => {
    const bytes = Uint8Array.from(init.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));
    const address = create2Address(CONTRACT, 1n, bytes);
    const run = execute(make('CREATE2') + returnTop(), { accounts: { [address]: { storage: { 0: 1n } } } });
    expect(run.word).toBe(0n);
    expect(run.gasUsed).toBeGreaterThan(900_000);
    expect(run.journal.getStorage(address, 0n)).toBe(1n);
  });

  it('a contract made and destroyed in one transaction is gone, also after Cancun (EIP-6780)', () => {
    const calls = make('CREATE') + op.POP;
    const address = createAddress(CONTRACT, 1n);
    const run = execute(calls + callTo('CALL', { to: address, value: 3 }), { message: { value: 3n } });
    expect(run.journal.getBalance(CONTRACT)).toBe(3n);
    run.journal.finalizeTransaction({ removeEmpty: true });
    expect(run.journal.exists(address)).toBe(false);
  });

  it('a nonce one below the top works once', () => {
    const accounts = {
      [CONTRACT]: { nonce: 2n ** 64n - 2n, code: make('CREATE') + op.POP + make('CREATE') + returnTop() },
    };
    const run = execute('', { accounts });
    expect(run.word).toBe(0n);
    expect(run.journal.getNonce(CONTRACT)).toBe(2n ** 64n - 1n);
    expect(run.journal.getCode(createAddress(CONTRACT, 2n ** 64n - 2n))).toHaveLength(2);
  });

  it('init code costs 2 a word from Shanghai on, up to 49,152 bytes', () => {
    const cost = (size: number, fork: ForkName) => execute(call('CREATE', 0, 0, size), { fork }).gasUsed;
    expect(cost(64, 'shanghai') - cost(64, 'paris')).toBe(2 * 2);
    expect(execute(call('CREATE', 0, 0, 49_152)).ending).toBe('stop');
    expect(execute(call('CREATE2', 0, 0, 49_153, 0)).ending).toBe('max initcode size exceeded');
  });
});

describe('refund of a self-destruction', () => {
  it('is 24,000 until London, once an account', () => {
    const accounts = { [OTHER]: { code: call('SELFDESTRUCT', CONTRACT), nonce: 1n } };
    const refund = (fork: ForkName) => {
      const once = callTo('CALL', { to: OTHER, gas: 50_000 });
      const twice = once + op.POP + once;
      return execute(twice, { accounts, fork }).journal.refund;
    };
    expect(['frontier', 'byzantium', 'berlin', 'london', 'osaka'].map((fork) => refund(fork as ForkName))).toEqual([
      24_000, 24_000, 24_000, 0, 0,
    ]);
  });
});

describe('delegations (EIP-7702)', () => {
  const delegated = (to: Address) => ({ code: bytesToHex(delegationCode(to)).slice(2), nonce: 1n });

  it('to a pre-compiled contract run nothing', () => {
    const accounts = { [OTHER]: delegated(addressFromWord(4n)) };
    const run = execute(
      mstore(0, 5) + callTo('CALL', { to: OTHER, input: [0, 32] }) + op.RETURNDATASIZE + returnTop(),
      { accounts },
    );
    expect(run.word).toBe(0n);
  });

  it('to itself, or in a circle, halt at the designator: 0xef is no instruction', () => {
    for (const accounts of [{ [OTHER]: delegated(OTHER) }, { [OTHER]: delegated(THIRD), [THIRD]: delegated(OTHER) }]) {
      const run = execute(callTo('CALL', { to: OTHER, gas: 10_000 }) + returnTop(), { accounts });
      expect(run.word).toBe(0n);
      expect(run.gasUsed).toBeGreaterThan(10_000);
    }
  });

  it('are what EXTCODECOPY and EXTCODEHASH show, and not what stands at the target', () => {
    const accounts = { [OTHER]: delegated(THIRD), [THIRD]: { code: op.STOP } };
    const copy = execute(call('EXTCODECOPY', OTHER, 0, 0, 32) + call('RETURN', 0, 23), { accounts });
    expect(bytesToHex(copy.output)).toBe(`0xef0100${THIRD.slice(2)}`);
    const hash = (address: Address) => execute(call('EXTCODEHASH', address) + returnTop(), { accounts }).word;
    expect(hash(OTHER)).not.toBe(hash(THIRD));
  });
});
