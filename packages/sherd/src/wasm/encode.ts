/** Module -> bytes. What `decode.ts` reads, with one addition: the memory may come from the host. */
import type { FunctionType, GlobalDefinition, MemoryDefinition, WasmModule } from './types.ts';
import { EXPORT_KINDS, I32 } from './types.ts';
import { WasmWriter } from './writer.ts';

export interface EncodeOptions {
  /** Imports memory 0 from here instead of defining it. Functions keep their numbers. */
  readonly memoryFrom?: { readonly module: string; readonly name: string };
}

/** Bytes of a module in the binary format; names of functions are left out. */
export function encodeModule(module: WasmModule, options: EncodeOptions = {}): Uint8Array {
  const out = new WasmWriter(4096).u8(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00);
  vector(out, 1, module.types, encodeType);
  encodeImports(out, module, options);
  vector(out, 3, module.functions, (w, type) => w.u32(type));
  vector(out, 4, module.table ? [module.table] : [], (w, table) => encodeBounds(w.u8(0x70), table));
  vector(out, 5, module.memory && !options.memoryFrom ? [module.memory] : [], encodeBounds);
  vector(out, 6, module.globals, encodeGlobal);
  vector(out, 7, module.exports, (w, { name, kind, index }) => w.name(name).u8(EXPORT_KINDS.indexOf(kind)).u32(index));
  vector(out, 9, module.elements, (w, { start, functions }) => {
    w.u32(0)
      .u8(0x41)
      .signed(start | 0)
      .u8(0x0b)
      .u32(functions.length);
    for (const index of functions) w.u32(index);
  });
  vector(out, 10, module.bodies, (w, { locals, code }) => {
    const body = new WasmWriter(code.length + 16);
    encodeLocals(body, locals);
    body.bytes(code);
    w.u32(body.length).append(body);
  });
  vector(out, 11, module.data, (w, { start, bytes }) => {
    w.u32(0)
      .u8(0x41)
      .signed(start | 0)
      .u8(0x0b)
      .u32(bytes.length)
      .bytes(bytes);
  });
  return out.finish();
}

/** Writes a section of many entries; an empty one is left out. */
function vector<T>(
  out: WasmWriter,
  id: number,
  entries: readonly T[],
  write: (w: WasmWriter, entry: T) => unknown,
): void {
  if (entries.length === 0) return;
  const section = new WasmWriter().u32(entries.length);
  for (const entry of entries) write(section, entry);
  out.u8(id).u32(section.length).append(section);
}

function encodeType(w: WasmWriter, { parameters, results }: FunctionType): void {
  w.u8(0x60)
    .u32(parameters.length)
    .u8(...parameters)
    .u32(results.length)
    .u8(...results);
}

function encodeBounds(w: WasmWriter, { initial, maximum }: MemoryDefinition): void {
  if (maximum === undefined) w.u8(0x00).u32(initial);
  else w.u8(0x01).u32(initial).u32(maximum);
}

function encodeGlobal(w: WasmWriter, { type, isMutable, value }: GlobalDefinition): void {
  w.u8(type, isMutable ? 1 : 0, type === I32 ? 0x41 : 0x42)
    .signed(value)
    .u8(0x0b);
}

function encodeImports(out: WasmWriter, module: WasmModule, options: EncodeOptions): void {
  const { memoryFrom } = options;
  const writes = module.imports.map((one) => (w: WasmWriter) => w.name(one.module).name(one.name).u8(0).u32(one.type));
  if (memoryFrom && module.memory) {
    const { memory } = module;
    writes.push((w) => {
      encodeBounds(w.name(memoryFrom.module).name(memoryFrom.name).u8(2), memory);
      return w;
    });
  }
  vector(out, 2, writes, (w, write) => write(w));
}

function encodeLocals(w: WasmWriter, locals: readonly number[]): void {
  const groups: { type: number; count: number }[] = [];
  for (const type of locals) {
    const last = groups[groups.length - 1];
    if (last?.type === type) last.count++;
    else groups.push({ type, count: 1 });
  }
  w.u32(groups.length);
  for (const { type, count } of groups) w.u32(count).u8(type);
}
