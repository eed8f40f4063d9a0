/**
 * Bytes of strangers: what decoders of transactions, receipts and blocks take is the one encoding of what they give,
 * and everything else is refused with a code. A second encoding of the same thing would be a second hash for it.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, equalBytes, SherdError } from '../base/index.ts';
import { keccak256 } from '../crypto/hash.ts';
import {
  decodeTransaction,
  decodeWithSidecar,
  encodeTransaction,
  encodeWithSidecar,
  signAuthorization,
  signTransaction,
  type Transaction,
  versionedHash,
} from '../tx/index.ts';
import {
  type Block,
  decodeBlock,
  decodeReceipt,
  EMPTY_OMMERS_HASH,
  encodeBlock,
  encodeReceipt,
  type Header,
  logsBloom,
} from './index.ts';

const KEY = keccak256(Uint8Array.of(3));
const TO = '0x3535353535353535353535353535353535353535';
const call = { nonce: 200n, gasLimit: 70_000n, to: TO, value: 1n << 70n, data: Uint8Array.of(1, 0, 255) } as const;
const typed = { ...call, chainId: 1n, accessList: [{ address: TO, slots: [0n, 1n << 255n] }] } as const;
const market = { ...typed, maxPriorityFeePerGas: 0n, maxFeePerGas: 300n } as const;
const commitment = new Uint8Array(48).fill(7);
const blobFields = { maxFeePerBlobGas: 1n, blobVersionedHashes: [versionedHash(commitment)] };
const authorization = signAuthorization({ chainId: 0n, address: TO, nonce: 0n }, KEY);
const blobTransaction = signTransaction({ type: 3, ...market, ...blobFields }, KEY);
const TRANSACTIONS: readonly Transaction[] = [
  signTransaction({ type: 0, ...call, chainId: undefined, gasPrice: 127n }, KEY),
  signTransaction({ type: 0, ...call, to: undefined, chainId: 1n << 40n, gasPrice: 128n }, KEY),
  signTransaction({ type: 1, ...typed, gasPrice: 0n }, KEY),
  signTransaction({ type: 2, ...market }, KEY),
  blobTransaction,
  signTransaction({ type: 4, ...market, authorizationList: [authorization] }, KEY),
];
const log = { address: TO, topics: [1n, 2n], data: Uint8Array.of(1, 2, 3) } as const;
const receipt = { type: 2, status: 1, cumulativeGasUsed: 21_000n, bloom: logsBloom([log]), logs: [log] } as const;
const hash = new Uint8Array(32).fill(9);
const header: Header = {
  parentHash: hash,
  ommersHash: EMPTY_OMMERS_HASH,
  coinbase: TO,
  stateRoot: hash,
  transactionsRoot: hash,
  receiptsRoot: hash,
  bloom: receipt.bloom,
  difficulty: 0n,
  number: 7n,
  gasLimit: 30_000_000n,
  gasUsed: 21_000n,
  timestamp: 1234n,
  extraData: new Uint8Array(0),
  mixHash: hash,
  nonce: new Uint8Array(8),
};
const later = {
  baseFee: 7n,
  withdrawalsRoot: hash,
  blobGasUsed: 131_072n,
  excessBlobGas: 0n,
  parentBeaconBlockRoot: hash,
  requestsHash: hash,
};
const BLOCKS: readonly Block[] = [
  { header, transactions: TRANSACTIONS.slice(0, 2), ommers: [header] },
  {
    header: { ...header, ...later },
    transactions: TRANSACTIONS,
    ommers: [],
    withdrawals: [{ index: 1n, validatorIndex: 0n, address: TO, amount: 1n << 63n }],
  },
];

type Change = { readonly at: number; readonly byte: number; readonly kind: 'set' | 'insert' | 'remove' | 'cut' };
const changes: fc.Arbitrary<readonly Change[]> = fc.array(
  fc.record({
    at: fc.nat(0xffff),
    // The bytes that mean something in RLP more often than the others.
    byte: fc.oneof(
      fc.nat(255),
      fc.constantFrom(0, 1, 0x7f, 0x80, 0x81, 0xb7, 0xb8, 0xb9, 0xc0, 0xc1, 0xf7, 0xf8, 0xff),
    ),
    kind: fc.constantFrom('set', 'set', 'insert', 'remove', 'cut'),
  }),
  { minLength: 1, maxLength: 3 },
);

function changed(bytes: Uint8Array, list: readonly Change[]): Uint8Array {
  let out = bytes;
  for (const { at, byte, kind } of list) {
    const place = at % (out.length + 1);
    const inserted = kind === 'set' || kind === 'insert' ? Uint8Array.of(byte) : new Uint8Array(0);
    const rest = kind === 'cut' ? new Uint8Array(0) : out.subarray(kind === 'insert' ? place : place + 1);
    out = concatBytes(out.subarray(0, place), inserted, rest);
  }
  return out;
}

/** What is wrong with the way `bytes` were taken, if anything. */
function faultOf<T>(bytes: Uint8Array, decode: (bytes: Uint8Array) => T, encode: (value: T) => Uint8Array): string {
  let value: T;
  try {
    value = decode(bytes);
  } catch (error) {
    return error instanceof SherdError ? '' : `crashed: ${error}`;
  }
  return equalBytes(encode(value), bytes) ? '' : 'taken, and it has another encoding';
}

function checkAll<T>(
  samples: readonly T[],
  encode: (value: T) => Uint8Array,
  decode: (bytes: Uint8Array) => T,
  numRuns: number,
): void {
  const encoded = samples.map(encode);
  for (const bytes of encoded) expect(equalBytes(encode(decode(bytes)), bytes)).toBe(true);
  fc.assert(
    fc.property(fc.nat(encoded.length - 1), changes, (sample, list) => {
      expect(faultOf(changed(encoded[sample]!, list), decode, encode)).toBe('');
    }),
    { numRuns, seed: 11 },
  );
}

describe('changed bytes', () => {
  it('of transactions are refused, or the one encoding of another transaction', () => {
    checkAll(TRANSACTIONS, encodeTransaction, decodeTransaction, 20_000);
  });

  it('of receipts', () => {
    checkAll([receipt, { ...receipt, type: 0, status: hash }], encodeReceipt, decodeReceipt, 10_000);
  });

  it('of blocks', () => checkAll(BLOCKS, encodeBlock, decodeBlock, 10_000));

  it('of blob transactions with their sidecar', () => {
    const sidecar = {
      version: 0,
      blobs: [new Uint8Array(131_072)],
      commitments: [commitment],
      proofs: [commitment],
    } as const;
    const sample = { transaction: blobTransaction, sidecar };
    const encode = ({ transaction, sidecar: parts }: ReturnType<typeof decodeWithSidecar>) =>
      encodeWithSidecar(transaction, parts);
    checkAll([sample], encode, decodeWithSidecar, 300);
  });
});

describe('the status of a receipt', () => {
  it('is 0 or 1, or a root', () => {
    const encoded = encodeReceipt({ ...receipt, logs: [] });
    const at = encoded.indexOf(1, 4);
    for (const status of [2, 0x7f]) {
      const wrong = encoded.slice();
      wrong[at] = status;
      expect(() => decodeReceipt(wrong)).toThrow(expect.objectContaining({ code: 'RLP_FIELD' }));
    }
  });
});
