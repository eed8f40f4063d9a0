/** Words as machine integers: offsets, sizes and jump targets. `Number(word)` would call into the engine each time. */

/** The greatest word that is small: what fits a positive 32-bit integer. */
export const MAX_SMALL = 0x7fff_ffff;
const MAX_SMALL_WORD = BigInt(MAX_SMALL);

/** 64 bits, seen as one integer and as its halves in the order of the machine's bytes. */
const wide = new BigUint64Array(1);
const halves = new Int32Array(wide.buffer);
wide[0] = 1n;
const LOW = halves[0] === 1 ? 0 : 1;
const HIGH = 1 - LOW;

/** The word as a number when it is at most {@link MAX_SMALL}, else -1. */
export function smallWord(word: bigint): number {
  if (word > MAX_SMALL_WORD) return -1;
  wide[0] = word;
  return halves[LOW]!;
}

/** Bits 0 to 31 as a signed integer. */
export function lowHalf(word: bigint): number {
  wide[0] = word;
  return halves[LOW]!;
}

/** Bits 32 to 63 as a signed integer. */
export function highHalf(word: bigint): number {
  wide[0] = word;
  return halves[HIGH]!;
}

/** The word below 2^64 with these halves. */
export function wordOfHalves(high: number, low: number): bigint {
  halves[HIGH] = high;
  halves[LOW] = low;
  return wide[0]!;
}
