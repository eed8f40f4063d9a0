/** What the EVM tools read: bytecode as an argument, a file or standard input; JSON files. */
import { existsSync, readFileSync } from 'node:fs';
import { hexToBytes, SherdError } from 'sherd/base';
import type { Json } from '../conformance/fields.ts';
import { jsonFault } from '../conformance/jsonFault.ts';

/** Standard input is read once, and is what every `-` and `stdin` means. */
let standardInput: string | undefined;

/** @throws SherdError NO_SUCH_FILE when the file cannot be read; `-` is standard input. */
export function readText(path: string): string {
  try {
    if (path !== '-') return readFileSync(path, 'utf8');
    standardInput ??= readFileSync(0, 'utf8');
    return standardInput;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'no such file' : `cannot be read (${code})`;
    throw new SherdError('NO_SUCH_FILE', `${path}: ${why}`, { path });
  }
}

/**
 * Bytes of hex text, with or without 0x; space around it and line ends within it do not count.
 * @throws SherdError BAD_HEX with what the text is for.
 */
export function bytesOfText(text: string, what: string): Uint8Array {
  const digits = text.replace(/\s+/g, '');
  try {
    return hexToBytes(digits);
  } catch (error) {
    throw new SherdError('BAD_HEX', `${what}: ${(error as Error).message}`, { what });
  }
}

/**
 * The argument itself when it is hex, else the text of the file of that name (`-`: standard input).
 * @throws SherdError BAD_HEX when it is neither; NO_SUCH_FILE when the file cannot be read.
 */
export function hexOrFile(argument: string): string {
  if (argument.startsWith('0x') || /^[0-9a-fA-F]+$/.test(argument)) return argument;
  if (argument !== '-' && !existsSync(argument)) {
    throw new SherdError('BAD_HEX', `${argument.slice(0, 60)}: neither hex nor a file`, { argument });
  }
  return readText(argument);
}

/**
 * JSON whose integers of 16 digits and more come as decimal strings, which JSON.parse would round: genesis files have
 * balances and total difficulties as bare numbers.
 * @throws SherdError BAD_JSON.
 */
export function parseJson(text: string, what: string): Json {
  // Strings are matched first, so that digits within them stay as they are.
  const exact = text.replace(/"(?:[^"\\]|\\.)*"|(?<![\d.eE+-])\d{16,}(?![\d.eE])/g, (match) =>
    match.startsWith('"') ? match : `"${match}"`,
  );
  try {
    return JSON.parse(exact);
  } catch (error) {
    throw new SherdError('BAD_JSON', `${what}: ${jsonFault(text) ?? (error as Error).message}`, { what });
  }
}
