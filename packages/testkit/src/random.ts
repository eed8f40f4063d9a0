/** A seeded source of choices for generated tests, with a taste for the borders where machines go wrong. */

/** The same seed gives the same choices, on every machine. */
export interface Random {
  /** A whole number in 0 .. bound-1. */
  below(bound: number): number;
  /** True in `percent` of 100 cases. */
  chance(percent: number): boolean;
  pick<T>(choices: readonly T[]): T;
  /** One of the choices, each as often as its weight says. */
  weighted<T>(choices: readonly (readonly [weight: number, choice: T])[]): T;
  /** Hex digits of `count` random bytes. */
  hex(count: number): string;
  /** A 256-bit word: a border, a small number or noise. */
  word(): bigint;
}

const WORD = 1n << 256n;

/** Words around which implementations err: 0, 1, powers of two and their neighbours, sign bits. */
export function borderWord(power: number, offset: number): bigint {
  return (((1n << BigInt(power)) + BigInt(offset)) % WORD) & (WORD - 1n);
}

const POWERS = [8, 15, 16, 31, 32, 53, 63, 64, 127, 128, 160, 255, 256] as const;

/** xorshift128 over a seed that is spread first, so that neighbouring seeds have nothing in common. */
export function createRandom(seed: number): Random {
  const state = new Uint32Array(4);
  let spread = seed >>> 0;
  for (let i = 0; i < 4; i++) {
    spread = (spread + 0x9e37_79b9) >>> 0;
    let z = Math.imul(spread ^ (spread >>> 16), 0x85eb_ca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2_ae35);
    state[i] = (z ^ (z >>> 16)) | 1;
  }

  function below(bound: number): number {
    let t = state[3]!;
    const s = state[0]!;
    state[3] = state[2]!;
    state[2] = state[1]!;
    state[1] = s;
    t ^= t << 11;
    t ^= t >>> 8;
    state[0] = t ^ s ^ (s >>> 19);
    return state[0]! % bound;
  }

  function pick<T>(choices: readonly T[]): T {
    return choices[below(choices.length)]!;
  }

  function hex(count: number): string {
    let digits = '';
    for (let i = 0; i < count; i++) digits += below(256).toString(16).padStart(2, '0');
    return digits;
  }

  function word(): bigint {
    const kind = below(10);
    if (kind < 4) return BigInt(below(5));
    if (kind < 6) return BigInt(below(300));
    if (kind < 9) return borderWord(pick(POWERS), below(3) - 1);
    return BigInt(`0x${hex(32)}`);
  }

  return {
    below,
    chance: (percent) => below(100) < percent,
    pick,
    weighted(choices) {
      let at = below(choices.reduce((sum, [weight]) => sum + weight, 0));
      for (const [weight, choice] of choices) {
        if (at < weight) return choice;
        at -= weight;
      }
      return choices[0]![1];
    },
    hex,
    word,
  };
}
