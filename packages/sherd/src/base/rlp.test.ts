import { RLP } from '@ethereumjs/rlp';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bytesToHex,
  decodeRlp,
  decodeRlpAt,
  encodeRlp,
  hexToBytes,
  RLP_MAX_DEPTH,
  type RlpItem,
  rlpList,
  rlpUint,
  utf8ToBytes,
} from './index.ts';

const { item } = fc.letrec<{ item: RlpItem }>((tie) => ({
  item: fc.oneof({ depthSize: 'small' }, fc.uint8Array({ maxLength: 80 }), fc.array(tie('item'), { maxLength: 8 })),
}));

function code(hex: string): string {
  try {
    decodeRlp(hexToBytes(hex));
    return 'accepted';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe('RLP', () => {
  it('encodes the examples of the Yellow Paper era', () => {
    expect(bytesToHex(encodeRlp(utf8ToBytes('dog')))).toBe('0x83646f67');
    expect(bytesToHex(encodeRlp([utf8ToBytes('cat'), utf8ToBytes('dog')]))).toBe('0xc88363617483646f67');
    expect(bytesToHex(encodeRlp(new Uint8Array(0)))).toBe('0x80');
    expect(bytesToHex(encodeRlp([]))).toBe('0xc0');
    expect(bytesToHex(encodeRlp([[], [[]], [[], [[]]]]))).toBe('0xc7c0c1c0c3c0c1c0');
  });

  it('agrees with another implementation, both ways', () => {
    fc.assert(
      fc.property(item, (value) => {
        const encoded = encodeRlp(value);
        expect(bytesToHex(encoded)).toBe(bytesToHex(RLP.encode(value as never)));
        expect(decodeRlp(encoded)).toEqual(value);
      }),
      { numRuns: 500, seed: 1 },
    );
  });

  it('accepts nothing that does not encode to the same bytes again', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), (bytes) => {
        let decoded: RlpItem;
        try {
          decoded = decodeRlp(bytes);
        } catch (error) {
          expect((error as { code: string }).code).toMatch(/^RLP_/);
          return;
        }
        expect(encodeRlp(decoded)).toEqual(bytes);
      }),
      { numRuns: 2000, seed: 2 },
    );
  });

  it('refuses each other way to write the same with a code of its own', () => {
    expect(code('0x8100')).toBe('RLP_NOT_CANONICAL');
    expect(code('0xb800')).toBe('RLP_NOT_CANONICAL');
    expect(code('0xb90001ff')).toBe('RLP_NOT_CANONICAL');
    expect(code('0xf800')).toBe('RLP_NOT_CANONICAL');
    expect(code('0x83646f')).toBe('RLP_TRUNCATED');
    expect(code('0xbfffffffffffffffff')).toBe('RLP_TRUNCATED');
    expect(code('0xc283646f67')).toBe('RLP_TRUNCATED');
    expect(code('0x')).toBe('RLP_TRUNCATED');
    expect(code('0x8080')).toBe('RLP_TRAILING_BYTES');
  });

  it('stops at the depth cap instead of the end of the stack', () => {
    let nested: Uint8Array = Uint8Array.of(0xc0);
    for (let i = 1; i < RLP_MAX_DEPTH; i++) nested = encodeList(nested);
    expect(() => decodeRlp(nested)).not.toThrow();
    expect(() => decodeRlp(encodeList(nested))).toThrow(expect.objectContaining({ code: 'RLP_TOO_DEEP' }));
  });

  it('names the position of a fault and the field that does not fit', () => {
    expect(() => decodeRlp(hexToBytes('0xc28100'))).toThrow(
      expect.objectContaining({ data: expect.objectContaining({ position: 1 }) }),
    );
    expect(() => rlpUint(Uint8Array.of(0, 1), 'nonce')).toThrow('nonce: integer with a leading zero');
    expect(() => rlpList([], 'header', 15)).toThrow('header: have 0 items, want 15');
  });

  it('reads one of several items in a row', () => {
    const stream = hexToBytes('0x83646f67c0');
    const first = decodeRlpAt(stream, 0);
    expect(first.end).toBe(4);
    expect(decodeRlpAt(stream, first.end)).toEqual({ item: [], end: 5 });
  });
});

function encodeList(payload: Uint8Array): Uint8Array {
  const head =
    payload.length < 56
      ? [0xc0 + payload.length]
      : payload.length < 256
        ? [0xf8, payload.length]
        : [0xf9, payload.length >> 8, payload.length & 255];
  return Uint8Array.from([...head, ...payload]);
}
