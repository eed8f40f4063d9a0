/** Which files a path stands for, and what a fixture file of each kind gives. */
import { type Dirent, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isSherdError, SherdError } from 'sherd/base';
import { fixtureFault, type JsonObject, objectAt } from './fields.ts';
import { jsonFault } from './jsonFault.ts';

/**
 * All JSON files at `path`, a file or a folder with folders in it, in the order of their names. `onFault` hears of
 * folders within that cannot be read; without it the first of them ends the search.
 * @throws SherdError NO_SUCH_FILE.
 */
export function fixtureFiles(path: string, onFault?: (message: string) => void): string[] {
  let isFolder: boolean;
  try {
    isFolder = statSync(path).isDirectory();
  } catch {
    throw new SherdError('NO_SUCH_FILE', `${path}: no such file or folder`, { path });
  }
  if (!isFolder) return [path];
  const files: string[] = [];
  const folders = [path];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of entriesOf(folder, onFault)) {
      const inside = join(folder, entry.name);
      if (entry.isDirectory()) folders.push(inside);
      else if (entry.name.endsWith('.json') && entry.name !== 'index.json') files.push(inside);
    }
  }
  return files.sort();
}

function entriesOf(folder: string, onFault?: (message: string) => void): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    const message = `${folder}: cannot be read (${(error as NodeJS.ErrnoException).code})`;
    if (onFault === undefined) throw new SherdError('NO_SUCH_FILE', message, { path: folder });
    onFault(message);
    return [];
  }
}

/**
 * The object of a fixture file: test name to test.
 * @throws SherdError NO_SUCH_FILE, BAD_FIXTURE.
 */
export function readFixtureFile(path: string): JsonObject {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new SherdError('NO_SUCH_FILE', code === 'ENOENT' ? 'no such file' : `cannot be read (${code})`, { path });
  }
  try {
    return objectAt(JSON.parse(text), 'the file');
  } catch (error) {
    if (isSherdError(error)) throw error;
    throw fixtureFault('the file', jsonFault(text) ?? (error as Error).message);
  }
}
