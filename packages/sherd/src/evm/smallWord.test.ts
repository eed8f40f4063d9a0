import { describe, expect, it } from 'vitest';
import { wordToBytes } from '../base/index.ts';
import { Memory } from './memory.ts';
import { highHalf, lowHalf, MAX_SMALL, smallWord, wordOfHalves } from './smallWord.ts';

describe('words as machine integers', () => {
  it('are numbers up to 2^31-1 and refused above, wherever their bits lie', () => {
    for (const small of [0, 1, 255, 65_536, MAX_SMALL]) expect(smallWord(BigInt(small))).toBe(small);
    for (const power of [31n, 32n, 63n, 64n, 128n, 255n]) expect(smallWord(1n << power)).toBe(-1);
    expect(smallWord((1n << 64n) + 5n)).toBe(-1);
  });

  it('come apart into halves of the lowest 64 bits, and together again', () => {
    const word = 0x8000_0001_f000_0002n;
    expect([highHalf(word) >>> 0, lowHalf(word) >>> 0]).toEqual([0x8000_0001, 0xf000_0002]);
    expect(wordOfHalves(highHalf(word), lowHalf(word))).toBe(word);
    expect(wordOfHalves(highHalf((1n << 200n) | word), lowHalf((1n << 200n) | word))).toBe(word);
  });
});

describe('memory', () => {
  it('gives back the words that it takes, whatever was there before', () => {
    const borders = [0n, 32n, 63n, 64n, 65n, 128n, 192n, 255n, 256n].flatMap((power) => {
      const border = 1n << power;
      return [border - 1n, border, border + 1n].filter((word) => word < 1n << 256n);
    });
    for (const before of [0n, (1n << 256n) - 1n]) {
      for (const word of borders) {
        const memory = new Memory();
        memory.grow(96);
        for (const offset of [0, 32, 64]) memory.storeWord(offset, before);
        memory.storeWord(33, word);
        expect(memory.loadWord(33)).toBe(word);
        expect(memory.slice(33, 32)).toEqual(wordToBytes(word));
        expect(memory.slice(65, 31)).toEqual(new Uint8Array(31).fill(before === 0n ? 0 : 0xff));
        expect(memory.slice(0, 33)).toEqual(new Uint8Array(33).fill(before === 0n ? 0 : 0xff));
      }
    }
  });
});
