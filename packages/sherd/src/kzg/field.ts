/** The field in which blobs are numbers: integers modulo the order of BLS12-381's groups, and its roots of unity. */
import { BLS12_381_ORDER } from '../crypto/bls12381.ts';
import { bitReversed } from '../crypto/blsPoints.ts';

export const ORDER = BLS12_381_ORDER;

/** Generates all non-zero elements. */
const PRIMITIVE_ROOT = 7n;

export function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = base % ORDER;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = (result * square) % ORDER;
    square = (square * square) % ORDER;
  }
  return result;
}

/** 1 / value, for a value that is not zero (Fermat). */
export function inverse(value: bigint): bigint {
  return power(value, ORDER - 2n);
}

/** The inverses of values of which none is zero, for the price of one and three products each. */
export function inverses(values: readonly bigint[]): bigint[] {
  const products: bigint[] = [];
  let product = 1n;
  for (const value of values) {
    products.push(product);
    product = (product * value) % ORDER;
  }
  let rest = inverse(product);
  const out = new Array<bigint>(values.length);
  for (let i = values.length - 1; i >= 0; i--) {
    out[i] = (rest * products[i]!) % ORDER;
    rest = (rest * values[i]!) % ORDER;
  }
  return out;
}

/** 1, base, base^2 ...: `count` powers. */
export function powersOf(base: bigint, count: number): bigint[] {
  const out: bigint[] = [];
  let value = 1n;
  for (let i = 0; i < count; i++) {
    out.push(value);
    value = (value * base) % ORDER;
  }
  return out;
}

/** The powers of a root of unity of the order `count`, and of its inverse, and what undoes a transform. */
export interface Domain {
  readonly roots: readonly bigint[];
  readonly inverseRoots: readonly bigint[];
  /** 1 / count. */
  readonly scale: bigint;
}

const domains = new Map<number, Domain>();

/** The roots of unity of an order that is a power of two. The same object for the same order. */
export function domainOf(count: number): Domain {
  let domain = domains.get(count);
  if (domain === undefined) {
    const roots = powersOf(power(PRIMITIVE_ROOT, (ORDER - 1n) / BigInt(count)), count);
    const inverseRoots = [roots[0]!, ...roots.slice(1).reverse()];
    domain = { roots, inverseRoots, scale: inverse(BigInt(count)) };
    domains.set(count, domain);
  }
  return domain;
}

/** The list in the order of bit-reversed indexes, which is its own undoing. A power of two of items. */
export function reorder<T>(items: readonly T[]): T[] {
  return bitReversed(items.length).map((index) => items[index]!);
}

/** The values at the roots of unity of the polynomial with these coefficients. A power of two of them. */
export function transform(coefficients: readonly bigint[]): bigint[] {
  return butterflies(reorder(coefficients), domainOf(coefficients.length).roots);
}

/** The coefficients of the polynomial that has these values at the roots of unity. */
export function untransform(values: readonly bigint[]): bigint[] {
  const { inverseRoots, scale } = domainOf(values.length);
  return butterflies(reorder(values), inverseRoots).map((value) => (value * scale) % ORDER);
}

/** Cooley and Tukey's transform of values that stand in bit-reversed order, in place. */
function butterflies(values: bigint[], roots: readonly bigint[]): bigint[] {
  const count = values.length;
  for (let half = 1; half < count; half *= 2) {
    const step = count / (2 * half);
    for (let start = 0; start < count; start += 2 * half) {
      for (let i = 0; i < half; i++) {
        const low = values[start + i]!;
        const high = i === 0 ? values[start + half]! : (values[start + i + half]! * roots[i * step]!) % ORDER;
        const sum = low + high;
        values[start + i] = sum >= ORDER ? sum - ORDER : sum;
        values[start + i + half] = low >= high ? low - high : low + ORDER - high;
      }
    }
  }
  return values;
}

/** The value of the polynomial at `x` (Horner). */
export function evaluate(coefficients: readonly bigint[], x: bigint): bigint {
  let value = 0n;
  for (let i = coefficients.length - 1; i >= 0; i--) value = (value * x + coefficients[i]!) % ORDER;
  return value;
}
