/** 64-bit unsigned arithmetic whose results do not fit in 64 bits on the way. */

/** True when a + b is 2^64 or more. */
export function addOverflows(a: u64, b: u64): bool {
  return a + b < a;
}

/** True when a * b is 2^64 or more. */
export function mulOverflows(a: u64, b: u64): bool {
  return mulHigh(a, b) != 0;
}

/** The upper 64 bits of a * b. */
export function mulHigh(a: u64, b: u64): u64 {
  const aLow = a & 0xffffffff;
  const aHigh = a >> 32;
  const bLow = b & 0xffffffff;
  const bHigh = b >> 32;
  // None of these sums overflows: each is at most (2^32 - 1)^2 + 2 * (2^32 - 1).
  const middle = aHigh * bLow + ((aLow * bLow) >> 32);
  const other = aLow * bHigh + (middle & 0xffffffff);
  return aHigh * bHigh + (middle >> 32) + (other >> 32);
}

/** a * b / c, rounded down, with all 128 bits of the product. Traps for c = 0 and for results of 2^64 or more. */
export function mulDiv(a: u64, b: u64, c: u64): u64 {
  let rest = mulHigh(a, b);
  let low = a * b;
  if (rest >= c) unreachable();
  if (rest == 0) return low / c;
  // One bit of the quotient at a time; what falls out of `rest` is above any c.
  for (let bit = 0; bit < 64; bit++) {
    const carry = rest >> 63;
    rest = (rest << 1) | (low >> 63);
    low <<= 1;
    if (carry != 0 || rest >= c) {
      rest -= c;
      low |= 1;
    }
  }
  return low;
}

/** The greatest number whose square is not above a. */
export function sqrt(a: u64): u64 {
  if (a == 0) return 0;
  // Newton's method from above falls until it is there.
  let root: u64 = <u64>1 << ((65 - clz(a)) >> 1);
  while (true) {
    const next = (root + a / root) >> 1;
    if (next >= root) return root;
    root = next;
  }
}
