/**
 * Bytes -> module: the sections, each bounded before anything is allocated for it. What scripts may not have is
 * refused here as soon as it is seen; types of operands and indices are `validate.ts`'s business.
 */
import { readBody } from './decodeBody.ts';
import { readData, readElements, readExports, readGlobals } from './decodeEntities.ts';
import { type WasmPlace, wasmError } from './errors.ts';
import type { WasmLimits } from './limits.ts';
import { findNames } from './names.ts';
import { WasmReader } from './reader.ts';
import {
  type Bounds,
  type DataSegment,
  type ElementSegment,
  type ExportDefinition,
  type FunctionBody,
  type FunctionImport,
  type FunctionType,
  type GlobalDefinition,
  I32,
  I64,
  type MemoryDefinition,
  type MemoryImport,
  type ValueTypeByte,
  type WasmModule,
} from './types.ts';
import { readCount, typeRefusal } from './vectors.ts';

/** Section ids in the order in which they must stand; custom sections (0) may stand anywhere. */
const ORDER = [1, 2, 3, 4, 5, 13, 6, 7, 8, 9, 12, 10, 11];
const SECTION = {
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  global: 6,
  export: 7,
  start: 8,
  element: 9,
  code: 10,
  data: 11,
  dataCount: 12,
  tag: 13,
} as const;
const MEMORY_KIND = 2;
/** Bytes of value types between which floats lie. */
const V128 = 0x7b;
const F32 = 0x7d;

interface RefusedType {
  readonly byte: number;
  readonly offset: number;
}

interface Draft {
  types: readonly FunctionType[];
  /** Floats and vectors in types, by the type: refused with the first function that has it. */
  readonly refusedTypes: Map<number, RefusedType>;
  imports: readonly FunctionImport[];
  functions: readonly number[];
  table: Bounds | undefined;
  memory: MemoryDefinition | undefined;
  memoryImport?: MemoryImport;
  globals: readonly GlobalDefinition[];
  exports: readonly ExportDefinition[];
  elements: readonly ElementSegment[];
  data: readonly DataSegment[];
  bodies: readonly FunctionBody[];
  names: Map<number, string>;
  dataCount: number | undefined;
}

export interface DecodeOptions {
  /** Whether the memory may be another module's. Scripts may not, until they are linked. */
  readonly memoryImport?: 'refused' | 'allowed';
}

/**
 * Decodes a module.
 * @throws SherdError one of WASM_ERRORS, with the byte offset.
 */
export function decodeModule(
  bytes: Uint8Array,
  limits: WasmLimits,
  { memoryImport = 'refused' }: DecodeOptions = {},
): WasmModule {
  if (bytes.length > limits.moduleBytes) {
    throw wasmError('WASM_TOO_LARGE', `module of ${bytes.length} bytes, want at most ${limits.moduleBytes}`);
  }
  const reader = new WasmReader(bytes);
  readHeader(reader);
  const draft: Draft = {
    types: [],
    refusedTypes: new Map(),
    imports: [],
    functions: [],
    table: undefined,
    memory: undefined,
    globals: [],
    exports: [],
    elements: [],
    data: [],
    bodies: [],
    names: findNames(bytes),
    dataCount: undefined,
  };
  let last = -1;
  while (!reader.atEnd) {
    const offset = reader.offset;
    const id = reader.u8();
    const length = reader.u32();
    const start = reader.position;
    if (length > bytes.length - start) {
      throw wasmError('WASM_MALFORMED', `section ${id} of ${length} bytes, ${bytes.length - start} left`, { offset });
    }
    reader.end = start + length;
    if (id === 0) skipCustom(reader);
    else {
      const place = ORDER.indexOf(id);
      if (place <= last) throw wasmError('WASM_MALFORMED', `section ${id} unknown, twice or out of order`, { offset });
      last = place;
      readSection(reader, id, draft, limits);
      if (draft.memoryImport !== undefined) checkMemoryImport(draft, draft.memoryImport, memoryImport);
    }
    if (reader.position !== reader.end) {
      throw wasmError('WASM_MALFORMED', `section ${id} has ${reader.end - reader.position} bytes too many`, { offset });
    }
    reader.end = bytes.length;
  }
  for (const { byte, offset } of draft.refusedTypes.values()) throw typeRefusal(byte, { offset });
  if (draft.bodies.length !== draft.functions.length) {
    throw wasmError('WASM_MALFORMED', `${draft.functions.length} functions declared, ${draft.bodies.length} bodies`);
  }
  if (draft.dataCount !== undefined && draft.dataCount !== draft.data.length) {
    throw wasmError('WASM_MALFORMED', `${draft.dataCount} data segments announced, have ${draft.data.length}`);
  }
  nameExports(draft);
  return draft;
}

function readHeader(reader: WasmReader): void {
  const magic = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
  for (const byte of magic) {
    const offset = reader.offset;
    if (reader.atEnd || reader.u8() !== byte) {
      throw wasmError('WASM_MALFORMED', 'not a WebAssembly module of version 1', { offset });
    }
  }
}

function readSection(reader: WasmReader, id: number, draft: Draft, limits: WasmLimits): void {
  switch (id) {
    case SECTION.type:
      draft.types = readTypes(reader, draft, limits);
      return;
    case SECTION.import:
      readImports(reader, draft, limits);
      return;
    case SECTION.function:
      draft.functions = readFunctions(reader, draft, limits);
      return;
    case SECTION.table:
      draft.table = readTable(reader, limits);
      return;
    case SECTION.memory:
      draft.memory = readMemory(reader, limits);
      return;
    case SECTION.global:
      draft.globals = readGlobals(reader, limits);
      return;
    case SECTION.export:
      draft.exports = readExports(reader, limits);
      return;
    case SECTION.element:
      draft.elements = readElements(reader, limits);
      return;
    case SECTION.code:
      draft.bodies = readBodies(reader, draft, limits);
      return;
    case SECTION.data:
      draft.data = readData(reader, limits);
      return;
    case SECTION.dataCount:
      draft.dataCount = reader.u32();
      return;
    case SECTION.start:
      throw wasmError('WASM_START_FUNCTION', 'the module has a start function, want none', { offset: reader.offset });
    default:
      throw wasmError('WASM_EXCEPTIONS', 'the module has a tag section, want none', { offset: reader.offset });
  }
}

function readTypes(reader: WasmReader, { refusedTypes }: Draft, limits: WasmLimits): FunctionType[] {
  const types: FunctionType[] = [];
  const valueType = (): ValueTypeByte => {
    const { offset } = reader;
    const byte = reader.u8();
    if (byte === I32 || byte === I64) return byte;
    if (byte < V128 || byte > F32) throw typeRefusal(byte, { offset });
    if (!refusedTypes.has(types.length)) refusedTypes.set(types.length, { byte, offset });
    return I64;
  };
  for (let left = readCount(reader, limits.types, 'WASM_TOO_MANY_TYPES', 'function types'); left > 0; left--) {
    const offset = reader.offset;
    const form = reader.u8();
    if (form !== 0x60) {
      const isGc = form >= 0x4d && form <= 0x5f;
      throw wasmError(isGc ? 'WASM_GC' : 'WASM_MALFORMED', `type form ${form}, want a function type (96)`, { offset });
    }
    const parameters: ValueTypeByte[] = [];
    const count = readCount(reader, limits.parameters, 'WASM_TOO_MANY_PARAMETERS', 'parameters');
    for (let i = 0; i < count; i++) parameters.push(valueType());
    const results: ValueTypeByte[] = [];
    for (let more = readCount(reader, 1, 'WASM_MULTI_VALUE', 'results'); more > 0; more--) {
      results.push(valueType());
    }
    types.push({ parameters, results });
  }
  return types;
}

function readImports(reader: WasmReader, draft: Draft, limits: WasmLimits): void {
  const imports: FunctionImport[] = [];
  for (let left = readCount(reader, limits.imports, 'WASM_TOO_MANY_IMPORTS', 'imports'); left > 0; left--) {
    const offset = reader.offset;
    const module = reader.name();
    const name = reader.name();
    const kind = reader.u8();
    if (kind === MEMORY_KIND && draft.memoryImport === undefined) {
      draft.memoryImport = { module, name, ...readBounds(reader), offset };
      continue;
    }
    if (kind !== 0) {
      const what = ['function', 'table', 'second memory', 'global', 'tag'][kind] ?? `entity of kind ${kind}`;
      throw wasmError('WASM_BAD_IMPORT', `import of a ${what} ${module}.${name}, want functions only`, { offset });
    }
    imports.push({ module, name, type: readTypeIndex(reader, draft.types.length), offset });
  }
  draft.imports = imports;
}

function checkMemoryImport(
  { memory }: Draft,
  { module, name, offset }: MemoryImport,
  rule: 'refused' | 'allowed',
): void {
  const place = offset === undefined ? {} : { offset };
  if (rule === 'refused') {
    throw wasmError('WASM_BAD_IMPORT', `import of a memory ${module}.${name}, want functions only`, place);
  }
  if (memory !== undefined) throw wasmError('WASM_MULTI_MEMORY', 'a memory besides the one that is imported', place);
}

function readTypeIndex(reader: WasmReader, types: number): number {
  const offset = reader.offset;
  const type = reader.u32();
  if (type >= types) throw wasmError('WASM_UNKNOWN_INDEX', `type ${type} of ${types}`, { offset });
  return type;
}

function readFunctions(reader: WasmReader, draft: Draft, limits: WasmLimits): number[] {
  const functions: number[] = [];
  const count = readCount(reader, limits.functions, 'WASM_TOO_MANY_FUNCTIONS', 'functions');
  for (let i = 0; i < count; i++) {
    const type = readTypeIndex(reader, draft.types.length);
    const refused = draft.refusedTypes.get(type);
    if (refused !== undefined) {
      throw typeRefusal(refused.byte, { offset: refused.offset, ...placeOf(draft, draft.imports.length + i) });
    }
    functions.push(type);
  }
  return functions;
}

/** Limits of a table or memory: flags, initial, and the maximum when it is declared. */
function readBounds(reader: WasmReader): { initial: number; maximum: number | undefined } {
  const offset = reader.offset;
  const flags = reader.u8();
  if (flags > 7) throw wasmError('WASM_MALFORMED', `flags ${flags} of a table or memory`, { offset });
  if (flags & 4) throw wasmError('WASM_MEMORY64', '64-bit addresses', { offset });
  if (flags & 2) throw wasmError('WASM_THREADS', 'shared memory', { offset });
  const initial = reader.u32();
  const maximum = flags & 1 ? reader.u32() : undefined;
  if (maximum !== undefined && initial > maximum) {
    throw wasmError('WASM_MALFORMED', `initial size ${initial} above its maximum ${maximum}`, { offset });
  }
  return { initial, maximum };
}

function readTable(reader: WasmReader, limits: WasmLimits): Bounds | undefined {
  if (readCount(reader, 1, 'WASM_MULTI_TABLE', 'tables') === 0) return undefined;
  const offset = reader.offset;
  const type = reader.u8();
  if (type !== 0x70) throw wasmError('WASM_REFERENCE_TYPES', `table of type ${type}, want funcref`, { offset });
  const { initial, maximum } = readBounds(reader);
  if (initial > limits.tableEntries) {
    throw wasmError('WASM_TABLE_TOO_LARGE', `table of ${initial} entries, want at most ${limits.tableEntries}`, {
      offset,
    });
  }
  // Nothing can grow a table here, so that a larger maximum means nothing.
  return { initial, maximum: Math.min(maximum ?? initial, initial) };
}

/** Whether it must declare a maximum is a rule of the face: see `boundMemory`. */
function readMemory(reader: WasmReader, limits: WasmLimits): MemoryDefinition | undefined {
  if (readCount(reader, 1, 'WASM_MULTI_MEMORY', 'memories') === 0) return undefined;
  const offset = reader.offset;
  const { initial, maximum } = readBounds(reader);
  if (initial > limits.memoryPages) {
    throw wasmError('WASM_TOO_MUCH_MEMORY', `memory of ${initial} pages, want at most ${limits.memoryPages}`, {
      offset,
    });
  }
  return { initial, maximum, offset };
}

function readBodies(reader: WasmReader, draft: Draft, limits: WasmLimits): FunctionBody[] {
  const offset = reader.offset;
  const count = reader.u32();
  if (count !== draft.functions.length) {
    throw wasmError('WASM_MALFORMED', `${count} bodies for ${draft.functions.length} functions`, { offset });
  }
  const bodies: FunctionBody[] = [];
  let locals = 0;
  for (let i = 0; i < count; i++) {
    const parameters = draft.types[draft.functions[i]!]!.parameters.length;
    const index = draft.imports.length + i;
    const body = readBody(reader, placeOf(draft, index), parameters, limits);
    locals += parameters + body.locals.length;
    if (locals > limits.localsInAll) {
      const place = { offset: body.offset, ...placeOf(draft, index) };
      throw wasmError('WASM_TOO_MANY_LOCALS', `${locals} locals in all, want at most ${limits.localsInAll}`, place);
    }
    bodies.push(body);
  }
  return bodies;
}

function placeOf({ names }: Draft, index: number): WasmPlace {
  const name = names.get(index);
  return { function: index, ...(name !== undefined && { name }) };
}

/** Only the name of a custom section is looked at; {@link findNames} has read what can be used. */
function skipCustom(reader: WasmReader): void {
  reader.name();
  reader.slice(reader.end - reader.position);
}

function nameExports(draft: Draft): void {
  for (const { kind, index, name } of draft.exports) {
    if (kind === 'function' && !draft.names.has(index)) draft.names.set(index, name.slice(0, 64));
  }
}
