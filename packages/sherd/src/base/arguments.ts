/**
 * What public functions say of arguments that their types do not allow: callers may be JavaScript. Only the entrance is
 * looked at; what stands within lists and objects is checked by what reads it.
 */
import { SherdError } from './errors.ts';

/** A refusal BAD_ARGUMENT. `want` with its article, as in `a Uint8Array`. */
export function badArgument(what: string, have: unknown, want: string): SherdError {
  return new SherdError('BAD_ARGUMENT', `${what}: have ${describe(have)}, want ${want}`, { argument: what, want });
}

/** @throws SherdError BAD_ARGUMENT unless there are bytes (`length` of them, when given). */
export function checkBytes(value: unknown, what: string, length?: number): asserts value is Uint8Array {
  if (!(value instanceof Uint8Array)) throw badArgument(what, value, 'a Uint8Array');
  if (length !== undefined && value.length !== length) throw badArgument(what, value, `${length} bytes`);
}

/** @throws SherdError BAD_ARGUMENT unless the value is a bigint of at least 0. */
export function checkUnsigned(value: unknown, what: string): asserts value is bigint {
  if (typeof value !== 'bigint' || value < 0n) throw badArgument(what, value, 'a bigint of at least 0');
}

/** @throws SherdError BAD_ARGUMENT unless the value is an integer from 0 to `most`. */
export function checkCount(value: unknown, what: string, most: number = 2 ** 32 - 1): asserts value is number {
  if (Number.isInteger(value) && (value as number) >= 0 && (value as number) <= most) return;
  throw badArgument(what, value, `an integer from 0 to ${most}`);
}

/** @throws SherdError BAD_ARGUMENT unless the value is a list. */
export function checkList(value: unknown, what: string): asserts value is readonly unknown[] {
  if (!Array.isArray(value)) throw badArgument(what, value, 'a list');
}

/** @throws SherdError BAD_ARGUMENT unless the value is an object and no list. */
export function checkObject(value: unknown, what: string): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw badArgument(what, value, 'an object');
}

/** @throws SherdError BAD_ARGUMENT unless the value can be called. */
export function checkFunction(value: unknown, what: string): void {
  if (typeof value !== 'function') throw badArgument(what, value, 'a function');
}

/** @throws SherdError BAD_ARGUMENT unless the value is an object that has these methods: a port that a user implements. */
export function checkPort(value: unknown, what: string, methods: readonly string[]): void {
  checkObject(value, what);
  for (const name of methods) checkFunction((value as Readonly<Record<string, unknown>>)[name], `${what}.${name}`);
}

/** Short, whatever it is: nothing of an object is read. */
function describe(value: unknown): string {
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 60));
  return typeof value === 'bigint' ? `${value}n` : String(value);
}
