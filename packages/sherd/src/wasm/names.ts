/** The function names of a module's name section: for messages only, so that a broken section is no error. */
import { isSherdError } from '../base/index.ts';
import { WasmReader } from './reader.ts';

const FUNCTION_NAMES = 1;
const MOST_NAMES = 4096;
const LONGEST_NAME = 64;

/** Adds the names to `names`, as far as they can be read. */
export function readNames(bytes: Uint8Array, names: Map<number, string>): void {
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
