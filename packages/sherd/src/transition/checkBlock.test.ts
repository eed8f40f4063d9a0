/** A header held against the lists of its block, and against what the block came to. */
import { describe, expect, it } from 'vitest';
import { ZERO_ADDRESS } from '../base/index.ts';
import {
  type Block,
  EMPTY_OMMERS_HASH,
  type Header,
  receiptsRoot,
  requestsHash,
  withdrawalsRoot,
} from '../block/index.ts';
import { EMPTY_TRIE_ROOT } from '../trie/index.ts';
import { signTransaction } from '../tx/index.ts';
import { type BlockResult, checkBlockBody, checkBlockResult } from './index.ts';

const OTHER_HASH = new Uint8Array(32).fill(9);

const header: Header = {
  parentHash: new Uint8Array(32),
  ommersHash: EMPTY_OMMERS_HASH,
  coinbase: ZERO_ADDRESS,
  stateRoot: EMPTY_TRIE_ROOT,
  transactionsRoot: EMPTY_TRIE_ROOT,
  receiptsRoot: EMPTY_TRIE_ROOT,
  bloom: new Uint8Array(256),
  difficulty: 0n,
  number: 1n,
  gasLimit: 30_000_000n,
  gasUsed: 0n,
  timestamp: 1n,
  extraData: new Uint8Array(0),
  mixHash: new Uint8Array(32),
  nonce: new Uint8Array(8),
};

/** 'right', or the code of the refusal. */
function verdict(check: () => void): string {
  try {
    check();
    return 'right';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe('the lists of a block', () => {
  const withdrawals = [{ index: 0n, validatorIndex: 1n, address: ZERO_ADDRESS, amount: 2n }];
  const block: Block = { header, transactions: [], ommers: [] };
  const of = (change: Partial<Block>, ofHeader: Partial<Header> = {}) =>
    verdict(() => checkBlockBody({ ...block, ...change, header: { ...header, ...ofHeader } }));

  it('are what the header says', () => {
    expect(of({})).toBe('right');
    expect(of({ withdrawals }, { withdrawalsRoot: withdrawalsRoot(withdrawals) })).toBe('right');
    expect(of({ withdrawals: [] }, { withdrawalsRoot: EMPTY_TRIE_ROOT })).toBe('right');
  });

  it('are refused when they are not', () => {
    const call = { nonce: 0n, gasPrice: 1n, gasLimit: 21_000n, to: ZERO_ADDRESS, value: 0n, data: new Uint8Array(0) };
    const transaction = signTransaction({ type: 0, chainId: 1n, ...call }, new Uint8Array(32).fill(7));
    expect(of({ transactions: [transaction] })).toBe('BLOCK_TRANSACTIONS_ROOT');
    expect(of({ withdrawals }, { withdrawalsRoot: EMPTY_TRIE_ROOT })).toBe('BLOCK_WITHDRAWALS_ROOT');
    expect(of({ withdrawals: [] })).toBe('BLOCK_WITHDRAWALS');
    expect(of({}, { withdrawalsRoot: EMPTY_TRIE_ROOT })).toBe('BLOCK_WITHDRAWALS');
  });
});

describe('what a block came to', () => {
  const result: BlockResult = {
    receipts: [{ type: 2, status: 1, cumulativeGasUsed: 21_000n, bloom: new Uint8Array(256), logs: [] }],
    gasUsed: 21_000n,
    blobGasUsed: 131_072n,
    bloom: new Uint8Array(256).fill(1),
    stateRoot: OTHER_HASH,
    requests: [{ kind: 'withdrawals', data: Uint8Array.of(1, 2) }],
  };
  const good: Header = {
    ...header,
    gasUsed: 21_000n,
    blobGasUsed: 131_072n,
    bloom: result.bloom,
    receiptsRoot: receiptsRoot(result.receipts),
    requestsHash: requestsHash(result.requests),
    stateRoot: OTHER_HASH,
  };

  it('is what the header says', () => {
    expect(verdict(() => checkBlockResult(good, result))).toBe('right');
    // Fields of later forks are not asked for before.
    const { blobGasUsed: _b, requestsHash: _r, ...older } = good;
    expect(verdict(() => checkBlockResult(older, result))).toBe('right');
  });

  it.each([
    ['BLOCK_GAS_USED', { gasUsed: 21_001n }],
    ['BLOCK_BLOB_GAS_USED', { blobGasUsed: 0n }],
    ['BLOCK_BLOOM', { bloom: new Uint8Array(256) }],
    ['BLOCK_RECEIPTS_ROOT', { receiptsRoot: OTHER_HASH }],
    ['BLOCK_REQUESTS_HASH', { requestsHash: OTHER_HASH }],
    ['BLOCK_STATE_ROOT', { stateRoot: EMPTY_TRIE_ROOT }],
  ] as const)('is refused with %s', (code, change) => {
    expect(verdict(() => checkBlockResult({ ...good, ...change }, result))).toBe(code);
  });
});
