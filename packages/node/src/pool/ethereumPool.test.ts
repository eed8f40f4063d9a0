import { type Address, SherdError } from 'sherd/base';
import { presetParams } from 'sherd/beacon';
import {
  type BlobTransaction,
  decodeTransaction,
  encodeTransaction,
  encodeWithSidecar,
  type FeeMarketTransaction,
  type LegacyTransaction,
  signTransaction,
  versionedHash,
} from 'sherd/tx';
import { beforeEach, describe, expect, it } from 'vitest';
import { createNetworkKeys } from '../genesis/index.ts';
import type { PoolAccount } from './checkEthereum.ts';
import { ETHEREUM_POOL_LIMITS, EthereumPool } from './ethereumPool.ts';

const params = presetParams('dev');
const keys = createNetworkKeys();
const GWEI = 10n ** 9n;
const ETHER = 10n ** 18n;

const accounts = new Map<Address, PoolAccount>();
let height = 0;
let baseFee = GWEI;
let pool: EthereumPool;

beforeEach(() => {
  accounts.clear();
  for (let i = 0; i < 3; i++) setAccount(i, { balance: ETHER });
  height = 0;
  baseFee = GWEI;
  pool = new EthereumPool(params, 0, {
    height: () => height,
    account: (address) => accounts.get(address) ?? { nonce: 0n, balance: 0n, code: new Uint8Array(0) },
    baseFee: () => baseFee,
  });
});

function setAccount(sender: number, change: Partial<PoolAccount>): void {
  const { address } = keys.account(sender);
  const old = accounts.get(address) ?? { nonce: 0n, balance: 0n, code: new Uint8Array(0) };
  accounts.set(address, { ...old, ...change });
}

function transfer(fields: Partial<FeeMarketTransaction> = {}, sender = 0): Uint8Array {
  const transaction: FeeMarketTransaction = {
    type: 2,
    chainId: BigInt(params.chainId),
    nonce: 0n,
    gasLimit: 21_000n,
    to: keys.account(9).address,
    value: 1n,
    data: new Uint8Array(0),
    accessList: [],
    maxFeePerGas: 10n * GWEI,
    maxPriorityFeePerGas: GWEI,
    ...fields,
  };
  return encodeTransaction(signTransaction(transaction, keys.account(sender).secretKey));
}

function refusal(encoded: Uint8Array): SherdError {
  try {
    pool.add(encoded);
  } catch (error) {
    if (error instanceof SherdError) return error;
    throw error;
  }
  throw new Error('it was taken');
}

const nonces = () => pool.candidates(100, 10 ** 9).map(({ transaction }) => transaction.nonce);

describe('the pool of Ethereum transactions', () => {
  it('offers nonces of a sender in order, and keeps those behind a gap', () => {
    for (const nonce of [2n, 0n, 1n, 5n]) pool.add(transfer({ nonce }));
    expect(nonces()).toEqual([0n, 1n, 2n]);
    expect(pool.pendingNonce(keys.account(0).address)).toBe(3n);
    const { pending, queued } = pool.content();
    expect([pending.length, queued.length]).toEqual([3, 1]);
    for (const nonce of [3n, 4n]) pool.add(transfer({ nonce }));
    expect(nonces()).toEqual([0n, 1n, 2n, 3n, 4n, 5n]);
  });

  it('offers the best price first, and the earlier of two that pay the same', () => {
    pool.add(transfer({ maxPriorityFeePerGas: GWEI }, 0));
    pool.add(transfer({ maxPriorityFeePerGas: 3n * GWEI }, 1));
    pool.add(transfer({ maxPriorityFeePerGas: GWEI }, 2));
    const senders = pool.candidates(100, 10 ** 9).map(({ from }) => from);
    expect(senders).toEqual([1, 0, 2].map((index) => keys.account(index).address));
    expect(pool.candidates(100, 21_000).length).toBe(1);
    expect(pool.candidates(2, 10 ** 9).length).toBe(2);
  });

  it('holds back what pays less than the base fee, and what was parked at this head', () => {
    const { hash } = pool.add(transfer());
    baseFee = 11n * GWEI;
    expect(nonces()).toEqual([]);
    baseFee = GWEI;
    pool.park(hash);
    expect(nonces()).toEqual([]);
    height = 1;
    expect(nonces()).toEqual([0n]);
  });

  it('replaces a transaction that pays a tenth more, and only then', () => {
    pool.add(transfer());
    const poor = transfer({ maxFeePerGas: 11n * GWEI, maxPriorityFeePerGas: GWEI });
    expect(refusal(poor).message).toBe('replacement transaction underpriced');
    pool.add(transfer({ maxFeePerGas: 11n * GWEI, maxPriorityFeePerGas: 1_100_000_000n }));
    expect(pool.size).toBe(1);
  });

  it('forgets what the account has passed', () => {
    for (const nonce of [0n, 1n, 2n]) pool.add(transfer({ nonce }));
    setAccount(0, { nonce: 2n });
    pool.dropPassed(keys.account(0).address);
    expect(nonces()).toEqual([2n]);
    expect(pool.size).toBe(1);
  });

  it('refuses with the words of geth', () => {
    const known = transfer();
    pool.add(known);
    expect(refusal(known).message).toBe('already known');
    setAccount(1, { nonce: 7n });
    expect(refusal(transfer({ nonce: 6n }, 1)).message).toBe('nonce too low: next nonce 7, tx nonce 6');
    expect(refusal(transfer({ value: 2n * ETHER }, 2)).message).toMatch(
      /^insufficient funds for gas \* price \+ value: balance 1000000000000000000, tx cost \d+, overshot \d+$/,
    );
    expect(refusal(transfer({ nonce: 1n, value: ETHER - 300_000n * GWEI })).message).toMatch(/queued cost/);
    expect(refusal(transfer({ gasLimit: 20_999n })).message).toMatch(/^intrinsic gas too low/);
    expect(refusal(transfer({ chainId: 1n })).message).toBe('invalid chain id for signer: have 1 want 53000');
    expect(refusal(transfer({ maxPriorityFeePerGas: 11n * GWEI })).message).toMatch(/^max priority fee per gas higher/);
    expect(refusal(transfer({ gasLimit: 30_000_001n })).code).toBe('GAS_LIMIT_TOO_HIGH');
    expect(refusal(transfer({ data: new Uint8Array(140_000) })).code).toBe('OVERSIZED_DATA');
    expect(refusal(Uint8Array.of(0x02, 0xc0)).code).toMatch(/^RLP_/);
    expect(refusal(Uint8Array.of(0x05)).message).toBe('transaction type not supported');
    setAccount(2, { code: Uint8Array.of(0x60) });
    expect(refusal(transfer({}, 2)).message).toMatch(/^sender not an eoa/);
  });

  it('refuses transactions that could be replayed on another chain', () => {
    const legacy: LegacyTransaction = {
      type: 0,
      chainId: undefined,
      nonce: 0n,
      gasPrice: 10n * GWEI,
      gasLimit: 21_000n,
      to: keys.account(1).address,
      value: 0n,
      data: new Uint8Array(0),
    };
    const encoded = encodeTransaction(signTransaction(legacy, keys.account(0).secretKey));
    expect(refusal(encoded).message).toBe('only replay-protected (EIP-155) transactions allowed over RPC');
  });

  it('has room for some transactions behind a gap, and not for more', () => {
    for (let i = 0; i < ETHEREUM_POOL_LIMITS.queuedPerSender; i++)
      pool.add(transfer({ nonce: BigInt(i + 2), value: 0n }));
    expect(refusal(transfer({ nonce: 100n, value: 0n })).message).toBe('txpool is full');
    pool.add(transfer({ nonce: 0n, value: 0n }));
  });

  it('refuses blob transactions for being such, as they stand in blocks and as they travel with their blobs', () => {
    const { signature: _, ...fields } = decodeTransaction(transfer()) as FeeMarketTransaction;
    const commitment = new Uint8Array(48);
    const hashes = [versionedHash(commitment)];
    const blob = { ...fields, type: 3, maxFeePerBlobGas: 1n, blobVersionedHashes: hashes } as const;
    const signed = signTransaction<BlobTransaction>(blob, keys.account(0).secretKey);
    const parts = { blobs: [new Uint8Array(131_072)], commitments: [commitment] };
    const proof = new Uint8Array(48);
    const wanted = { code: 'BLOBS_NOT_SUPPORTED', message: 'transaction type not supported: shards hold no blobs' };
    for (const encoded of [
      encodeTransaction(signed),
      encodeWithSidecar(signed, { ...parts, version: 0, proofs: [proof] }),
      encodeWithSidecar(signed, { ...parts, version: 1, proofs: new Array(128).fill(proof) }),
    ]) {
      expect(refusal(encoded)).toMatchObject(wanted);
    }
  });
});
