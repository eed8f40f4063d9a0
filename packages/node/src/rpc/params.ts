/**
 * Parameters of methods as data: a name, a type for the documentation, and how the JSON value is read. A value that
 * does not fit is refused with -32602, the place of the parameter, its name, what was had and what was wanted.
 */
import { type Address, type Hex, isHex } from 'sherd/base';
import { invalidParams } from './errors.ts';
import { LIMITS } from './limits.ts';

export interface Param<T> {
  readonly name: string;
  /** What the documentation says. */
  readonly type: string;
  readonly optional: boolean;
  /** @throws RpcError -32602; `at` names the parameter in it. */
  parse(value: unknown, at: string): T;
}

export type ParamValues<P extends readonly Param<unknown>[]> = {
  [I in keyof P]: P[I] extends Param<infer T> ? T : never;
};

/** Reads a JSON value; `at` says where it stands. */
export type Read<T> = (value: unknown, at: string) => T;

export function param<T>(name: string, type: string, parse: Read<T>): Param<T> {
  return { name, type, optional: false, parse };
}

/** May be left out, or null. */
export function optional<T>(inner: Param<T>): Param<T | undefined> {
  return {
    name: inner.name,
    type: inner.type,
    optional: true,
    parse: (value, at) => (value === undefined || value === null ? undefined : inner.parse(value, at)),
  };
}

/** Reads positional parameters in their order. */
export function readParams(params: readonly Param<unknown>[], values: unknown): unknown[] {
  if (values !== undefined && values !== null && !Array.isArray(values)) {
    throw invalidParams(`params: have ${describe(values)}, want an array`);
  }
  const given: readonly unknown[] = values ?? [];
  if (given.length > params.length) {
    throw invalidParams(`too many arguments: have ${given.length}, want at most ${params.length}`);
  }
  return params.map((one, i) => {
    const value = given[i];
    if ((value === undefined || value === null) && !one.optional) {
      throw invalidParams(`missing value for required argument ${i} (${one.name})`);
    }
    return one.parse(value, `invalid argument ${i} (${one.name})`);
  });
}

/** A short text for what was had: never a value of unbounded length. */
export function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 80 ? `${value.slice(0, 77)}...` : value);
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return String(value);
  return Array.isArray(value) ? 'an array' : `a value of type ${typeof value}`;
}

export function refuse(at: string, have: unknown, want: string): never {
  throw invalidParams(`${at}: have ${describe(have)}, want ${want}`);
}

export const readQuantity: Read<bigint> = (value, at) => {
  if (typeof value !== 'string') refuse(at, value, 'a hex quantity');
  if (value.length > LIMITS.quantityCharacters) refuse(at, value, 'a hex quantity of at most 256 bits');
  if (!/^0x(?:0|[1-9a-fA-F][0-9a-fA-F]*)$/.test(value)) refuse(at, value, 'a hex quantity without leading zeros');
  return BigInt(value);
};

/** An unsigned integer as a hex quantity or, for methods that are ours, as a JSON number. */
export const readInteger: Read<bigint> = (value, at) => {
  if (typeof value !== 'number') return readQuantity(value, at);
  if (!Number.isSafeInteger(value) || value < 0) refuse(at, value, 'an unsigned integer');
  return BigInt(value);
};

/** An integer below 2^53, as a number. */
export const readSmall: Read<number> = (value, at) => {
  const integer = readInteger(value, at);
  if (integer > BigInt(Number.MAX_SAFE_INTEGER)) refuse(at, value, 'an integer below 2^53');
  return Number(integer);
};

/** Bytes of checked hex, as a plain array of their own: no view into a shared pool that a message would copy. */
function fromHex(value: Hex): Uint8Array {
  return new Uint8Array(Buffer.from(value.slice(2), 'hex'));
}

export const readBytes: Read<Uint8Array> = (value, at) => {
  if (!isHex(value)) refuse(at, value, 'bytes in hex, with 0x and an even number of digits');
  return fromHex(value);
};

export function readFixedBytes(length: number): Read<Uint8Array> {
  return (value, at) => {
    if (!isHex(value, length)) refuse(at, value, `${length} bytes in hex`);
    return fromHex(value);
  };
}

export const readAddress: Read<Address> = (value, at) => {
  if (!isHex(value, 20)) refuse(at, value, 'an address: 20 bytes in hex');
  return value.toLowerCase() as Hex;
};

export const readBoolean: Read<boolean> = (value, at) => {
  if (typeof value !== 'boolean') refuse(at, value, 'true or false');
  return value;
};

/** A storage slot: 32 bytes, or any shorter hex with or without leading zeros (geth takes both). */
export const readSlot: Read<bigint> = (value, at) => {
  if (typeof value !== 'string' || !/^0x[0-9a-fA-F]{0,64}$/.test(value)) refuse(at, value, 'a slot of up to 32 bytes');
  return value === '0x' ? 0n : BigInt(value);
};

/** A 32-byte word. */
export const readWord: Read<bigint> = (value, at) => {
  if (!isHex(value, 32)) refuse(at, value, '32 bytes in hex');
  return BigInt(value);
};

export function readList<T>(item: Read<T>, max: number): Read<T[]> {
  return (value, at) => {
    if (!Array.isArray(value)) refuse(at, value, 'an array');
    if (value.length > max) throw invalidParams(`${at}: have ${value.length} items, want at most ${max}`);
    return value.map((one, i) => item(one, `${at}[${i}]`));
  };
}

/** The fields of an object, for reading one by one. */
export function readFields(value: unknown, at: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse(at, value, 'an object');
  return value as Record<string, unknown>;
}

/** A field that may be absent or null. */
export function readField<T>(
  fields: Readonly<Record<string, unknown>>,
  name: string,
  read: Read<T>,
  at: string,
): T | undefined {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
  return value === undefined || value === null ? undefined : read(value, `${at}.${name}`);
}

/** A field that must be there. */
export function readRequired<T>(fields: Readonly<Record<string, unknown>>, name: string, read: Read<T>, at: string): T {
  const value = readField(fields, name, read, at);
  if (value === undefined) throw invalidParams(`${at}: field ${name} is missing`);
  return value;
}
