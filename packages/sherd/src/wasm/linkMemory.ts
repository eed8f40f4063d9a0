/**
 * The memory of linked modules. One module has one memory, so that all parts which have one must mean the same: a
 * library's, which the others import, or the script's, while libraries have none. Two memories side by side could not
 * be told apart by an address.
 */
import { SherdError } from '../base/index.ts';
import { wasmError } from './errors.ts';
import type { DataSegment, MemoryDefinition, MemoryImport, WasmModule } from './types.ts';

/** A module by the name that others import from; the script itself has none, and comes last. */
export type NamedModule = readonly [name: string, module: WasmModule];

export interface LinkedMemory {
  readonly memory: MemoryDefinition | undefined;
  /** What fills it, in the order in which the parts would be started. */
  readonly data: readonly DataSegment[];
}

/**
 * @param parts In the order in which they would be started: each behind those that it imports from.
 * @throws SherdError LIBRARY_NOT_PURE, LIBRARY_MEMORY_MISSING, LIBRARY_MEMORY_TYPE, WASM_BAD_IMPORT
 */
export function linkMemory(parts: readonly NamedModule[]): LinkedMemory {
  /** Name of the part whose memory each part has. */
  const owners = new Map<string, string>();
  for (const [name, module] of parts) {
    const owner = module.memory === undefined ? importedFrom(module, parts, owners) : name;
    if (owner !== undefined) owners.set(name, owner);
  }
  const [scriptName, script] = parts[parts.length - 1]!;
  const shared = owners.get(scriptName);
  for (const [name, { data }] of parts) {
    const owner = owners.get(name);
    if (owner !== undefined && owner !== shared) {
      const message = `library ${name} has a memory of its own, want that of the script or none`;
      throw new SherdError('LIBRARY_NOT_PURE', message, { name });
    }
    if (owner === undefined && data.length > 0 && name !== scriptName) {
      throw new SherdError('LIBRARY_NOT_PURE', `library ${name} has data and no memory`, { name });
    }
  }
  const memory = parts.find(([name]) => name === shared)?.[1].memory;
  return { memory, data: shared === undefined ? script.data : parts.flatMap(([, { data }]) => data) };
}

/** Whose memory a module has that has none of its own; undefined when it imports none. */
function importedFrom(
  { memoryImport }: WasmModule,
  parts: readonly NamedModule[],
  owners: ReadonlyMap<string, string>,
): string | undefined {
  if (memoryImport === undefined) return undefined;
  const { module: library, name, offset } = memoryImport;
  const from = parts.find(([partName]) => partName === library && library !== '')?.[1];
  if (from === undefined) {
    const place = offset === undefined ? {} : { offset };
    throw wasmError('WASM_BAD_IMPORT', `import of a memory ${library}.${name}, want one of a library`, place);
  }
  const isExported = from.exports.some((each) => each.kind === 'memory' && each.name === name);
  const owner = isExported ? owners.get(library) : undefined;
  if (owner === undefined) {
    throw new SherdError('LIBRARY_MEMORY_MISSING', `library ${library} has no memory ${name}`, { library, name });
  }
  checkFit(memoryImport, parts.find(([partName]) => partName === owner)![1].memory!);
  return owner;
}

/** The format's rule: at least as large as the importer asks for, and not to grow beyond what it allows. */
function checkFit({ module, name, initial, maximum }: MemoryImport, have: MemoryDefinition): void {
  const fits = maximum === undefined || (have.maximum !== undefined && have.maximum <= maximum);
  if (have.initial >= initial && fits) return;
  const show = (bounds: MemoryDefinition) => `${bounds.initial} to ${bounds.maximum ?? 'any number of'} pages`;
  const message = `${module}.${name} is ${show(have)}, imported as ${show({ initial, maximum })}`;
  throw new SherdError('LIBRARY_MEMORY_TYPE', message, { module, name });
}
