// Generated programs and transactions on our engine and on @ethereumjs/vm: node tools/fuzz.mjs --help
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

const HELP = `node tools/fuzz.mjs [options]   (after npm run build)
  --seed N     first seed (default 1); the cases are those of seeds N .. N+K-1
  --count K    cases (default 1000)
  --fork F     one fork instead of a random one per case
  --jobs J     worker threads (default 2)
  --case FILE  run one kept case instead
  --no-shrink  print differing cases as they are
  --stop M     stop after M differing cases (default 5)
  --stats      also print how the transactions ended
Prints each difference with the smallest case that shows it; exit code 1 when there is one.`;

const differential = new URL('../packages/testkit/dist/differential.js', import.meta.url);

/** Runs cases of its share of the seeds, and posts what differs. */
async function work({ first, step, count, fork, shrinks }) {
  const { compare, shrink, caseToJson } = await import(differential);
  const { randomCase } = await import(new URL('randomCase.js', differential));
  const totals = { cases: 0, transactions: 0, endings: {} };
  for (let i = 0; i < count; i++) {
    const seed = first + i * step;
    const fuzz = randomCase(seed, fork);
    let comparison;
    try {
      comparison = await compare(fuzz);
    } catch (error) {
      throw new Error(`seed ${seed}${fork === undefined ? '' : ` fork ${fork}`}: ${error.stack}`);
    }
    totals.cases++;
    for (const { ending } of comparison.engine.outcomes) {
      totals.transactions++;
      const key = `${fuzz.fork} ${ending}`;
      totals.endings[key] = (totals.endings[key] ?? 0) + 1;
    }
    if (comparison.differences.length === 0) continue;
    const small = shrinks ? await shrink(fuzz) : fuzz;
    const { differences } = await compare(small);
    parentPort.postMessage({ seed, fork: fuzz.fork, differences, json: caseToJson(small) });
  }
  parentPort.postMessage({ totals });
}

function startWorker(data, onFinding) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(fileURLToPath(import.meta.url), { workerData: data });
    let totals;
    worker.on('message', (message) => {
      if (message.totals !== undefined) totals = message.totals;
      else onFinding(message);
    });
    worker.on('error', reject);
    worker.on('exit', () => (totals === undefined ? reject(new Error('a worker ended early')) : resolve(totals)));
  });
}

function printFinding({ seed, fork, differences, json }) {
  console.log(`--- seed ${seed}, fork ${fork}\n${differences.join('\n')}\n${json}`);
}

async function runKeptCase(file) {
  const { compare, caseFromJson } = await import(differential);
  const { differences } = await compare(caseFromJson(readFileSync(file, 'utf8')));
  console.log(differences.length === 0 ? 'no difference' : differences.join('\n'));
  process.exit(differences.length === 0 ? 0 : 1);
}

async function main() {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      count: { type: 'string', default: '1000' },
      fork: { type: 'string' },
      jobs: { type: 'string', default: '2' },
      case: { type: 'string' },
      'no-shrink': { type: 'boolean', default: false },
      stop: { type: 'string', default: '5' },
      stats: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(HELP);
  if (!existsSync(differential)) throw new Error(`no ${join('packages', 'testkit', 'dist')}: npm run build first`);
  if (values.case !== undefined) return runKeptCase(values.case);
  const [seed, count, jobs, stop] = [values.seed, values.count, values.jobs, values.stop].map(Number);
  if (![seed, count, jobs, stop].every(Number.isSafeInteger) || jobs < 1) throw new Error(HELP);
  let findings = 0;
  const started = Date.now();
  const onFinding = (finding) => {
    printFinding(finding);
    if (++findings >= stop) process.exit(1);
  };
  const shares = Array.from({ length: jobs }, (_, job) => ({
    first: seed + job,
    step: jobs,
    count: Math.floor((count - job + jobs - 1) / jobs),
    fork: values.fork,
    shrinks: !values['no-shrink'],
  }));
  const totals = await Promise.all(shares.map((share) => startWorker(share, onFinding)));
  const sum = (field) => totals.reduce((total, part) => total + part[field], 0);
  if (values.stats) {
    const endings = {};
    for (const part of totals) {
      for (const [key, n] of Object.entries(part.endings)) endings[key] = (endings[key] ?? 0) + n;
    }
    for (const key of Object.keys(endings).sort()) console.log(`${key}: ${endings[key]}`);
  }
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(`${sum('cases')} cases, ${sum('transactions')} transactions, ${findings} differ, ${seconds} s`);
  process.exit(findings === 0 ? 0 : 1);
}

if (isMainThread) {
  main().catch((error) => {
    console.error(error.message);
    process.exit(2);
  });
} else {
  work(workerData).catch((error) => {
    throw error;
  });
}
