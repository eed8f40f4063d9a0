/** Refusals of modules: a code, what was had and wanted, and where: function index, its name, byte offset. */
import { SherdError } from '../base/index.ts';

export const WASM_ERRORS = {
  WASM_MALFORMED: 'the bytes are not a module in the binary format',
  WASM_BAD_NAME: 'a name of an import or export is not printable ASCII, or reserved',
  WASM_UNSUPPORTED: 'a feature that scripts cannot use',
  WASM_FLOAT: 'floating-point types and instructions: their results differ between machines',
  WASM_SIMD: 'vector types and instructions',
  WASM_THREADS: 'shared memory and atomic instructions',
  WASM_EXCEPTIONS: 'tags, throw and catch',
  WASM_TAIL_CALL: 'tail calls',
  WASM_GC: 'struct, array and typed function references',
  WASM_REFERENCE_TYPES: 'reference types beyond one plain table of functions',
  WASM_BULK_MEMORY: 'bulk memory beyond memory.copy and memory.fill',
  WASM_MULTI_VALUE: 'functions with several results, blocks with parameters',
  WASM_MEMORY64: 'memories with 64-bit addresses',
  WASM_MULTI_MEMORY: 'more than one memory',
  WASM_MULTI_TABLE: 'more than one table',
  WASM_START_FUNCTION: 'a start function',
  WASM_BAD_IMPORT: 'an import that the host does not offer, or with another type',
  WASM_BAD_EXPORT: 'exports that point nowhere or twice',
  WASM_NO_MAIN: 'no export main that is a function without parameters and results',
  WASM_NO_MEMORY: 'no export memory that is the memory',
  WASM_NO_MAXIMUM_MEMORY: 'a memory without a declared maximum',
  WASM_SEGMENT_OUT_OF_BOUNDS: 'a data or element segment outside its memory or table',
  WASM_UNKNOWN_INDEX: 'an index of a type, function, local, global, table, memory or label that is not there',
  WASM_TYPE_MISMATCH: 'an operand of the wrong type, or none',
  WASM_TOO_LARGE: 'more bytes than a module or function body may have',
  WASM_TOO_MANY_FUNCTIONS: 'functions',
  WASM_TOO_MANY_TYPES: 'function types',
  WASM_TOO_MANY_IMPORTS: 'imports',
  WASM_TOO_MANY_EXPORTS: 'exports',
  WASM_TOO_MANY_GLOBALS: 'globals',
  WASM_TOO_MANY_PARAMETERS: 'parameters of one function type',
  WASM_TOO_MANY_LOCALS: 'locals of one function, or of all',
  WASM_TOO_MANY_SEGMENTS: 'data and element segments or their entries',
  WASM_TOO_MANY_TARGETS: 'entries of br_table',
  WASM_TOO_MUCH_MEMORY: 'pages of memory',
  WASM_TABLE_TOO_LARGE: 'entries of the table',
  WASM_TOO_DEEP: 'nested blocks, or operands on the stack',
  WASM_TOO_MANY_LOOPS: 'loops of one function, or of all',
  WASM_TOO_MANY_MERGES: 'control flow that joins too many values: what makes a compiler slow',
} as const;
export type WasmErrorCode = keyof typeof WASM_ERRORS;

/** Where in a module: all optional, offsets in bytes from its start. */
export interface WasmPlace {
  readonly offset?: number;
  /** Function index, imports counted. */
  readonly function?: number;
  readonly name?: string;
}

/** A refusal; its data is the place. */
export function wasmError(code: WasmErrorCode, message: string, place: WasmPlace = {}): SherdError<WasmErrorCode> {
  let where = '';
  if (place.function !== undefined) where += ` in function ${place.function}${place.name ? ` (${place.name})` : ''}`;
  if (place.offset !== undefined) where += ` at byte ${place.offset}`;
  return new SherdError(code, `${message}${where}`, { ...place });
}
