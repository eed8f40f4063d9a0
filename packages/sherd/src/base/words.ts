/** 256-bit words as bigint in 0 .. 2^256-1, and their 32-byte big-endian form. */
import { badArgument, checkBytes, checkCount } from './arguments.ts';
import type { Hex } from './hex.ts';

export const WORD_MAX: bigint = (1n << 256n) - 1n;
export const WORD_MODULUS: bigint = 1n << 256n;

const ZEROS = '0'.repeat(64);

/** Big-endian bytes as an unsigned integer; the empty array is 0. */
export function bytesToBigInt(bytes: Uint8Array): bigint {
  checkBytes(bytes, 'bytesToBigInt');
  const length = bytes.length;
  if (length === 0) return 0n;
  if (length <= 6) {
    let small = 0;
    for (let i = 0; i < length; i++) small = small * 256 + bytes[i]!;
    return BigInt(small);
  }
  if (length <= 32) return readWord(bytes);
  // 64 bits at a time: several times faster than by way of a hex string.
  const view = new DataView(bytes.buffer, bytes.byteOffset, length);
  let offset = length % 8;
  let value = 0n;
  for (let i = 0; i < offset; i++) value = (value << 8n) | BigInt(bytes[i]!);
  for (; offset < length; offset += 8) value = (value << 64n) | view.getBigUint64(offset);
  return value;
}

/** A word is copied here to be read and written: a view of its own would cost several times as much as either. */
const wordBuffer = new Uint8Array(32);
const wordView = new DataView(wordBuffer.buffer);

/** At most 32 bytes. */
function readWord(bytes: Uint8Array): bigint {
  const start = 32 - bytes.length;
  if (start > 0) wordBuffer.fill(0, 0, start);
  wordBuffer.set(bytes, start);
  const low = wordView.getBigUint64(24);
  // Most words are small numbers: look at the upper bytes as integers before making bigints of them.
  const upper = wordView.getInt32(0) | wordView.getInt32(4) | wordView.getInt32(8) | wordView.getInt32(12);
  if (upper === 0) {
    const isSmall = (wordView.getInt32(16) | wordView.getInt32(20)) === 0;
    return isSmall ? low : (wordView.getBigUint64(16) << 64n) | low;
  }
  const high = (wordView.getBigUint64(0) << 64n) | wordView.getBigUint64(8);
  return (high << 128n) | (wordView.getBigUint64(16) << 64n) | low;
}

/** Leaves the lowest 256 bits of `value` in the buffer. */
function writeWord(value: bigint): void {
  wordView.setBigUint64(24, BigInt.asUintN(64, value));
  let rest = value >> 64n;
  if (rest === 0n) {
    wordBuffer.fill(0, 0, 24);
    return;
  }
  wordView.setBigUint64(16, BigInt.asUintN(64, rest));
  rest >>= 64n;
  wordView.setBigUint64(8, BigInt.asUintN(64, rest));
  wordView.setBigUint64(0, BigInt.asUintN(64, rest >> 64n));
}

/** `value` as exactly `length` big-endian bytes; higher bits are cut off. */
export function bigIntToBytes(value: bigint, length: number): Uint8Array {
  if (typeof value !== 'bigint') throw badArgument('bigIntToBytes', value, 'a bigint');
  checkCount(length, 'bigIntToBytes: length');
  if (length <= 32) {
    writeWord(value);
    return length === 32 ? new Uint8Array(wordBuffer) : wordBuffer.slice(32 - length);
  }
  const out = new Uint8Array(length);
  const view = new DataView(out.buffer);
  let end = length;
  let rest = value;
  while (end >= 8 && rest !== 0n) {
    end -= 8;
    view.setBigUint64(end, BigInt.asUintN(64, rest));
    rest >>= 64n;
  }
  while (end > 0 && rest !== 0n) {
    end -= 1;
    out[end] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return out;
}

/** `value` as 32 big-endian bytes. */
export function wordToBytes(value: bigint): Uint8Array {
  return bigIntToBytes(value, 32);
}

/** `value` as big-endian bytes without leading zeros; 0 is the empty array (the integer form of RLP). */
export function bigIntToMinimalBytes(value: bigint): Uint8Array {
  if (typeof value !== 'bigint' || value < 0n) throw badArgument('integer', value, 'a bigint of at least 0');
  if (value === 0n) return new Uint8Array(0);
  return bigIntToBytes(value, (value.toString(16).length + 1) >> 1);
}

/** `value` as 64 hex digits with 0x. */
export function wordToHex(value: bigint): Hex {
  if (typeof value !== 'bigint') throw badArgument('wordToHex', value, 'a bigint');
  const digits = value.toString(16);
  return `0x${ZEROS.slice(digits.length)}${digits}`;
}
