/** 256-bit unsigned integers in memory: 32 bytes, little-endian. Results may be written over an operand. */
import { clear, put } from "./bytes";
import { divideLimbs } from "./limbs";
import { mulHigh } from "./u64";

export const U256: i32 = 32;

/** 512 bits: a product, and what is divided. */
const product: usize = memory.data(64, 8);
const quotient: usize = memory.data(64, 8);
const remainder: usize = memory.data(32, 8);
const shifted: usize = memory.data(32, 8);

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

// Conversions

export function set(out: usize, a: usize): void {
  memory.copy(out, a, 32);
}

export function fromU64(value: u64, out: usize): void {
  clear(out, 32);
  store<u64>(out, value);
}

/** True when the number is below 2^64. */
export function fitsU64(a: usize): bool {
  return (load<u64>(a, 8) | load<u64>(a, 16) | load<u64>(a, 24)) == 0;
}

/** The number modulo 2^64: ask `fitsU64` first. */
export function toU64(a: usize): u64 {
  return load<u64>(a);
}

/** From or to the other order of bytes, which words of the EVM and hashes have. */
export function swap(a: usize, out: usize): void {
  for (let at: usize = 0; at < 16; at += 8) {
    const low = bswap(load<u64>(a + at));
    store<u64>(out + at, bswap(load<u64>(a + (24 - at))));
    store<u64>(out + (24 - at), low);
  }
}

// Arithmetic

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

/** Writes a * b modulo 2^256; true when the product is 2^256 or more. */
export function mul(a: usize, b: usize, out: usize): bool {
  multiply(a, b);
  put(out, product, 32);
  return !isZero(product + 32);
}

/** Writes a / b, rounded down, and a % b; false, and nothing is written, when b is 0. */
export function divide(a: usize, b: usize, quotientOut: usize, remainderOut: usize): bool {
  if (isZero(b)) return false;
  set(product, a);
  divideLimbs(product, 8, b, quotient, remainder);
  set(quotientOut, quotient);
  set(remainderOut, remainder);
  return true;
}

/** Writes a / b, rounded down; false, and nothing is written, when b is 0. */
export function div(a: usize, b: usize, out: usize): bool {
  return divide(a, b, out, remainder);
}

/** Writes a % b; false, and nothing is written, when b is 0. */
export function mod(a: usize, b: usize, out: usize): bool {
  return divide(a, b, quotient, out);
}

/**
 * Writes a * b / c, rounded down, with all 512 bits of the product; false, and nothing is written, when c is 0 or the
 * result is 2^256 or more. Shares and prices need no less.
 */
export function mulDiv(a: usize, b: usize, c: usize, out: usize): bool {
  if (isZero(c)) return false;
  multiply(a, b);
  divideLimbs(product, 16, c, quotient, remainder);
  if (!isZero(quotient + 32)) return false;
  set(out, quotient);
  return true;
}

/** Writes a * b % c, with all 512 bits of the product; false, and nothing is written, when c is 0. */
export function mulMod(a: usize, b: usize, c: usize, out: usize): bool {
  if (isZero(c)) return false;
  multiply(a, b);
  divideLimbs(product, 16, c, quotient, remainder);
  set(out, remainder);
  return true;
}

/** Sets `product` to a * b. */
function multiply(a: usize, b: usize): void {
  clear(product, 64);
  for (let i: usize = 0; i < 32; i += 8) {
    const factor = load<u64>(a + i);
    let carry: u64 = 0;
    for (let j: usize = 0; j < 32; j += 8) {
      const other = load<u64>(b + j);
      const at = product + i + j;
      const low = factor * other;
      const sum = low + load<u64>(at);
      const total = sum + carry;
      // At most (2^64 - 1)^2 + 2 * (2^64 - 1): the carry never overflows.
      carry = mulHigh(factor, other) + <u64>(sum < low) + <u64>(total < sum);
      store<u64>(at, total);
    }
    store<u64>(product + i + 32, carry);
  }
}

// Bits

export function and(a: usize, b: usize, out: usize): void {
  for (let at: usize = 0; at < 32; at += 8) store<u64>(out + at, load<u64>(a + at) & load<u64>(b + at));
}

export function or(a: usize, b: usize, out: usize): void {
  for (let at: usize = 0; at < 32; at += 8) store<u64>(out + at, load<u64>(a + at) | load<u64>(b + at));
}

export function xor(a: usize, b: usize, out: usize): void {
  for (let at: usize = 0; at < 32; at += 8) store<u64>(out + at, load<u64>(a + at) ^ load<u64>(b + at));
}

export function not(a: usize, out: usize): void {
  for (let at: usize = 0; at < 32; at += 8) store<u64>(out + at, ~load<u64>(a + at));
}

/** Writes a * 2^bits modulo 2^256; 0 for 256 bits and more. */
export function shiftLeft(a: usize, bits: u32, out: usize): void {
  clear(shifted, 32);
  const words = bits >> 6;
  const rest = <u64>(bits & 63);
  for (let to = words; to < 4; to++) {
    const from = a + <usize>((to - words) << 3);
    let word = load<u64>(from) << rest;
    if (rest != 0 && to > words) word |= load<u64>(from - 8) >> (64 - rest);
    store<u64>(shifted + <usize>(to << 3), word);
  }
  set(out, shifted);
}

/** Writes a / 2^bits, rounded down; 0 for 256 bits and more. */
export function shiftRight(a: usize, bits: u32, out: usize): void {
  clear(shifted, 32);
  const words = bits >> 6;
  const rest = <u64>(bits & 63);
  for (let to: u32 = 0; to + words < 4; to++) {
    const from = a + <usize>((to + words) << 3);
    let word = load<u64>(from) >> rest;
    if (rest != 0 && to + words < 3) word |= load<u64>(from + 8) << (64 - rest);
    store<u64>(shifted + <usize>(to << 3), word);
  }
  set(out, shifted);
}
