/** Compiles scripts with the SDK's compiler, which is a development dependency: only these commands need it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { hexToBytes, SherdError } from 'sherd/base';
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

/**
 * Bytes of a script: of a file as {@link readModule} reads it, of a source compiled.
 * @throws SherdError FILE_NOT_READ, FILE_IS_TEXT, BUILD_FAILED, COMPILER_NOT_INSTALLED
 */
export async function loadScript(path: string, options: { readonly names?: boolean } = {}): Promise<Uint8Array> {
  return isSource(path) ? compileEntry(entryOf(path), options) : readModule(path);
}

/**
 * Code as a file has it: bytes as they are, or as hex digits, which is how compilers for the EVM write it.
 * @throws SherdError FILE_NOT_READ, FILE_IS_TEXT
 */
export function readModule(file: string): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = new Uint8Array(readFileSync(file));
  } catch (error) {
    throw new SherdError('FILE_NOT_READ', error instanceof Error ? error.message : String(error), { file });
  }
  // What calls itself a module is told what is wrong with it by the check of modules.
  const text = file.endsWith('.wasm') ? undefined : textOf(bytes);
  return text === undefined ? bytes : codeOfText(file, text.trim());
}

/** UTF-8 without control characters but tabs and line ends. Code of any use is never that; a byte or two may be. */
function textOf(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return /[^\P{Cc}\t\n\r]/u.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}

/** Bytes of hex digits. The chain takes almost any bytes for bytecode, so a text must not get that far. */
function codeOfText(file: string, text: string): Uint8Array {
  const digits = text.replace(/^0x/i, '').replace(/\s+/g, '');
  if (digits.length > 0 && digits.length % 2 === 0 && /^[0-9a-f]*$/i.test(digits)) return hexToBytes(`0x${digits}`);
  const what = text === '' ? 'is empty' : 'is text, and not of hex digits only';
  const want = 'want a WebAssembly module, EVM bytecode, or bytecode in hex digits';
  const hint = text.startsWith('(module') ? '; a .wat file becomes a module with wat2wasm' : '';
  throw new SherdError('FILE_IS_TEXT', `${file} ${what}: ${want}${hint}`, { file });
}
