/** The public surface of the core: what each subpath exports, and that the guide's examples do what they say. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

function read(...path: readonly string[]): string {
  return readFileSync(join(ROOT, ...path), 'utf8');
}

const { exports } = JSON.parse(read('packages', 'sherd', 'package.json')) as { exports: Record<string, string> };

/** Declarations that `file` exports, itself or from others, with no docstring right before them. `names`: those alone. */
function exportsWithoutDocstring(file: string, names?: readonly string[]): string[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  const missing = lines.flatMap((line, index) => {
    const name = /^export (?:abstract )?(?:function|const|class|interface|type) (\w+)/.exec(line)?.[1];
    if (name === undefined || names?.includes(name) === false) return [];
    return lines[index - 1]?.endsWith('*/') ? [] : [`${relative(ROOT, file)}:${index + 1} ${name}`];
  });
  for (const [, list, target] of lines.join('\n').matchAll(/^export (?:type )?(\*|\{[^}]*\}) from '([^']+)'/gm)) {
    const wanted =
      list === '*' ? undefined : [...list!.matchAll(/(?:type )?(\w+)(?=[,\s}])/g)].map(([, name]) => name!);
    missing.push(...exportsWithoutDocstring(join(dirname(file), target!), wanted));
  }
  return missing;
}

describe('subpaths', () => {
  for (const [subpath, target] of Object.entries(exports)) {
    const name = subpath.slice(2);

    it(`sherd/${name} exports what its list says, and nothing asynchronous`, async () => {
      const built = (await import(join(ROOT, 'packages', 'sherd', target))) as Record<string, unknown>;
      const names = Object.keys(built).sort();
      // A change of the surface is meant: `npx vitest run --project system test/library.test.ts -u` writes the list.
      await expect(`${names.join('\n')}\n`).toMatchFileSnapshot(`exports/${name}.txt`);
      const isAsync = (value: unknown) => typeof value === 'function' && value.constructor.name === 'AsyncFunction';
      expect(names.filter((each) => isAsync(built[each]))).toEqual([]);
    });
  }

  // The beacon chain, shards and scripts have their guides; what a tool builder takes is documented where it stands.
  for (const folder of ['evm', 'state', 'tx', 'kzg', 'block', 'trie', 'transition', 'precompiles']) {
    it(`sherd/${folder}: whatever it exports has a docstring`, () => {
      expect(exportsWithoutDocstring(join(ROOT, 'packages', 'sherd', 'src', folder, 'index.ts'))).toEqual([]);
    });
  }

  it('have all a line in the guide', () => {
    const guide = read('docs', 'guide', 'library.md');
    for (const subpath of Object.keys(exports)) expect(guide).toContain(`| \`sherd/${subpath.slice(2)}\` |`);
  });
});

describe('examples', () => {
  const files = readdirSync(join(ROOT, 'examples')).filter((name) => name.endsWith('.mjs'));

  for (const file of files) {
    it(`${file} prints what the guide shows, and stands there word for word`, () => {
      const { status, stdout, stderr } = spawnSync(process.execPath, [join('examples', file)], {
        cwd: ROOT,
        encoding: 'utf8',
      });
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      const source = read('examples', file);
      expect(read('docs', 'guide', 'library.md')).toContain(
        `\`\`\`js\n${source}\`\`\`\n\nprints\n\n\`\`\`text\n${stdout}\`\`\`\n`,
      );
    });
  }

  it('of the README of the package is one of them', () => {
    const blocks = [...read('packages', 'sherd', 'README.md').matchAll(/```js\n([\s\S]*?)```/g)].map(
      ([, code]) => code,
    );
    expect(blocks.length).toBeGreaterThan(0);
    const sources = files.map((file) => read('examples', file));
    for (const block of blocks) expect(sources).toContain(block);
  });
});
