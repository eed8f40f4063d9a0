/** Solidity's ABI as far as the system contract speaks it, and the strictness of reading it. */
import { expect, test } from 'vitest';
import { bytesToHex, concatBytes, utf8ToBytes, wordToBytes } from '../../base/index.ts';
import { abiReader, encodeAbi, encodeCall, encodeError, selectorOf, topicOf } from './abi.ts';

test('selectors and topics are those of Solidity', () => {
  expect(selectorOf('transfer(address,uint256)')).toBe(0xa9059cbb);
  expect(topicOf('Transfer(address,address,uint256)').toString(16)).toBe(
    'ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef',
  );
  expect(bytesToHex(encodeError('no').slice(0, 4))).toBe('0x08c379a0');
});

test('dynamic values stand behind the words', () => {
  const data = encodeAbi([1n, utf8ToBytes('hello'), 2n]);
  expect(data.length).toBe(160);
  const reader = abiReader(data);
  expect(reader.word(0)).toBe(1n);
  expect(reader.bytes(1)).toEqual(utf8ToBytes('hello'));
  expect(reader.uint(2, 3)).toBe(2);
  expect(encodeCall('f()', []).length).toBe(4);
});

test('what does not fit its type is undefined', () => {
  const reader = abiReader(encodeAbi([1n << 160n, 5n]));
  expect(reader.address(0)).toBeUndefined();
  expect(reader.uint(1, 5)).toBeUndefined();
  expect(reader.word(2)).toBeUndefined();
});

test.each([
  ['an offset behind the end', [wordToBytes(1000n)]],
  ['a huge offset', [wordToBytes(2n ** 255n)]],
  ['a length behind the end', [wordToBytes(32n), wordToBytes(1n)]],
  ['a huge length', [wordToBytes(32n), wordToBytes(2n ** 256n - 1n)]],
])('bytes with %s are undefined', (_, words) => {
  expect(abiReader(concatBytes(...words)).bytes(0)).toBeUndefined();
});
