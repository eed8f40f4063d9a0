/** Compiled modules by code hash and rules, the least recently used one dropped first. */
import { bytesToHex } from '../base/index.ts';
import { checkModule, type RefusedModule } from './checkModule.ts';
import { HOST_MODULE } from './hostFunctions.ts';
import { RULES_VERSION } from './rules.ts';
import { decodeRunHeader, type RunHeader } from './runHeader.ts';

/** A module that can be started. */
export interface CompiledModule extends RunHeader {
  readonly module: WebAssembly.Module;
  /** Host functions that it imports. */
  readonly imports: readonly string[];
}

/** What a cache entry is: there is no third form, so that nobody can mistake a refusal for a module. */
export type CacheEntry =
  | { readonly kind: 'compiled'; readonly module: CompiledModule }
  | { readonly kind: 'refused'; readonly why: RefusedModule };

/** Compiles metered code. @throws SherdError NOT_METERED, STALE_METERED_CODE */
export function compileMetered(metered: Uint8Array): CompiledModule {
  const header = decodeRunHeader(metered);
  const module = new WebAssembly.Module(metered);
  const imports = WebAssembly.Module.imports(module)
    .filter(({ module: from, kind }) => from === HOST_MODULE && kind === 'function')
    .map(({ name }) => name);
  return { ...header, module, imports };
}

export class ModuleCache {
  readonly #entries = new Map<string, CacheEntry>();
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** A registered script: its metered code was accepted before. */
  script(codeHash: Uint8Array, metered: Uint8Array): CompiledModule {
    const entry = this.#get(`script:${RULES_VERSION}:${bytesToHex(codeHash)}`, () => ({
      kind: 'compiled',
      module: compileMetered(metered),
    }));
    if (entry.kind === 'refused') throw new Error(`refused code in the cache of scripts: ${entry.why.message}`);
    return entry.module;
  }

  /** Raw code by its own hash: checked here. */
  raw(codeHash: Uint8Array, code: Uint8Array): CacheEntry {
    return this.#get(`raw:${RULES_VERSION}:${bytesToHex(codeHash)}`, () => {
      const verdict = checkModule(code);
      return verdict.ok
        ? { kind: 'compiled', module: compileMetered(verdict.metered) }
        : { kind: 'refused', why: verdict };
    });
  }

  #get(key: string, make: () => CacheEntry): CacheEntry {
    let entry = this.#entries.get(key);
    if (entry !== undefined) this.#entries.delete(key);
    else entry = make();
    this.#entries.set(key, entry);
    if (this.#entries.size > this.#capacity) this.#entries.delete(this.#entries.keys().next().value!);
    return entry;
  }
}
