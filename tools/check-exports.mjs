// Every subpath of the core's package.json has a source file, and every folder with an index is a subpath.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './run.mjs';

const home = join(root, 'packages', 'sherd');
const { exports } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
const problems = [];
for (const [subpath, target] of Object.entries(exports)) {
  const source = join(home, target.replace('./dist/', 'src/').replace(/\.js$/, '.ts'));
  if (!existsSync(source)) problems.push(`${subpath}: no source ${target}`);
  else if (!existsSync(join(home, target))) problems.push(`${subpath}: not built ${target}`);
  else {
    const names = Object.keys(await import(join(home, target)));
    const typesOnly = names.length === 0;
    if (typesOnly) problems.push(`${subpath}: exports nothing at run time`);
  }
}
for (const folder of readdirSync(join(home, 'src'), { withFileTypes: true })) {
  if (folder.isDirectory() && existsSync(join(home, 'src', folder.name, 'index.ts')) && !exports[`./${folder.name}`]) {
    problems.push(`src/${folder.name}/index.ts is no subpath of package.json`);
  }
}
for (const problem of problems) console.error(problem);
console.log(`exports: ${Object.keys(exports).length} subpaths, ${problems.length} problems`);
process.exit(problems.length === 0 ? 0 : 1);
