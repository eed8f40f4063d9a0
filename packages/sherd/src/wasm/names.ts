/** The function names of a module's name section: for messages only, so that a broken section is no error. */
import { isSherdError } from '../base/index.ts';
import { WasmReader } from './reader.ts';

/** Magic number and version. */
const HEADER_BYTES = 8;
const FUNCTION_NAMES = 1;
const MOST_NAMES = 4096;
const LONGEST_NAME = 64;

/**
 * Names of functions by index, as far as they can be read, wherever in the module they stand: before anything else is
 * looked at, so that every refusal can tell them.
 */
export function findNames(module: Uint8Array): Map<number, string> {
  const names = new Map<number, string>();
  const reader = new WasmReader(module);
  try {
    reader.slice(HEADER_BYTES);
    while (!reader.atEnd) {
      const id = reader.u8();
      const section = new WasmReader(reader.slice(reader.u32()));
      if (id === 0 && section.name() === 'name') readNames(section.bytes.subarray(section.position), names);
    }
  } catch (error) {
    if (!isSherdError(error)) throw error;
  }
  return names;
}

function readNames(bytes: Uint8Array, names: Map<number, string>): void {
  const reader = new WasmReader(bytes);
  try {
    while (!reader.atEnd) {
      const id = reader.u8();
      const part = reader.slice(reader.u32());
      if (id === FUNCTION_NAMES) readFunctionNames(new WasmReader(part), names);
    }
  } catch (error) {
    if (!isSherdError(error)) throw error;
  }
}

function readFunctionNames(reader: WasmReader, names: Map<number, string>): void {
  for (let left = Math.min(reader.u32(), MOST_NAMES); left > 0; left--) {
    const index = reader.u32();
    const bytes = reader.slice(reader.u32()).subarray(0, LONGEST_NAME);
    let text = '';
    // Whoever wrote the module chose these bytes; they end in messages and logs.
    for (const byte of bytes) text += byte >= 0x20 && byte <= 0x7e ? String.fromCharCode(byte) : '?';
    names.set(index, text);
  }
}
