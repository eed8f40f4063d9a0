/** Bytes: the few operations on Uint8Array that everything else needs. Other arguments are refused with BAD_ARGUMENT. */
import { badArgument, checkBytes, checkCount } from './arguments.ts';
import { SherdError } from './errors.ts';

export const EMPTY_BYTES: Uint8Array = new Uint8Array(0);

/** One array out of many, in order. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) {
    if (!(part instanceof Uint8Array)) throw badArgument('concatBytes', part, 'a Uint8Array');
    length += part.length;
  }
  const out = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    out.set(part, offset);
    offset += part.length;
  }
  return out;
}

/** Same length and same bytes. Not in constant time: never for secrets. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  checkBytes(a, 'equalBytes');
  checkBytes(b, 'equalBytes');
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Lexicographic order: negative, zero or positive. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  checkBytes(a, 'compareBytes');
  checkBytes(b, 'compareBytes');
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const difference = a[i]! - b[i]!;
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** `bytes` with zeros before it, up to `length`. @throws SherdError BAD_ARGUMENT when there are more. */
export function padLeft(bytes: Uint8Array, length: number): Uint8Array {
  checkBytes(bytes, 'padLeft');
  checkCount(length, 'padLeft: length');
  if (bytes.length === length) return bytes;
  if (bytes.length > length) throw badArgument('padLeft', bytes, `at most ${length} bytes`);
  const out = new Uint8Array(length);
  out.set(bytes, length - bytes.length);
  return out;
}

/** `bytes` without its leading zeros; all zeros give the empty array. */
export function stripLeadingZeros(bytes: Uint8Array): Uint8Array {
  checkBytes(bytes, 'stripLeadingZeros');
  let start = 0;
  while (start < bytes.length && bytes[start] === 0) start++;
  return start === 0 ? bytes : bytes.subarray(start);
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

export function utf8ToBytes(text: string): Uint8Array {
  if (typeof text !== 'string') throw badArgument('utf8ToBytes', text, 'a string');
  return encoder.encode(text);
}

/** @throws SherdError BAD_UTF8 when the bytes are not UTF-8. */
export function bytesToUtf8(bytes: Uint8Array): string {
  checkBytes(bytes, 'bytesToUtf8');
  try {
    return decoder.decode(bytes);
  } catch {
    throw new SherdError('BAD_UTF8', `${bytes.length} bytes that are not UTF-8`);
  }
}
