/** What commands load before they do anything: the time until a command begins is that of its imports. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

/** What `file` imports by name when it is loaded, and whatever that imports: packages, with types left out. */
function loadedPackages(file: string, seen = new Set<string>(), packages = new Set<string>()): Set<string> {
  if (seen.has(file)) return packages;
  seen.add(file);
  for (const [, what, from] of readFileSync(file, 'utf8').matchAll(/^import (?!type )([^;]*?) from '([^']+)';/gms)) {
    if (/^\{(?:\s*type [\w\s]+,?)+\s*\}$/.test(what!)) continue;
    if (from!.startsWith('.')) loadedPackages(join(dirname(file), from!), seen, packages);
    else packages.add(from!);
  }
  return packages;
}

describe('the commands that run test suites', () => {
  it.each(['statetest', 'blocktest', 'transactiontest', 'vmtest'])('%s loads no script engine', (name) => {
    const packages = loadedPackages(join(import.meta.dirname, `${name}.ts`));
    expect([...packages]).toContain('sherd/evm');
    expect([...packages].filter((from) => ['sherd/scripts', 'sherd/shard', 'sherd/wasm'].includes(from))).toEqual([]);
  });
});
