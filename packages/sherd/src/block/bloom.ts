/** Bloom filters over logs (Yellow Paper, section 4.3.1): 2048 bits, three per address and topic. */
import { checkBytes, checkList, checkObject } from '../base/arguments.ts';
import { addressToBytes, wordToBytes } from '../base/index.ts';
import { keccak256 } from '../crypto/hash.ts';
import type { Log } from '../evm/host.ts';

/** Bytes of a filter. */
export const BLOOM_LENGTH = 256;

/** The filter of `logs`; all zeros for none. */
export function logsBloom(logs: readonly Log[]): Uint8Array {
  checkList(logs, 'logs');
  const bloom = new Uint8Array(BLOOM_LENGTH);
  for (const log of logs) {
    checkObject(log, 'log');
    checkList(log.topics, 'log: topics');
    addToBloom(bloom, addressToBytes(log.address));
    for (const topic of log.topics) addToBloom(bloom, wordToBytes(topic));
  }
  return bloom;
}

/** Sets in `into` what is set in `bloom`. */
export function mergeBloom(into: Uint8Array, bloom: Uint8Array): void {
  checkBytes(into, 'bloom', BLOOM_LENGTH);
  checkBytes(bloom, 'bloom', BLOOM_LENGTH);
  for (let i = 0; i < BLOOM_LENGTH; i++) into[i]! |= bloom[i]!;
}

/** False: no log of this address or topic is in the block. True: there may be one. */
export function bloomMayContain(bloom: Uint8Array, value: Uint8Array): boolean {
  checkBytes(bloom, 'bloom', BLOOM_LENGTH);
  checkBytes(value, 'value');
  return bitsOf(value).every((bit) => (bloom[byteOf(bit)]! & (1 << (bit & 7))) !== 0);
}

function addToBloom(bloom: Uint8Array, value: Uint8Array): void {
  for (const bit of bitsOf(value)) bloom[byteOf(bit)]! |= 1 << (bit & 7);
}

function byteOf(bit: number): number {
  return BLOOM_LENGTH - 1 - (bit >> 3);
}

/** The low 11 bits of the first three pairs of bytes of the hash. */
function bitsOf(value: Uint8Array): [number, number, number] {
  const hash = keccak256(value);
  const pair = (at: number) => ((hash[at]! << 8) | hash[at + 1]!) & 2047;
  return [pair(0), pair(2), pair(4)];
}
