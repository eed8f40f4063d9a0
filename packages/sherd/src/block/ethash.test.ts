/** Ethash on main net's first block. ethereum/tests PoWTests run in test/suites.test.ts. */
import { describe, expect, it } from 'vitest';
import { bytesToHex, hexToBytes } from '../base/index.ts';
import { EMPTY_TRIE_ROOT } from '../trie/index.ts';
import { BLOOM_LENGTH } from './bloom.ts';
import {
  checkSeal,
  createEthashCache,
  createSealCheck,
  ethashCacheSize,
  ethashDatasetSize,
  ethashEpoch,
  ethashSeed,
  hashimoto,
  sealHash,
} from './ethash.ts';
import { EMPTY_OMMERS_HASH, type Header, headerHash } from './header.ts';

const FIRST_BLOCK: Header = {
  parentHash: hexToBytes('0xd4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3'),
  ommersHash: EMPTY_OMMERS_HASH,
  coinbase: '0x05a56e2d52c817161883f50c441c3228cfe54d9f',
  stateRoot: hexToBytes('0xd67e4d450343046425ae4271474353857ab860dbc0a1dde64b41b5cd3a532bf3'),
  transactionsRoot: EMPTY_TRIE_ROOT,
  receiptsRoot: EMPTY_TRIE_ROOT,
  bloom: new Uint8Array(BLOOM_LENGTH),
  difficulty: 17_171_480_576n,
  number: 1n,
  gasLimit: 5000n,
  gasUsed: 0n,
  timestamp: 1_438_269_988n,
  extraData: hexToBytes('0x476574682f76312e302e302f6c696e75782f676f312e342e32'),
  mixHash: hexToBytes('0x969b900de27b6ac6a67742365dd65f55a0526c41fd18e1b16f1a1215c2e66f59'),
  nonce: hexToBytes('0x539bd4979fef1ec4'),
};

const cache = createEthashCache(0);

describe('a seal', () => {
  it('of main net’s first block is the work that its difficulty asks for', () => {
    expect(bytesToHex(headerHash(FIRST_BLOCK))).toBe(
      '0x88e96d4537bea4d9c05d12549907b32561d3bf31f45aae734cdc119f13406cb6',
    );
    expect(() => checkSeal(FIRST_BLOCK, cache)).not.toThrow();
  });

  it('is refused when anything of the header, nonce or mix hash is another', () => {
    const refused = (change: Partial<Header>, message: RegExp) => {
      const check = () => checkSeal({ ...FIRST_BLOCK, ...change }, cache);
      expect(check).toThrow(expect.objectContaining({ code: 'HEADER_SEAL' }));
      expect(check).toThrow(message);
    };
    refused({ nonce: hexToBytes('0x539bd4979fef1ec5') }, /mix hash: have 0x969b900d.*, want 0x/);
    refused({ gasUsed: 1n }, /mix hash/);
    refused({ mixHash: new Uint8Array(32) }, /mix hash: have 0x0000/);
  });

  it('is refused when the work is too little', () => {
    // The difficulty is part of what is hashed: each header gets the mix hash that fits it.
    const sealed = (difficulty: bigint): Header => {
      const header = { ...FIRST_BLOCK, difficulty };
      return { ...header, mixHash: hashimoto(cache, sealHash(header), header.nonce).mixHash };
    };
    expect(() => checkSeal(sealed(1n), cache)).not.toThrow();
    for (const difficulty of [1n << 200n, 0n]) {
      expect(() => checkSeal(sealed(difficulty), cache)).toThrow(
        /^result 0x[0-9a-f]{64} is not enough for a difficulty/,
      );
    }
  });

  it('does not cover itself', () => {
    const other = { ...FIRST_BLOCK, nonce: new Uint8Array(8), mixHash: new Uint8Array(32) };
    expect(sealHash(other)).toEqual(sealHash(FIRST_BLOCK));
    // From London on the base fee stands behind the seal, and is covered.
    expect(sealHash({ ...FIRST_BLOCK, baseFee: 7n })).not.toEqual(sealHash(FIRST_BLOCK));
  });
});

describe('an epoch', () => {
  it('has 30,000 blocks, a seed, and sizes that are prime numbers of items', () => {
    expect([0n, 29_999n, 30_000n, 15_537_393n].map(ethashEpoch)).toEqual([0, 0, 1, 517]);
    expect(ethashSeed(0)).toEqual(new Uint8Array(32));
    expect(bytesToHex(ethashSeed(1))).toBe('0x290decd9548b62a8d60345a988386fc84ba6bc95484008f6362f93160ef3e563');
    expect([0, 1, 2, 3].map(ethashCacheSize)).toEqual([16_776_896, 16_907_456, 17_039_296, 17_170_112]);
    expect([0, 1, 2, 3].map(ethashDatasetSize)).toEqual([1_073_739_904, 1_082_130_304, 1_090_514_816, 1_098_906_752]);
  });

  it('is checked with its own cache', () => {
    const later = { ...FIRST_BLOCK, number: 30_000n };
    expect(() => checkSeal(later, cache)).toThrow(/block 30000 is of epoch 1, the cache of 0/);
    const check = createSealCheck();
    expect(() => check(FIRST_BLOCK)).not.toThrow();
    expect(() => check(later)).toThrow(/mix hash/);
    expect(() => check(FIRST_BLOCK)).not.toThrow();
  });
});
