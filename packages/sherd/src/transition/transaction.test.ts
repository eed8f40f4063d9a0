import { describe, expect, it } from 'vitest';
import { type Address, bytesToHex, hexToBytes } from '../base/index.ts';
import { addressOf } from '../crypto/index.ts';
import { type BlockContext, OUTCOME } from '../evm/index.ts';
import { type ForkName, forkRules } from '../protocol/index.ts';
import { createMemoryStore, Journal } from '../state/index.ts';
import { type FeeMarketTransaction, signAuthorization, signTransaction, type Transaction } from '../tx/index.ts';
import { applyTransaction, callMessage, createGasPool, estimateGas, floorGas, intrinsicGas } from './index.ts';

const KEY = hexToBytes('0x4646464646464646464646464646464646464646464646464646464646464646');
const SENDER = addressOf(KEY);
const COINBASE: Address = '0x00000000000000000000000000000000000000c0';
const CONTRACT: Address = '0x00000000000000000000000000000000000000cc';
const TARGET: Address = '0x00000000000000000000000000000000000000ee';

const block: BlockContext = {
  coinbase: COINBASE,
  number: 1n,
  timestamp: 1000n,
  gasLimit: 30_000_000n,
  difficulty: 0n,
  prevRandao: 7n,
  baseFee: 10n,
  blobBaseFee: 1n,
  chainId: 1n,
};

const transfer: FeeMarketTransaction = {
  type: 2,
  chainId: 1n,
  nonce: 0n,
  maxPriorityFeePerGas: 2n,
  maxFeePerGas: 20n,
  gasLimit: 100_000n,
  to: TARGET,
  value: 5n,
  data: new Uint8Array(0),
  accessList: [],
};

/** A sender with 10 million wei for gas, and a contract with the given code. */
function world(code = '0x', storage: [bigint, bigint][] = []) {
  const store = createMemoryStore();
  store.setAccount(SENDER, { nonce: 0n, balance: 10_000_000n, code: new Uint8Array(0), storage: [] });
  store.setAccount(CONTRACT, { nonce: 1n, balance: 0n, code: hexToBytes(code), storage });
  return { store, journal: new Journal(store), gasPool: createGasPool(block.gasLimit, 786_432n) };
}

function apply(transaction: Transaction, at = world(), fork: ForkName = 'prague') {
  const { journal, gasPool } = at;
  return applyTransaction({ journal, gasPool, fork, block, transaction: signTransaction(transaction, KEY) });
}

describe('a transaction', () => {
  it('takes value and fee from the sender, gives the tip to the coinbase and burns the base fee', () => {
    const at = world();
    const result = apply(transfer, at);
    expect(result).toMatchObject({ isSuccess: true, gasUsed: 21_000n, effectiveGasPrice: 12n, sender: SENDER });
    expect(at.journal.getBalance(SENDER)).toBe(10_000_000n - 5n - 21_000n * 12n);
    expect(at.journal.getBalance(TARGET)).toBe(5n);
    expect(at.journal.getBalance(COINBASE)).toBe(21_000n * 2n);
    expect(at.journal.getNonce(SENDER)).toBe(1n);
    expect(at.gasPool.gas).toBe(block.gasLimit - 21_000n);
  });

  it('keeps its fee when it fails, and nothing else', () => {
    // SSTORE(0, 1), then INVALID
    const at = world('0x6001600055fe');
    const result = apply({ ...transfer, to: CONTRACT }, at);
    expect(result).toMatchObject({ isSuccess: false, outcome: OUTCOME.INVALID_OPCODE, gasUsed: 100_000n });
    expect(at.journal.getBalance(CONTRACT)).toBe(0n);
    expect(at.journal.getStorage(CONTRACT, 0n)).toBe(0n);
    expect(at.journal.getBalance(SENDER)).toBe(10_000_000n - 100_000n * 12n);
  });

  it('gets back a part of the gas for storage that it clears', () => {
    // SSTORE(0, 0) where 1 was stored
    const result = apply({ ...transfer, to: CONTRACT }, world('0x6000600055', [[0n, 1n]]));
    const spent = 21_000n + 6n + 5000n;
    expect(result.gasRefunded).toBe(4800n);
    expect(result.gasUsed).toBe(spent - 4800n);
  });

  it('creates a contract at the address that follows from sender and nonce', () => {
    // returns one byte of code: 0x00
    const at = world();
    const result = apply({ ...transfer, to: undefined, value: 0n, data: hexToBytes('0x60016000f3') }, at);
    expect(result.isSuccess).toBe(true);
    expect(bytesToHex(at.journal.getCode(result.contractAddress!))).toBe('0x00');
    expect(at.journal.getNonce(result.contractAddress!)).toBe(1n);
  });

  it('lets an account run the code that it has authorised', () => {
    // SSTORE(0, 1)
    const at = world('0x6001600055');
    const authority = hexToBytes('0x11'.padEnd(66, '1'));
    const authorization = signAuthorization({ chainId: 0n, address: CONTRACT, nonce: 0n }, authority);
    const address = addressOf(authority);
    const tx: Transaction = { ...transfer, type: 4, to: address, authorizationList: [authorization] };
    const result = apply({ ...tx, gasLimit: 200_000n }, at);
    expect(result.isSuccess).toBe(true);
    expect(bytesToHex(at.journal.getCode(address))).toBe(`0xef0100${CONTRACT.slice(2)}`);
    expect(at.journal.getStorage(address, 0n)).toBe(1n);
    expect(at.journal.getNonce(address)).toBe(1n);
  });

  it('that is refused leaves nothing behind', () => {
    const poor = { ...transfer, value: 10_000_000n };
    const cases: [string, Transaction][] = [
      ['NONCE_TOO_HIGH', { ...transfer, nonce: 1n }],
      ['INSUFFICIENT_FUNDS', poor],
      ['INTRINSIC_GAS_TOO_LOW', { ...transfer, gasLimit: 20_999n }],
      ['FLOOR_GAS_TOO_LOW', { ...transfer, gasLimit: 21_500n, data: new Uint8Array(100) }],
      ['FEE_CAP_BELOW_BASE_FEE', { ...transfer, maxFeePerGas: 9n }],
      ['BLOCK_GAS_EXCEEDED', { ...transfer, gasLimit: 30_000_001n }],
      ['CHAIN_ID_MISMATCH', { ...transfer, chainId: 5n }],
    ];
    for (const [code, transaction] of cases) {
      const at = world();
      const root = bytesToHex(at.store.stateRoot());
      expect(() => apply(transaction, at), code).toThrow(expect.objectContaining({ code }));
      at.store.apply(at.journal.drain());
      expect(bytesToHex(at.store.stateRoot()), code).toBe(root);
      expect(at.gasPool.gas, code).toBe(block.gasLimit);
    }
  });

  it('is refused from an account with code, but not from one that delegates', () => {
    for (const [code, isRefused] of [
      ['0x00', true],
      [`0xef0100${CONTRACT.slice(2)}`, false],
    ] as const) {
      const at = world();
      at.store.setAccount(SENDER, { nonce: 0n, balance: 10_000_000n, code: hexToBytes(code), storage: [] });
      const run = () => apply(transfer, at);
      if (isRefused) expect(run).toThrow(expect.objectContaining({ code: 'SENDER_NOT_EOA' }));
      else expect(run().isSuccess).toBe(true);
    }
  });

  it('that is stopped from outside leaves nothing behind either', () => {
    // JUMPDEST, PUSH1 0, JUMP
    const at = world('0x5b600056');
    const transaction = signTransaction({ ...transfer, to: CONTRACT, gasLimit: 400_000n }, KEY);
    const extras = { abort: { aborted: true } };
    const input = { journal: at.journal, gasPool: at.gasPool, fork: 'prague', block, transaction, extras } as const;
    expect(() => applyTransaction(input)).toThrow(expect.objectContaining({ code: 'ABORTED' }));
    expect(at.journal.getBalance(SENDER)).toBe(10_000_000n);
    expect(at.journal.getNonce(SENDER)).toBe(0n);
  });
});

describe('intrinsic gas', () => {
  it('counts bytes, creations, access lists and authorisations as each fork has them', () => {
    const data = Uint8Array.of(0, 1);
    const plain = { to: TARGET, data, accessList: [], authorizations: 0 };
    const gas = (fork: ForkName, input = {}) => intrinsicGas({ ...plain, ...input }, forkRules(fork).rules);
    expect(gas('frontier')).toBe(21_000 + 4 + 68);
    expect(gas('istanbul')).toBe(21_000 + 4 + 16);
    expect(gas('frontier', { to: undefined })).toBe(21_000 + 4 + 68);
    expect(gas('homestead', { to: undefined })).toBe(53_000 + 4 + 68);
    expect(gas('shanghai', { to: undefined })).toBe(53_000 + 4 + 16 + 2);
    expect(gas('berlin', { accessList: [{ slots: [1n, 2n] }] })).toBe(21_000 + 20 + 2400 + 2 * 1900);
    expect(gas('prague', { authorizations: 2 })).toBe(21_000 + 20 + 50_000);
    expect(floorGas({ data }, forkRules('prague').rules)).toBe(21_000 + 10 + 40);
    expect(floorGas({ data }, forkRules('cancun').rules)).toBe(0);
  });
});

describe('a call', () => {
  // returns SELFBALANCE + NUMBER after SSTORE(0, 1)
  const code = '0x60016000554743016000526020' + '6000f3';

  it('gives output and gas without a fee or a trace', () => {
    const { journal, store } = world(code);
    const root = bytesToHex(store.stateRoot());
    const transaction = { ...transfer, to: CONTRACT, maxFeePerGas: 0n, maxPriorityFeePerGas: 0n };
    const result = callMessage({ journal, fork: 'prague', block, sender: SENDER, transaction });
    expect(bytesToHex(result.output)).toBe(`0x${'6'.padStart(64, '0')}`);
    expect(result.isSuccess).toBe(true);
    journal.finalizeTransaction({ removeEmpty: true });
    store.apply(journal.drain());
    expect(bytesToHex(store.stateRoot())).toBe(root);
  });

  it('is estimated to the least gas that is enough', () => {
    const { journal } = world(code);
    const attempt = (gasLimit: bigint) => {
      const transaction = { ...transfer, to: CONTRACT, gasLimit };
      return callMessage({ journal, fork: 'prague', block, sender: SENDER, transaction });
    };
    const exact = estimateGas(attempt, 1_000_000n, { tolerance: 0 });
    expect(attempt(exact).isSuccess).toBe(true);
    expect(attempt(exact - 1n).isSuccess).toBe(false);
    const rough = estimateGas(attempt, 1_000_000n);
    expect(rough).toBeGreaterThanOrEqual(exact);
    expect(Number(rough)).toBeLessThan(Number(exact) * 1.07);
  });

  it('that cannot succeed has no estimate', () => {
    const { journal } = world('0xfe');
    const attempt = (gasLimit: bigint) => {
      const transaction = { ...transfer, to: CONTRACT, gasLimit };
      return callMessage({ journal, fork: 'prague', block, sender: SENDER, transaction });
    };
    expect(() => estimateGas(attempt, 100_000n)).toThrow(expect.objectContaining({ code: 'GAS_ESTIMATE_FAILED' }));
  });
});
