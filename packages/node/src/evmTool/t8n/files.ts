/** The files of geth's `evm` tools: JSON in, text out, and the names that stand for streams. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../../conformance/fields.ts';
import { makeFolder } from '../../storage/makeFolder.ts';
import { parseJson, readText } from '../input.ts';
import { orFault, t8nFault } from './faults.ts';

/** The file name that stands for standard input. */
export const STDIN = 'stdin';

/** Where text for `stdout` and `stderr` goes. */
export interface T8nStreams {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
}

/** @throws SherdError T8N_IO, T8N_JSON with `what`. */
export function readJson(path: string, what: string): Json {
  const text = orFault('T8N_IO', () => readText(path));
  return orFault('T8N_JSON', () => parseJson(text, what));
}

/** A file in a folder that is made when it is not there. @throws SherdError T8N_IO. */
export function writeText(folder: string | undefined, name: string, text: string): void {
  try {
    if (folder !== undefined && folder !== '') makeFolder(folder);
    writeFileSync(join(folder ?? '', name), text);
  } catch (error) {
    throw t8nFault('T8N_IO', `failed writing ${name}: ${(error as Error).message}`);
  }
}
