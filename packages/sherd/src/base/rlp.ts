/**
 * RLP, the serialisation of Ethereum's execution layer (Yellow Paper, appendix B). Decoding is strict: every item has
 * exactly one accepted encoding, because hashes are taken over encodings.
 */
import { badArgument, checkBytes, checkCount, checkList } from './arguments.ts';
import { EMPTY_BYTES } from './bytes.ts';
import { SherdError } from './errors.ts';

/** Bytes, or a list of items. */
export type RlpItem = Uint8Array | readonly RlpItem[];

/** Nothing that Ethereum encodes is deeper than a handful of lists; the cap keeps hostile input off the native stack. */
export const RLP_MAX_DEPTH = 256;

/** @throws SherdError RLP_TOO_DEEP above {@link RLP_MAX_DEPTH}, BAD_ARGUMENT for what is neither bytes nor a list. */
export function encodeRlp(item: RlpItem): Uint8Array {
  const sizes: number[] = [];
  const size = measure(item, sizes, 0);
  const out = new Uint8Array(size);
  write(item, { out, offset: 0, sizes, next: 0 });
  return out;
}

/** Encodes a byte string: the commonest item, without the detour over a tree. */
export function encodeRlpBytes(bytes: Uint8Array): Uint8Array {
  checkBytes(bytes, 'RLP item');
  if (bytes.length === 1 && bytes[0]! < 0x80) return bytes.slice();
  const head = headSize(bytes.length);
  const out = new Uint8Array(head + bytes.length);
  writeHead(out, 0, 0x80, bytes.length);
  out.set(bytes, head);
  return out;
}

/** Wraps already encoded items into a list. */
export function encodeRlpListOf(encoded: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  checkList(encoded, 'encoded RLP items');
  for (const part of encoded) {
    checkBytes(part, 'encoded RLP item');
    length += part.length;
  }
  const out = new Uint8Array(headSize(length) + length);
  let offset = writeHead(out, 0, 0xc0, length);
  for (const part of encoded) {
    out.set(part, offset);
    offset += part.length;
  }
  return out;
}

/**
 * Decodes exactly one item that fills the input. Byte strings are views into `input`.
 * @throws SherdError RLP_TRUNCATED, RLP_NOT_CANONICAL, RLP_TRAILING_BYTES, RLP_TOO_DEEP; `data.position` in bytes.
 */
export function decodeRlp(input: Uint8Array): RlpItem {
  const { item, end } = decodeRlpAt(input, 0);
  if (end !== input.length) {
    throw new SherdError('RLP_TRAILING_BYTES', `RLP: item ends at byte ${end}, have ${input.length} bytes`, {
      position: end,
      length: input.length,
    });
  }
  return item;
}

/** Decodes the item that starts at `position` and says where it ends. @throws as {@link decodeRlp}. */
export function decodeRlpAt(input: Uint8Array, position: number): { item: RlpItem; end: number } {
  checkBytes(input, 'RLP input');
  checkCount(position, 'RLP position');
  const cursor: Cursor = { input, position };
  const item = readItem(cursor, input.length, 0);
  return { item, end: cursor.position };
}

/** Bytes that the length prefix of a payload of `length` bytes takes. */
function headSize(length: number): number {
  if (length < 56) return 1;
  if (length < 0x100) return 2;
  if (length < 0x10000) return 3;
  if (length < 0x1000000) return 4;
  return 5;
}

/** Writes a length prefix (`base` is 0x80 for bytes, 0xc0 for lists) and returns the offset behind it. */
function writeHead(out: Uint8Array, offset: number, base: number, length: number): number {
  if (length < 56) {
    out[offset] = base + length;
    return offset + 1;
  }
  const digits = headSize(length) - 1;
  out[offset] = base + 55 + digits;
  let rest = length;
  for (let i = digits; i > 0; i--) {
    out[offset + i] = rest & 0xff;
    rest >>>= 8;
  }
  return offset + 1 + digits;
}

/** Encoded size of `item`; list payload sizes go to `sizes` in the order in which lists open. */
function measure(item: RlpItem, sizes: number[], depth: number): number {
  if (item instanceof Uint8Array) {
    return item.length === 1 && item[0]! < 0x80 ? 1 : headSize(item.length) + item.length;
  }
  if (!Array.isArray(item)) throw badArgument('RLP item', item, 'a Uint8Array or a list');
  if (depth >= RLP_MAX_DEPTH) {
    throw new SherdError('RLP_TOO_DEEP', `RLP: lists nested deeper than ${RLP_MAX_DEPTH}`, { depth });
  }
  const slot = sizes.push(0) - 1;
  let length = 0;
  for (const child of item) length += measure(child, sizes, depth + 1);
  sizes[slot] = length;
  return headSize(length) + length;
}

interface Writer {
  readonly out: Uint8Array;
  offset: number;
  readonly sizes: readonly number[];
  next: number;
}

function write(item: RlpItem, writer: Writer): void {
  if (item instanceof Uint8Array) {
    if (item.length !== 1 || item[0]! >= 0x80) {
      writer.offset = writeHead(writer.out, writer.offset, 0x80, item.length);
    }
    writer.out.set(item, writer.offset);
    writer.offset += item.length;
    return;
  }
  writer.offset = writeHead(writer.out, writer.offset, 0xc0, writer.sizes[writer.next++]!);
  for (const child of item) write(child, writer);
}

interface Cursor {
  readonly input: Uint8Array;
  position: number;
}

/** Reads one item that may not reach beyond `limit`. */
function readItem(cursor: Cursor, limit: number, depth: number): RlpItem {
  const start = cursor.position;
  if (start >= limit) throw truncated(start, 1, limit - start);
  const first = cursor.input[start]!;
  if (first < 0x80) {
    cursor.position = start + 1;
    return cursor.input.subarray(start, start + 1);
  }
  const isList = first >= 0xc0;
  const length = readLength(cursor, limit, isList ? 0xc0 : 0x80);
  const end = cursor.position + length;
  if (!isList) {
    if (length === 1 && cursor.input[cursor.position]! < 0x80) {
      throw notCanonical(start, 'a byte below 0x80 must stand for itself');
    }
    const bytes = length === 0 ? EMPTY_BYTES : cursor.input.subarray(cursor.position, end);
    cursor.position = end;
    return bytes;
  }
  if (depth >= RLP_MAX_DEPTH) {
    throw new SherdError('RLP_TOO_DEEP', `RLP: lists nested deeper than ${RLP_MAX_DEPTH} at byte ${start}`, {
      position: start,
    });
  }
  const items: RlpItem[] = [];
  while (cursor.position < end) items.push(readItem(cursor, end, depth + 1));
  return items;
}

/** Reads the prefix at the cursor and leaves the cursor at the payload. */
function readLength(cursor: Cursor, limit: number, base: number): number {
  const start = cursor.position;
  const short = cursor.input[start]! - base;
  if (short < 56) {
    if (start + 1 + short > limit) throw truncated(start, 1 + short, limit - start);
    cursor.position = start + 1;
    return short;
  }
  const digits = short - 55;
  if (start + 1 + digits > limit) throw truncated(start, 1 + digits, limit - start);
  if (cursor.input[start + 1] === 0) throw notCanonical(start, 'length with a leading zero');
  let length = 0;
  // Eight digits overflow 2^53 at worst to an inexact number far above any input, which the range check refuses.
  for (let i = 1; i <= digits; i++) length = length * 256 + cursor.input[start + i]!;
  if (length < 56) throw notCanonical(start, `long form for a length of ${length}, want the short form below 56`);
  if (length > limit - start - 1 - digits) throw truncated(start, 1 + digits + length, limit - start);
  cursor.position = start + 1 + digits;
  return length;
}

function truncated(position: number, want: number, have: number): SherdError {
  return new SherdError('RLP_TRUNCATED', `RLP: item at byte ${position} wants ${want} bytes, have ${have}`, {
    position,
    want,
    have,
  });
}

function notCanonical(position: number, why: string): SherdError {
  return new SherdError('RLP_NOT_CANONICAL', `RLP: at byte ${position}: ${why}`, { position });
}
