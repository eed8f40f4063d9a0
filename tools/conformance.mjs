// Runs Ethereum's official suites and writes docs/conformance.md: suite by fork, passed and failed, with the time.
//   node tools/conformance.mjs [--jobs N] [--only TEXT] [--slow] [--page]
// --only runs the suites whose folder has TEXT in it; results of the others are taken from the last run of each.
// --slow runs the files that take minutes, too. --page runs nothing and only writes the page.
// Exit code 1 when a case fails, a file cannot be read, or there is no folder of suites (SHERD_FIXTURES).

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { unpackedFixtures } from './fixtures.mjs';
import { build, ensureInstalled, root } from './run.mjs';

const { values: options } = parseArgs({
  options: {
    jobs: { type: 'string', default: String(availableParallelism()) },
    only: { type: 'string', default: '' },
    slow: { type: 'boolean', default: false },
    page: { type: 'boolean', default: false },
  },
});

ensureInstalled();
build();
const runners = join(root, 'packages', 'node', 'dist', 'conformance');
const { fixtureFiles } = await import(join(runners, 'files.js'));
const { runFixtureFiles } = await import(join(runners, 'pool.js'));
const { runSmallSuiteFile } = await import(join(runners, 'smallSuites.js'));
const { FORKS, forkFromName } = await import(join(root, 'packages', 'sherd', 'dist', 'protocol', 'index.js'));

/** `kind` of pool.js, or `small` with a kind of smallSuites.js; `files`: only those whose name fits. */
const SUITES = [
  { title: 'State tests', kind: 'state', path: 'ethereum-tests/GeneralStateTests' },
  { title: 'State tests, older forks', kind: 'state', path: 'legacytests/Constantinople/GeneralStateTests' },
  { title: 'State tests, all forks to Cancun', kind: 'state', path: 'legacytests/Cancun/GeneralStateTests' },
  { title: 'State tests, execution-spec-tests', kind: 'state', path: 'eest-v5.4.0/state_tests' },
  { title: 'Block tests', kind: 'block', path: 'ethereum-tests/BlockchainTests' },
  { title: 'Block tests, older forks', kind: 'block', path: 'legacytests/Constantinople/BlockchainTests' },
  { title: 'Block tests, all forks to Cancun', kind: 'block', path: 'legacytests/Cancun/BlockchainTests' },
  { title: 'Block tests, execution-spec-tests', kind: 'block', path: 'eest-v5.4.0/blockchain_tests' },
  { title: 'Transaction tests', kind: 'transaction', path: 'ethereum-tests/TransactionTests' },
  { title: 'VM tests', kind: 'vm', path: 'legacytests/Constantinople/VMTests' },
  { title: 'RLP', small: 'rlp', path: 'ethereum-tests/RLPTests' },
  { title: 'Tries', small: 'trie', path: 'ethereum-tests/TrieTests' },
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

/** Billions of steps or rounds in one transaction: minutes each. */
const SLOW = ['CALLBlake2f_MaxRounds', 'loopMul', 'static_Call50000_sha256', 'test_run_until_out_of_gas'];

const cache = join(root, 'node_modules', '.cache', 'sherd-conformance');
mkdirSync(cache, { recursive: true });
const cacheFile = ({ path, small, kind }) => join(cache, `${path.replaceAll('/', '_')}.${small ?? kind}.json`);

/** Runs one suite and keeps what came out. */
async function runSuite(suite, fixtures, jobs) {
  const started = performance.now();
  const at = commit();
  const files = fixtureFiles(join(fixtures, suite.path)).filter((file) => suite.files?.test(basename(file)) ?? true);
  const chosen = options.slow ? files : files.filter((file) => !SLOW.includes(basename(file, '.json')));
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
  if (suite.small) for (const file of chosen) onReport(runSmallSuiteFile(suite.small, file));
  else await runFixtureFiles(suite.kind, chosen, { jobs }, onReport);
  const result = {
    files: chosen.length,
    slow: files.filter((file) => !chosen.includes(file)).map((file) => basename(file, '.json')),
    seconds: (performance.now() - started) / 1000,
    jobs: suite.small ? 1 : jobs,
    commit: at,
    day: new Date().toISOString().slice(0, 10),
    forks,
    failures,
  };
  writeFileSync(cacheFile(suite), JSON.stringify(result));
  return result;
}

function commit() {
  const { status, stdout } = spawnSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : 'unknown';
}

function readResult(suite) {
  return existsSync(cacheFile(suite)) ? JSON.parse(readFileSync(cacheFile(suite), 'utf8')) : undefined;
}

const count = (number) => number.toLocaleString('en-US');
const totals = (forks) =>
  Object.values(forks).reduce(
    (sum, { passed, failed }) => ({ passed: sum.passed + passed, failed: sum.failed + failed }),
    { passed: 0, failed: 0 },
  );

/** Our forks first, in their order; then what tests call changes from one fork to another, then everything else. */
function forkOrder(name) {
  const at = FORKS.indexOf(forkFromName(name));
  return at >= 0 ? at : name === '' ? 2000 : 1000;
}

/** Forks under one name; changes from fork to fork together. */
function byFork(forks) {
  const merged = new Map();
  for (const [name, { passed, failed }] of Object.entries(forks)) {
    const fork = forkFromName(name);
    const label = fork ?? (name === '' ? 'no fork' : /To.+At/.test(name) ? 'changes of fork' : name);
    const sum = merged.get(label) ?? { passed: 0, failed: 0, order: forkOrder(name) };
    merged.set(label, { ...sum, passed: sum.passed + passed, failed: sum.failed + failed });
  }
  return [...merged].sort(([, a], [, b]) => a.order - b.order);
}

function page(results) {
  const ran = results.filter(({ result }) => result !== undefined);
  const rows = results.map(({ suite, result }) => {
    const files = suite.files === undefined ? '' : ` (${suite.files.source.slice(1)}*)`;
    const where = `${suite.title}<br>${suite.path}${files}`;
    if (result === undefined) return `| ${where} | not run | | | | |`;
    const { passed, failed } = totals(result.forks);
    const faults = result.failures.length - failed;
    const cells = [
      count(result.files),
      count(passed),
      count(failed + faults),
      result.seconds.toFixed(1),
      result.commit,
    ];
    return `| ${where} | ${cells.join(' | ')} |`;
  });
  const all = ran.map(({ result }) => totals(result.forks));
  const sum = (key) => all.reduce((total, each) => total + each[key], 0);
  const forkRows = ran.flatMap(({ suite, result }) =>
    byFork(result.forks).map(
      ([fork, { passed, failed }]) => `| ${suite.title} | ${fork} | ${count(passed)} | ${count(failed)} |`,
    ),
  );
  const failures = ran.flatMap(({ suite, result }) =>
    result.failures.slice(0, 50).map((text) => `- ${suite.title}: ${text.replaceAll('|', '\\|').slice(0, 300)}`),
  );
  const slow = [...new Set(ran.flatMap(({ result }) => result.slow))].sort();
  const jobs = [...new Set(ran.map(({ result }) => result.jobs))].filter((each) => each > 1);
  const days = [...new Set(ran.map(({ result }) => result.day))].sort();
  return `# Conformance

<!-- Generated by tools/conformance.mjs. Do not edit. -->

Ethereum's official suites, run by the runners in \`packages/node/src/conformance/\` (the same as \`sherd statetest\`,
\`blocktest\`, \`transactiontest\` and \`vmtest\`). A state test passes when state root and hash of the logs are right, and
for a transaction that must be refused, when it was refused for the reason that the file states. A block test passes
when every good block was imported, every bad one refused for the stated reason (the oldest files state none), and head
and state are right in the end.

**${count(sum('passed'))} passed, ${count(sum('failed'))} failed** (${days.join(' to ')}; ${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${jobs.join(' or ') || 1} worker threads, on a machine that did other work
at the same time: the times are an upper bound). The same test stands in several suites at times, so this is no number
of distinct tests.

| suite | files | passed | failed | seconds | commit |
|---|---|---|---|---|---|
${rows.join('\n')}

${slow.length === 0 ? '' : `Left out of the run because each takes minutes (\`--slow\` includes them): ${slow.join(', ')}.\n\n`}## By fork

| suite | fork | passed | failed |
|---|---|---|---|
${forkRows.join('\n')}

${failures.length === 0 ? '' : `## Failures\n\n${failures.join('\n')}\n\n`}## What is not run, and why

- **Difficulty of parents below 131,072** (BasicTests/difficultyCustom*): no such block can exist. Other clients leave
  these cases out too; they are not counted above.
- **Proof-of-work seals** (PoWTests): Sherd computes and checks difficulty but no Ethash seals. The suites of blocks are
  made with seals off, and no chain that Sherd makes has any.
- **Wallets** (KeyStoreTests, BasicTests/crypto): key files, AES and ECIES are for wallets and for the network of
  main-net clients. Sherd reads no key files, and its nodes do not speak that network's protocol.
- **Contract ABI** (ABITests): the machine does not know of the ABI; compilers and clients encode it. What Sherd itself
  encodes (the system contract of a shard) has tests of its own.
- **BasicTests/blockgenesistest**: blocks in the format of the proofs of concept of 2014, with other fields.
- **The field sig_of_emptystring** of BasicTests/keyaddrtest: it is no signature by that key over the Keccak-256 or
  SHA-256 of nothing.
- **EIPTests/stEIP2537**: made in April 2024 for a draft of EIP-2537 that had nine contracts at 0x0b to 0x13 and other
  prices. Prague has seven, at 0x0b to 0x11; what is final is tested by the Prague state tests of execution-spec-tests
  and by go-ethereum's vectors.
- **EOF**: not part of any fork up to Osaka, and in neither of the suites.
`;
}

const chosen = SUITES.filter(({ path }) => !options.page && path.includes(options.only));
let failed = 0;
if (chosen.length > 0) {
  const fixtures = unpackedFixtures();
  if (fixtures === undefined) process.exit(1);
  for (const suite of chosen) {
    if (!existsSync(join(fixtures, suite.path))) {
      console.error(`${suite.path}: no such folder`);
      failed += 1;
      continue;
    }
    const { forks, failures, seconds } = await runSuite(suite, fixtures, Number(options.jobs));
    failed += failures.length;
    if (Object.keys(forks).length === 0) {
      console.error(`${suite.path}: no tests in it`);
      failed += 1;
    }
    console.log(
      `${suite.title}: ${count(totals(forks).passed)} passed, ${failures.length} failed, ${seconds.toFixed(1)} s`,
    );
  }
}
const file = join(root, 'docs', 'conformance.md');
writeFileSync(file, page(SUITES.map((suite) => ({ suite, result: readResult(suite) }))));
console.log(`wrote ${file}`);
process.exit(failed === 0 ? 0 : 1);
