// Who may import whom inside the core, and no cycles anywhere. The table is DESIGN's: imports run one way.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const root = resolve(import.meta.dirname ?? dirname(new URL(import.meta.url).pathname), '..');

/** What each folder of packages/sherd/src may import besides itself. */
const LAYERS = {
  base: [],
  protocol: ['base'],
  crypto: ['base'],
  precompiles: ['base', 'protocol', 'crypto'],
  ssz: ['base', 'crypto'],
  trie: ['base', 'crypto', 'ssz'],
  tx: ['base', 'protocol', 'crypto'],
  kzg: ['base', 'crypto', 'tx'],
  wasm: ['base'],
  evm: ['base', 'protocol', 'crypto', 'precompiles', 'wasm'],
  state: ['base', 'protocol', 'crypto', 'trie', 'evm'],
  block: ['base', 'protocol', 'crypto', 'trie', 'tx', 'evm'],
  transition: ['base', 'protocol', 'crypto', 'precompiles', 'trie', 'tx', 'evm', 'state', 'block'],
  scripts: ['base', 'crypto', 'wasm'],
  beacon: ['base', 'crypto', 'ssz', 'trie', 'scripts'],
  shard: [
    'base',
    'protocol',
    'crypto',
    'ssz',
    'trie',
    'tx',
    'evm',
    'state',
    'block',
    'transition',
    'scripts',
    'beacon',
  ],
};
/** Bare imports that the core may not use: nothing with a platform in it. */
const NO_PLATFORM = /^node:/;
/** The native sides of conditional imports (package.json, "imports"): no other platform ever loads them. */
const NATIVE = /^crypto\/[a-z0-9]+\/native\.ts$/;

function* sources(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (name === 'node_modules' || name === 'dist') continue;
    if (statSync(path).isDirectory()) yield* sources(path);
    else if (name.endsWith('.ts') && !name.endsWith('.d.ts')) yield path;
  }
}

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s(?:[^'"`;]*?\sfrom\s)?\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/g;
const problems = [];
const graph = new Map();

for (const pkg of ['sherd', 'node', 'testkit']) {
  const src = join(root, 'packages', pkg, 'src');
  for (const file of sources(src)) {
    const text = readFileSync(file, 'utf8');
    const here = relative(src, file);
    const folder = here.split('/')[0];
    const isTest = /\.test\.ts$/.test(file);
    const edges = [];
    for (const match of text.matchAll(IMPORT)) {
      const target = match[1] ?? match[2];
      const isType = /^\s*(?:import|export)\s+type\s/.test(match[0].replace(/^\n/, ''));
      if (pkg === 'sherd' && !isTest && !NATIVE.test(here) && NO_PLATFORM.test(target))
        problems.push(`${here}: the core may not import ${target}`);
      if (pkg === 'node' && target.startsWith('sherd/') && target.split('/').length > 2)
        problems.push(`${here}: deep import ${target}`);
      if (!target.startsWith('.')) continue;
      const to = resolve(dirname(file), target);
      if (relative(src, to).startsWith('..'))
        problems.push(`packages/${pkg}/src/${here}: import leaves the package: ${target}`);
      if (!isType) edges.push(to);
      if (pkg !== 'sherd' || isTest || folder.endsWith('.ts')) continue;
      const other = relative(src, to).split('/')[0];
      if (other !== folder && !LAYERS[folder]?.includes(other))
        problems.push(`${here}: ${folder} may not import ${other} (${target})`);
    }
    graph.set(file, edges);
  }
}

const done = new Set();
function visit(file, path) {
  if (done.has(file)) return;
  const at = path.indexOf(file);
  if (at >= 0) {
    problems.push(`import cycle: ${[...path.slice(at), file].map((f) => relative(root, f)).join(' -> ')}`);
    return;
  }
  for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
  done.add(file);
}
for (const file of graph.keys()) visit(file, []);

for (const problem of [...new Set(problems)]) console.error(problem);
console.log(`imports: ${graph.size} files, ${new Set(problems).size} problems`);
process.exit(problems.length === 0 ? 0 : 1);
