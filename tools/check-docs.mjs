// Documentation stays true about files: every path in backticks and every relative link of our Markdown must exist.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { root } from './run.mjs';

/** Folders that a short path in backticks may start from. */
const HOMES = ['', 'packages/sherd/src', 'packages/node/src', 'packages/testkit/src', 'execution-scripts'];
const SKIP = new Set(['node_modules', 'dist', '.git', 'coverage', 'sherd-data']);

function* markdown(folder) {
  for (const name of readdirSync(folder)) {
    if (SKIP.has(name)) continue;
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* markdown(path);
    else if (name.endsWith('.md')) yield path;
  }
}

const problems = [];
let seen = 0;
for (const file of markdown(root)) {
  const text = readFileSync(file, 'utf8').replace(/```[\s\S]*?```/g, '');
  const here = relative(root, file);
  for (const [, path] of text.matchAll(
    /`([\w@./-]+\/[\w.-]*\.(?:ts|mjs|js|md|sol|json|wasm)|[\w@-]+(?:\/[\w@-]+)*\/)`/g,
  )) {
    seen += 1;
    const homes = [...HOMES.map((home) => join(root, home)), dirname(file)];
    if (!homes.some((home) => existsSync(join(home, path)))) problems.push(`${here}: no such path: ${path}`);
  }
  for (const [, link] of text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)) {
    if (/^[a-z]+:/.test(link)) continue;
    seen += 1;
    if (!existsSync(join(dirname(file), link))) problems.push(`${here}: broken link: ${link}`);
  }
}
for (const problem of problems) console.error(problem);
console.log(`docs: ${seen} paths and links, ${problems.length} problems`);
process.exit(problems.length === 0 ? 0 : 1);
