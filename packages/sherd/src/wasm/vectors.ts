/** What every section reads: bounded counts, value types, constant expressions. */
import { type WasmErrorCode, type WasmPlace, wasmError } from './errors.ts';
import { INSTRUCTIONS, refusalOf } from './instructions.ts';
import type { WasmReader } from './reader.ts';
import { I32, I64, showType, type ValueTypeByte } from './types.ts';

/** A count of at most `limit`, and of no more entries than bytes are left. */
export function readCount(reader: WasmReader, limit: number, code: WasmErrorCode, what: string): number {
  const offset = reader.offset;
  const count = reader.u32();
  if (count > limit) throw wasmError(code, `${count} ${what}, want at most ${limit}`, { offset });
  if (count > reader.end - reader.position) {
    throw wasmError('WASM_MALFORMED', `${count} ${what} in ${reader.end - reader.position} bytes`, { offset });
  }
  return count;
}

/** i32 or i64; the other types are refused by name. */
export function readValueType(reader: WasmReader, place: WasmPlace = {}): ValueTypeByte {
  const offset = reader.offset;
  const byte = reader.u8();
  if (byte === I32 || byte === I64) return byte;
  throw typeRefusal(byte, { ...place, offset });
}

export function typeRefusal(byte: number, place: WasmPlace): Error {
  if (byte === 0x7d || byte === 0x7c) {
    return wasmError('WASM_FLOAT', `type ${byte === 0x7d ? 'f32' : 'f64'}, want i32 or i64`, place);
  }
  if (byte === 0x7b) return wasmError('WASM_SIMD', 'type v128, want i32 or i64', place);
  if (byte === 0x70 || byte === 0x6f)
    return wasmError('WASM_REFERENCE_TYPES', 'a reference type, want i32 or i64', place);
  if (byte >= 0x63 && byte <= 0x74) return wasmError('WASM_GC', 'a reference type, want i32 or i64', place);
  return wasmError('WASM_MALFORMED', `type byte ${byte}, want i32 (127) or i64 (126)`, place);
}

/** A constant and `end`. Globals of the host do not exist, so that nothing else is constant. */
export function readConstant(reader: WasmReader, type: ValueTypeByte): bigint {
  const offset = reader.offset;
  const opcode = reader.u8();
  const want = type === I32 ? 0x41 : 0x42;
  if (opcode !== want) {
    const row = INSTRUCTIONS[opcode];
    const code = row === undefined ? refusalOf(opcode) : 'WASM_UNSUPPORTED';
    const have = row?.name ?? `opcode 0x${opcode.toString(16)}`;
    throw wasmError(code, `${have} as a constant, want ${showType(type)}.const`, { offset });
  }
  const value = reader.signed(type === I32 ? 32 : 64);
  const end = reader.offset;
  if (reader.u8() !== 0x0b)
    throw wasmError('WASM_UNSUPPORTED', 'a constant of more than one instruction', { offset: end });
  return value;
}
