/** What the EVM tools read. */
import { describe, expect, it } from 'vitest';
import { bytesOfText, hexOrFile, parseJson, readText } from './input.ts';

describe('hex', () => {
  it('may have a prefix, space and line ends', () => {
    expect([...bytesOfText(' 0x6001\n60 02\n', 'code')]).toEqual([0x60, 1, 0x60, 2]);
  });

  it('is refused with what it was for', () => {
    expect(() => bytesOfText('0x6', '--input')).toThrow(
      expect.objectContaining({ code: 'BAD_HEX', message: '--input: hex string of odd length 1' }),
    );
  });

  it('as an argument is told from a file', () => {
    expect(hexOrFile('6001')).toBe('6001');
    expect(() => hexOrFile('no-such.hex')).toThrow(expect.objectContaining({ code: 'BAD_HEX' }));
    expect(() => readText('no-such.hex')).toThrow(expect.objectContaining({ code: 'NO_SUCH_FILE' }));
  });
});

describe('JSON', () => {
  it('keeps large integers, which JSON.parse would round', () => {
    const text = '{"a": 58750000000000000000000, "b": [12, 1234567890123456789], "c": "x: 1234567890123456789,"}';
    expect(parseJson(text, 'genesis')).toEqual({
      a: '58750000000000000000000',
      b: [12, '1234567890123456789'],
      c: 'x: 1234567890123456789,',
    });
  });

  it('is refused with the name of the file', () => {
    expect(() => parseJson('{', 'genesis.json')).toThrow(
      expect.objectContaining({ code: 'BAD_JSON', message: expect.stringMatching(/^genesis\.json: /) }),
    );
  });
});
