// npm run bench -- NAME ...: how fast it is. One file a question; see --help.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build, ensureInstalled, root } from '../tools/run.mjs';
import { load, machine } from './lib/machine.mjs';
import { page } from './lib/page.mjs';
import { createProgress } from './lib/progress.mjs';
import { table } from './lib/text.mjs';

const NAMES = [
  'script-metering',
  'script-calls',
  'host-functions',
  'script-storage',
  'transfers',
  'worst-blocks',
  'gas-calibration',
  'evm',
];

const HELP = `npm run bench -- [NAME ...] [options]
  --json    results as JSON, one object for the whole run
  --quick   one run of each subject, to see that everything works; its figures mean nothing
  --write   also write the results into docs/guide/benchmarks.md; what was not measured stays there as it is
  --list    the names
  --built   measure the build as it is, without building first
  --help

Names: ${NAMES.join(', ')}; all of them when none is given.
Figures are CPU time, medians of nine samples after a warm-up; subjects that are compared take turns.

Examples:
  npm run bench -- script-metering
  npm run bench -- evm --json > evm.json
  SHERD_BENCHMARKS=path/to/bench npm run bench -- evm`;

function fail(message) {
  console.error(`error BENCH_USAGE: ${message} (npm run bench -- --help)`);
  process.exit(2);
}

function parse() {
  const flag = { type: 'boolean', default: false };
  const options = { json: flag, quick: flag, write: flag, list: flag, built: flag, help: { ...flag, short: 'h' } };
  try {
    return parseArgs({ options, allowPositionals: true });
  } catch (error) {
    return fail(error.message);
  }
}

const { values, positionals } = parse();
if (values.help || values.list) {
  console.log(values.help ? HELP : NAMES.join('\n'));
  process.exit(0);
}
const unknown = positionals.find((name) => !NAMES.includes(name));
if (unknown !== undefined) fail(`no benchmark ${unknown}`);
if (values.write && values.quick) fail('--write wants real figures, without --quick');

if (!values.built) {
  ensureInstalled();
  build();
}

const names = positionals.length > 0 ? NAMES.filter((name) => positionals.includes(name)) : NAMES;
const report = { machine: machine(), quick: values.quick, began: new Date().toISOString(), benches: [] };
const progress = createProgress();
try {
  for (const [index, name] of names.entries()) await runOne(name, `${index + 1}/${names.length} ${name}`);
} catch (error) {
  progress.clear();
  console.error(`error BENCH_FAILED: ${error.message}`);
  process.exit(1);
}
if (values.json) console.log(JSON.stringify(report, undefined, 2));
if (values.write) {
  const file = join(root, 'docs/guide/benchmarks.md');
  writeFileSync(file, page(report, NAMES, existsSync(file) ? readFileSync(file, 'utf8') : ''));
  console.error('wrote docs/guide/benchmarks.md');
}

async function runOne(name, label) {
  const { question, run } = await import(`./${name}.mjs`);
  const loadBefore = load();
  progress.show(label, 0);
  const result = await run({ quick: values.quick, progress: (done) => progress.show(label, done) });
  progress.clear();
  const bench = { name, question, loadBefore, loadAfter: load(), ...result };
  report.benches.push(bench);
  if (!values.json) print(bench);
}

function print({ name, question, tables, notes, summary, loadBefore, loadAfter }) {
  console.log(`\n${name}: ${question}`);
  for (const each of tables) console.log(`\n${table(each)}`);
  for (const line of [...summary, ...notes]) console.log(line);
  const { processor, processors, node } = report.machine;
  console.log(`(load ${loadBefore} to ${loadAfter}; ${processor}, ${processors} processors; Node ${node})`);
}
