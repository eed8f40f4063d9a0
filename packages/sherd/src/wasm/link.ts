/**
 * Links a module with libraries that it imports from by name, into one module: functions, globals and data are taken
 * over and renumbered, nothing else changes. What comes out is validated as any module. A library has no table; its
 * memory, if it has one, is that of the script (`linkMemory.ts`).
 */
import { SherdError } from '../base/index.ts';
import { decodeModule } from './decode.ts';
import { encodeModule } from './encode.ts';
import { INSTRUCTIONS } from './instructions.ts';
import { WASM_LIMITS, type WasmLimits } from './limits.ts';
import { linkMemory, type NamedModule } from './linkMemory.ts';
import { skipImmediates } from './meterBody.ts';
import { WasmReader } from './reader.ts';
import {
  type FunctionBody,
  type FunctionImport,
  type FunctionType,
  functionType,
  sameFunctionType,
  showFunctionType,
  type WasmModule,
} from './types.ts';
import { WasmWriter } from './writer.ts';

interface Part {
  /** Name of the library; empty for the module itself. */
  readonly name: string;
  readonly module: WasmModule;
  /** New number of its first own function, and of its first global. */
  readonly firstFunction: number;
  readonly firstGlobal: number;
}

const CALL = 0x10;
const CALL_INDIRECT = 0x11;
const GLOBAL_GET = 0x23;
const GLOBAL_SET = 0x24;
const PREFIX = 0xfc;

/**
 * The linked module; `code` itself when it imports from none of the libraries.
 * @throws SherdError WASM_* for bytes that are no module; LIBRARY_NOT_PURE, LIBRARY_FUNCTION_MISSING,
 * LIBRARY_FUNCTION_TYPE, LIBRARY_MEMORY_MISSING, LIBRARY_MEMORY_TYPE, LIBRARY_CYCLE, LINK_BAD_CODE
 */
export function linkModule(
  code: Uint8Array,
  libraries: ReadonlyMap<string, Uint8Array>,
  limits: WasmLimits = WASM_LIMITS,
): Uint8Array {
  const main = decodeModule(code, limits, { memoryImport: 'allowed' });
  const used = usedLibraries(main, libraries, limits);
  if (used.length === 0) return code;
  const { memory, data } = linkMemory([...used, ['', main]]);
  const modules: readonly NamedModule[] = [['', main], ...used];
  const imports = hostImports(modules, libraries);
  const parts: Part[] = [];
  let firstFunction = imports.length;
  let firstGlobal = 0;
  for (const [name, module] of modules) {
    parts.push({ name, module, firstFunction, firstGlobal });
    firstFunction += module.functions.length;
    firstGlobal += module.globals.length;
  }
  const types: FunctionType[] = [];
  const typeOf = (type: FunctionType): number => {
    const known = types.findIndex((one) => sameFunctionType(one, type));
    return known >= 0 ? known : types.push(type) - 1;
  };
  const mapsOf = (part: Part): Maps => ({
    functions: functionNumbers(part, parts, imports),
    types: part.module.types.map(typeOf),
    firstGlobal: part.firstGlobal,
  });
  const maps = parts.map(mapsOf);
  const [{ functions }] = maps as [Maps];
  return encodeModule({
    types,
    imports: imports.map(({ module, name, signature, offset }) => ({ module, name, offset, type: typeOf(signature) })),
    functions: parts.flatMap(({ module }, i) => module.functions.map((type) => maps[i]!.types[type]!)),
    table: main.table,
    memory,
    globals: parts.flatMap(({ module }) => module.globals),
    exports: main.exports.map((each) =>
      each.kind === 'function' ? { ...each, index: numberOf(functions, each.index) } : each,
    ),
    elements: main.elements.map((each) => ({
      ...each,
      functions: each.functions.map((index) => numberOf(functions, index)),
    })),
    data,
    bodies: parts.flatMap(({ module }, i) => module.bodies.map((body) => renumber(body, maps[i]!))),
    names: new Map(),
  });
}

interface Maps {
  readonly functions: readonly number[];
  readonly types: readonly number[];
  readonly firstGlobal: number;
}

type HostImported = Omit<FunctionImport, 'type'> & { readonly signature: FunctionType };

/**
 * Libraries that the module imports from, and those that they do, in the order in which they would be started: each
 * behind those that it imports from.
 */
function usedLibraries(
  main: WasmModule,
  libraries: ReadonlyMap<string, Uint8Array>,
  limits: WasmLimits,
): readonly NamedModule[] {
  const found = new Map<string, WasmModule>();
  const open = new Set<string>();
  const visit = ({ imports, memoryImport }: WasmModule): void => {
    const names = imports.map(({ module }) => module);
    for (const name of memoryImport === undefined ? names : [...names, memoryImport.module]) {
      const code = libraries.get(name);
      if (code === undefined || found.has(name)) continue;
      if (open.has(name)) throw new SherdError('LIBRARY_CYCLE', `library ${name} imports from itself`, { name });
      open.add(name);
      const library = decodeModule(code, limits, { memoryImport: 'allowed' });
      if (library.table !== undefined || library.elements.length > 0) {
        throw new SherdError('LIBRARY_NOT_PURE', `library ${name} has a table, want none`, { name });
      }
      visit(library);
      found.set(name, library);
    }
  };
  visit(main);
  return [...found];
}

/** What all of them import from the host, each function once. */
function hostImports(
  modules: readonly NamedModule[],
  libraries: ReadonlyMap<string, Uint8Array>,
): readonly HostImported[] {
  const found: HostImported[] = [];
  for (const [, owner] of modules) {
    for (const { module, name, type, offset } of owner.imports) {
      if (libraries.has(module)) continue;
      const signature = owner.types[type]!;
      if (findImport(found, module, name, signature) < 0) found.push({ module, name, offset, signature });
    }
  }
  return found;
}

function findImport(list: readonly HostImported[], module: string, name: string, type: FunctionType): number {
  return list.findIndex((one) => one.module === module && one.name === name && sameFunctionType(one.signature, type));
}

/** New number of each function of a part, its imports first. */
function functionNumbers({ module, firstFunction }: Part, parts: readonly Part[], imports: readonly HostImported[]) {
  const imported = module.imports.map(({ module: from, name, type }) => {
    const signature = module.types[type]!;
    const library = parts.find((part) => part.name === from && from !== '');
    return library === undefined
      ? findImport(imports, from, name, signature)
      : exportedFunction(library, name, signature);
  });
  return [...imported, ...module.functions.map((_, i) => firstFunction + i)];
}

function exportedFunction({ name: library, module, firstFunction }: Part, name: string, want: FunctionType): number {
  const found = module.exports.find((each) => each.name === name);
  const own = (found?.index ?? 0) - module.imports.length;
  if (found?.kind !== 'function' || own < 0 || own >= module.functions.length) {
    throw new SherdError('LIBRARY_FUNCTION_MISSING', `library ${library} has no function ${name} of its own`, {
      library,
      name,
    });
  }
  const have = functionType(module, found.index)!;
  if (!sameFunctionType(have, want)) {
    const message = `${library}.${name} is ${showFunctionType(have)}, imported as ${showFunctionType(want)}`;
    throw new SherdError('LIBRARY_FUNCTION_TYPE', message, { library, name });
  }
  return firstFunction + own;
}

/** The body with new numbers of functions, types and globals. */
function renumber(body: FunctionBody, { functions, types, firstGlobal }: Maps): FunctionBody {
  const reader = new WasmReader(body.code, body.offset);
  const out = new WasmWriter(body.code.length + 64);
  while (!reader.atEnd) {
    const start = reader.position;
    const opcode = reader.u8();
    if (opcode === CALL) {
      out.u8(opcode).u32(numberOf(functions, reader.u32()));
    } else if (opcode === CALL_INDIRECT) {
      out.u8(opcode).u32(numberOf(types, reader.u32())).u32(reader.u32());
    } else if (opcode === GLOBAL_GET || opcode === GLOBAL_SET) {
      out.u8(opcode).u32(firstGlobal + reader.u32());
    } else {
      if (opcode !== PREFIX && INSTRUCTIONS[opcode] === undefined) {
        throw new SherdError('LINK_BAD_CODE', `opcode ${opcode} at byte ${body.offset + start}`, { opcode });
      }
      skipImmediates(reader, opcode);
      out.bytes(reader.bytes.subarray(start, reader.position));
    }
  }
  return { ...body, code: out.finish() };
}

function numberOf(map: readonly number[], index: number): number {
  const number = map[index];
  if (number === undefined) throw new SherdError('LINK_BAD_CODE', `number ${index}, have ${map.length}`, { index });
  return number;
}
