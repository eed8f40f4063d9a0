/** The folder of a script: NAME/assembly/index.ts is its source, NAME/NAME.wasm what is registered, NAME/test its tests. */
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { SherdError } from 'sherd/base';
import { makeFolder } from '../storage/makeFolder.ts';
import { scaffoldFiles } from './scaffold.ts';

export interface ScriptProject {
  readonly name: string;
  readonly directory: string;
  /** The source that is compiled. */
  readonly entry: string;
  /** The module that it becomes. */
  readonly module: string;
}

const ENTRY = join('assembly', 'index.ts');

/** The project in a folder. @throws SherdError NOT_A_SCRIPT */
export function openProject(directory: string): ScriptProject {
  const home = resolve(directory);
  const entry = join(home, ENTRY);
  if (!existsSync(entry)) {
    throw new SherdError('NOT_A_SCRIPT', `${home} has no ${ENTRY}; \`sherd script new NAME\` makes a script`, { home });
  }
  const name = basename(home);
  return { name, directory: home, entry, module: join(home, `${name}.wasm`) };
}

/** Is this path a source, that has to be compiled first: the folder of a script, or a file of AssemblyScript? */
export function isSource(path: string): boolean {
  return path.endsWith('.ts') || (existsSync(path) && statSync(path).isDirectory());
}

/** The file that is compiled for a source path. @throws SherdError NOT_A_SCRIPT */
export function entryOf(path: string): string {
  return path.endsWith('.ts') ? resolve(path) : openProject(path).entry;
}

/** Tests of the project, as files. @throws SherdError NO_TESTS */
export function testFiles({ name, directory }: ScriptProject): readonly string[] {
  const folder = join(directory, 'test');
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.test.mjs')) : [];
  if (files.length === 0) throw new SherdError('NO_TESTS', `${name} has no test/*.test.mjs`, { folder });
  return files.sort().map((file) => join(folder, file));
}

/**
 * Makes a new script in the folder `parent`/`name`: source, test, README. It builds and passes its test as it is.
 * @throws SherdError BAD_SCRIPT_NAME, SCRIPT_EXISTS
 */
export function createProject(name: string, parent: string): ScriptProject {
  if (!/^[a-z][a-z0-9-]{0,39}$/.test(name)) {
    const want = 'want a small letter, then up to 39 small letters, digits and hyphens';
    throw new SherdError('BAD_SCRIPT_NAME', `script name ${JSON.stringify(name)}, ${want}`, { name });
  }
  const directory = resolve(parent, name);
  if (existsSync(directory)) throw new SherdError('SCRIPT_EXISTS', `${directory} is there already`, { directory });
  for (const [path, text] of Object.entries(scaffoldFiles(name))) {
    const file = join(directory, path);
    makeFolder(dirname(file));
    writeFileSync(file, text);
  }
  return openProject(directory);
}
