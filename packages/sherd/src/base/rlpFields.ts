/** Typed reading of decoded RLP: each reader names the field that it refuses. */
import { type Address, addressFromBytes } from './address.ts';
import { SherdError } from './errors.ts';
import type { RlpItem } from './rlp.ts';
import { bytesToBigInt } from './words.ts';

/** @throws SherdError RLP_FIELD unless the item is a list (of `length` items, when given). */
export function rlpList(item: RlpItem | undefined, what: string, length?: number): readonly RlpItem[] {
  if (!Array.isArray(item)) throw fieldError(what, 'a list', item);
  if (length !== undefined && item.length !== length) {
    throw new SherdError('RLP_FIELD', `${what}: have ${item.length} items, want ${length}`, {
      field: what,
      have: item.length,
      want: length,
    });
  }
  return item;
}

/** @throws SherdError RLP_FIELD unless the item is a byte string (of `length` bytes, when given). */
export function rlpBytes(item: RlpItem | undefined, what: string, length?: number): Uint8Array {
  if (!(item instanceof Uint8Array)) throw fieldError(what, 'bytes', item);
  if (length !== undefined && item.length !== length) {
    throw new SherdError('RLP_FIELD', `${what}: have ${item.length} bytes, want ${length}`, {
      field: what,
      have: item.length,
      want: length,
    });
  }
  return item;
}

/** @throws SherdError RLP_FIELD unless the item is an integer without leading zeros of at most `bits` bits. */
export function rlpUint(item: RlpItem | undefined, what: string, bits = 256): bigint {
  const bytes = rlpBytes(item, what);
  if (bytes.length > 0 && bytes[0] === 0) {
    throw new SherdError('RLP_FIELD', `${what}: integer with a leading zero`, { field: what, leadingZero: true });
  }
  if (bytes.length > bits / 8) {
    throw new SherdError('RLP_FIELD', `${what}: integer of ${bytes.length * 8} bits, want at most ${bits}`, {
      field: what,
      have: bytes.length * 8,
      want: bits,
    });
  }
  return bytesToBigInt(bytes);
}

/** An address of 20 bytes. @throws SherdError RLP_FIELD. */
export function rlpAddress(item: RlpItem | undefined, what: string): Address {
  return addressFromBytes(rlpBytes(item, what, 20));
}

function fieldError(what: string, want: string, have: RlpItem | undefined): SherdError {
  const got =
    have === undefined
      ? 'nothing'
      : have instanceof Uint8Array
        ? 'bytes'
        : Array.isArray(have)
          ? 'a list'
          : typeof have;
  return new SherdError('RLP_FIELD', `${what}: have ${got}, want ${want}`, { field: what });
}
