/** Transactions exactly at a limit, and one beyond it; what is warm when the first instruction runs. */
import { type Bytecode, call, callTo, code, op, push } from '@sherd/testkit';
import { describe, expect, it } from 'vitest';
import type { Address } from '../base/index.ts';
import { addressOf } from '../crypto/index.ts';
import { type BlockContext, createAddress, delegationCode } from '../evm/index.ts';
import { type ForkName, forkRules } from '../protocol/index.ts';
import { createMemoryStore, Journal } from '../state/index.ts';
import { signAuthorization, type Transaction } from '../tx/index.ts';
import { applyTransaction, createGasPool, floorGas } from './index.ts';

const KEY = new Uint8Array(32).fill(0x55);
const SENDER = addressOf(KEY);
const OTHER_KEY = new Uint8Array(32).fill(0x66);
const AUTHORITY = addressOf(OTHER_KEY);
const CONTRACT: Address = '0x00000000000000000000000000000000000c0de0';
const TARGET: Address = '0x00000000000000000000000000000000000c0de1';
const COINBASE: Address = '0x000000000000000000000000000000000000c01b';
const NOBODY: Address = '0x00000000000000000000000000000000000abba1';

const block: BlockContext = {
  coinbase: COINBASE,
  number: 1n,
  timestamp: 1n,
  gasLimit: 1_000_000n,
  difficulty: 0n,
  prevRandao: 0n,
  baseFee: 10n,
  blobBaseFee: 1n,
  chainId: 1n,
};

const call2 = {
  type: 2,
  chainId: 1n,
  nonce: 0n,
  maxPriorityFeePerGas: 0n,
  maxFeePerGas: 10n,
  gasLimit: 500_000n,
  to: CONTRACT,
  value: 0n,
  data: code(''),
  accessList: [],
} as const;

interface Scene {
  readonly fork?: ForkName;
  readonly contract?: Bytecode;
  /** Of the sender. */
  readonly senderCode?: Uint8Array;
  /** Of the account that authorises. */
  readonly authorityCode?: Uint8Array;
  readonly pool?: bigint;
}

function play(change: Partial<Transaction>, scene: Scene = {}) {
  const { fork = 'osaka', contract = '', senderCode = code(''), authorityCode, pool = block.gasLimit } = scene;
  const store = createMemoryStore();
  store.setAccount(SENDER, { nonce: 0n, balance: 10n ** 18n, code: senderCode, storage: [] });
  store.setAccount(CONTRACT, { nonce: 1n, balance: 0n, code: code(contract), storage: [] });
  if (authorityCode !== undefined) {
    store.setAccount(AUTHORITY, { nonce: 0n, balance: 0n, code: authorityCode, storage: [] });
  }
  const journal = new Journal(store);
  const transaction = { ...call2, ...change } as Transaction;
  const gasPool = createGasPool(pool, 786_432n);
  const result = applyTransaction({ journal, fork, block, gasPool, transaction, sender: SENDER });
  return { journal, result, gasPool };
}

const refusal = (errorCode: string) => expect.objectContaining({ code: errorCode });

describe('a gas limit', () => {
  it('may be all that is left in the block', () => {
    expect(play({ gasLimit: 500_000n }, { pool: 500_000n }).result.isSuccess).toBe(true);
    expect(() => play({ gasLimit: 500_000n }, { pool: 499_999n })).toThrow(refusal('BLOCK_GAS_EXCEEDED'));
  });

  it('may be the floor of the calldata and no less (EIP-7623)', () => {
    const data = new Uint8Array(100).fill(1);
    const floor = BigInt(floorGas({ data }, forkRules('prague').rules));
    expect(play({ data, gasLimit: floor }).result.gasUsed).toBe(floor);
    expect(() => play({ data, gasLimit: floor - 1n })).toThrow(refusal('FLOOR_GAS_TOO_LOW'));
  });
});

describe('a sender with a delegation as its code', () => {
  const senderCode = delegationCode(CONTRACT);

  it('may send from Prague on; before, those bytes are code like any other (EIP-3607, EIP-7702)', () => {
    expect(play({ to: NOBODY }, { senderCode, fork: 'prague' }).result.isSuccess).toBe(true);
    expect(() => play({ to: NOBODY }, { senderCode, fork: 'cancun' })).toThrow(refusal('SENDER_NOT_EOA'));
  });
});

describe('what is warm at the start', () => {
  /** Gas of a transaction whose contract asks for the balance of `address`, less what is the same for all. */
  const priceOfBalance = (address: Address, fork: ForkName, change: Partial<Transaction> = {}, scene: Scene = {}) => {
    const contract = call('BALANCE', address) + op.POP;
    const { result } = play(change, { ...scene, fork, contract });
    const empty = play(change, { ...scene, fork, contract: push(address) + op.POP });
    return result.gasUsed - empty.result.gasUsed;
  };

  it('includes sender and callee, and the coinbase from Shanghai on (EIP-3651)', () => {
    for (const address of [SENDER, CONTRACT]) expect(priceOfBalance(address, 'london')).toBe(100n);
    expect(priceOfBalance(NOBODY, 'london')).toBe(2600n);
    expect(priceOfBalance(COINBASE, 'paris')).toBe(2600n);
    expect(priceOfBalance(COINBASE, 'shanghai')).toBe(100n);
  });

  it('includes what the access list names, and pre-compiled contracts from their fork on (EIP-2930, EIP-2929)', () => {
    const listed = (slots: readonly bigint[]) => ({ accessList: [{ address: NOBODY, slots }] });
    expect(priceOfBalance(NOBODY, 'berlin', { type: 1, gasPrice: 10n, ...listed([]) } as Partial<Transaction>)).toBe(
      100n,
    );
    const kzg = '0x000000000000000000000000000000000000000a';
    expect([priceOfBalance(kzg, 'shanghai'), priceOfBalance(kzg, 'cancun')]).toEqual([2600n, 100n]);
    const p256 = '0x0000000000000000000000000000000000000100';
    expect([priceOfBalance(p256, 'prague'), priceOfBalance(p256, 'osaka')]).toEqual([2600n, 100n]);
    const contract = call('SLOAD', 5) + op.POP + call('SLOAD', 6) + op.POP;
    const own = { accessList: [{ address: CONTRACT, slots: [5n] }] };
    expect(play(own, { contract }).result.gasUsed).toBe(21_000n + 2400n + 1900n + (3n + 100n + 2n) + (3n + 2100n + 2n));
  });

  it('includes whoever signed an authorisation for this chain, valid in this state or not (EIP-7702)', () => {
    const priceWith = (change: { chainId?: bigint; nonce?: bigint }) => {
      const fields = { chainId: 1n, address: TARGET, nonce: 0n, ...change };
      return priceOfBalance(AUTHORITY, 'prague', {
        type: 4,
        authorizationList: [signAuthorization(fields, OTHER_KEY)],
      } as Partial<Transaction>);
    };
    expect(priceWith({})).toBe(100n);
    expect(priceWith({ nonce: 5n })).toBe(100n);
    expect(priceWith({ chainId: 2n })).toBe(2600n);
    // A nonce that could not be counted up ends the check before the signature is looked at.
    expect(priceWith({ nonce: 2n ** 64n - 1n })).toBe(2600n);
  });

  it('includes the one whose code a called account has taken, but not the next behind that', () => {
    const authorityCode = delegationCode(CONTRACT);
    const contract = call('BALANCE', CONTRACT) + op.POP + call('BALANCE', TARGET) + op.POP;
    const { result } = play({ to: AUTHORITY }, { contract, authorityCode });
    expect(result.gasUsed).toBe(21_000n + (3n + 100n + 2n) + (3n + 2600n + 2n));
  });
});

describe('an authorisation of an account that exists (EIP-7702)', () => {
  it('gives back 12,500, one of a new account nothing', () => {
    const authorization = signAuthorization({ chainId: 1n, address: TARGET, nonce: 0n }, OTHER_KEY);
    // Work enough that the refund is not cut to a fifth of it.
    const contract = [1, 2, 3].map((slot) => call('SSTORE', slot, 1)).join('');
    const change = { type: 4, authorizationList: [authorization] } as Partial<Transaction>;
    const known = play(change, { contract, authorityCode: delegationCode(CONTRACT) }).result;
    const fresh = play(change, { contract }).result;
    expect([known.gasRefunded, fresh.gasRefunded]).toEqual([12_500n, 0n]);
    expect(fresh.gasUsed - known.gasUsed).toBe(12_500n);
  });
});

describe('the coinbase', () => {
  it('gets the whole price before London, whatever a tool says of a base fee, and the tip from then on (EIP-1559)', () => {
    const paid = (fork: ForkName) => {
      const legacy = { type: 0, chainId: undefined, gasPrice: 12n } as Partial<Transaction>;
      return play({ to: NOBODY, ...legacy }, { fork }).journal.getBalance(COINBASE);
    };
    expect([paid('berlin'), paid('london')]).toEqual([21_000n * 12n, 21_000n * 2n]);
  });
});

describe('a creating transaction', () => {
  it('makes the address that follows from its sender and its own nonce', () => {
    const made = (nonce: bigint) => createAddress('0x6ac7ea33f8831ea9dcc53393aaa88b25a785dbf0', nonce);
    expect([made(0n), made(1n)]).toEqual([
      '0xcd234a471b72ba2f1ccf0a70fcaba648a5eecd8d',
      '0x343c43a37d37dff08ae8c4a11544c718abb4fcf8',
    ]);
    const { result, journal } = play({ to: undefined, data: code(call('RETURN', 0, 1)) } as Partial<Transaction>);
    expect(result.contractAddress).toBe(createAddress(SENDER, 0n));
    expect([journal.getCode(result.contractAddress!).length, journal.getNonce(SENDER)]).toEqual([1, 1n]);
  });
});

describe('an authorisation by the sender itself (EIP-7702)', () => {
  const by = (nonce: bigint) => {
    const authorization = signAuthorization({ chainId: 1n, address: CONTRACT, nonce }, KEY);
    return play({ type: 4, authorizationList: [authorization] } as Partial<Transaction>).journal;
  };

  it('has the nonce behind that of its transaction, and counts it up once more', () => {
    expect(by(1n).getNonce(SENDER)).toBe(2n);
    expect(by(1n).getCode(SENDER)).toEqual(delegationCode(CONTRACT));
    expect(by(0n).getNonce(SENDER)).toBe(1n);
    expect(by(0n).getCode(SENDER)).toHaveLength(0);
  });

  it('lets the sender run code in the same transaction', () => {
    const authorization = signAuthorization({ chainId: 1n, address: CONTRACT, nonce: 1n }, KEY);
    const contract = callTo('CALL', { to: SENDER, gas: 1000 }) + push(0) + op.SSTORE;
    const { journal, result } = play(
      { type: 4, to: SENDER, authorizationList: [authorization] } as Partial<Transaction>,
      {
        contract,
      },
    );
    expect(result.isSuccess).toBe(true);
    // The call within ran out of its 1,000 gas, in the same code.
    expect(journal.getStorage(SENDER, 0n)).toBe(0n);
    expect(journal.getCode(SENDER)).toEqual(delegationCode(CONTRACT));
  });
});
