/** RLP tests (ethereum/tests RLPTests): values and their encoding, and bytes that are none. */
import {
  bigIntToMinimalBytes,
  bytesToHex,
  decodeRlp,
  encodeRlp,
  isSherdError,
  type RlpItem,
  utf8ToBytes,
} from 'sherd/base';
import { bytesAt, fixtureFault, integerAt, type Json, objectAt } from './fields.ts';

/**
 * What went wrong; empty for a pass. `in` is a value, `VALID` or `INVALID`: then only `out` says what to decode.
 * @throws SherdError BAD_FIXTURE.
 */
export function runRlpTest(name: string, value: Json): string {
  const test = objectAt(value, name);
  const encoded = bytesAt(test['out'], `${name}.out`);
  const wanted = test['in'];
  let item: RlpItem;
  try {
    item = decodeRlp(encoded);
  } catch (error) {
    if (!isSherdError(error)) throw error;
    return wanted === 'INVALID' ? '' : `refused with ${error.code}: ${error.message}`;
  }
  if (wanted === 'INVALID') return 'decoded, want a refusal';
  const again = bytesToHex(encodeRlp(item));
  if (again !== bytesToHex(encoded)) return `encodes to ${again}, want ${bytesToHex(encoded)}`;
  if (wanted === 'VALID') return '';
  const fromValue = bytesToHex(encodeRlp(readItem(wanted, `${name}.in`)));
  return fromValue === bytesToHex(encoded) ? '' : `value encodes to ${fromValue}, want ${bytesToHex(encoded)}`;
}

/** Numbers, `#` with a large number in decimal, text, and lists of them. */
function readItem(value: Json | undefined, place: string): RlpItem {
  if (Array.isArray(value)) return value.map((entry, index) => readItem(entry, `${place}[${index}]`));
  if (typeof value === 'number') return bigIntToMinimalBytes(integerAt(value, place));
  if (typeof value !== 'string') throw fixtureFault(place, 'want a number, text or a list');
  return value.startsWith('#') ? bigIntToMinimalBytes(integerAt(value.slice(1), place)) : utf8ToBytes(value);
}
