import { describe, expect, it } from 'vitest';
import {
  type Address,
  addressToBytes,
  bigIntToBytes,
  bytesToBigInt,
  bytesToHex,
  concatBytes,
  hexToBytes,
  utf8ToBytes,
  wordToBytes,
} from '../base/index.ts';
import { keccak256 } from '../crypto/hash.ts';
import { forkRules } from '../protocol/index.ts';
import {
  type Block,
  blobBaseFee,
  bloomMayContain,
  decodeBlock,
  decodeReceipt,
  depositsFromLogs,
  EMPTY_OMMERS_HASH,
  encodeBlock,
  encodeReceipt,
  fakeExponential,
  type Header,
  logsBloom,
  nextBaseFee,
  nextDifficulty,
  nextExcessBlobGas,
  requestsHash,
  withdrawalsRoot,
} from './index.ts';

const CONTRACT: Address = '0x00000000219ab540356cbb839cbe05303d7705fa';
const log = { address: CONTRACT, topics: [1n, 2n], data: Uint8Array.of(1, 2, 3) };
const hash = (byte: number) => new Uint8Array(32).fill(byte);

const header: Header = {
  parentHash: hash(1),
  ommersHash: EMPTY_OMMERS_HASH,
  coinbase: CONTRACT,
  stateRoot: hash(2),
  transactionsRoot: hash(3),
  receiptsRoot: hash(4),
  bloom: logsBloom([log]),
  difficulty: 0n,
  number: 7n,
  gasLimit: 30_000_000n,
  gasUsed: 21_000n,
  timestamp: 1234n,
  extraData: utf8ToBytes('sherd'),
  mixHash: hash(5),
  nonce: new Uint8Array(8),
};
const later = { baseFee: 7n, withdrawalsRoot: hash(6) };
const blobs = { blobGasUsed: 131_072n, excessBlobGas: 0n, parentBeaconBlockRoot: hash(7) };

describe('blocks', () => {
  it('of every era decode to what was encoded', () => {
    const withdrawals = [{ index: 1n, validatorIndex: 2n, address: CONTRACT, amount: 3n }];
    const eras: Block[] = [
      { header, transactions: [], ommers: [header] },
      { header: { ...header, baseFee: 7n }, transactions: [], ommers: [] },
      { header: { ...header, ...later }, transactions: [], ommers: [], withdrawals },
      { header: { ...header, ...later, ...blobs }, transactions: [], ommers: [], withdrawals: [] },
      { header: { ...header, ...later, ...blobs, requestsHash: hash(8) }, transactions: [], ommers: [], withdrawals },
    ];
    for (const block of eras) expect(decodeBlock(encodeBlock(block))).toEqual(block);
    expect(bytesToHex(withdrawalsRoot([]))).toMatch(/^0x56e81f17/);
  });

  it('with fields missing are refused', () => {
    const encoded = encodeBlock({ header: { ...header, ...blobs }, transactions: [], ommers: [] });
    expect(() => decodeBlock(encoded)).toThrow(expect.objectContaining({ code: 'RLP_FIELD' }));
    expect(() => decodeBlock(hexToBytes('0xc0'))).toThrow('block: have 0 items, want 3 or 4');
  });
});

describe('receipts', () => {
  it('decode to what was encoded, with a status or a state root', () => {
    const base = { cumulativeGasUsed: 21_000n, bloom: logsBloom([log]), logs: [log] };
    for (const receipt of [
      { type: 0, status: hash(9), ...base },
      { type: 0, status: 1, ...base },
      { type: 4, status: 0, ...base },
    ] as const) {
      expect(decodeReceipt(encodeReceipt(receipt))).toEqual(receipt);
    }
  });

  it('have a bloom that finds address and topics', () => {
    const bloom = logsBloom([log]);
    expect(bloomMayContain(bloom, addressToBytes(CONTRACT))).toBe(true);
    expect(bloomMayContain(bloom, wordToBytes(2n))).toBe(true);
    expect(bloomMayContain(bloom, wordToBytes(3n))).toBe(false);
    expect(bloomMayContain(logsBloom([]), wordToBytes(2n))).toBe(false);
  });
});

describe('prices', () => {
  it('of gas follow demand by an eighth at most', () => {
    const { rules } = forkRules('london');
    const parent = { baseFee: 1000n, gasLimit: 20_000n };
    expect(nextBaseFee({ ...parent, gasUsed: 10_000n }, rules)).toBe(1000n);
    expect(nextBaseFee({ ...parent, gasUsed: 20_000n }, rules)).toBe(1125n);
    expect(nextBaseFee({ ...parent, gasUsed: 0n }, rules)).toBe(875n);
    expect(nextBaseFee({ baseFee: 1n, gasLimit: 20_000n, gasUsed: 10_001n }, rules)).toBe(2n);
    expect(nextBaseFee({ gasLimit: 20_000n, gasUsed: 0n }, rules)).toBe(1_000_000_000n);
    expect(nextBaseFee({ ...parent, gasUsed: 0n }, forkRules('berlin').rules)).toBe(0n);
  });

  it('of blobs grow with the excess, and do not sink below the reserve from Osaka on', () => {
    expect(Number(fakeExponential(10n ** 9n, 1n, 1n)) / 1e9).toBeCloseTo(Math.E, 6);
    expect(Number(fakeExponential(10n ** 9n, 3n, 2n)) / 1e9).toBeCloseTo(Math.exp(1.5), 6);
    const cancun = forkRules('cancun').rules;
    const osaka = forkRules('osaka').rules;
    expect(blobBaseFee(0n, cancun)).toBe(1n);
    const tooHigh = expect.objectContaining({ code: 'EXCESS_BLOB_GAS_TOO_HIGH' });
    expect(() => blobBaseFee((1n << 64n) - 1n, cancun)).toThrow(tooHigh);
    const parent = { excessBlobGas: 10n * 131_072n, blobGasUsed: 0n, baseFee: 1n };
    expect(nextExcessBlobGas(parent, cancun)).toBe(7n * 131_072n);
    expect(nextExcessBlobGas({ ...parent, excessBlobGas: 0n }, cancun)).toBe(0n);
    expect(nextExcessBlobGas(parent, osaka)).toBe(4n * 131_072n);
    const dear = { ...parent, baseFee: 10n ** 9n, blobGasUsed: 9n * 131_072n };
    expect(nextExcessBlobGas(dear, osaka)).toBe(10n * 131_072n + 3n * 131_072n);
  });

  it('of mining follow the time between blocks', () => {
    const parent = { difficulty: 1_000_000n, timestamp: 0n, hasOmmers: false };
    const next = (fork: 'frontier' | 'homestead' | 'byzantium', seconds: bigint, hasOmmers = false) =>
      nextDifficulty(1n, seconds, { ...parent, hasOmmers }, forkRules(fork).rules);
    const step = 1_000_000n / 2048n;
    expect(next('frontier', 12n)).toBe(1_000_000n + step);
    expect(next('frontier', 13n)).toBe(1_000_000n - step);
    expect(next('homestead', 25n)).toBe(1_000_000n - step);
    expect(next('byzantium', 8n, true)).toBe(1_000_000n + 2n * step);
    expect(next('homestead', 100_000n)).toBe(1_000_000n - 99n * step);
    expect(nextDifficulty(1n, 1n, parent, forkRules('paris').rules)).toBe(0n);
  });
});

describe('requests', () => {
  const event = bytesToBigInt(keccak256(utf8ToBytes('DepositEvent(bytes,bytes,bytes,bytes,bytes)')));
  const sizes = [48, 32, 8, 96, 8];

  /** The data of a deposit event: five offsets, then five lengths each with its bytes, padded. */
  function depositData(): Uint8Array {
    const heads: Uint8Array[] = [];
    const tails: Uint8Array[] = [];
    let offset = 160;
    sizes.forEach((size, index) => {
      const padded = new Uint8Array(Math.ceil(size / 32) * 32);
      padded.fill(index + 1, 0, size);
      heads.push(bigIntToBytes(BigInt(offset), 32));
      tails.push(bigIntToBytes(BigInt(size), 32), padded);
      offset += 32 + padded.length;
    });
    return concatBytes(...heads, ...tails);
  }

  it('read deposits from the logs of the deposit contract, and of nobody else', () => {
    const deposit = { address: CONTRACT, topics: [event], data: depositData() };
    const want = concatBytes(...sizes.map((size, index) => new Uint8Array(size).fill(index + 1)));
    expect(depositsFromLogs([log, deposit], CONTRACT)).toEqual(want);
    expect(depositsFromLogs([{ ...deposit, address: '0x00000000000000000000000000000000000000aa' }], CONTRACT)).toEqual(
      new Uint8Array(0),
    );
    for (const data of [deposit.data.subarray(1), deposit.data.map((byte, i) => (i === 31 ? byte + 1 : byte))]) {
      const attempt = () => depositsFromLogs([{ ...deposit, data }], CONTRACT);
      expect(attempt).toThrow(expect.objectContaining({ code: 'DEPOSIT_LAYOUT' }));
    }
  });

  it('hash to the hash of nothing when there are none', () => {
    const none = bytesToHex(requestsHash([]));
    expect(none).toBe('0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(bytesToHex(requestsHash([{ kind: 'deposits', data: new Uint8Array(0) }]))).toBe(none);
    expect(bytesToHex(requestsHash([{ kind: 'deposits', data: Uint8Array.of(1) }]))).not.toBe(none);
  });
});
