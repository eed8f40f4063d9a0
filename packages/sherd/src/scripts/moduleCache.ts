/** Compiled modules by code hash and rules, the least recently used one dropped first. */
import { bytesToHex } from '../base/index.ts';
import { checkWasm, type RefusedModule } from './checkModule.ts';
import { faceOf } from './faces/index.ts';
import { type HostTable, ImportBinding } from './hostInterface.ts';
import { RULES_VERSION } from './rules.ts';
import { decodeRunHeader, type RunHeader } from './runHeader.ts';

/** A module that can be started. */
export interface CompiledModule extends RunHeader {
  readonly module: WebAssembly.Module;
  /** What it imports from, and the functions that it imports. */
  readonly table: HostTable;
  readonly imports: readonly string[];
  readonly binding: ImportBinding;
}

/** What a cache entry is: there is no third form, so that nobody can mistake a refusal for a module. */
export type CacheEntry =
  | { readonly kind: 'compiled'; readonly module: CompiledModule }
  | { readonly kind: 'refused'; readonly why: RefusedModule };

/** Compiles metered code. @throws SherdError NOT_METERED, STALE_METERED_CODE */
export function compileMetered(metered: Uint8Array): CompiledModule {
  const header = decodeRunHeader(metered);
  const module = new WebAssembly.Module(metered);
  const all = WebAssembly.Module.imports(module);
  // Metering has its memory come from the module that the functions come from.
  const { table } = faceOf(all.find(({ kind }) => kind === 'memory')?.module);
  const imports = all.filter(({ kind }) => kind === 'function').map(({ name }) => name);
  return { ...header, module, table, imports, binding: new ImportBinding(table, imports) };
}

/** Entries by key within a budget of bytes; the least recently used go first. */
class ByteBudget {
  readonly #entries = new Map<string, { readonly entry: CacheEntry; readonly bytes: number }>();
  readonly #budget: number;
  #used = 0;

  constructor(budget: number) {
    this.#budget = budget;
  }

  get(key: string): CacheEntry | undefined {
    const found = this.#entries.get(key);
    if (found === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, found);
    return found.entry;
  }

  put(key: string, entry: CacheEntry, bytes: number): void {
    this.#entries.set(key, { entry, bytes });
    this.#used += bytes;
    for (const [oldest, { bytes: freed }] of this.#entries) {
      if (this.#used <= this.#budget || oldest === key) return;
      this.#entries.delete(oldest);
      this.#used -= freed;
    }
  }
}

/** What an entry takes beside its bytes. */
const ENTRY_BYTES = 4_096;

/** Is told that a script is about to be compiled; the answer, that it has been. */
export type CompileListener = (codeHash: Uint8Array, metered: Uint8Array) => () => void;

export class ModuleCache {
  /** Apart, so that raw code, which anybody may hand in, cannot push scripts out. */
  readonly #scripts: ByteBudget;
  readonly #raw: ByteBudget;
  readonly #onCompile: CompileListener | undefined;

  /** `budget` in bytes of metered code, for scripts; raw code has an eighth of it. */
  constructor(budget: number, onCompile?: CompileListener) {
    this.#onCompile = onCompile;
    this.#scripts = new ByteBudget(budget);
    this.#raw = new ByteBudget(budget / 8);
  }

  /** A registered script: its metered code was accepted before. */
  script(codeHash: Uint8Array, metered: Uint8Array): CompiledModule {
    const key = keyOf(codeHash);
    let entry = this.#scripts.get(key);
    if (entry === undefined) {
      const compiled = this.#onCompile?.(codeHash, metered);
      entry = { kind: 'compiled', module: compileMetered(metered) };
      compiled?.();
      this.#scripts.put(key, entry, ENTRY_BYTES + metered.length);
    }
    if (entry.kind === 'refused') throw new Error(`refused code in the cache of scripts: ${entry.why.message}`);
    return entry.module;
  }

  /** Raw WebAssembly by its own hash: checked here. */
  raw(codeHash: Uint8Array, code: Uint8Array): CacheEntry {
    const key = keyOf(codeHash);
    const known = this.#raw.get(key);
    if (known !== undefined) return known;
    const verdict = checkWasm(code);
    const entry: CacheEntry = verdict.ok
      ? { kind: 'compiled', module: compileMetered(verdict.metered) }
      : { kind: 'refused', why: verdict };
    this.#raw.put(key, entry, ENTRY_BYTES + (verdict.ok ? verdict.metered.length : 0));
    return entry;
  }
}

function keyOf(codeHash: Uint8Array): string {
  return `${RULES_VERSION}:${bytesToHex(codeHash)}`;
}
