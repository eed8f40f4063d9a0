// Generated programs and transactions on our engine and on @ethereumjs/vm: node tools/fuzz.mjs --help
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

const HELP = `node tools/fuzz.mjs [options]   (after npm run build)
  --seed N     first seed (default 1); the cases are those of seeds N .. N+K-1, below 2^32
  --count K    cases (default 1000); --count 1000000 takes some hours
  --fork F     one fork instead of a random one per case
  --jobs J     worker threads (default 2)
  --keep DIR   write each difference's smallest case to DIR/seed-N-FORK.json
  --case FILE  run one kept case instead
  --no-shrink  print differing cases as they are
  --stop M     stop after M differing cases (default 5)
  --stats      also print how the transactions ended
Prints each difference with the smallest case that shows it, and a summary. Exit code 1 when there is a difference, 130
when it was interrupted (Ctrl-C); the summary then names the command that goes on where it stopped.`;

const differential = new URL('../packages/testkit/dist/differential.js', import.meta.url);

/** Seeds that a worker gets at a time: what is done of a run that is stopped is then nearly a row of seeds. */
const BATCH = 50;

/** Runs the batches that it is sent: posts what differs, then what the batch came to. */
async function work({ fork, shrinks }) {
  const { compare, shrink, caseToJson } = await import(differential);
  const { randomCase } = await import(new URL('randomCase.js', differential));
  async function runSeed(seed, totals) {
    const fuzz = randomCase(seed, fork);
    const comparison = await compare(fuzz);
    totals.cases++;
    for (const { ending } of comparison.engine.outcomes) {
      totals.transactions++;
      const key = `${fuzz.fork} ${ending}`;
      totals.endings[key] = (totals.endings[key] ?? 0) + 1;
    }
    if (comparison.differences.length === 0) return;
    const small = shrinks ? await shrink(fuzz) : fuzz;
    const { differences } = await compare(small);
    parentPort.postMessage({ finding: { seed, fork: fuzz.fork, differences, json: caseToJson(small) } });
  }
  parentPort.on('message', async ({ first, count }) => {
    const totals = { cases: 0, transactions: 0, endings: {} };
    for (let seed = first; seed < first + count; seed++) {
      try {
        await runSeed(seed, totals);
      } catch (error) {
        parentPort.postMessage({ broken: `seed ${seed}${fork === undefined ? '' : ` fork ${fork}`}: ${error.stack}` });
        return;
      }
    }
    parentPort.postMessage({ totals });
  });
}

/** One thread that takes batches until there are none. */
function runWorker(options, take, onFinding, onBatch) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(fileURLToPath(import.meta.url), { workerData: options });
    let batch;
    const next = () => {
      batch = take();
      if (batch !== undefined) worker.postMessage(batch);
      else worker.terminate().then(() => resolve());
    };
    worker.on('message', ({ finding, totals, broken }) => {
      if (broken !== undefined) reject(new Error(broken));
      else if (finding !== undefined) onFinding(finding);
      else {
        onBatch(batch, totals);
        next();
      }
    });
    worker.on('error', reject);
    next();
  });
}

/** A bar on a terminal; elsewhere a line for each tenth of the run. Both on standard error. */
function createProgress(seed, count) {
  const started = Date.now();
  process.stderr.write(`seeds ${seed} to ${seed + count - 1}\n`);
  let tenths = 0;
  return {
    /** @param done First seed that is not done yet. */
    show(cases, findings, done) {
      const seconds = (Date.now() - started) / 1000;
      const text = `${cases} of ${count} cases, ${findings} differ`;
      if (process.stderr.isTTY) {
        const filled = Math.floor((20 * cases) / count);
        const left = Math.ceil(((count - cases) * seconds) / Math.max(1, cases) / 60);
        const bar = '#'.repeat(filled).padEnd(20);
        process.stderr.write(`\r[${bar}] ${text}, ${Math.round(cases / seconds)}/s, ${left} min left\x1b[K`);
      } else if (Math.floor((10 * cases) / count) > tenths) {
        tenths = Math.floor((10 * cases) / count);
        process.stderr.write(`${text}, ${seconds.toFixed(0)} s, to go on: --seed ${done}\n`);
      }
    },
    clear() {
      if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
    },
  };
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
      keep: { type: 'string' },
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
  const areWhole = [seed, count, jobs, stop].every((n) => Number.isSafeInteger(n) && n >= 0);
  if (!areWhole || jobs < 1 || seed + count > 2 ** 32) throw new Error(HELP);
  const { FUZZED_FORKS } = await import(new URL('randomCase.js', differential));
  if (values.fork !== undefined && !FUZZED_FORKS.includes(values.fork)) {
    throw new Error(`--fork ${values.fork}: have ${FUZZED_FORKS.join(', ')}`);
  }
  if (values.keep !== undefined) mkdirSync(values.keep, { recursive: true });
  const started = Date.now();
  const total = { cases: 0, transactions: 0, endings: {}, findings: 0 };
  const running = new Set();
  const end = seed + count;
  let next = seed;

  /** Batches that are running would be run again. */
  function firstNotDone() {
    return Math.min(next, ...[...running].map(({ first }) => first));
  }

  function finish(code) {
    progress.clear();
    if (values.stats) {
      for (const key of Object.keys(total.endings).sort()) console.log(`${key}: ${total.endings[key]}`);
    }
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    const { cases, transactions, findings } = total;
    console.log(`${cases} cases, ${transactions} transactions, ${findings} differ, ${seconds} s`);
    const done = firstNotDone();
    if (done < end) {
      const others = ['fork', 'keep'].filter((name) => values[name] !== undefined);
      const same = others.map((name) => ` --${name} ${values[name]}`).join('');
      console.log(`to go on: node tools/fuzz.mjs --seed ${done} --count ${end - done} --jobs ${jobs}${same}`);
    }
    process.exit(code);
  }
  process.once('SIGINT', () => finish(total.findings === 0 ? 130 : 1));
  process.once('SIGTERM', () => finish(total.findings === 0 ? 130 : 1));

  const progress = createProgress(seed, count);

  function take() {
    if (next >= end) return undefined;
    const batch = { first: next, count: Math.min(BATCH, end - next) };
    next += batch.count;
    running.add(batch);
    return batch;
  }

  function onBatch(batch, { cases, transactions, endings }) {
    running.delete(batch);
    total.cases += cases;
    total.transactions += transactions;
    for (const [key, n] of Object.entries(endings)) total.endings[key] = (total.endings[key] ?? 0) + n;
    progress.show(total.cases, total.findings, firstNotDone());
  }

  function onFinding(finding) {
    progress.clear();
    printFinding(finding);
    if (values.keep !== undefined) {
      writeFileSync(join(values.keep, `seed-${finding.seed}-${finding.fork}.json`), `${finding.json}\n`);
    }
    if (++total.findings >= stop) finish(1);
  }

  const options = { fork: values.fork, shrinks: !values['no-shrink'] };
  const threads = Array.from({ length: jobs }, () => runWorker(options, take, onFinding, onBatch));
  await Promise.all(threads);
  finish(total.findings === 0 ? 0 : 1);
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
