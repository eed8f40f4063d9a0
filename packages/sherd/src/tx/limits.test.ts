/** Transactions at the limits that hold in any state: init code, signatures, v, nonces, gas. */
import { describe, expect, it } from 'vitest';
import {
  bigIntToMinimalBytes,
  bytesToHex,
  concatBytes,
  decodeRlp,
  encodeRlp,
  hexToBytes,
  type RlpItem,
} from '../base/index.ts';
import { keccak256 } from '../crypto/index.ts';
import { type ForkName, forkRules } from '../protocol/index.ts';
import {
  authorizationHash,
  decodeTransaction,
  encodeTransaction,
  type LegacyTransaction,
  signAuthorization,
  signTransaction,
  type Transaction,
  validateTransaction,
} from './index.ts';

const ORDER = 0xffff_ffff_ffff_ffff_ffff_ffff_ffff_fffe_baae_dce6_af48_a03b_bfd2_5e8c_d036_4141n;

const legacy: LegacyTransaction = {
  type: 0,
  chainId: undefined,
  nonce: 0n,
  gasPrice: 1n,
  gasLimit: 1_000_000n,
  to: undefined,
  value: 0n,
  data: new Uint8Array(0),
};

function verdict(change: Partial<LegacyTransaction>, fork: ForkName = 'osaka'): string {
  try {
    validateTransaction({ ...legacy, ...change }, forkRules(fork).rules, 1n);
    return 'valid';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe('a transaction', () => {
  it('creates with 49,152 bytes of init code at most from Shanghai on (EIP-3860)', () => {
    const data = (length: number) => ({ data: new Uint8Array(length) });
    expect([verdict(data(49_152)), verdict(data(49_153))]).toEqual(['valid', 'INIT_CODE_TOO_LARGE']);
    expect(verdict(data(49_153), 'paris')).toBe('valid');
    expect(verdict({ ...data(49_153), to: '0x00000000000000000000000000000000000000ee' })).toBe('valid');
  });

  it('has a nonce below 2^64 - 1 (EIP-2681)', () => {
    expect([verdict({ nonce: 2n ** 64n - 2n }), verdict({ nonce: 2n ** 64n - 1n })]).toEqual(['valid', 'NONCE_IS_MAX']);
  });

  it('is signed with r and s in the group, and a low s from Homestead on (EIP-2)', () => {
    const signed = (r: bigint, s: bigint, fork?: ForkName) => verdict({ signature: { r, s, yParity: 0 } }, fork);
    for (const r of [1n, ORDER - 1n]) expect(signed(r, 1n)).toBe('valid');
    for (const r of [0n, ORDER]) expect(signed(r, 1n)).toBe('SIGNATURE_INVALID');
    const half = ORDER / 2n;
    expect([signed(1n, half), signed(1n, half + 1n), signed(1n, 0n)]).toEqual([
      'valid',
      'SIGNATURE_INVALID',
      'SIGNATURE_INVALID',
    ]);
    expect([signed(1n, ORDER - 1n, 'frontier'), signed(1n, ORDER, 'frontier')]).toEqual(['valid', 'SIGNATURE_INVALID']);
  });

  it('binds a chain only where its fork knows how (EIP-155)', () => {
    const bound = { chainId: 1n };
    expect([verdict(bound, 'tangerineWhistle'), verdict(bound, 'spuriousDragon')]).toEqual([
      'SIGNATURE_INVALID',
      'valid',
    ]);
    expect(verdict({ chainId: 2n })).toBe('CHAIN_ID_MISMATCH');
  });
});

describe('v of a legacy transaction', () => {
  const decode = (v: bigint) => {
    const uint = bigIntToMinimalBytes;
    const to = hexToBytes(`0x${'ee'.repeat(20)}`);
    return decodeTransaction(
      encodeRlp([...[0n, 1n, 21_000n].map(uint), to, uint(0n), uint(0n), ...[v, 1n, 1n].map(uint)]),
    );
  };
  const meaning = (v: bigint) => {
    const { chainId, signature } = decode(v) as LegacyTransaction;
    return [chainId, signature?.yParity];
  };

  it('is 27 or 28, or 35 and more with a chain id in it', () => {
    expect([27n, 28n, 35n, 36n, 37n, 38n].map(meaning)).toEqual([
      [undefined, 0],
      [undefined, 1],
      [0n, 0],
      [0n, 1],
      [1n, 0],
      [1n, 1],
    ]);
    expect(meaning(2n ** 255n)).toEqual([(2n ** 255n - 35n) / 2n, 1]);
  });

  it.each([0n, 1n, 26n, 29n, 34n])('is not %i', (v) => {
    expect(() => decode(v)).toThrow(expect.objectContaining({ code: 'SIGNATURE_INVALID' }));
  });
});

describe('what an authority signs (EIP-7702)', () => {
  it('is the hash of a 5 and the list of chain, address and nonce', () => {
    const address = '0x00000000000000000000000000000000000000ee';
    const hashOf = (bytes: string) => bytesToHex(keccak256(hexToBytes(bytes)));
    const signed = (chainId: bigint, nonce: bigint) => bytesToHex(authorizationHash({ chainId, address, nonce }));
    expect(signed(1n, 0n)).toBe(hashOf(`0x05d70194${address.slice(2)}80`));
    expect(signed(0n, 300n)).toBe(hashOf(`0x05d98094${address.slice(2)}82012c`));
  });
});

describe('the widths of fields in bytes', () => {
  const KEY = new Uint8Array(32).fill(7);
  const TARGET = '0x00000000000000000000000000000000000000ee';
  const common = {
    chainId: 1n,
    nonce: 1n,
    maxPriorityFeePerGas: 1n,
    maxFeePerGas: 1n,
    gasLimit: 21_000n,
    to: TARGET,
    value: 1n,
    data: new Uint8Array(0),
    accessList: [{ address: TARGET, slots: [5n] }],
  } as const;
  const blobs = {
    type: 3,
    ...common,
    maxFeePerBlobGas: 1n,
    blobVersionedHashes: [new Uint8Array(32).fill(1)],
  } as const;
  const authorizationList = [signAuthorization({ chainId: 1n, address: TARGET, nonce: 1n }, KEY)];
  const setCode = { type: 4, ...common, authorizationList } as const;

  /** What becomes of the transaction with these bytes at a place of its list: 'decoded', or the code of the refusal. */
  function verdict(tx: Transaction, place: readonly number[], bytes: Uint8Array): string {
    const encoded = encodeTransaction(signTransaction(tx, KEY));
    const replace = (item: RlpItem, [index, ...deeper]: readonly number[]): RlpItem => {
      if (index === undefined) return bytes;
      return (item as RlpItem[]).map((part, i) => (i === index ? replace(part, deeper) : part));
    };
    const changed = replace(decodeRlp(encoded.subarray(1)), place);
    try {
      decodeTransaction(concatBytes(encoded.subarray(0, 1), encodeRlp(changed)));
      return 'decoded';
    } catch (error) {
      return (error as { code: string }).code;
    }
  }

  it.each([
    ['nonce', setCode, [1], 8],
    ['gas limit', setCode, [4], 8],
    ['chain id', setCode, [0], 32],
    ['max fee', setCode, [3], 32],
    ['value', setCode, [6], 32],
    ['max fee per blob gas', blobs, [9], 32],
    ['chain id of an authorisation', setCode, [9, 0, 0], 32],
    ['nonce of an authorisation', setCode, [9, 0, 2], 8],
    ['y parity of an authorisation', setCode, [9, 0, 3], 1],
    ['r of an authorisation', setCode, [9, 0, 4], 32],
    ['s of an authorisation', setCode, [9, 0, 5], 32],
  ] as const)('%s: numbers up to so many, without zeros in front', (_, tx, place, width) => {
    expect(verdict(tx, place, new Uint8Array(width).fill(0xff))).toBe('decoded');
    expect(verdict(tx, place, new Uint8Array(width + 1).fill(0xff))).toMatch(/^RLP_/);
    expect(verdict(tx, place, Uint8Array.of(0, 1))).toMatch(/^RLP_/);
  });

  it.each([
    ['address of an access list', setCode, [8, 0, 0], 20],
    ['slot of an access list', setCode, [8, 0, 1, 0], 32],
    ['blob hash', blobs, [10, 0], 32],
    ['address of an authorisation', setCode, [9, 0, 1], 20],
  ] as const)('%s: exactly so many', (_, tx, place, width) => {
    expect(verdict(tx, place, new Uint8Array(width).fill(1))).toBe('decoded');
    for (const wrong of [0, width - 1, width + 1]) {
      expect(verdict(tx, place, new Uint8Array(wrong).fill(1))).toMatch(/^RLP_/);
    }
  });
});
