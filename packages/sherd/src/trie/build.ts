/** The root of a trie whose entries are all at hand: one pass over sorted keys, no tree in memory. */
import { badArgument, checkBytes, checkList, checkObject } from '../base/arguments.ts';
import { compareBytes, concatBytes, encodeRlpBytes, encodeRlpListOf } from '../base/index.ts';
import { keccak256 } from '../crypto/hash.ts';
import { encodePath, toNibbles } from './nibbles.ts';

/** A key and what is stored under it. */
export interface TrieEntry {
  readonly key: Uint8Array;
  /** Not empty: an empty value means that the key is absent. */
  readonly value: Uint8Array;
}

/** Keccak-256 of the encoded empty string. */
export const EMPTY_TRIE_ROOT: Uint8Array = keccak256(Uint8Array.of(0x80));

const EMPTY_SLOT = Uint8Array.of(0x80);
const HASH_PREFIX = Uint8Array.of(0xa0);

interface NibbleEntry {
  readonly nibbles: Uint8Array;
  readonly value: Uint8Array;
}

/** Root over `entries` in any order; of equal keys, the last one counts. */
export function trieRoot(entries: Iterable<TrieEntry>): Uint8Array {
  const sorted: { key: Uint8Array; value: Uint8Array }[] = [];
  checkIterable(entries);
  for (const entry of entries) {
    checkEntry(entry);
    if (entry.value.length > 0) sorted.push(entry);
  }
  sorted.sort((a, b) => compareBytes(a.key, b.key));
  const items: NibbleEntry[] = [];
  for (let i = 0; i < sorted.length; i++) {
    const { key, value } = sorted[i]!;
    if (i + 1 < sorted.length && compareBytes(key, sorted[i + 1]!.key) === 0) continue;
    items.push({ nibbles: toNibbles(key), value });
  }
  if (items.length === 0) return EMPTY_TRIE_ROOT;
  return keccak256(buildNode(items, 0, items.length, 0));
}

/** The same with keccak-256 of every key in its place, as the state and storage tries have it. */
export function secureTrieRoot(entries: Iterable<TrieEntry>): Uint8Array {
  const hashed: TrieEntry[] = [];
  checkIterable(entries);
  for (const entry of entries) {
    checkEntry(entry);
    hashed.push({ key: keccak256(entry.key), value: entry.value });
  }
  return trieRoot(hashed);
}

/** Root of a list: keys are the encoded indexes (transactions, receipts, withdrawals). */
export function indexTrieRoot(values: readonly Uint8Array[]): Uint8Array {
  checkList(values, 'values');
  return trieRoot(values.map((value, index) => ({ key: encodeIndex(index), value })));
}

function checkIterable(entries: Iterable<TrieEntry>): void {
  if (typeof entries === 'string' || typeof entries?.[Symbol.iterator] !== 'function') {
    throw badArgument('entries', entries, 'a list of {key, value}');
  }
}

function checkEntry(entry: TrieEntry): void {
  checkObject(entry, 'entry');
  checkBytes(entry.key, 'entry: key');
  checkBytes(entry.value, 'entry: value');
}

function encodeIndex(index: number): Uint8Array {
  const bytes: number[] = [];
  for (let rest = index; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return encodeRlpBytes(Uint8Array.from(bytes));
}

/** Encoded node over `items[from..to)`, which agree in their first `depth` nibbles. */
function buildNode(items: readonly NibbleEntry[], from: number, to: number, depth: number): Uint8Array {
  const first = items[from]!;
  if (to - from === 1) {
    const path = encodePath(first.nibbles, depth, first.nibbles.length, true);
    return encodeRlpListOf([encodeRlpBytes(path), encodeRlpBytes(first.value)]);
  }
  // Sorted: what the first and the last share, all share.
  const last = items[to - 1]!.nibbles;
  let shared = depth;
  const end = Math.min(first.nibbles.length, last.length);
  while (shared < end && first.nibbles[shared] === last[shared]) shared++;
  if (shared > depth) {
    const path = encodePath(first.nibbles, depth, shared, false);
    return encodeRlpListOf([encodeRlpBytes(path), nodeReference(buildBranch(items, from, to, shared))]);
  }
  return buildBranch(items, from, to, depth);
}

function buildBranch(items: readonly NibbleEntry[], from: number, to: number, depth: number): Uint8Array {
  const parts: Uint8Array[] = new Array(17).fill(EMPTY_SLOT);
  let start = from;
  if (items[start]!.nibbles.length === depth) {
    parts[16] = encodeRlpBytes(items[start]!.value);
    start++;
  }
  while (start < to) {
    const nibble = items[start]!.nibbles[depth]!;
    let stop = start + 1;
    while (stop < to && items[stop]!.nibbles[depth] === nibble) stop++;
    parts[nibble] = nodeReference(buildNode(items, start, stop, depth + 1));
    start = stop;
  }
  return encodeRlpListOf(parts);
}

/** How a parent names an encoded node: itself when it is shorter than a hash, else its encoded hash. */
export function nodeReference(node: Uint8Array): Uint8Array {
  checkBytes(node, 'node');
  return node.length < 32 ? node : concatBytes(HASH_PREFIX, keccak256(node));
}
