/** The codec by hand against the SSZ type. */
import { expect, test } from 'vitest';
import { StorageObject } from '../beacon/types.ts';
import { decodeObject, encodeObject, FOREVER, isAlive, objectRoot } from './storageObject.ts';

const CASES = [
  { version: 1, storage: new Uint8Array(0), ttl: 0 },
  { version: 2 ** 40, storage: new Uint8Array(100).fill(7), ttl: 2 ** 45 },
  { version: 3, storage: new Uint8Array(4096).fill(1), ttl: FOREVER },
];

test.each(CASES)('encodes as SSZ does: $version', (object) => {
  const { version, storage, ttl } = object;
  const ssz = { version: BigInt(version), storage, ttl: ttl === FOREVER ? 2n ** 64n - 1n : BigInt(ttl) };
  expect(encodeObject(object)).toEqual(new Uint8Array(StorageObject.serialize(ssz)));
  expect(objectRoot(object)).toEqual(new Uint8Array(StorageObject.hashTreeRoot(ssz)));
  expect(decodeObject(encodeObject(object))).toEqual(object);
});

test('roots of small objects and of large ones are those of SSZ, whatever the size', () => {
  for (const length of [0, 1, 31, 32, 33, 63, 64, 65, 96, 97, 127, 128, 129, 160, 1000]) {
    const storage = Uint8Array.from({ length }, (_, i) => (i * 7 + length) % 256);
    for (const ttl of [0, 1, 2 ** 32, FOREVER - 1, FOREVER]) {
      const version = ttl === 0 ? 2 ** 53 - 1 : length;
      const ssz = { version: BigInt(version), storage, ttl: ttl === FOREVER ? 2n ** 64n - 1n : BigInt(ttl) };
      const object = { version, storage, ttl };
      expect(objectRoot(object)).toEqual(new Uint8Array(StorageObject.hashTreeRoot(ssz)));
      expect(decodeObject(encodeObject(object))).toEqual(object);
      expect(encodeObject(object)).toEqual(new Uint8Array(StorageObject.serialize(ssz)));
    }
  }
});

test('damaged bytes are refused', () => {
  expect(() => decodeObject(new Uint8Array(19))).toThrow(expect.objectContaining({ code: 'BAD_STORED_OBJECT' }));
  expect(() => decodeObject(new Uint8Array(40))).toThrow(expect.objectContaining({ code: 'BAD_STORED_OBJECT' }));
});

test('the slot of the ttl is the last one at which the object is there', () => {
  expect(isAlive({ version: 1, storage: new Uint8Array(0), ttl: 5 }, 5)).toBe(true);
  expect(isAlive({ version: 1, storage: new Uint8Array(0), ttl: 5 }, 6)).toBe(false);
});
