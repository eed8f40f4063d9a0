import { describe, expect, it } from 'vitest';
import { bytesToHex, hexToBytes, utf8ToBytes } from '../base/index.ts';
import { bls as native } from './bls/native.ts';
import { bls as portable } from './bls/portable.ts';
import { blsAggregate, blsDeriveSecretKey, blsFastAggregateVerify, blsPublicKey, blsSign, blsVerify } from './bls.ts';

const seed = new Uint8Array(32).fill(7);
const message = utf8ToBytes('a block root');
const keys = [0, 1, 2].map((index) => blsDeriveSecretKey(seed, [12381, 3600, index, 0, 0]));
const infinityKey = Uint8Array.of(0xc0, ...new Uint8Array(47));
const infinitySignature = Uint8Array.of(0xc0, ...new Uint8Array(95));

describe('BLS signatures', () => {
  it('derives the keys of EIP-2333, test case 0', () => {
    const caseSeed = hexToBytes(
      '0xc55257c360c07c72029aebc1b53c05ed0362ada38ead3e3e9efa3708e53495531f09a6987599d18264c1e1c92f2cf141630c7a3c4ab7c81b2f001698e7463b04',
    );
    const master = 6083874454709270928345386274498605044986640685124978867557563392430687146096n;
    const child = 20397789859736650942317412262472558107875392172444076792671091975210932703118n;
    for (const bls of [native, portable]) {
      expect(BigInt(bytesToHex(bls.deriveSecretKey(caseSeed, [])))).toBe(master);
      expect(BigInt(bytesToHex(bls.deriveSecretKey(caseSeed, [0])))).toBe(child);
    }
  });

  it('signs and verifies', () => {
    const signature = blsSign(keys[0]!, message);
    expect(signature.length).toBe(96);
    expect(blsVerify(blsPublicKey(keys[0]!), message, signature)).toBe(true);
    expect(blsVerify(blsPublicKey(keys[1]!), message, signature)).toBe(false);
    expect(blsVerify(blsPublicKey(keys[0]!), utf8ToBytes('another root'), signature)).toBe(false);
  });

  it('aggregates signatures over one message', () => {
    const publicKeys = keys.map(blsPublicKey);
    const aggregate = blsAggregate(keys.map((key) => blsSign(key, message)));
    expect(blsFastAggregateVerify(publicKeys, message, aggregate)).toBe(true);
    expect(blsFastAggregateVerify(publicKeys.slice(1), message, aggregate)).toBe(false);
    expect(blsFastAggregateVerify([], message, aggregate)).toBe(false);
  });

  it('gives the same bytes and verdicts natively and portably', () => {
    const signature = native.sign(keys[0]!, message);
    expect(portable.sign(keys[0]!, message)).toEqual(signature);
    expect(portable.publicKey(keys[0]!)).toEqual(native.publicKey(keys[0]!));
    expect(portable.deriveSecretKey(seed, [1, 2 ** 32 - 1])).toEqual(native.deriveSecretKey(seed, [1, 2 ** 32 - 1]));
    const signatures = keys.map((key) => native.sign(key, message));
    expect(portable.aggregate(signatures)).toEqual(native.aggregate(signatures));
    const publicKeys = keys.map((key) => native.publicKey(key));
    const aggregate = native.aggregate(signatures);
    const flipped = signature.map((byte, i) => (i === 50 ? byte ^ 1 : byte));
    const cases: [Uint8Array, Uint8Array, boolean][] = [
      [publicKeys[0]!, signature, true],
      [publicKeys[1]!, signature, false],
      [publicKeys[0]!, flipped, false],
      [publicKeys[0]!, new Uint8Array(96), false],
      [new Uint8Array(48), signature, false],
      [infinityKey, infinitySignature, false],
      [publicKeys[0]!, infinitySignature, false],
    ];
    for (const bls of [native, portable]) {
      for (const [key, sig, want] of cases) expect(bls.verify(key, message, sig)).toBe(want);
      expect(bls.fastAggregateVerify(publicKeys, message, aggregate)).toBe(true);
      expect(bls.fastAggregateVerify([publicKeys[0]!, infinityKey], message, signature)).toBe(false);
    }
  });

  // The portable library itself takes it for one; no node runs on that.
  it('never takes a full stack for a wrong signature', () => {
    const [publicKey, signature] = [blsPublicKey(keys[0]!), blsSign(keys[0]!, message)];
    const answers = new Set<boolean>();
    const full: unknown[] = [];
    // As deep as it goes, and from there back until there is room for an answer.
    const dig = (): void => {
      try {
        dig();
      } catch {
        // The bottom.
      }
      if (answers.size > 0) return;
      try {
        answers.add(native.verify(publicKey, message, signature));
      } catch (error) {
        full.push(error);
      }
    };
    dig();
    expect([...answers]).toEqual([true]);
    for (const error of full) expect(String(error)).toContain('call stack');
  });

  it('refuses what is no key, seed, path or signature', () => {
    expect(() => blsPublicKey(new Uint8Array(32))).toThrow(expect.objectContaining({ code: 'BAD_SECRET_KEY' }));
    expect(() => blsSign(new Uint8Array(32).fill(0xff), message)).toThrow(
      expect.objectContaining({ code: 'BAD_SECRET_KEY' }),
    );
    expect(() => blsDeriveSecretKey(new Uint8Array(31))).toThrow(expect.objectContaining({ code: 'BAD_SEED' }));
    expect(() => blsDeriveSecretKey(seed, [-1])).toThrow(expect.objectContaining({ code: 'BAD_KEY_PATH' }));
    expect(() => blsAggregate([])).toThrow(expect.objectContaining({ code: 'BAD_SIGNATURE' }));
    expect(() => blsAggregate([new Uint8Array(96)])).toThrow(expect.objectContaining({ code: 'BAD_SIGNATURE' }));
    expect(blsVerify(new Uint8Array(3), message, new Uint8Array(96))).toBe(false);
  });
});
