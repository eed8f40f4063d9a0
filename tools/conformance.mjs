// Runs Ethereum's official suites and writes docs/conformance.md: suite by fork, passed and failed, with the processor time.
//   node tools/conformance.mjs [--jobs N] [--only TEXT] [--slow] [--page]
// --only runs the suites whose folder has TEXT in it; results of the others are taken from the last run of each.
// --slow runs the files that take minutes instead, one after the other; they have a table of their own on the page.
// --page runs nothing and only writes the page.
// Exit code 1 when a case fails, a file cannot be read, or there is no folder of suites (SHERD_FIXTURES).

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { conformancePage, count, totals } from './conformance-page.mjs';
import { unpackedFixtures } from './fixtures.mjs';
import { build, ensureInstalled, root } from './run.mjs';

const options = readOptions();

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        jobs: { type: 'string', default: String(availableParallelism()) },
        only: { type: 'string', default: '' },
        slow: { type: 'boolean', default: false },
        page: { type: 'boolean', default: false },
      },
    });
    if (/^[1-9]\d*$/.test(values.jobs)) return values;
    console.error(`conformance: --jobs ${values.jobs}, want a number from 1 on`);
  } catch (error) {
    console.error(`conformance: ${error.message}`);
  }
  process.exit(2);
}

ensureInstalled();
build();
const runners = join(root, 'packages', 'node', 'dist', 'conformance');
const { fixtureFiles } = await import(join(runners, 'files.js'));
const { runFixtureFiles } = await import(join(runners, 'pool.js'));
const { runSmallSuiteFile } = await import(join(runners, 'smallSuites.js'));
const protocol = await import(join(root, 'packages', 'sherd', 'dist', 'protocol', 'index.js'));

/**
 * `kind` of pool.js, or `small` with a kind of smallSuites.js; `files`: only those whose name fits; `forkAs`: rules in
 * place of a fork, as with `sherd statetest --fork-as`.
 */
const SUITES = [
  { title: 'State tests', kind: 'state', path: 'ethereum-tests/GeneralStateTests' },
  { title: 'State tests, older forks', kind: 'state', path: 'legacytests/Constantinople/GeneralStateTests' },
  { title: 'State tests, all forks to Cancun', kind: 'state', path: 'legacytests/Cancun/GeneralStateTests' },
  { title: 'State tests, execution-spec-tests', kind: 'state', path: 'eest-v5.4.0/state_tests' },
  {
    title: 'State tests, EIP-2537 as drafted in 2024',
    kind: 'state',
    path: 'ethereum-tests/EIPTests/StateTests/stEIP2537',
    forkAs: { prague: 'pragueDraft2024' },
  },
  { title: 'State tests, Ewasm contracts of 2019', kind: 'ewasm', path: 'ewasm/ewasm-tests/GeneralStateTests' },
  { title: 'Block tests', kind: 'block', path: 'ethereum-tests/BlockchainTests' },
  { title: 'Block tests, older forks', kind: 'block', path: 'legacytests/Constantinople/BlockchainTests' },
  { title: 'Block tests, all forks to Cancun', kind: 'block', path: 'legacytests/Cancun/BlockchainTests' },
  { title: 'Block tests, execution-spec-tests', kind: 'block', path: 'eest-v5.4.0/blockchain_tests' },
  { title: 'Transaction tests', kind: 'transaction', path: 'ethereum-tests/TransactionTests' },
  { title: 'VM tests', kind: 'vm', path: 'legacytests/Constantinople/VMTests' },
  { title: 'RLP', small: 'rlp', path: 'ethereum-tests/RLPTests' },
  { title: 'Tries', small: 'trie', path: 'ethereum-tests/TrieTests' },
  { title: 'Proof of work', small: 'pow', path: 'ethereum-tests/PoWTests' },
  { title: 'Difficulty', small: 'difficulty', path: 'ethereum-tests/DifficultyTests' },
  { title: 'Difficulty by chain', small: 'difficultyOnChain', path: 'ethereum-tests/BasicTests', files: /^difficulty/ },
  { title: 'Genesis blocks', small: 'genesis', path: 'ethereum-tests/GenesisTests' },
  { title: 'Genesis hash', small: 'genesisHash', path: 'ethereum-tests/BasicTests', files: /^genesishashestest/ },
  { title: 'Keys', small: 'key', path: 'ethereum-tests/BasicTests', files: /^keyaddrtest/ },
  { title: 'Paths in tries', small: 'path', path: 'ethereum-tests/BasicTests', files: /^hexencodetest/ },
  { title: 'Pre-compiled contracts, vectors of go-ethereum', small: 'precompile', path: 'vectors/geth-precompiles' },
  { title: 'Instructions, vectors of go-ethereum', small: 'opcode', path: 'vectors/geth-opcodes' },
  { title: 'KZG proofs, consensus suite', small: 'kzg', path: 'vectors/kzg' },
];

/** Billions of steps or rounds in one transaction: up to minutes each. */
const SLOW = ['CALLBlake2f_MaxRounds', 'loopMul', 'static_Call50000_sha256', 'test_run_until_out_of_gas'];
const isSlow = (file) => SLOW.includes(basename(file, '.json'));

const cache = join(root, 'node_modules', '.cache', 'sherd-conformance');
mkdirSync(cache, { recursive: true });
const cacheFile = ({ path, small, kind }, what = '') =>
  join(cache, `${path.replaceAll('/', '_')}.${small ?? kind}${what}.json`);
const readResult = (file) => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined);

/** The files of a suite: the slow ones, or all others. */
function filesOf(suite, fixtures, wantsSlow) {
  return fixtureFiles(join(fixtures, suite.path)).filter(
    (file) => (suite.files?.test(basename(file)) ?? true) && isSlow(file) === wantsSlow,
  );
}

/** Runs files of one suite: how many passed and failed by fork, what failed, and how long it took. */
async function runFiles(suite, files, jobs) {
  const before = process.cpuUsage();
  const forks = {};
  const failures = [];
  const onReport = ({ path, results, fault }) => {
    if (fault !== '') failures.push(`${basename(path)}: ${fault}`);
    for (const { name, pass, fork, error } of results) {
      forks[fork] ??= { passed: 0, failed: 0 };
      forks[fork][pass ? 'passed' : 'failed'] += 1;
      if (!pass) failures.push(`${name} ${fork}: ${error}`);
    }
  };
  if (suite.small) for (const file of files) onReport(runSmallSuiteFile(suite.small, file));
  else await runFixtureFiles(suite.kind, files, { jobs, ...(suite.forkAs && { forkAs: suite.forkAs }) }, onReport);
  // Processor time of all threads: it hardly depends on what else the machine does.
  const { user, system } = process.cpuUsage(before);
  const seconds = (user + system) / 1e6;
  const day = new Date().toISOString().slice(0, 10);
  return { files: files.length, seconds, jobs: suite.small ? 1 : jobs, commit: commit(), day, forks, failures };
}

function commit() {
  const { status, stdout } = spawnSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : 'unknown';
}

/** Runs a suite, or its slow files one by one, keeps what came out and says it. Returns the number of failures. */
async function runSuite(suite, fixtures) {
  if (!existsSync(join(fixtures, suite.path))) {
    console.error(`${suite.path}: no such folder`);
    return 1;
  }
  if (options.slow) {
    const results = {};
    for (const file of filesOf(suite, fixtures, true)) {
      const name = basename(file, '.json');
      results[name] = await runFiles(suite, [file], 1);
      say(`${suite.title}, ${name}`, results[name]);
    }
    writeFileSync(cacheFile(suite, '.slow'), JSON.stringify(results));
    return Object.values(results).reduce((sum, result) => sum + faultsOf(result), 0);
  }
  const result = await runFiles(suite, filesOf(suite, fixtures, false), Number(options.jobs));
  writeFileSync(cacheFile(suite), JSON.stringify(result));
  say(suite.title, result);
  return faultsOf(result);
}

/** Failures; a suite or file without a test in it is one. */
function faultsOf({ forks, failures }) {
  return failures.length > 0 ? failures.length : Object.keys(forks).length === 0 ? 1 : 0;
}

function say(title, { forks, failures, seconds }) {
  const nothing = Object.keys(forks).length === 0 ? ', NO TESTS' : '';
  console.log(
    `${title}: ${count(totals(forks).passed)} passed, ${failures.length} failed${nothing}, ${seconds.toFixed(1)} s of processor time`,
  );
}

const chosen = SUITES.filter(({ path }) => !options.page && path.includes(options.only));
let failed = 0;
if (chosen.length > 0) {
  const fixtures = unpackedFixtures();
  if (fixtures === undefined) process.exit(1);
  for (const suite of chosen) failed += await runSuite(suite, fixtures);
}
const file = join(root, 'docs', 'conformance.md');
const results = SUITES.map((suite) => {
  return { suite, result: readResult(cacheFile(suite)), slow: readResult(cacheFile(suite, '.slow')) ?? {} };
});
writeFileSync(file, conformancePage(results, SLOW, protocol));
console.log(`wrote ${file}`);
process.exit(failed === 0 ? 0 : 1);
