/** Headers at the limits of what their parent allows, and one beyond. */
import { describe, expect, it } from 'vitest';
import { ZERO_ADDRESS } from '../base/index.ts';
import { type ForkName, forkRules } from '../protocol/index.ts';
import { EMPTY_TRIE_ROOT } from '../trie/index.ts';
import {
  EMPTY_OMMERS_HASH,
  type Header,
  headerHash,
  nextBaseFee,
  nextDifficulty,
  nextExcessBlobGas,
  validateHeader,
} from './index.ts';

const BLOB = 131_072n;

function parentAt(fork: ForkName, change: Partial<Header> = {}): Header {
  const { rules } = forkRules(fork);
  return {
    parentHash: new Uint8Array(32),
    ommersHash: EMPTY_OMMERS_HASH,
    coinbase: ZERO_ADDRESS,
    stateRoot: EMPTY_TRIE_ROOT,
    transactionsRoot: EMPTY_TRIE_ROOT,
    receiptsRoot: EMPTY_TRIE_ROOT,
    bloom: new Uint8Array(256),
    difficulty: rules.difficulty === 'none' ? 0n : 1_000_000n,
    number: 10n,
    gasLimit: 1_024_000n,
    gasUsed: 512_000n,
    timestamp: 1000n,
    extraData: new Uint8Array(0),
    mixHash: new Uint8Array(32),
    nonce: new Uint8Array(8),
    ...(rules.baseFee && { baseFee: 1000n }),
    ...(rules.withdrawals && { withdrawalsRoot: EMPTY_TRIE_ROOT }),
    ...(rules.blobs && { blobGasUsed: 0n, excessBlobGas: 0n, parentBeaconBlockRoot: new Uint8Array(32) }),
    ...(rules.requests.length > 0 && { requestsHash: new Uint8Array(32) }),
    ...change,
  };
}

/** What `fork` says of a header on `parent` that is right but for `change`: 'valid', or the code of the refusal. */
function verdict(fork: ForkName, change: Partial<Header> = {}, parent = parentAt(fork)): string {
  const { rules } = forkRules(fork);
  const [number, timestamp] = [parent.number + 1n, change.timestamp ?? parent.timestamp + 15n];
  const { excessBlobGas = 0n, blobGasUsed = 0n, baseFee = 0n } = parent;
  const header: Header = {
    ...parentAt(fork),
    parentHash: headerHash(parent),
    number,
    timestamp,
    gasLimit: parent.gasLimit,
    gasUsed: 0n,
    difficulty: nextDifficulty(number, timestamp, { ...parent, hasOmmers: false }, rules),
    ...(rules.baseFee && { baseFee: nextBaseFee(parent, rules) }),
    ...(rules.blobs && { excessBlobGas: nextExcessBlobGas({ excessBlobGas, blobGasUsed, baseFee }, rules) }),
    ...change,
  };
  try {
    validateHeader(header, parent, rules);
    return 'valid';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe('the gas limit', () => {
  it('changes by less than a 1024th of its parent', () => {
    const by = (change: bigint) => verdict('berlin', { gasLimit: 1_024_000n + change });
    expect([by(999n), by(-999n), by(1000n), by(-1000n)]).toEqual([
      'valid',
      'valid',
      'HEADER_GAS_LIMIT',
      'HEADER_GAS_LIMIT',
    ]);
  });

  it('is doubled with the first base fee, and is measured against that (EIP-1559)', () => {
    const parent = parentAt('berlin');
    const first = (gasLimit: bigint) => verdict('london', { gasLimit }, parent);
    expect([first(2_048_000n), first(2_049_999n), first(2_046_001n)]).toEqual(['valid', 'valid', 'valid']);
    expect([first(2_050_000n), first(1_024_000n)]).toEqual(['HEADER_GAS_LIMIT', 'HEADER_GAS_LIMIT']);
    expect(verdict('london', { gasLimit: 2_048_000n }, parentAt('london'))).toBe('HEADER_GAS_LIMIT');
  });

  it('is 5,000 at least, and below 2^63', () => {
    const low = parentAt('berlin', { gasLimit: 5010n, gasUsed: 0n });
    expect(verdict('berlin', { gasLimit: 5007n }, low)).toBe('valid');
    const lowest = parentAt('berlin', { gasLimit: 5001n, gasUsed: 0n });
    expect(verdict('berlin', { gasLimit: 5000n }, lowest)).toBe('valid');
    const floor = parentAt('berlin', { gasLimit: 5000n, gasUsed: 0n });
    expect(verdict('berlin', { gasLimit: 4999n }, floor)).toBe('HEADER_GAS_LIMIT');
    const high = parentAt('berlin', { gasLimit: 2n ** 63n - 1n });
    expect(verdict('berlin', { gasLimit: 2n ** 63n - 1n }, high)).toBe('valid');
    expect(verdict('berlin', { gasLimit: 2n ** 63n }, high)).toBe('HEADER_GAS_LIMIT');
  });

  it('may be used up', () => {
    expect(verdict('osaka', { gasUsed: 1_024_000n })).toBe('valid');
    expect(verdict('osaka', { gasUsed: 1_024_001n })).toBe('HEADER_GAS_USED');
  });
});

describe('blob gas (EIP-4844)', () => {
  it.each([
    ['cancun', 6n],
    ['prague', 9n],
    ['osaka', 9n],
    ['bpo1', 15n],
    ['bpo2', 21n],
  ] as const)('of %s is whole blobs, %i at most', (fork, most) => {
    expect(verdict(fork, { blobGasUsed: most * BLOB })).toBe('valid');
    expect(verdict(fork, { blobGasUsed: (most + 1n) * BLOB })).toBe('HEADER_BLOB_GAS');
    expect(verdict(fork, { blobGasUsed: BLOB + 1n })).toBe('HEADER_BLOB_GAS');
  });

  it('leaves an excess that follows from the parent under the rules of the block itself', () => {
    const parent = parentAt('osaka', { blobGasUsed: 9n * BLOB, excessBlobGas: 20n * BLOB, baseFee: 1n });
    expect(verdict('osaka', { excessBlobGas: 23n * BLOB }, parent)).toBe('valid');
    expect(verdict('bpo1', { excessBlobGas: 19n * BLOB }, parent)).toBe('valid');
    expect(verdict('bpo1', { excessBlobGas: 23n * BLOB }, parent)).toBe('HEADER_EXCESS_BLOB_GAS');
    expect(verdict('cancun', { excessBlobGas: 0n }, parentAt('shanghai'))).toBe('valid');
  });
});

describe('under proof of stake', () => {
  it('there is no nonce, no ommer and no difficulty', () => {
    expect(verdict('paris', {}, parentAt('grayGlacier'))).toBe('valid');
    expect(verdict('paris', { nonce: Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 1) })).toBe('HEADER_NONCE');
    expect(verdict('paris', { ommersHash: new Uint8Array(32) })).toBe('HEADER_OMMERS');
    expect(verdict('paris', { difficulty: 1n })).toBe('HEADER_DIFFICULTY');
    const before = { nonce: new Uint8Array(8).fill(7), ommersHash: new Uint8Array(32) };
    expect(verdict('grayGlacier', before)).toBe('valid');
  });
});

describe('extra data, time and number', () => {
  it('have their limits', () => {
    expect(verdict('osaka', { extraData: new Uint8Array(32) })).toBe('valid');
    expect(verdict('osaka', { extraData: new Uint8Array(33) })).toBe('HEADER_EXTRA_DATA');
    expect(verdict('osaka', { timestamp: 1001n })).toBe('valid');
    expect(verdict('osaka', { timestamp: 1000n })).toBe('HEADER_TIMESTAMP');
    expect(verdict('osaka', { number: 12n })).toBe('HEADER_NUMBER');
    expect(verdict('osaka', { parentHash: new Uint8Array(32) })).toBe('HEADER_PARENT');
  });
});

describe('later fields', () => {
  it('are there from their fork on, and not before', () => {
    const fields: readonly (readonly [keyof Header, ForkName, ForkName, Header[keyof Header]])[] = [
      ['baseFee', 'berlin', 'london', 1000n],
      ['withdrawalsRoot', 'paris', 'shanghai', EMPTY_TRIE_ROOT],
      ['blobGasUsed', 'shanghai', 'cancun', 0n],
      ['excessBlobGas', 'shanghai', 'cancun', 0n],
      ['parentBeaconBlockRoot', 'shanghai', 'cancun', new Uint8Array(32)],
      ['requestsHash', 'cancun', 'prague', new Uint8Array(32)],
    ];
    for (const [field, before, since, value] of fields) {
      expect(verdict(before), field).toBe('valid');
      expect(verdict(since), field).toBe('valid');
      expect(verdict(before, { [field]: value }), field).toBe('HEADER_FIELDS');
      expect(verdict(since, { [field]: undefined }), field).toBe('HEADER_FIELDS');
    }
  });
});
