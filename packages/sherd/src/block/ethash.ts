/**
 * Ethash, the proof of work of blocks before Paris (Yellow Paper, appendix J): the light way of checking a seal, which
 * makes the few parts of the dataset that it needs from a cache of some 16 MiB and upwards.
 */
import { badArgument, checkBytes, checkCount, checkObject, checkUnsigned } from '../base/arguments.ts';
import { bytesToBigInt, bytesToHex, concatBytes, encodeRlp, equalBytes, SherdError } from '../base/index.ts';
import { keccak256, keccak512 } from '../crypto/hash.ts';
import { checkHeader } from './checkHeader.ts';
import { type Header, headerItem } from './header.ts';

/** Blocks that share a cache. */
const EPOCH_BLOCKS = 30_000n;

const CACHE_START = 1 << 24;
const CACHE_GROWTH = 1 << 17;
const CACHE_ROUNDS = 3;

const DATASET_START = 1 << 30;
const DATASET_GROWTH = 1 << 23;
const DATASET_PARENTS = 256;

/** Far beyond the last block with a seal (epoch 517); its sizes are exact numbers still. */
const MAX_EPOCH = 2048;

/** Bytes and 32-bit words of a hash of Keccak-512: an item of the cache, and of the dataset. */
const ITEM = 64;
const ITEM_WORDS = ITEM / 4;

/** The mix is two items wide and takes up that much of the dataset in each turn. */
const MIX = 2 * ITEM;
const MIX_WORDS = 2 * ITEM_WORDS;
const TURNS = 64;

const FNV_PRIME = 0x01000193;

/** What checks the seals of one epoch. */
export interface EthashCache {
  readonly epoch: number;
  readonly bytes: Uint8Array;
  /** Bytes of the dataset that the cache stands for. */
  readonly datasetSize: number;
}

/** What a nonce comes to. */
export interface Hashimoto {
  /** What the header's `mixHash` must be. */
  readonly mixHash: Uint8Array;
  /** The smaller this number is, the more work is behind it. */
  readonly result: Uint8Array;
}

/** The epoch of a block number. */
export function ethashEpoch(number: bigint): number {
  checkUnsigned(number, 'block number');
  return Number(number / EPOCH_BLOCKS);
}

/** Zeros, hashed once for every epoch before. 32 bytes. */
export function ethashSeed(epoch: number): Uint8Array {
  checkCount(epoch, 'epoch', MAX_EPOCH);
  let seed: Uint8Array = new Uint8Array(32);
  for (let i = 0; i < epoch; i++) seed = keccak256(seed);
  return seed;
}

/** Bytes of an epoch's cache: a prime number of items. */
export function ethashCacheSize(epoch: number): number {
  checkCount(epoch, 'epoch', MAX_EPOCH);
  return primeTimes(ITEM, CACHE_START + CACHE_GROWTH * epoch);
}

/** Bytes of an epoch's dataset: a prime number of mixes. */
export function ethashDatasetSize(epoch: number): number {
  checkCount(epoch, 'epoch', MAX_EPOCH);
  return primeTimes(MIX, DATASET_START + DATASET_GROWTH * epoch);
}

/** The largest prime number of units below `limit` bytes, in bytes. */
function primeTimes(unit: number, limit: number): number {
  let count = limit / unit - 1;
  while (!isPrime(count)) count -= 2;
  return count * unit;
}

function isPrime(odd: number): boolean {
  for (let divisor = 3; divisor * divisor <= odd; divisor += 2) {
    if (odd % divisor === 0) return false;
  }
  return true;
}

/** Makes an epoch's cache: about a million hashes, some tenths of a second for the first epochs. */
export function createEthashCache(epoch: number): EthashCache {
  const bytes = new Uint8Array(ethashCacheSize(epoch));
  const view = new DataView(bytes.buffer);
  const items = bytes.length / ITEM;
  const item = (index: number) => bytes.subarray(index * ITEM, (index + 1) * ITEM);
  let last = keccak512(ethashSeed(epoch));
  bytes.set(last);
  for (let i = 1; i < items; i++) {
    last = keccak512(last);
    bytes.set(last, i * ITEM);
  }
  const mixed = new Uint8Array(ITEM);
  for (let round = 0; round < CACHE_ROUNDS; round++) {
    for (let i = 0; i < items; i++) {
      const before = item((i + items - 1) % items);
      const other = item(view.getUint32(i * ITEM, true) % items);
      for (let j = 0; j < ITEM; j++) mixed[j] = before[j]! ^ other[j]!;
      bytes.set(keccak512(mixed), i * ITEM);
    }
  }
  return { epoch, bytes, datasetSize: ethashDatasetSize(epoch) };
}

/**
 * What a nonce makes of a header.
 * @param sealHash {@link sealHash} of the header.
 * @param nonce 8 bytes, as the header has them.
 */
export function hashimoto(cache: EthashCache, sealHash: Uint8Array, nonce: Uint8Array): Hashimoto {
  checkCache(cache);
  checkBytes(sealHash, 'seal hash', 32);
  checkBytes(nonce, 'nonce', 8);
  const seed = keccak512(concatBytes(sealHash, nonce.slice().reverse()));
  const seedWords = readWords(seed);
  const mix = new Uint32Array(MIX_WORDS);
  mix.set(seedWords);
  mix.set(seedWords, ITEM_WORDS);
  const pages = cache.datasetSize / MIX;
  for (let turn = 0; turn < TURNS; turn++) {
    const page = fnv(turn ^ seedWords[0]!, mix[turn % MIX_WORDS]!) % pages;
    for (let half = 0; half < 2; half++) {
      const words = readWords(datasetItem(cache, 2 * page + half));
      const at = half * ITEM_WORDS;
      for (let i = 0; i < ITEM_WORDS; i++) mix[at + i] = fnv(mix[at + i]!, words[i]!);
    }
  }
  const mixHash = new Uint8Array(MIX / 4);
  const view = new DataView(mixHash.buffer);
  for (let i = 0; i < MIX_WORDS; i += 4) {
    view.setUint32(i, fnv(fnv(fnv(mix[i]!, mix[i + 1]!), mix[i + 2]!), mix[i + 3]!), true);
  }
  return { mixHash, result: keccak256(concatBytes(seed, mixHash)) };
}

function checkCache(cache: EthashCache): void {
  checkObject(cache, 'cache');
  checkBytes(cache.bytes, 'cache: bytes');
  if (cache.bytes.length < ITEM) throw badArgument('cache: bytes', cache.bytes, `at least ${ITEM} bytes`);
}

/** An item of the dataset, from many items of the cache. */
function datasetItem(cache: EthashCache, index: number): Uint8Array {
  const items = cache.bytes.length / ITEM;
  const view = new DataView(cache.bytes.buffer, cache.bytes.byteOffset, cache.bytes.length);
  const first = (index % items) * ITEM;
  const start = cache.bytes.slice(first, first + ITEM);
  new DataView(start.buffer).setUint32(0, (view.getUint32(first, true) ^ index) >>> 0, true);
  const mix = readWords(keccak512(start));
  for (let parent = 0; parent < DATASET_PARENTS; parent++) {
    const at = (fnv(index ^ parent, mix[parent % ITEM_WORDS]!) % items) * ITEM;
    for (let i = 0; i < ITEM_WORDS; i++) mix[i] = fnv(mix[i]!, view.getUint32(at + 4 * i, true));
  }
  const mixed = new DataView(start.buffer);
  for (let i = 0; i < ITEM_WORDS; i++) mixed.setUint32(4 * i, mix[i]!, true);
  return keccak512(start);
}

/** The hash of Fowler, Noll and Vo, on words instead of bytes. */
function fnv(a: number, b: number): number {
  return (Math.imul(a, FNV_PRIME) ^ b) >>> 0;
}

/** The words of an item, whatever the machine's order of bytes. */
function readWords(item: Uint8Array): Uint32Array {
  const view = new DataView(item.buffer, item.byteOffset, ITEM);
  return Uint32Array.from({ length: ITEM_WORDS }, (_, i) => view.getUint32(4 * i, true));
}

/** Keccak-256 of the header without its seal (mix hash and nonce): what the work is done over. */
export function sealHash(header: Header): Uint8Array {
  const items = headerItem(header);
  return keccak256(encodeRlp([...items.slice(0, 13), ...items.slice(15)]));
}

/**
 * Whether the work behind a header was done. Costs a few milliseconds; of proof-of-work blocks only.
 * @param cache Of the header's epoch.
 * @throws SherdError HEADER_SEAL.
 */
export function checkSeal(header: Header, cache: EthashCache): void {
  checkHeader(header);
  checkCache(cache);
  const epoch = ethashEpoch(header.number);
  if (epoch !== cache.epoch) {
    throw new SherdError('HEADER_SEAL', `block ${header.number} is of epoch ${epoch}, the cache of ${cache.epoch}`);
  }
  const { mixHash, result } = hashimoto(cache, sealHash(header), header.nonce);
  if (!equalBytes(mixHash, header.mixHash)) {
    const have = bytesToHex(header.mixHash);
    throw new SherdError('HEADER_SEAL', `mix hash: have ${have}, want ${bytesToHex(mixHash)}`);
  }
  if (header.difficulty <= 0n || bytesToBigInt(result) * header.difficulty > 1n << 256n) {
    const have = bytesToHex(result);
    throw new SherdError('HEADER_SEAL', `result ${have} is not enough for a difficulty of ${header.difficulty}`);
  }
}

/** Caches that a {@link createSealCheck} keeps: blocks around the end of an epoch need two. */
const KEPT_CACHES = 2;

/** A check of seals that makes the caches it needs, and keeps the last ones. It throws as {@link checkSeal} does. */
export function createSealCheck(): (header: Header) => void {
  let caches: readonly EthashCache[] = [];
  return (header) => {
    checkHeader(header);
    const epoch = ethashEpoch(header.number);
    const cache = caches.find((each) => each.epoch === epoch) ?? createEthashCache(epoch);
    caches = [cache, ...caches.filter((each) => each !== cache)].slice(0, KEPT_CACHES);
    checkSeal(header, cache);
  };
}
