// Damaged and heavy modules against the script engine: node tools/fuzz-wasm.mjs --help
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const HELP = `node tools/fuzz-wasm.mjs [options]   (after npm run build)
  --seed N      first seed (default 1); the cases are those of seeds N .. N+K-1
  --count K     cases (default 10000)
  --corpus DIR  modules (*.wasm, in sub-folders too) to damage besides random ones and the example scripts
  --keep DIR    where modules that show a fault are written (default: the current folder)
  --measure     instead: time and memory of check, compilation and first call, in three settings of V8, for the heaviest
                modules that the rules accept, the corpus, and the cases; nothing is compared
Each case: the verdict must come back and be the same twice; what is accepted V8 must accept too, before and after
metering; it runs with little gas and must end, twice with the same outcome and gas. Exit code 1 when one does not.
examples:
  node tools/fuzz-wasm.mjs --count 1000000 --seed 7
  node tools/fuzz-wasm.mjs --measure --count 2000`;

const options = {
  seed: { type: 'string', default: '1' },
  count: { type: 'string' },
  corpus: { type: 'string' },
  keep: { type: 'string', default: '.' },
  measure: { type: 'boolean', default: false },
  child: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
};

function readOptions() {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    console.error(`${error.message}\n${HELP}`);
    process.exit(2);
  }
}

const values = readOptions();
if (values.help) {
  console.log(HELP);
  process.exit(0);
}
const root = fileURLToPath(new URL('..', import.meta.url));
const kit = join(root, 'packages/testkit/dist');
if (!existsSync(join(kit, 'wasmMutation.js'))) {
  console.error('packages/testkit is not built: run `npm run build` first');
  process.exit(1);
}
const { mutatedModule } = await import(join(kit, 'wasmMutation.js'));
const { checkModule, createScriptEngine } = await import(join(root, 'packages/sherd/dist/scripts/index.js'));
const { decodeModule, encodeModule, I64, WASM_LIMITS } = await import(join(root, 'packages/sherd/dist/wasm/index.js'));

const GAS = 300_000;
const LIMITS = { maxObjectBytes: 1024, maxReceiptBytes: 1024 };
const NO_DATA = new Uint8Array(64);

function number(name, otherwise) {
  const value = Number(values[name] ?? otherwise);
  if (!Number.isSafeInteger(value) || value < 0) {
    console.error(`--${name} ${values[name]} is no number of cases\n${HELP}`);
    process.exit(2);
  }
  return value;
}
const first = number('seed');
const count = number('count', values.measure ? 2_000 : 10_000);

function* modulesIn(folder) {
  for (const name of readdirSync(folder).sort()) {
    const path = join(folder, name);
    if (name === 'node_modules' || name === 'dist') continue;
    if (statSync(path).isDirectory()) yield* modulesIn(path);
    else if (name.endsWith('.wasm')) yield { name: path, code: new Uint8Array(readFileSync(path)) };
  }
}

function readCorpus() {
  const folders = [join(root, 'execution-scripts'), ...(values.corpus === undefined ? [] : [values.corpus])];
  try {
    return folders.flatMap((folder) => [...modulesIn(folder)]);
  } catch (error) {
    console.error(`--corpus: ${error.message}`);
    process.exit(2);
  }
}
const corpus = readCorpus();
const codes = corpus.map(({ code }) => code);

/** A world without anything in it, that takes what it is given. */
function emptyWorld(verdict) {
  return {
    chainId: 1n,
    shard: 0,
    shardCount: 1,
    slot: 1,
    minDeposit: 1n,
    scriptCount: 1,
    scriptCode: () => ({ codeHash: verdict.codeHash, code: verdict.metered }),
    getObject: () => undefined,
    setObject() {},
    removeObject: () => false,
    extendTtl: () => false,
    saveReceipt: () => 0n,
    claimReceipt: () => 'MALFORMED',
    recentBeaconStateRoot: () => undefined,
    recentShardStateRoot: () => undefined,
    snapshot: () => 0,
    revertTo() {},
  };
}

/** One run in an engine of its own: every module is compiled anew. */
function firstCall(verdict, gas = GAS) {
  const engine = createScriptEngine({ builtIns: new Map(), limits: LIMITS });
  const world = emptyWorld(verdict);
  const { outcome, gasLeft } = engine.run({ world, script: 0, data: NO_DATA, gas, caller: { kind: 'transaction' } });
  return `${outcome} ${gasLeft}`;
}

/** Verdict on a case; undefined when it is refused. @throws when anything is not as it must be */
function tryCase(code) {
  const verdict = checkModule(code);
  const again = checkModule(code.slice());
  if (verdict.ok !== again.ok || verdict.code !== again.code) throw new Error('two verdicts on the same bytes');
  if (!verdict.ok || verdict.face === 'evm') return undefined;
  // Where the rules add what a module lacks (a maximum of its memory), only the metered form must be valid.
  if (!WebAssembly.validate(code)) throw new Error('accepted, but V8 refuses it');
  if (!WebAssembly.validate(verdict.metered)) throw new Error('V8 refuses the metered form');
  const [one, other] = [firstCall(verdict), firstCall(verdict)];
  if (one !== other) throw new Error(`ends with ${one}, and with ${other}`);
  return verdict;
}

const bar = process.stderr.isTTY && !values.child;
let shown = 0;
function progress(done, total, text) {
  if (!bar || Date.now() - shown < 200) return;
  shown = Date.now();
  const filled = Math.round((24 * done) / total);
  process.stderr.write(`\r[${'='.repeat(filled).padEnd(24)}] ${done}/${total} ${text}`);
}

function fuzz() {
  const ends = { accepted: 0, refused: 0, faults: 0 };
  for (let i = 0; i < count; i++) {
    const seed = first + i;
    const code = mutatedModule(seed, codes);
    try {
      ends[tryCase(code) === undefined ? 'refused' : 'accepted']++;
    } catch (error) {
      ends.faults++;
      const file = join(values.keep, `module-${seed}.wasm`);
      writeFileSync(file, code);
      console.log(`seed ${seed}: ${error.message} (${file})`);
    }
    progress(i + 1, count, `${ends.faults} faults`);
  }
  if (bar) process.stderr.write('\r\x1b[K');
  console.log(
    `${count} modules from seed ${first}: ${ends.accepted} accepted, ${ends.refused} refused, ${ends.faults} faults`,
  );
  process.exit(ends.faults === 0 ? 0 : 1);
}

/** Milliseconds of CPU (all threads) and growth of memory of checking, compiling and first calling a module. */
function measureOne(code) {
  const memory = process.memoryUsage.rss();
  const started = process.cpuUsage();
  const verdict = checkModule(code);
  if (verdict.ok && verdict.face !== 'evm') firstCall(verdict, 10_000_000);
  const { user, system } = process.cpuUsage(started);
  return {
    ok: verdict.ok && verdict.face !== 'evm',
    ms: (user + system) / 1000,
    mb: (process.memoryUsage.rss() - memory) / 1048576,
  };
}

/** The module with one more constant: V8 has the machine code of bytes that it has seen before. */
function unseen(code, value) {
  const module = decodeModule(code, WASM_LIMITS);
  const constant = { type: I64, isMutable: false, value: BigInt(value) };
  return encodeModule({ ...module, globals: [...module.globals, constant] });
}

/** The part of the measurement that needs V8's flags: one line of JSON. */
async function measureHere() {
  const { heavyModules } = await import(join(kit, 'wasmHeavy.js'));
  const worst = [];
  const take = (name, code) => {
    globalThis.gc?.();
    const one = measureOne(code);
    if (!one.ok) return 0;
    // A noisy machine slows one of three; what is dear is so each time.
    const ms = one.ms < 20 ? one.ms : Math.min(one.ms, ...[1, 2].map((i) => measureOne(unseen(code, i)).ms));
    worst.push({ name, bytes: code.length, ms, share: ms / Math.max(1, code.length / 65_536), mb: one.mb });
    return 1;
  };
  for (let i = 0; i < 20; i++) measureOne(codes[i % codes.length]);
  for (const { name, size, code } of heavyModules()) take(`${name} (${size})`, code);
  for (const { name, code } of corpus) take(name.replace(root, ''), code);
  let accepted = 0;
  for (let i = 0; i < count; i++) accepted += take(`seed ${first + i}`, mutatedModule(first + i, codes));
  worst.sort((a, b) => b.share - a.share);
  const mb = worst.reduce((most, each) => Math.max(most, each.mb), 0);
  console.log(JSON.stringify({ measured: worst.length, accepted, worst: worst.slice(0, 8), mb }));
}

const SETTINGS = {
  default: [],
  'Liftoff only, all functions': [
    '--liftoff',
    '--no-wasm-tier-up',
    '--no-wasm-dynamic-tiering',
    '--no-wasm-lazy-compilation',
  ],
  'optimising only, all functions': ['--no-liftoff', '--no-wasm-lazy-compilation'],
};

function measure() {
  console.log(`check, compile and first call; CPU time of all threads; bound: 50 ms for each started 64 KiB, 64 MB`);
  let isOver = false;
  for (const [name, flags] of Object.entries(SETTINGS)) {
    const args = [
      ...flags,
      '--expose-gc',
      fileURLToPath(import.meta.url),
      '--measure',
      '--child',
      '--seed',
      String(first),
      '--count',
      String(count),
    ];
    if (values.corpus !== undefined) args.push('--corpus', values.corpus);
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 2 ** 26 });
    if (status !== 0) {
      console.error(stderr);
      process.exit(1);
    }
    const { measured, accepted, worst, mb } = JSON.parse(stdout);
    console.log(`\n${name}: ${measured} modules (${accepted} of the cases); most memory ${mb.toFixed(1)} MB`);
    for (const each of worst) {
      console.log(
        `  ${each.share.toFixed(1).padStart(7)} ms per 64 KiB  ${each.ms.toFixed(1).padStart(7)} ms  ${String(each.bytes).padStart(7)} bytes  ${each.name}`,
      );
    }
    isOver ||= worst[0].share > 50 || mb > 64;
  }
  console.log(isOver ? '\nsomething is over the bound' : '\neverything is within the bound');
  process.exit(isOver ? 1 : 0);
}

if (!values.measure) fuzz();
else if (values.child) await measureHere();
else measure();
