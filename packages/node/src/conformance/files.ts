/** Which files a path stands for, and what a fixture file of each kind gives. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isSherdError, SherdError } from 'sherd/base';
import { fixtureFault, type JsonObject, objectAt } from './fields.ts';

/** All JSON files at `path`, a file or a folder with folders in it, in the order of their names. */
export function fixtureFiles(path: string): string[] {
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
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const inside = join(folder, entry.name);
      if (entry.isDirectory()) folders.push(inside);
      else if (entry.name.endsWith('.json') && entry.name !== 'index.json') files.push(inside);
    }
  }
  return files.sort();
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
    throw fixtureFault('the file', (error as Error).message);
  }
}
