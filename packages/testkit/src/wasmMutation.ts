/** Damaged modules: what a fuzzer of the decoder, the validator and the engine is fed. A seed gives a case. */
import { encodeModule } from 'sherd/wasm';
import { randomModule } from './wasmRandom.ts';

/** mulberry32: small, seeded, the same everywhere. */
function randomSource(seed: number): (below: number) => number {
  let state = seed | 0;
  return (below) => {
    state = (state + 0x6d2b_79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** Bytes that mean something to a decoder: opcodes, types, ends of LEB numbers. */
const MEANINGFUL = [0, 1, 0x02, 0x03, 0x04, 0x05, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f, 0x10, 0x11, 0x1a, 0x1b, 0x20, 0x21];
const MORE = [0x40, 0x41, 0x42, 0x60, 0x6f, 0x70, 0x7b, 0x7c, 0x7d, 0x7e, 0x7f, 0x80, 0xc0, 0xfc, 0xfd, 0xff];
const BYTES = [...MEANINGFUL, ...MORE];

/** The largest case, in bytes: pieces of modules are doubled, and would grow without end. */
const MAX_BYTES = 131_072;

/**
 * The module of a seed: a random valid one, or one of `corpus`, most often with up to eight changes of bytes, or with
 * pieces doubled, moved, cut out, or taken from another one.
 */
export function mutatedModule(seed: number, corpus: readonly Uint8Array[] = []): Uint8Array {
  const random = randomSource(seed);
  const original = () =>
    corpus.length > 0 && random(3) === 0 ? corpus[random(corpus.length)]! : encodeModule(randomModule(random(2 ** 31)));
  let bytes: Uint8Array = original().slice();
  for (let left = random(9); left > 0 && bytes.length > 9; left--) bytes = change(bytes, random, original);
  return bytes;
}

function change(bytes: Uint8Array, random: (below: number) => number, other: () => Uint8Array): Uint8Array {
  const at = 8 + random(bytes.length - 8);
  const length = 1 + random(Math.min(64, bytes.length - at));
  const piece = bytes.subarray(at, at + length);
  const byte = random(2) === 0 ? random(256) : BYTES[random(BYTES.length)]!;
  switch (random(9)) {
    case 0:
    case 1:
    case 2:
      bytes[at] = byte;
      return bytes;
    case 3:
      bytes[at] = (bytes[at]! + (random(2) === 0 ? 1 : 255)) & 255;
      return bytes;
    case 4:
      return splice(bytes, at, 0, Uint8Array.of(byte));
    case 5:
      return splice(bytes, at, 1);
    case 6:
      return splice(bytes, at, length);
    case 7:
      return bytes.length > MAX_BYTES ? bytes : splice(bytes, at, 0, piece.slice());
    default: {
      const foreign = other();
      const from = 8 + random(Math.max(1, foreign.length - 8));
      return splice(bytes, at, length, foreign.subarray(from, from + length));
    }
  }
}

function splice(bytes: Uint8Array, at: number, removed: number, added: Uint8Array = new Uint8Array(0)): Uint8Array {
  const out = new Uint8Array(bytes.length - removed + added.length);
  out.set(bytes.subarray(0, at));
  out.set(added, at);
  out.set(bytes.subarray(at + removed), at + added.length);
  return out;
}
