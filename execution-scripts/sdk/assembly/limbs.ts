/** Long division in limbs of 32 bits: algorithm D of Knuth's volume 2, 4.3.1. */
import { clear } from "./bytes";

const MAX_LIMBS: i32 = 16;
const DIVISOR_LIMBS: i32 = 8;
/** Both, shifted so that the divisor's first bit is set; the dividend with one limb more. */
const dividendLimbs: usize = memory.data(68, 8);
const divisorLimbs: usize = memory.data(32, 8);

function limb(at: usize, index: i32): u64 {
  return <u64>load<u32>(at + <usize>(index << 2));
}

function setLimb(at: usize, index: i32, value: u64): void {
  store<u32>(at + <usize>(index << 2), <u32>value);
}

/** Writes `value` * 2^bits (bits below 32) over `to`, `count` limbs, and returns the limb that is shifted out. */
function shiftInto(to: usize, value: usize, count: i32, bits: u64): u64 {
  let carry: u64 = 0;
  for (let i = 0; i < count; i++) {
    const wide = (limb(value, i) << bits) | carry;
    setLimb(to, i, wide);
    carry = wide >> 32;
  }
  return carry;
}

/**
 * Divides `count` limbs (at most 16) at `dividend` by the 8 limbs at `divisor`, which are not all 0. Writes 64 bytes of
 * quotient and 32 of remainder; neither may overlap the operands.
 */
export function divideLimbs(dividend: usize, count: i32, divisor: usize, quotient: usize, remainder: usize): void {
  clear(quotient, MAX_LIMBS << 2);
  clear(remainder, DIVISOR_LIMBS << 2);
  let size = DIVISOR_LIMBS;
  while (limb(divisor, size - 1) == 0) size--;
  if (size == 1) {
    setLimb(remainder, 0, divideByLimb(dividend, count, limb(divisor, 0), quotient));
    return;
  }
  const bits = <u64>clz(<u32>limb(divisor, size - 1));
  shiftInto(divisorLimbs, divisor, size, bits);
  setLimb(dividendLimbs, count, shiftInto(dividendLimbs, dividend, count, bits));
  const first = limb(divisorLimbs, size - 1);
  const second = limb(divisorLimbs, size - 2);
  for (let at = count - size; at >= 0; at--) {
    // The first two limbs give the digit, or at most two too many; the third one finds nearly all of those.
    const top = (limb(dividendLimbs, at + size) << 32) | limb(dividendLimbs, at + size - 1);
    let digit = top / first;
    let rest = top % first;
    while (digit > 0xffffffff || digit * second > ((rest << 32) | limb(dividendLimbs, at + size - 2))) {
      digit--;
      rest += first;
      if (rest > 0xffffffff) break;
    }
    if (subtractProduct(at, size, digit)) {
      addBack(at, size);
      digit--;
    }
    setLimb(quotient, at, digit);
  }
  for (let i = 0; i < size; i++) {
    const above = limb(dividendLimbs, i + 1) << 32;
    setLimb(remainder, i, (above | limb(dividendLimbs, i)) >> bits);
  }
}

function divideByLimb(dividend: usize, count: i32, divisor: u64, quotient: usize): u64 {
  let rest: u64 = 0;
  for (let i = count - 1; i >= 0; i--) {
    const wide = (rest << 32) | limb(dividend, i);
    setLimb(quotient, i, wide / divisor);
    rest = wide % divisor;
  }
  return rest;
}

/** Takes digit * divisor from the dividend, from limb `at` on; true when that was more than there was. */
function subtractProduct(at: i32, size: i32, digit: u64): bool {
  let borrow: u64 = 0;
  for (let i = 0; i < size; i++) {
    const taken = digit * limb(divisorLimbs, i) + borrow;
    const have = limb(dividendLimbs, at + i);
    const low = taken & 0xffffffff;
    setLimb(dividendLimbs, at + i, have - low);
    borrow = (taken >> 32) + <u64>(have < low);
  }
  const have = limb(dividendLimbs, at + size);
  setLimb(dividendLimbs, at + size, have - borrow);
  return have < borrow;
}

function addBack(at: i32, size: i32): void {
  let carry: u64 = 0;
  for (let i = 0; i < size; i++) {
    const sum = limb(dividendLimbs, at + i) + limb(divisorLimbs, i) + carry;
    setLimb(dividendLimbs, at + i, sum);
    carry = sum >> 32;
  }
  setLimb(dividendLimbs, at + size, limb(dividendLimbs, at + size) + carry);
}
