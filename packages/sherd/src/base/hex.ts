/** Hex strings with the 0x prefix, lower case: how bytes are shown, and how addresses are keyed. */
import { badArgument, checkBytes } from './arguments.ts';
import { SherdError } from './errors.ts';

export type Hex = `0x${string}`;

const HEX: readonly string[] = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'));

/** Value of a hex digit's char code, or -1. */
function digit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  if (code >= 97 && code <= 102) return code - 87;
  if (code >= 65 && code <= 70) return code - 55;
  return -1;
}

/** Lower-case hex with 0x, two digits a byte. */
export function bytesToHex(bytes: Uint8Array): Hex {
  checkBytes(bytes, 'bytesToHex');
  let out = '0x';
  for (let i = 0; i < bytes.length; i++) out += HEX[bytes[i]!];
  return out as Hex;
}

/**
 * Bytes of a hex string, with or without 0x.
 * @throws SherdError BAD_HEX on an odd length or a character that is no hex digit, BAD_ARGUMENT on what is no string.
 */
export function hexToBytes(hex: string): Uint8Array {
  if (typeof hex !== 'string') throw badArgument('hexToBytes', hex, 'a string');
  const start = hex.startsWith('0x') || hex.startsWith('0X') ? 2 : 0;
  const digits = hex.length - start;
  if (digits % 2 !== 0) throw new SherdError('BAD_HEX', `hex string of odd length ${digits}`, { length: digits });
  const out = new Uint8Array(digits / 2);
  for (let i = 0; i < out.length; i++) {
    const high = digit(hex.charCodeAt(start + 2 * i));
    const low = digit(hex.charCodeAt(start + 2 * i + 1));
    if (high < 0 || low < 0) {
      const position = start + 2 * i + (high < 0 ? 0 : 1);
      throw new SherdError('BAD_HEX', `not a hex digit at position ${position}: ${JSON.stringify(hex[position])}`, {
        position,
      });
    }
    out[i] = high * 16 + low;
  }
  return out;
}

/** True for `0x` followed by an even number of hex digits (of `length` bytes, when given). */
export function isHex(value: unknown, length?: number): value is Hex {
  if (typeof value !== 'string' || !/^0x(?:[0-9a-fA-F]{2})*$/.test(value)) return false;
  return length === undefined || value.length === 2 + 2 * length;
}
