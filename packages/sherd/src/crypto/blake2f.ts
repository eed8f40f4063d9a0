/** The compression function F of BLAKE2b with a free number of rounds (EIP-152, RFC 7693), on pairs of 32-bit halves. */

const IV = Uint32Array.of(
  0xf3bcc908,
  0x6a09e667,
  0x84caa73b,
  0xbb67ae85,
  0xfe94f82b,
  0x3c6ef372,
  0x5f1d36f1,
  0xa54ff53a,
  0xade682d1,
  0x510e527f,
  0x2b3e6c1f,
  0x9b05688c,
  0xfb41bd6b,
  0x1f83d9ab,
  0x137e2179,
  0x5be0cd19,
);

const SIGMA: readonly (readonly number[])[] = [
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
  [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
  [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
  [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
  [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
  [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
  [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
  [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
  [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
  [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
];

/** Work vector of 16 words, low half first. */
const v = new Uint32Array(32);

/** v[a] += v[b] + m[at], all of 64 bits. */
function add(a: number, b: number, m: Uint32Array, at: number): void {
  const low = v[2 * a]! + v[2 * b]! + m[2 * at]!;
  v[2 * a + 1] = v[2 * a + 1]! + v[2 * b + 1]! + m[2 * at + 1]! + Math.floor(low / 0x1_0000_0000);
  v[2 * a] = low;
}

/** v[a] += v[b]. */
function sum(a: number, b: number): void {
  const low = v[2 * a]! + v[2 * b]!;
  v[2 * a + 1] = v[2 * a + 1]! + v[2 * b + 1]! + (low > 0xffff_ffff ? 1 : 0);
  v[2 * a] = low;
}

/** v[a] = (v[a] ^ v[b]) rotated right by `bits` below 32, or by 63 when `bits` is -1, or by 32 when it is 0. */
function mix(a: number, b: number, bits: number): void {
  const low = v[2 * a]! ^ v[2 * b]!;
  const high = v[2 * a + 1]! ^ v[2 * b + 1]!;
  if (bits === 0) {
    v[2 * a] = high;
    v[2 * a + 1] = low;
  } else if (bits < 0) {
    v[2 * a] = (low << 1) | (high >>> 31);
    v[2 * a + 1] = (high << 1) | (low >>> 31);
  } else {
    v[2 * a] = (low >>> bits) | (high << (32 - bits));
    v[2 * a + 1] = (high >>> bits) | (low << (32 - bits));
  }
}

function g(a: number, b: number, c: number, d: number, m: Uint32Array, x: number, y: number): void {
  add(a, b, m, x);
  mix(d, a, 0);
  sum(c, d);
  mix(b, c, 24);
  add(a, b, m, y);
  mix(d, a, 16);
  sum(c, d);
  mix(b, c, -1);
}

/** The 32-bit halves of little-endian 64-bit words. */
function halves(bytes: Uint8Array): Uint32Array {
  const out = new Uint32Array(bytes.length / 4);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let i = 0; i < out.length; i++) out[i] = view.getUint32(4 * i, true);
  return out;
}

/** State (64 bytes), message block (128), offset counters (16), all little-endian; the new state. */
export function blake2F(
  rounds: number,
  state: Uint8Array,
  message: Uint8Array,
  counters: Uint8Array,
  isFinal: boolean,
): Uint8Array {
  const h = halves(state);
  const m = halves(message);
  const t = halves(counters);
  v.set(h, 0);
  v.set(IV, 16);
  for (let i = 0; i < 4; i++) v[24 + i]! ^= t[i]!;
  if (isFinal) {
    v[28] = ~v[28]!;
    v[29] = ~v[29]!;
  }
  for (let round = 0; round < rounds; round++) {
    const s = SIGMA[round % 10]!;
    g(0, 4, 8, 12, m, s[0]!, s[1]!);
    g(1, 5, 9, 13, m, s[2]!, s[3]!);
    g(2, 6, 10, 14, m, s[4]!, s[5]!);
    g(3, 7, 11, 15, m, s[6]!, s[7]!);
    g(0, 5, 10, 15, m, s[8]!, s[9]!);
    g(1, 6, 11, 12, m, s[10]!, s[11]!);
    g(2, 7, 8, 13, m, s[12]!, s[13]!);
    g(3, 4, 9, 14, m, s[14]!, s[15]!);
  }
  const out = new Uint8Array(64);
  const view = new DataView(out.buffer);
  for (let i = 0; i < 16; i++) view.setUint32(4 * i, (h[i]! ^ v[i]! ^ v[16 + i]!) >>> 0, true);
  return out;
}
