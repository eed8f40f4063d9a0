/** The sections of globals, exports, elements and data. */
import { wasmError } from './errors.ts';
import type { WasmLimits } from './limits.ts';
import type { WasmReader } from './reader.ts';
import {
  type DataSegment,
  type ElementSegment,
  EXPORT_KINDS,
  type ExportDefinition,
  type GlobalDefinition,
  I32,
} from './types.ts';
import { readConstant, readCount, readValueType } from './vectors.ts';

/** Names that the metering adds begin so; modules may not use them. */
export const RESERVED_PREFIX = 'sherd.';

export function readGlobals(reader: WasmReader, limits: WasmLimits): GlobalDefinition[] {
  const globals: GlobalDefinition[] = [];
  for (let left = readCount(reader, limits.globals, 'WASM_TOO_MANY_GLOBALS', 'globals'); left > 0; left--) {
    const type = readValueType(reader);
    const offset = reader.offset;
    const mutability = reader.u8();
    if (mutability & 2) throw wasmError('WASM_THREADS', 'a shared global', { offset });
    if (mutability > 1) throw wasmError('WASM_MALFORMED', `mutability ${mutability}, want 0 or 1`, { offset });
    globals.push({ type, isMutable: mutability === 1, value: readConstant(reader, type) });
  }
  return globals;
}

export function readExports(reader: WasmReader, limits: WasmLimits): ExportDefinition[] {
  const exports: ExportDefinition[] = [];
  const names = new Set<string>();
  for (let left = readCount(reader, limits.exports, 'WASM_TOO_MANY_EXPORTS', 'exports'); left > 0; left--) {
    const offset = reader.offset;
    const name = reader.name();
    if (names.has(name)) throw wasmError('WASM_BAD_EXPORT', `two exports named ${name}`, { offset });
    names.add(name);
    if (name.startsWith(RESERVED_PREFIX)) {
      throw wasmError('WASM_BAD_NAME', `export ${name}: names that begin with ${RESERVED_PREFIX} are reserved`, {
        offset,
      });
    }
    const kind = EXPORT_KINDS[reader.u8()];
    if (kind === undefined) throw wasmError('WASM_BAD_EXPORT', `export ${name} of an unknown kind`, { offset });
    exports.push({ name, kind, index: reader.u32() });
  }
  return exports;
}

/** Only active segments of the first table or memory, in their plain form (flags 0). */
function readFlags(reader: WasmReader, what: string): void {
  const offset = reader.offset;
  const flags = reader.u32();
  if (flags === 0) return;
  const code = what === 'data' ? 'WASM_BULK_MEMORY' : 'WASM_REFERENCE_TYPES';
  throw wasmError(flags < 8 ? code : 'WASM_MALFORMED', `${what} segment with flags ${flags}, want 0`, { offset });
}

export function readElements(reader: WasmReader, limits: WasmLimits): ElementSegment[] {
  const segments: ElementSegment[] = [];
  let entries = 0;
  for (let left = readCount(reader, limits.segments, 'WASM_TOO_MANY_SEGMENTS', 'element segments'); left > 0; left--) {
    readFlags(reader, 'element');
    const start = Number(BigInt.asUintN(32, readConstant(reader, I32)));
    const offset = reader.offset;
    const count = readCount(reader, limits.elements, 'WASM_TOO_MANY_SEGMENTS', 'elements');
    entries += count;
    if (entries > limits.elements) {
      throw wasmError('WASM_TOO_MANY_SEGMENTS', `${entries} elements in all, want at most ${limits.elements}`, {
        offset,
      });
    }
    const functions: number[] = [];
    for (let i = 0; i < count; i++) functions.push(reader.u32());
    segments.push({ start, functions });
  }
  return segments;
}

export function readData(reader: WasmReader, limits: WasmLimits): DataSegment[] {
  const segments: DataSegment[] = [];
  for (let left = readCount(reader, limits.segments, 'WASM_TOO_MANY_SEGMENTS', 'data segments'); left > 0; left--) {
    readFlags(reader, 'data');
    const start = Number(BigInt.asUintN(32, readConstant(reader, I32)));
    segments.push({ start, bytes: reader.slice(reader.u32()) });
  }
  return segments;
}
