/**
 * Bytes in linear memory. Scripts of this SDK allocate nothing: buffers are static (`memory.data(size)`), a pointer is
 * a `usize`, and integers are little-endian, as WebAssembly's own loads and stores are.
 */

/** Bytes of an address, a hash or key, a BLS public key, a BLS signature, a secp256k1 signature with recovery id. */
export const ADDRESS: i32 = 20;
export const BYTES32: i32 = 32;
export const BLS_PUBLIC_KEY: i32 = 48;
export const BLS_SIGNATURE: i32 = 96;
export const SIGNATURE: i32 = 65;

/** Copies `length` bytes; the ranges may not overlap. Returns where the copy ends, for the next field of a layout. */
export function put(to: usize, from: usize, length: i32): usize {
  for (let i: usize = 0; i < <usize>length; i++) store<u8>(to + i, load<u8>(from + i));
  return to + <usize>length;
}

/** Writes an integer in little-endian order and returns where it ends. */
export function putU8(to: usize, value: u8): usize {
  store<u8>(to, value);
  return to + 1;
}

export function putU32(to: usize, value: u32): usize {
  store<u32>(to, value);
  return to + 4;
}

export function putU64(to: usize, value: u64): usize {
  store<u64>(to, value);
  return to + 8;
}

export function clear(to: usize, length: i32): void {
  for (let i: usize = 0; i < <usize>length; i++) store<u8>(to + i, 0);
}

export function equal(a: usize, b: usize, length: i32): bool {
  for (let i: usize = 0; i < <usize>length; i++) if (load<u8>(a + i) != load<u8>(b + i)) return false;
  return true;
}

/** Order of two big-endian numbers of the same length: negative, zero or positive. */
export function compareBigEndian(a: usize, b: usize, length: i32): i32 {
  for (let i: usize = 0; i < <usize>length; i++) {
    const difference = <i32>load<u8>(a + i) - <i32>load<u8>(b + i);
    if (difference != 0) return difference;
  }
  return 0;
}

/** Writes the characters of an ASCII string and returns where they end. */
export function putText(to: usize, text: string): usize {
  const from = changetype<usize>(text);
  const length = <usize>text.length;
  for (let i: usize = 0; i < length; i++) store<u8>(to + i, <u8>load<u16>(from + (i << 1)));
  return to + length;
}
