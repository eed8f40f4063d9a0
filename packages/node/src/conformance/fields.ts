/** Reading of fixture JSON: every fault names the place, such as `add11.env.currentNumber`. */
import { type Address, hexToBytes, isSherdError, parseAddress, SherdError } from 'sherd/base';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** A fault of a fixture file, never of the code under test. */
export function fixtureFault(place: string, why: string): SherdError {
  return new SherdError('BAD_FIXTURE', `${place}: ${why}`, { place });
}

export function objectAt(value: Json | undefined, place: string): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw fixtureFault(place, `have ${describe(value)}, want an object`);
  }
  return value as JsonObject;
}

export function arrayAt(value: Json | undefined, place: string): readonly Json[] {
  if (!Array.isArray(value)) throw fixtureFault(place, `have ${describe(value)}, want an array`);
  return value;
}

export function stringAt(value: Json | undefined, place: string): string {
  if (typeof value !== 'string') throw fixtureFault(place, `have ${describe(value)}, want a string`);
  return value;
}

/** Bytes as hex, with or without 0x. */
export function bytesAt(value: Json | undefined, place: string): Uint8Array {
  const text = stringAt(value, place);
  try {
    return hexToBytes(text);
  } catch (error) {
    if (isSherdError(error)) throw fixtureFault(place, error.message);
    throw error;
  }
}

/** Bytes of a hash or of a root: 32 of them. */
export function hashAt(value: Json | undefined, place: string): Uint8Array {
  const bytes = bytesAt(value, place);
  if (bytes.length !== 32) throw fixtureFault(place, `have ${bytes.length} bytes, want 32`);
  return bytes;
}

export function addressAt(value: Json | undefined, place: string): Address {
  const text = stringAt(value, place);
  try {
    return parseAddress(text.startsWith('0x') ? text : `0x${text}`);
  } catch (error) {
    if (isSherdError(error)) throw fixtureFault(place, error.message);
    throw error;
  }
}

/** An integer in hex or decimal, also in the form `0x:bigint 0x...` of values that overflow on purpose. */
export function integerAt(value: Json | undefined, place: string): bigint {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return BigInt(value);
  const text = stringAt(value, place).replace(/^0x:bigint /, '');
  if (!/^(?:0x[0-9a-fA-F]*|[0-9]+)$/.test(text)) throw fixtureFault(place, `have ${describe(value)}, want an integer`);
  return text === '0x' ? 0n : BigInt(text);
}

/** An integer that has at most so many bits. */
export function boundedAt(value: Json | undefined, place: string, bits: 64 | 256): bigint {
  const integer = integerAt(value, place);
  if (integer >> BigInt(bits) !== 0n) throw fixtureFault(place, `have ${describe(value)}, want at most ${bits} bits`);
  return integer;
}

/** The field, or undefined when it is not there or null. */
export function optional<T>(value: Json | undefined, read: (value: Json) => T): T | undefined {
  return value === undefined || value === null ? undefined : read(value);
}

/** Lists and objects without what is in them, which may be large or nested without end. */
function describe(value: Json | undefined): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? '[]' : `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0 ? '{}' : 'an object';
  return JSON.stringify(value).slice(0, 60);
}
