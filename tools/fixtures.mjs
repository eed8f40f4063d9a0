// Finds the official test suites and unpacks them into a cache; they never come into the repository.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { root } from './run.mjs';

const HOW_TO_GET_THEM =
  'unpack the public releases (ethereum/tests, ethereum/legacytests, execution-spec-tests fixtures_develop v5.4.0) into one folder and set SHERD_FIXTURES to it';

/**
 * Folder with the unpacked suites, or undefined with a message on stderr that says what is skipped.
 * SHERD_FIXTURES may name an unpacked folder or one with the .tar.xz archives.
 */
export function unpackedFixtures() {
  const source = resolve(process.env.SHERD_FIXTURES ?? join(root, '..', 'shared', 'fixtures'));
  if (!existsSync(source)) {
    console.error(`official suites skipped: no folder ${source}; to run them, ${HOW_TO_GET_THEM}`);
    return undefined;
  }
  const archives = readdirSync(source).filter((name) => name.endsWith('.tar.xz'));
  if (archives.length === 0) return source;
  const cache = join(root, 'node_modules', '.cache', 'sherd-fixtures');
  mkdirSync(cache, { recursive: true });
  for (const archive of archives) {
    const path = join(source, archive);
    const digest = createHash('sha256').update(readFileSync(path)).digest('hex');
    const name = archive.slice(0, -'.tar.xz'.length);
    const stamp = join(cache, `.${name}.done`);
    if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) continue;
    rmSync(join(cache, name), { recursive: true, force: true });
    const result = spawnSync('tar', ['-C', cache, '-xJf', path], { stdio: ['ignore', 'inherit', 'inherit'] });
    if (result.status !== 0) {
      console.error(`official suites skipped: cannot unpack ${archive} (tar and xz are needed)`);
      return undefined;
    }
    writeFileSync(stamp, digest);
  }
  return cache;
}
