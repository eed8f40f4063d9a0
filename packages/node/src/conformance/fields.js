/** Reading of fixture JSON: every fault names the place, such as `add11.env.currentNumber`. */
import { hexToBytes, isSherdError, parseAddress, SherdError } from 'sherd/base';
/** A fault of a fixture file, never of the code under test. */
export function fixtureFault(place, why) {
  return new SherdError('BAD_FIXTURE', `${place}: ${why}`, { place });
}
export function objectAt(value, place) {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw fixtureFault(place, `have ${describe(value)}, want an object`);
  }
  return value;
}
export function arrayAt(value, place) {
  if (!Array.isArray(value)) throw fixtureFault(place, `have ${describe(value)}, want an array`);
  return value;
}
export function stringAt(value, place) {
  if (typeof value !== 'string') throw fixtureFault(place, `have ${describe(value)}, want a string`);
  return value;
}
/** Bytes as hex, with or without 0x. */
export function bytesAt(value, place) {
  const text = stringAt(value, place);
  try {
    return hexToBytes(text);
  } catch (error) {
    if (isSherdError(error)) throw fixtureFault(place, error.message);
    throw error;
  }
}
export function addressAt(value, place) {
  const text = stringAt(value, place);
  try {
    return parseAddress(text.startsWith('0x') ? text : `0x${text}`);
  } catch (error) {
    if (isSherdError(error)) throw fixtureFault(place, error.message);
    throw error;
  }
}
/** An integer in hex or decimal, also in the form `0x:bigint 0x...` of values that overflow on purpose. */
export function integerAt(value, place) {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
  const text = stringAt(value, place).replace(/^0x:bigint /, '');
  if (!/^(?:0x[0-9a-fA-F]*|[0-9]+)$/.test(text)) throw fixtureFault(place, `have ${describe(value)}, want an integer`);
  return text === '0x' ? 0n : BigInt(text);
}
/** The field, or undefined when it is not there or null. */
export function optional(value, read) {
  return value === undefined || value === null ? undefined : read(value);
}
function describe(value) {
  return value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 60);
}
//# sourceMappingURL=fields.js.map
