/**
 * Addresses: 20 bytes, held as a lower-case hex string. A string is what maps key safely: V8 hashes a bigint by its
 * lowest 64 bits alone, so bigint keys could be made to collide by whoever picks the addresses.
 */
import { badArgument, checkBytes } from './arguments.ts';
import { SherdError } from './errors.ts';
import { bytesToHex, type Hex, hexToBytes, isHex } from './hex.ts';

/** `0x` and 40 lower-case hex digits. */
export type Address = Hex;

const LOWER_CASE_ADDRESS = /^0x[0-9a-f]{40}$/;

export const ZERO_ADDRESS: Address = '0x0000000000000000000000000000000000000000';

const ZEROS = '0'.repeat(40);
const ADDRESS_MASK = (1n << 160n) - 1n;

/** The lowest 20 bytes of a stack word. */
export function addressFromWord(word: bigint): Address {
  if (typeof word !== 'bigint') throw badArgument('addressFromWord', word, 'a bigint');
  const digits = (word & ADDRESS_MASK).toString(16);
  return `0x${ZEROS.slice(digits.length)}${digits}`;
}

/** The address as a number, as it stands on the stack. @throws SherdError BAD_ARGUMENT. */
export function addressToWord(address: Address): bigint {
  try {
    if (typeof address === 'string') return BigInt(address);
  } catch {
    // Not even a number.
  }
  throw badArgument('address', address, 'an address in lower case');
}

/** @throws SherdError BAD_ADDRESS when there are not 20 bytes. */
export function addressFromBytes(bytes: Uint8Array): Address {
  checkBytes(bytes, 'addressFromBytes');
  if (bytes.length !== 20) {
    throw new SherdError('BAD_ADDRESS', `address of ${bytes.length} bytes, want 20`, { length: bytes.length });
  }
  return bytesToHex(bytes);
}

/**
 * Whether it is an address as the core writes it, in lower case. In other letters (`parseAddress` takes them) it would
 * be another key of every map, and so another account.
 */
export function isAddress(value: unknown): value is Address {
  return typeof value === 'string' && LOWER_CASE_ADDRESS.test(value);
}

/** The 20 bytes of an address. */
export function addressToBytes(address: Address): Uint8Array {
  if (typeof address !== 'string') throw badArgument('address', address, 'an address in lower case');
  return hexToBytes(address);
}

/** @throws SherdError BAD_ADDRESS unless `text` is 0x and 40 hex digits (any case). */
export function parseAddress(text: string): Address {
  if (!isHex(text, 20))
    throw new SherdError('BAD_ADDRESS', `not an address: ${String(JSON.stringify(text)).slice(0, 80)}`);
  return text.toLowerCase() as Address;
}
