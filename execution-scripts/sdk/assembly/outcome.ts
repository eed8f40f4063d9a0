/**
 * How a script ends. The output is a u32 code (0: done), then for an abort an ASCII text that says why, and for a
 * finish whatever bytes the script has to say. Clients decide by the code.
 */
import { putText, putU32 } from "./bytes";
import { abort, finish } from "./host";

const MAX_TEXT: i32 = 252;
const output: usize = memory.data(256, 8);

/** Ends the run; its effects stand. Does not return. */
export function done(): void {
  putU32(output, 0);
  finish(output, 4);
  unreachable();
}

/** Ends the run with a number as its result. Does not return. */
export function doneWithU64(value: u64): void {
  putU32(output, 0);
  store<u64>(output + 4, value);
  finish(output, 12);
  unreachable();
}

/** Ends the run with up to 252 bytes as its result. Does not return. */
export function doneWith(ptr: usize, length: i32): void {
  if (length > MAX_TEXT) unreachable();
  putU32(output, 0);
  memory.copy(output + 4, ptr, length);
  finish(output, 4 + length);
  unreachable();
}

/** Ends the run and undoes its effects. `code` is not 0, `text` is ASCII. Does not return. */
export function refuse(code: u32, text: string): void {
  if (text.length > MAX_TEXT) unreachable();
  putU32(output, code);
  abort(output, <i32>(putText(output + 4, text) - output));
  unreachable();
}
