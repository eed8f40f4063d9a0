/** Keys as half-bytes, and the hex-prefix form in which paths stand in nodes (Yellow Paper, appendix C). */
import { badArgument, checkBytes, checkCount } from '../base/arguments.ts';
import { SherdError } from '../base/index.ts';

/** Longest key, in bytes. Ethereum's are at most 32; the cap bounds the depth of recursion over a trie. */
export const MAX_KEY_LENGTH = 512;

/** The half-bytes of `key`, high one first. @throws SherdError BAD_ARGUMENT. */
export function toNibbles(key: Uint8Array): Uint8Array {
  checkBytes(key, 'trie key');
  if (key.length > MAX_KEY_LENGTH) throw badArgument('trie key', key, `at most ${MAX_KEY_LENGTH} bytes`);
  const out = new Uint8Array(key.length * 2);
  for (let i = 0; i < key.length; i++) {
    out[2 * i] = key[i]! >> 4;
    out[2 * i + 1] = key[i]! & 15;
  }
  return out;
}

/** Length of the common prefix of `a` from `aStart` and `b` from `bStart`. */
export function commonPrefix(a: Uint8Array, aStart: number, b: Uint8Array, bStart: number): number {
  const length = Math.min(a.length - aStart, b.length - bStart);
  let i = 0;
  while (i < length && a[aStart + i] === b[bStart + i]) i++;
  return i;
}

/** Hex-prefix form of `nibbles` between `from` and `to`; `isLeaf` sets the terminator flag. */
export function encodePath(nibbles: Uint8Array, from: number, to: number, isLeaf: boolean): Uint8Array {
  checkBytes(nibbles, 'nibbles');
  checkCount(to, 'path: to', nibbles.length);
  checkCount(from, 'path: from', to);
  const length = to - from;
  const isOdd = length & 1;
  const out = new Uint8Array(1 + (length >> 1));
  out[0] = ((isLeaf ? 2 : 0) + isOdd) << 4;
  let at = from;
  if (isOdd === 1) out[0] |= nibbles[at++]!;
  for (let i = 1; i < out.length; i++, at += 2) out[i] = (nibbles[at]! << 4) | nibbles[at + 1]!;
  return out;
}

/**
 * The inverse of {@link encodePath}.
 * @throws SherdError TRIE_NODE_MALFORMED on flags or padding that no encoder writes.
 */
export function decodePath(path: Uint8Array): { nibbles: Uint8Array; isLeaf: boolean } {
  checkBytes(path, 'path');
  const flags = path.length === 0 ? 255 : path[0]! >> 4;
  const isOdd = flags & 1;
  if (flags > 3 || (isOdd === 0 && (path[0]! & 15) !== 0)) {
    throw new SherdError('TRIE_NODE_MALFORMED', `trie node: bad path prefix ${path[0] ?? 'nothing'}`);
  }
  const nibbles = new Uint8Array((path.length - 1) * 2 + isOdd);
  let at = 0;
  if (isOdd === 1) nibbles[at++] = path[0]! & 15;
  for (let i = 1; i < path.length; i++) {
    nibbles[at++] = path[i]! >> 4;
    nibbles[at++] = path[i]! & 15;
  }
  return { nibbles, isLeaf: flags >= 2 };
}
