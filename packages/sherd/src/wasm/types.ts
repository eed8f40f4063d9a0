/** A module as data, after decoding: only what scripts may have has a place here. */

/** Value types by their byte in the binary format. */
export const I32 = 0x7f;
export const I64 = 0x7e;
/** Blocks without a result. */
export const VOID = 0x40;

export type ValueTypeByte = typeof I32 | typeof I64;

export interface FunctionType {
  readonly parameters: readonly ValueTypeByte[];
  /** None or one. */
  readonly results: readonly ValueTypeByte[];
}

export interface FunctionImport {
  readonly module: string;
  readonly name: string;
  /** Index of a type. */
  readonly type: number;
  readonly offset: number;
}

export interface Bounds {
  readonly initial: number;
  readonly maximum: number;
}

/** Pages of 64 KiB, as a module declares them. */
export interface MemoryDefinition {
  readonly initial: number;
  readonly maximum: number | undefined;
  /** Where it is declared, in bytes. */
  readonly offset?: number;
}

/** A memory that a module takes from another one: for linking only. */
export interface MemoryImport extends MemoryDefinition {
  readonly module: string;
  readonly name: string;
}

export interface GlobalDefinition {
  readonly type: ValueTypeByte;
  readonly isMutable: boolean;
  readonly value: bigint;
}

export const EXPORT_KINDS = ['function', 'table', 'memory', 'global'] as const;
export type ExportKind = (typeof EXPORT_KINDS)[number];

export interface ExportDefinition {
  readonly name: string;
  readonly kind: ExportKind;
  readonly index: number;
}

export interface ElementSegment {
  readonly start: number;
  readonly functions: readonly number[];
}

export interface DataSegment {
  readonly start: number;
  readonly bytes: Uint8Array;
}

export interface FunctionBody {
  /** Types of the locals that are not parameters. */
  readonly locals: readonly ValueTypeByte[];
  /** Instructions with their final `end`. */
  readonly code: Uint8Array;
  /** Where `code` starts in the module, in bytes. */
  readonly offset: number;
}

export interface WasmModule {
  readonly types: readonly FunctionType[];
  readonly imports: readonly FunctionImport[];
  /** Type index of each function that the module defines. */
  readonly functions: readonly number[];
  readonly table: Bounds | undefined;
  readonly memory: MemoryDefinition | undefined;
  /** Instead of a memory of its own; `linkModule` puts the memory in its place. */
  readonly memoryImport?: MemoryImport;
  readonly globals: readonly GlobalDefinition[];
  readonly exports: readonly ExportDefinition[];
  readonly elements: readonly ElementSegment[];
  readonly data: readonly DataSegment[];
  readonly bodies: readonly FunctionBody[];
  /** Names of functions, from the name section and the exports; for messages only. */
  readonly names: ReadonlyMap<number, string>;
}

/** A module whose memory has a maximum: declared, or supplied by the rules of its face. */
export type BoundedModule = WasmModule & { readonly memory: Bounds | undefined };

/** Type of a function by its index in the function space, where imports come first; undefined when there is none. */
export function functionType(module: WasmModule, index: number): FunctionType | undefined {
  const imported = module.imports.length;
  const type = index < imported ? module.imports[index]!.type : module.functions[index - imported];
  return type === undefined ? undefined : module.types[type];
}

export function sameFunctionType(a: FunctionType, b: FunctionType): boolean {
  return sameTypes(a.parameters, b.parameters) && sameTypes(a.results, b.results);
}

function sameTypes(a: readonly ValueTypeByte[], b: readonly ValueTypeByte[]): boolean {
  return a.length === b.length && a.every((type, i) => type === b[i]);
}

/** `(i32, i64) -> i32`, for messages and documents. */
export function showFunctionType(type: FunctionType): string {
  const show = (types: readonly ValueTypeByte[]) => `(${types.map(showType).join(', ')})`;
  return `${show(type.parameters)} -> ${show(type.results)}`;
}

/** The name of a value type; `any` where nothing is known of it, as behind a branch. */
export function showType(type: number): string {
  return type === I32 ? 'i32' : type === I64 ? 'i64' : 'any';
}
