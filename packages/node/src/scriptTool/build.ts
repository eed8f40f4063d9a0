/** Compiles scripts with the SDK's compiler, which is a development dependency: only these commands need it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { SherdError } from 'sherd/base';
import { entryOf, isSource, type ScriptProject } from './project.ts';

interface Compiler {
  compileScript(entry: string, sources?: ReadonlyMap<string, string>, options?: readonly string[]): Promise<Uint8Array>;
}

/** A name, not a literal: the type checker would look for the SDK's types, and it has none. */
const COMPILER: string = '@sherd/sdk/compile.mjs';

/** @throws SherdError COMPILER_NOT_INSTALLED */
async function loadCompiler(): Promise<Compiler> {
  try {
    return (await import(COMPILER)) as Compiler;
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    const want = 'want the packages @sherd/sdk and assemblyscript installed beside the program';
    throw new SherdError('COMPILER_NOT_INSTALLED', `no compiler for AssemblyScript here, ${want}`);
  }
}

/**
 * Compiles a source. `names` keeps the functions' names in the module, for messages.
 * @throws SherdError BUILD_FAILED with what the compiler says, COMPILER_NOT_INSTALLED
 */
export async function compileEntry(entry: string, { names = false } = {}): Promise<Uint8Array> {
  const { compileScript } = await loadCompiler();
  try {
    return new Uint8Array(await compileScript(entry, new Map(), names ? ['--debug'] : []));
  } catch (error) {
    throw new SherdError('BUILD_FAILED', error instanceof Error ? error.message.trim() : String(error), { entry });
  }
}

/** Compiles a project and writes its module; the bytes. @throws SherdError as {@link compileEntry} */
export async function buildProject({ entry, module }: ScriptProject): Promise<Uint8Array> {
  const code = await compileEntry(entry);
  writeFileSync(module, code);
  return code;
}

/** Bytes of a script: of a file as it is, of a source compiled. @throws SherdError FILE_NOT_READ, BUILD_FAILED */
export async function loadScript(path: string, options: { readonly names?: boolean } = {}): Promise<Uint8Array> {
  return isSource(path) ? compileEntry(entryOf(path), options) : readModule(path);
}

/** @throws SherdError FILE_NOT_READ */
export function readModule(file: string): Uint8Array {
  try {
    return new Uint8Array(readFileSync(file));
  } catch (error) {
    throw new SherdError('FILE_NOT_READ', error instanceof Error ? error.message : String(error), { file });
  }
}
