/** Transactions at the limits that hold in any state: init code, signatures, v, nonces, gas. */
import { describe, expect, it } from 'vitest';
import { bigIntToMinimalBytes, encodeRlp, hexToBytes } from '../base/index.ts';
import { type ForkName, forkRules } from '../protocol/index.ts';
import { decodeTransaction, type LegacyTransaction, validateTransaction } from './index.ts';

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
