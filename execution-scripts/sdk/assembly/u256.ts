/** 256-bit unsigned integers in memory: 32 bytes, little-endian. Results may be written over an operand. */

export const U256: i32 = 32;

export function isZero(a: usize): bool {
  return (load<u64>(a) | load<u64>(a, 8) | load<u64>(a, 16) | load<u64>(a, 24)) == 0;
}

/** Order of two numbers: negative, zero or positive. */
export function compare(a: usize, b: usize): i32 {
  for (let at: i32 = 24; at >= 0; at -= 8) {
    const left = load<u64>(a + <usize>at);
    const right = load<u64>(b + <usize>at);
    if (left != right) return left < right ? -1 : 1;
  }
  return 0;
}

/** Writes a + b modulo 2^256; true when the sum is 2^256 or more. */
export function add(a: usize, b: usize, out: usize): bool {
  let carry: u64 = 0;
  for (let at: usize = 0; at < 32; at += 8) {
    const left = load<u64>(a + at);
    const partial = left + load<u64>(b + at);
    const sum = partial + carry;
    carry = <u64>(partial < left) | <u64>(sum < partial);
    store<u64>(out + at, sum);
  }
  return carry != 0;
}

/** Writes a - b modulo 2^256; true when b is greater. */
export function sub(a: usize, b: usize, out: usize): bool {
  let borrow: u64 = 0;
  for (let at: usize = 0; at < 32; at += 8) {
    const left = load<u64>(a + at);
    const right = load<u64>(b + at);
    const partial = left - right;
    store<u64>(out + at, partial - borrow);
    borrow = <u64>(left < right) | <u64>(partial < borrow);
  }
  return borrow != 0;
}
