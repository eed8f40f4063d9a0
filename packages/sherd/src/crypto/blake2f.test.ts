import { blake2b } from '@noble/hashes/blake2.js';
import { createRandom } from '@sherd/testkit';
import { describe, expect, it } from 'vitest';
import { hexToBytes } from '../base/index.ts';
import { blake2F, createBlake2F } from './blake2f.ts';
import { blake2fKernel } from './blake2fKernel.ts';
import { blake2fVectorKernel } from './blake2fVectorKernel.ts';
import { kernelCode } from './wasmCode.ts';

/** BLAKE2b-512 of a message below 128 bytes: one final block. */
function blake2b512(message: Uint8Array): Uint8Array {
  const iv =
    '08c9bcf367e6096a3ba7ca8485ae67bb2bf894fe72f36e3cf1361d5f3af54fa5d182e6ad7f520e511f6c3e2b8c68059b6bbd41fbabd9831f79217e1319cde05b';
  const state = Uint8Array.from({ length: 64 }, (_, i) => Number.parseInt(iv.slice(2 * i, 2 * i + 2), 16));
  // The parameter block: digest of 64 bytes, no key, fanout and depth 1.
  state[0]! ^= 64;
  state[2]! ^= 1;
  state[3]! ^= 1;
  const block = new Uint8Array(128);
  block.set(message);
  const counters = new Uint8Array(16);
  counters[0] = message.length;
  return blake2F(12, state, block, counters, true);
}

describe('blake2F', () => {
  it('is BLAKE2b with 12 rounds', () => {
    for (const length of [0, 1, 64, 127]) {
      const message = Uint8Array.from({ length }, (_, i) => (7 * i + 3) & 0xff);
      expect(blake2b512(message)).toEqual(blake2b(message));
    }
  });

  it('takes many rounds and none', () => {
    const zeros = (length: number) => new Uint8Array(length);
    const none = blake2F(0, zeros(64), zeros(128), zeros(16), false);
    expect(none.slice(0, 8)).toEqual(Uint8Array.of(0x08, 0xc9, 0xbc, 0xf3, 0x67, 0xe6, 0x09, 0x6a));
    expect(blake2F(1_000_003, zeros(64), zeros(128), zeros(16), false)).not.toEqual(none);
  });

  it('is the same with vectors and without', () => {
    const plain = createBlake2F(kernelCode(1, blake2fKernel()));
    const vectors = createBlake2F(kernelCode(1, blake2fVectorKernel()));
    const random = createRandom(152);
    const bytes = (count: number) => hexToBytes(random.hex(count));
    for (const rounds of [...Array(31).keys(), 9_999, 10_000, 10_001, 25_003]) {
      const input = [rounds, bytes(64), bytes(128), bytes(16), random.chance(50)] as const;
      expect(vectors(...input)).toEqual(plain(...input));
    }
  });
});
