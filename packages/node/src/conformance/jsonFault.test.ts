/** Where malformed JSON goes wrong. */
import { describe, expect, it } from 'vitest';
import { jsonFault } from './jsonFault.ts';

describe('the fault of a text that is no JSON', () => {
  it.each([
    ['', 'line 1, column 1: the text ends, want value'],
    ['{"a":', 'line 1, column 6: the text ends, want value'],
    ['{\n  "a": 1\n  "b": 2\n}', 'line 3, column 3: have "\\"", want , or }'],
    ['{"a": 1,}', 'line 1, column 9: have "}", want name'],
    ['[1, 2,]', 'line 1, column 7: have "]", want value'],
    ['[1 2]', 'line 1, column 4: have "2", want , or ]'],
    ['{a: 1}', 'line 1, column 2: have "a", want name or }'],
    ['{"a" 1}', 'line 1, column 6: have "1", want :'],
    ['[01]', 'line 1, column 2: have "0", want value or ]'],
    ['[0x1]', 'line 1, column 2: have "0", want value or ]'],
    ['"a', 'line 1, column 3: the text ends, want the end of a string'],
    ['["a\nb"]', 'line 1, column 4: have "\\n", want the end of a string'],
    ['["\\x"]', 'line 1, column 3: have "\\\\", want an escape that JSON has'],
    ['{} {}', 'line 1, column 4: have "{", want the end'],
    ['truee', 'line 1, column 1: have "t", want value'],
    ['{"a":[1}', 'line 1, column 8: have "}", want , or ]'],
  ])('%j is at %s', (text, want) => {
    expect(() => JSON.parse(text)).toThrow();
    expect(jsonFault(text)).toBe(want);
  });

  it('is found exactly where the platform refuses, in texts that were damaged at one place', () => {
    const good = JSON.stringify({ a: [1, -2.5e3, true, null, 'x\u00e9\\"\n', {}, []], 'b c': { d: [[0]] } });
    expect(jsonFault(good)).toBeUndefined();
    expect(jsonFault(`\n\t ${good} \r`)).toBeUndefined();
    for (let at = 0; at < good.length; at++) {
      for (const put of ['', '"', '}', ']', ',', ':', '0', 'x', '\\', ' ']) {
        const text = good.slice(0, at) + put + good.slice(at + 1);
        let isJson = true;
        try {
          JSON.parse(text);
        } catch {
          isJson = false;
        }
        expect(jsonFault(text) === undefined, text).toBe(isJson);
      }
    }
  });
});
