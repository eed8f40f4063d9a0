/** Transactions at the edges of their rules: who pays whom, refunds at the floor, authorisations, blob fees. */
import { type Bytecode, call, callTo, code, op, push, sstore } from '@sherd/testkit';
import { describe, expect, it } from 'vitest';
import { type Address, addressFromWord, bytesToHex, ZERO_ADDRESS } from '../base/index.ts';
import { addressOf } from '../crypto/index.ts';
import { type BlockContext, delegationCode, OUTCOME } from '../evm/index.ts';
import type { ForkName } from '../protocol/index.ts';
import { createMemoryStore, Journal } from '../state/index.ts';
import {
  type Authorization,
  MAX_NONCE,
  type SetCodeTransaction,
  signAuthorization,
  type Transaction,
} from '../tx/index.ts';
import { applyTransaction, createGasPool, type TransactionResult } from './index.ts';

const SENDER: Address = '0x00000000000000000000000000000000000ca11e';
const CONTRACT: Address = '0x00000000000000000000000000000000000c0de0';
const COINBASE: Address = '0x000000000000000000000000000000000000c01b';
const NOBODY: Address = '0x00000000000000000000000000000000000abba1';
const BALANCE = 10n ** 18n;
const KEY = new Uint8Array(32).fill(0x77);
const AUTHORITY = addressOf(KEY);

const block: BlockContext = {
  coinbase: COINBASE,
  number: 1n,
  timestamp: 1n,
  gasLimit: 60_000_000n,
  difficulty: 0n,
  prevRandao: 0n,
  baseFee: 10n,
  blobBaseFee: 3n,
  chainId: 1n,
};

const plain = {
  type: 2,
  chainId: 1n,
  nonce: 0n,
  maxPriorityFeePerGas: 2n,
  maxFeePerGas: 20n,
  gasLimit: 500_000n,
  to: NOBODY as Address | undefined,
  value: 0n,
  data: code(''),
  accessList: [],
} as const;

interface Scene {
  readonly fork?: ForkName;
  readonly contract?: Bytecode;
  readonly storage?: readonly (readonly [bigint, bigint])[];
  readonly balance?: bigint;
  readonly coinbase?: Address;
  readonly authority?: { readonly nonce: bigint; readonly code: Uint8Array };
}

interface Played {
  readonly journal: Journal;
  readonly result: TransactionResult;
}

function play(change: Partial<Transaction>, scene: Scene = {}): Played {
  const { fork = 'osaka', contract = '', storage = [], balance = BALANCE, coinbase = COINBASE, authority } = scene;
  const store = createMemoryStore();
  store.setAccount(SENDER, { nonce: 0n, balance, code: code(''), storage: [] });
  store.setAccount(CONTRACT, { nonce: 1n, balance: 0n, code: code(contract), storage });
  if (authority !== undefined) store.setAccount(AUTHORITY, { ...authority, balance: 0n, storage: [] });
  const journal = new Journal(store);
  const result = applyTransaction({
    journal,
    fork,
    block: { ...block, coinbase },
    gasPool: createGasPool(block.gasLimit, 1_179_648n),
    transaction: { ...plain, ...change } as Transaction,
    sender: SENDER,
  });
  return { journal, result };
}

describe('who pays whom', () => {
  it('a transfer to oneself costs the fee and makes no money', () => {
    const { journal, result } = play({ to: SENDER, value: 1000n });
    expect(result.gasUsed).toBe(21_000n);
    expect(journal.getBalance(SENDER)).toBe(BALANCE - 21_000n * 12n);
  });

  it('a sender who is the coinbase gets its own tip back', () => {
    const { journal } = play({ value: 5n }, { coinbase: SENDER });
    expect(journal.getBalance(SENDER)).toBe(BALANCE - 5n - 21_000n * 10n);
  });

  it('a coinbase that gets nothing is not made, and an empty one goes', () => {
    const { journal } = play({ maxPriorityFeePerGas: 0n });
    expect(journal.exists(COINBASE)).toBe(false);
  });

  it('nothing sent to nobody makes no account from Spurious Dragon on, and one before', () => {
    const legacy = { type: 0, chainId: undefined, gasPrice: 12n } as const;
    expect(play(legacy, { fork: 'spuriousDragon' }).journal.exists(NOBODY)).toBe(false);
    expect(play(legacy, { fork: 'homestead' }).journal.exists(NOBODY)).toBe(true);
    expect(play({ value: 1n }).journal.getBalance(NOBODY)).toBe(1n);
  });

  it('the whole balance can be spent to the last wei, and no wei more', () => {
    const most = 500_000n * 20n + 7n;
    expect(play({ value: 7n }, { balance: most }).result.isSuccess).toBe(true);
    const refused = () => play({ value: 8n }, { balance: most });
    expect(refused).toThrow(expect.objectContaining({ code: 'INSUFFICIENT_FUNDS' }));
  });

  it('a contract that destroys itself for the sender while it is charged leaves the right sum', () => {
    const { journal, result } = play(
      { to: CONTRACT, value: 9n },
      { contract: call('SELFDESTRUCT', SENDER), fork: 'shanghai' },
    );
    expect(journal.getBalance(SENDER)).toBe(BALANCE - result.gasUsed * 12n);
    expect(journal.exists(CONTRACT)).toBe(false);
  });
});

describe('refunds', () => {
  const clears = Array.from({ length: 10 }, (_, slot) => sstore(slot, 0)).join('');
  const storage = Array.from({ length: 10 }, (_, slot) => [BigInt(slot), 1n] as const);

  it('are a half of the gas at most, from London on a fifth', () => {
    const legacy = { type: 0, chainId: undefined, gasPrice: 12n, to: CONTRACT } as const;
    const ran = (fork: ForkName) => play(legacy, { fork, contract: clears, storage }).result;
    const berlin = ran('berlin');
    expect(berlin.gasRefunded).toBe((21_000n + 10n * 5006n) / 2n);
    expect(berlin.gasUsed).toBe(21_000n + 10n * 5006n - berlin.gasRefunded);
    const london = ran('london');
    expect(london.gasRefunded).toBe((21_000n + 10n * 5006n) / 5n);
  });

  it('do not reach below the floor of the calldata (EIP-7623)', () => {
    const data = new Uint8Array(2000).fill(1);
    const scene = { contract: clears, storage };
    const floor = 21_000n + 10n * 4n * 2000n;
    const { result, journal } = play({ to: CONTRACT, data }, scene);
    const spent = 21_000n + 16n * 2000n + 10n * 5006n;
    expect(spent).toBeGreaterThan(floor);
    expect(spent - result.gasRefunded).toBeLessThan(floor);
    expect(result.gasUsed).toBe(floor);
    expect(journal.getBalance(SENDER)).toBe(BALANCE - floor * 12n);
    expect(play({ to: CONTRACT, data }, { ...scene, fork: 'cancun' }).result.gasUsed).toBe(spent - result.gasRefunded);
  });

  it('are lost with a transaction that fails', () => {
    for (const ending of [op.INVALID, call('REVERT', 0, 0)]) {
      const { result } = play({ to: CONTRACT }, { contract: clears + ending, storage });
      expect(result).toMatchObject({ isSuccess: false, gasRefunded: 0n });
    }
  });
});

describe('authorisations (EIP-7702)', () => {
  const authorize = (change: Partial<Authorization> = {}) =>
    signAuthorization({ chainId: 1n, address: CONTRACT, nonce: 0n, ...change }, KEY);
  const send = (list: readonly Authorization[], scene: Scene = {}, change: Partial<SetCodeTransaction> = {}) =>
    play({ ...change, type: 4, authorizationList: list } as SetCodeTransaction, scene);
  const codeAfter = (list: readonly Authorization[], scene?: Scene) =>
    bytesToHex(send(list, scene).journal.getCode(AUTHORITY));
  const TO_CONTRACT = bytesToHex(delegationCode(CONTRACT));

  it('hold for this chain or all, at the right nonce', () => {
    expect(codeAfter([authorize()])).toBe(TO_CONTRACT);
    expect(codeAfter([authorize({ chainId: 0n })])).toBe(TO_CONTRACT);
    expect(codeAfter([authorize({ chainId: 2n })])).toBe('0x');
    expect(codeAfter([authorize({ nonce: 1n })])).toBe('0x');
    expect(codeAfter([authorize({ nonce: 1n }), authorize()])).toBe(TO_CONTRACT);
  });

  it('come one after the other, the last one winning', () => {
    const second = authorize({ nonce: 1n, address: NOBODY });
    const { journal } = send([authorize(), second]);
    expect(bytesToHex(journal.getCode(AUTHORITY))).toBe(bytesToHex(delegationCode(NOBODY)));
    expect(journal.getNonce(AUTHORITY)).toBe(2n);
    expect(codeAfter([authorize(), authorize({ nonce: 1n, address: ZERO_ADDRESS })])).toBe('0x');
  });

  it('do not touch an account with code, nor one whose nonce is used up', () => {
    expect(codeAfter([authorize()], { authority: { nonce: 0n, code: code('00') } })).toBe('0x00');
    const at = (nonce: bigint) => codeAfter([authorize({ nonce })], { authority: { nonce, code: code('') } });
    expect(at(MAX_NONCE)).toBe(TO_CONTRACT);
    expect(at(MAX_NONCE + 1n)).toBe('0x');
    expect(codeAfter([authorize()], { authority: { nonce: 0n, code: delegationCode(NOBODY) } })).toBe(TO_CONTRACT);
  });

  it('are signed with a low s and a parity of 0 or 1', () => {
    const order = 0xffff_ffff_ffff_ffff_ffff_ffff_ffff_fffe_baae_dce6_af48_a03b_bfd2_5e8c_d036_4141n;
    const good = authorize();
    expect(codeAfter([{ ...good, s: order - good.s, yParity: 1n - good.yParity }])).toBe('0x');
    expect(codeAfter([{ ...good, yParity: 27n + good.yParity }])).toBe('0x');
    expect(codeAfter([{ ...good, r: 0n }])).toBe('0x');
    expect(codeAfter([{ ...good, r: order }])).toBe('0x');
  });

  it('give back 12,500 for an account that is there, and stay when the call fails', () => {
    const fresh = send([authorize()]).result;
    const known = send([authorize()], { authority: { nonce: 0n, code: delegationCode(NOBODY) } }).result;
    expect(fresh.gasUsed).toBe(46_000n);
    expect(known.gasRefunded).toBe(46_000n / 5n);
    const failed = send([authorize()], { contract: op.INVALID }, { to: CONTRACT });
    expect(failed.result.outcome).toBe(OUTCOME.INVALID_OPCODE);
    expect(bytesToHex(failed.journal.getCode(AUTHORITY))).toBe(TO_CONTRACT);
  });

  it('work at once: the transaction itself can call the delegated account', () => {
    const { journal, result } = send([authorize()], { contract: sstore(3, 4) }, { to: AUTHORITY });
    expect(result.isSuccess).toBe(true);
    expect(journal.getStorage(AUTHORITY, 3n)).toBe(4n);
    expect(journal.getStorage(CONTRACT, 3n)).toBe(0n);
  });

  it('are refused in an empty list, or in a creation', () => {
    expect(() => send([])).toThrow(expect.objectContaining({ code: expect.any(String) }));
    expect(() => send([authorize()], {}, { to: undefined as unknown as Address })).toThrow(
      expect.objectContaining({ code: expect.any(String) }),
    );
  });
});

describe('blobs (EIP-4844)', () => {
  const hash = (first: number) => Uint8Array.from({ length: 32 }, (_, i) => (i === 0 ? first : i));
  const blobs = (count: number, maxFeePerBlobGas = 3n, first = 1) => ({
    type: 3 as const,
    maxFeePerBlobGas,
    blobVersionedHashes: Array.from({ length: count }, () => hash(first)),
  });

  it('cost their gas at the base fee of the block, and nobody gets it', () => {
    const { journal, result } = play(blobs(2, 100n));
    expect(result.blobGasUsed).toBe(262_144n);
    expect(journal.getBalance(SENDER)).toBe(BALANCE - 21_000n * 12n - 262_144n * 3n);
    expect(journal.getBalance(COINBASE)).toBe(21_000n * 2n);
  });

  it('are paid for also when the call fails', () => {
    const { journal, result } = play({ ...blobs(1), to: CONTRACT }, { contract: op.INVALID });
    expect(result.gasUsed).toBe(500_000n);
    expect(journal.getBalance(SENDER)).toBe(BALANCE - 500_000n * 12n - 131_072n * 3n);
  });

  it('must be affordable at the highest fee that the sender names', () => {
    const most = 500_000n * 20n + 131_072n * 100n;
    expect(play(blobs(1, 100n), { balance: most }).result.isSuccess).toBe(true);
    expect(() => play(blobs(1, 100n), { balance: most - 1n })).toThrow(
      expect.objectContaining({ code: 'INSUFFICIENT_FUNDS' }),
    );
    expect(() => play(blobs(1, 2n))).toThrow(expect.objectContaining({ code: 'BLOB_FEE_CAP_TOO_LOW' }));
  });

  it('are one to six, of version 1', () => {
    expect(play(blobs(6)).result.blobGasUsed).toBe(6n * 131_072n);
    for (const bad of [blobs(0), blobs(7), blobs(1, 3n, 2)]) expect(() => play(bad)).toThrow();
  });

  it('show their hashes to BLOBHASH', () => {
    const contract = call('BLOBHASH', 1) + push(0) + op.SSTORE + call('BLOBHASH', 2) + push(1) + op.SSTORE;
    const { journal } = play({ ...blobs(2), to: CONTRACT }, { contract });
    expect(journal.getStorage(CONTRACT, 0n)).toBe(BigInt(bytesToHex(hash(1))));
    expect(journal.getStorage(CONTRACT, 1n)).toBe(0n);
  });
});

describe('gas limits', () => {
  it('are 2^24 at most from Osaka on (EIP-7825)', () => {
    expect(play({ gasLimit: 16_777_216n }).result.isSuccess).toBe(true);
    expect(() => play({ gasLimit: 16_777_217n })).toThrow(expect.objectContaining({ code: expect.any(String) }));
    expect(play({ gasLimit: 16_777_217n }, { fork: 'prague' }).result.isSuccess).toBe(true);
  });

  it('that are huge lend a call all but a 64th, to the unit', () => {
    const contract = callTo('CALL', { to: addressFromWord(4n) }) + op.POP;
    expect(play({ to: CONTRACT, gasLimit: 50_000_000n }, { contract, fork: 'prague' }).result.isSuccess).toBe(true);
  });
});
