/**
 * Whether a file is a database at all, before the native library maps it: that ends the whole process when it meets
 * something else, so the file's head is looked at here, and everything behind it in a process of its own.
 */
import { fork } from 'node:child_process';
import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SherdError } from 'sherd/base';

const DATA_FILE = 'data.mdb';
/** Of LMDB's meta pages, behind a page header of 24 bytes. */
const MAGIC = 0xbeefc0de;
const DATA_VERSION = 2;
const PAGE_HEADER = 24;
/** Page size, as a field of the meta page. */
const PAGE_SIZE_AT = PAGE_HEADER + 24;

/** True when the directory holds a database. */
export function hasDatabase(directory: string): boolean {
  return existsSync(join(directory, DATA_FILE));
}

/** Bytes of the database file. */
export function databaseBytes(directory: string): number {
  return statSync(join(directory, DATA_FILE)).size;
}

/** @throws SherdError STORE_DAMAGED unless the file begins with two meta pages of LMDB. */
export function checkDatabaseFile(directory: string): void {
  const path = join(directory, DATA_FILE);
  const size = databaseBytes(directory);
  // A file of no bytes is one that was never written to.
  if (size === 0) return;
  const head = readAt(path, 0, PAGE_HEADER + 64);
  checkMeta(path, head, 0);
  const pageSize = head.getUint32(PAGE_SIZE_AT, true);
  if (pageSize < 512 || pageSize > 65_536 || size < 2 * pageSize) {
    damaged(path, `${size} bytes with pages of ${pageSize}`);
  }
  checkMeta(path, readAt(path, pageSize, PAGE_HEADER + 64), 1);
}

function checkMeta(path: string, page: DataView, number: number): void {
  if (page.byteLength < PAGE_HEADER + 64) damaged(path, `meta page ${number} is cut off`);
  const [magic, version] = [page.getUint32(PAGE_HEADER, true), page.getUint32(PAGE_HEADER + 4, true) & 0xffff];
  if (magic !== MAGIC || version !== DATA_VERSION) damaged(path, `meta page ${number} is none`);
}

function readAt(path: string, position: number, length: number): DataView {
  const buffer = new Uint8Array(length);
  const file = openSync(path, 'r');
  try {
    const count = readSync(file, buffer, 0, length, position);
    return new DataView(buffer.buffer, 0, count);
  } finally {
    closeSync(file);
  }
}

function damaged(path: string, what: string): never {
  throw new SherdError('STORE_DAMAGED', `${path} is no database: ${what}`, { path });
}

/** What the process that looks at a store says. */
export type ProbeAnswer =
  | { readonly entries: number }
  | { readonly error: { readonly code: string; readonly message: string } };

/**
 * Reads the store in a process of its own: pages that are damaged may end whoever reads them.
 * @returns entries read; 0 for a store that is too large to be read at each start.
 * @throws SherdError STORE_DAMAGED, STORE_FORMAT
 */
export function probeStore(directory: string): Promise<number> {
  const here = fileURLToPath(import.meta.url);
  const file = here.endsWith('.ts')
    ? resolve(dirname(here), '../../dist/storage/probe.js')
    : resolve(dirname(here), 'probe.js');
  const child = fork(file, [directory], { execArgv: ['--no-warnings'], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  return new Promise((resolve, reject) => {
    let answer: ProbeAnswer | undefined;
    child.on('message', (message: ProbeAnswer) => {
      answer = message;
    });
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      if (answer === undefined) {
        const message = `${directory}: reading the store ends the process that does it (${signal ?? `exit code ${code}`})`;
        reject(new SherdError('STORE_DAMAGED', message, { directory, signal }));
      } else if ('error' in answer) {
        reject(new SherdError(answer.error.code, answer.error.message, { directory }));
      } else {
        resolve(answer.entries);
      }
    });
  });
}
