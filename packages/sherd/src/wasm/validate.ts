/** Is a decoded module one that a script may be? Module-level rules here, bodies in `validateBody.ts`. */
import { wasmError } from './errors.ts';
import type { WasmLimits } from './limits.ts';
import {
  type BoundedModule,
  type FunctionType,
  functionType,
  sameFunctionType,
  showFunctionType,
  type WasmModule,
} from './types.ts';
import { BodyChecker, type FunctionFacts } from './validateBody.ts';

/** What the host offers: functions by name, in one module. */
export interface HostInterface {
  readonly module: string;
  readonly functions: ReadonlyMap<string, HostImport>;
  /**
   * How much a memory may grow. `declared`: what the module says, which must be within the limits. `capped`: the limit,
   * whatever the module says or leaves out; growth beyond it fails as the format allows. For modules of times when
   * nobody declared a maximum.
   */
  readonly memoryMaximum?: 'declared' | 'capped';
}

export interface HostImport {
  readonly type: FunctionType;
  /** Gas of every call. */
  readonly gas: number;
}

const PAGE_BYTES = 65_536;
/** Entry point and memory of a script. */
export const MAIN_EXPORT = 'main';
export const MEMORY_EXPORT = 'memory';

/**
 * Checks the module; gives the facts of each function that it defines, in order.
 * @throws SherdError one of WASM_ERRORS
 */
export function validateModule(module: WasmModule, host: HostInterface, limits: WasmLimits): readonly FunctionFacts[] {
  checkImports(module, host);
  checkExports(module);
  checkSegments(module);
  const checker = new BodyChecker(module, limits);
  const facts: FunctionFacts[] = [];
  const codeBytes = module.bodies.reduce((sum, { code }) => sum + code.length, 0);
  const mostLoops = limits.loopsPer64KiB * Math.max(1, Math.ceil(codeBytes / 65_536));
  let [loops, work] = [0, 0];
  for (let i = 0; i < module.functions.length; i++) {
    const place = { function: module.imports.length + i };
    const fact = checker.check(place.function);
    loops += fact.loops;
    work += fact.mergeWork;
    if (loops > mostLoops) {
      const message = `more than ${mostLoops} loops in ${codeBytes} bytes of code`;
      throw wasmError('WASM_TOO_MANY_LOOPS', message, place);
    }
    if (work > limits.mergeWorkInAll) {
      const message = `branches times values alive above ${limits.mergeWorkInAll} in all`;
      throw wasmError('WASM_TOO_MANY_MERGES', message, place);
    }
    facts.push(fact);
  }
  return facts;
}

/**
 * The module with the maximum that its memory has under the host's rules.
 * @throws SherdError WASM_NO_MAXIMUM_MEMORY, WASM_TOO_MUCH_MEMORY
 */
export function boundMemory(module: WasmModule, host: HostInterface, limits: WasmLimits): BoundedModule {
  const { memory } = module;
  if (memory === undefined) return { ...module, memory };
  const { initial, maximum, offset } = memory;
  const place = offset === undefined ? {} : { offset };
  if (host.memoryMaximum === 'capped') {
    const capped = Math.min(maximum ?? limits.memoryPages, limits.memoryPages);
    return { ...module, memory: { initial, maximum: capped } };
  }
  if (maximum === undefined) {
    throw wasmError('WASM_NO_MAXIMUM_MEMORY', 'the memory declares no maximum size, want one', place);
  }
  if (maximum <= limits.memoryPages) return { ...module, memory: { initial, maximum } };
  const message = `memory of up to ${maximum} pages, want at most ${limits.memoryPages}`;
  throw wasmError('WASM_TOO_MUCH_MEMORY', message, place);
}

function checkImports(module: WasmModule, host: HostInterface): void {
  for (const { module: from, name, type, offset } of module.imports) {
    const offered = from === host.module ? host.functions.get(name) : undefined;
    if (offered === undefined) {
      throw wasmError('WASM_BAD_IMPORT', `import ${from}.${name}, which the host does not offer`, { offset });
    }
    const have = module.types[type]!;
    if (!sameFunctionType(have, offered.type)) {
      const message = `import ${from}.${name} of type ${showFunctionType(have)}, want ${showFunctionType(offered.type)}`;
      throw wasmError('WASM_BAD_IMPORT', message, { offset });
    }
  }
}

function checkExports(module: WasmModule): void {
  const counts = {
    function: module.imports.length + module.functions.length,
    table: module.table ? 1 : 0,
    memory: module.memory ? 1 : 0,
    global: module.globals.length,
  };
  for (const { name, kind, index } of module.exports) {
    if (index >= counts[kind]) {
      throw wasmError('WASM_BAD_EXPORT', `export ${name} is ${kind} ${index}, have ${counts[kind]}`);
    }
  }
  const main = module.exports.find(({ name }) => name === MAIN_EXPORT);
  if (main?.kind !== 'function') throw wasmError('WASM_NO_MAIN', 'no function exported as main, want one');
  const type = functionType(module, main.index)!;
  if (type.parameters.length > 0 || type.results.length > 0 || main.index < module.imports.length) {
    const place = { function: main.index };
    throw wasmError('WASM_NO_MAIN', `main is ${showFunctionType(type)}, want a function () -> () of the module`, place);
  }
  const memory = module.exports.find(({ name }) => name === MEMORY_EXPORT);
  if (memory?.kind !== 'memory') throw wasmError('WASM_NO_MEMORY', 'no memory exported as memory, want one');
}

/** Segments lie inside, so that an instance can always be made and no segment is written in part. */
function checkSegments(module: WasmModule): void {
  const functions = module.imports.length + module.functions.length;
  for (const { start, functions: entries } of module.elements) {
    const size = module.table?.initial ?? 0;
    if (module.table === undefined || start + entries.length > size) {
      const message = `elements ${start} to ${start + entries.length} of a table of ${size}`;
      throw wasmError('WASM_SEGMENT_OUT_OF_BOUNDS', message);
    }
    for (const index of entries) {
      if (index >= functions) throw wasmError('WASM_UNKNOWN_INDEX', `element is function ${index}, have ${functions}`);
      // An indirect call does not tell whom it calls, so that the fixed gas of a host function could not be charged.
      if (index < module.imports.length) {
        const message = `element is the import ${module.imports[index]!.name}, want a function of the module`;
        throw wasmError('WASM_UNSUPPORTED', message, { function: index });
      }
    }
  }
  for (const { start, bytes } of module.data) {
    const size = (module.memory?.initial ?? 0) * PAGE_BYTES;
    if (module.memory === undefined || start + bytes.length > size) {
      const message = `data ${start} to ${start + bytes.length} of a memory of ${size} bytes`;
      throw wasmError('WASM_SEGMENT_OUT_OF_BOUNDS', message);
    }
  }
}
