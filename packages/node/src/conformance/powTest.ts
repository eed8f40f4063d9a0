/** Proof-of-work tests (ethereum/tests PoWTests): a header and its nonce, and all that Ethash makes of them. */
import { bytesToHex, decodeRlp, equalBytes } from 'sherd/base';
import {
  createEthashCache,
  type EthashCache,
  encodeHeader,
  ethashEpoch,
  ethashSeed,
  hashimoto,
  headerFromItem,
  sealHash,
} from 'sherd/block';
import { keccak256 } from 'sherd/crypto';
import { bytesAt, integerAt, type Json, objectAt } from './fields.ts';

/** A runner that keeps the cache of the last epoch. It returns what went wrong, or nothing, and throws BAD_FIXTURE. */
export function createPowRunner(): (name: string, value: Json) => string {
  let cache: EthashCache | undefined;
  return (name, value) => {
    const test = objectAt(value, name);
    const bytes = (key: string) => bytesAt(test[key], `${name}.${key}`);
    const encoded = bytes('header');
    const header = headerFromItem(decodeRlp(encoded));
    if (!equalBytes(encodeHeader(header), encoded)) return 'header encodes to other bytes than it was decoded from';
    const epoch = ethashEpoch(header.number);
    if (cache?.epoch !== epoch) cache = createEthashCache(epoch);
    const work = hashimoto(cache, sealHash(header), bytes('nonce'));
    for (const [key, have] of [
      ['cache_size', cache.bytes.length],
      ['full_size', cache.datasetSize],
    ] as const) {
      const want = integerAt(test[key], `${name}.${key}`);
      if (BigInt(have) !== want) return `${key}: have ${have}, want ${want}`;
    }
    for (const [key, have] of [
      ['seed', ethashSeed(epoch)],
      ['cache_hash', keccak256(cache.bytes)],
      ['header_hash', sealHash(header)],
      ['nonce', header.nonce],
      ['mixHash', work.mixHash],
      ['mixHash', header.mixHash],
      ['result', work.result],
    ] as const) {
      const want = bytes(key);
      if (!equalBytes(have, want)) return `${key}: have ${bytesToHex(have)}, want ${bytesToHex(want)}`;
    }
    return '';
  };
}
