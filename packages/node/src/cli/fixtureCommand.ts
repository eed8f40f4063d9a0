/** What the commands that run test suites share: options, progress bar, summary, exit code. */
import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { isSherdError } from 'sherd/base';
import { createJsonTracer } from 'sherd/evm';
import { forkFromName } from 'sherd/protocol';
import { fixtureFiles } from '../conformance/files.ts';
import type { FixtureTrace } from '../conformance/fixtureTrace.ts';
import { type ForkAs, parseForkAs } from '../conformance/forkAs.ts';
import { type PoolOptions, runFixtureFiles } from '../conformance/pool.ts';
import type { FixtureResult } from '../conformance/result.ts';
import type { FileReport, SuiteName } from '../conformance/suites.ts';
import { pc } from './colors.ts';
import { createLineWriter, type LineWriter } from './lineWriter.ts';
import { createProgressBar } from './progressBar.ts';
import { addTraceOptions, type TraceFlags, tracedFields } from './traceOptions.ts';

export interface FixtureCommandOptions extends TraceFlags {
  readonly fork?: string;
  /** Other rules for what the files say of a fork. */
  readonly forkAs?: ForkAs;
  readonly json?: boolean;
  /** Results without the files of failures, as geth's program has them. */
  readonly nofile?: boolean;
  /** Exit code 0 also when tests failed. */
  readonly exit0?: boolean;
  readonly jobs: number;
  /** Steps on standard error. */
  readonly trace?: boolean;
  /** A regular expression that names of tests must match. */
  readonly run?: RegExp;
  /** geth's names of options. */
  readonly 'statetest.fork'?: string;
  readonly 'statetest.index'?: number;
  /** Names of files, without folder and extension. */
  readonly skip?: readonly string[];
}

export function addFixtureOptions(command: Command): Command {
  return command
    .argument('[paths...]', 'files and folders; none: read paths from standard input')
    .option('--fork <name>', 'only the expectations of this fork', parseFork)
    .option('--run <pattern>', 'only tests whose name matches this regular expression', parsePattern)
    .option('--json', 'print an array of {name, pass, stateRoot, fork, error, file}')
    .addOption(new Option('--nofile').hideHelp())
    .option('--skip <names...>', 'leave out files of these names (without folder and .json)')
    .option('--jobs <n>', 'worker threads', parseJobs, availableParallelism())
    .option('--exit0', "exit code 0 also when tests failed, as geth's program has it");
}

/** For suites that run code. */
export function addFixtureTraceOptions(command: Command): Command {
  return addTraceOptions(command.option('--trace', 'every step as a line of JSON (EIP-3155) on standard error'));
}

function parsePattern(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

export function parseFork(text: string): string {
  if (forkFromName(text) === undefined) throw new InvalidArgumentError(`unknown fork ${text}`);
  return text;
}

/** For an option that can be given several times. */
export function collectForkAs(text: string, before: ForkAs = {}): ForkAs {
  try {
    return { ...before, ...parseForkAs(text) };
  } catch (error) {
    if (!isSherdError(error, 'BAD_FORK_AS')) throw error;
    throw new InvalidArgumentError(error.message);
  }
}

function parseJobs(text: string): number {
  if (!/^[1-9]\d{0,2}$/.test(text)) throw new InvalidArgumentError('want a number from 1 to 999');
  return Number(text);
}

/** Runs the files and sets exit code 1 when a test fails or a file cannot be read. */
export async function runFixtureCommand(
  suite: SuiteName,
  paths: readonly string[],
  options: FixtureCommandOptions,
): Promise<void> {
  if (paths.length === 0) return runBatch(suite, options);
  const faults: string[] = [];
  const files: string[] = [];
  for (const path of paths) {
    try {
      for (const file of fixtureFiles(path, (fault) => faults.push(fault))) files.push(file);
    } catch (error) {
      if (!isSherdError(error)) throw error;
      faults.push(error.message);
    }
  }
  const skipped = new Set(options.skip ?? []);
  const chosen = files.filter((file) => !skipped.has(basename(file, '.json')));
  const results: PlacedResult[] = [];
  const bar = createProgressBar('{bar} {value}/{total} files, {failed} failed');
  let failed = 0;
  bar?.start(chosen.length, 0, { failed });
  await runFixtureFiles(suite, chosen, suiteOptions(options), (report) => {
    for (const result of report.results) {
      results.push({ ...result, file: report.path });
      if (!result.pass) failed++;
    }
    if (report.fault !== '') faults.push(`${report.path}: ${report.fault}`);
    bar?.increment({ failed });
  });
  bar?.stop();
  const toJson = resultFormat(options);
  if (options.json === true) console.log(JSON.stringify(results.map(toJson), null, 2));
  else printSummary(results, { read: chosen.length, skipped: files.length - chosen.length, faults: faults.length });
  for (const fault of faults) console.error(pc.red(fault));
  if ((failed > 0 && options.exit0 !== true) || faults.length > 0) process.exitCode = 1;
}

/** Paths on standard input, one result line each, as they come. */
async function runBatch(suite: SuiteName, options: FixtureCommandOptions): Promise<void> {
  if (process.stdin.isTTY) console.error('reading paths from standard input, one a line');
  const ofSuite = suiteOptions(options);
  for await (const line of createInterface({ input: process.stdin })) {
    const path = line.trim();
    if (path === '') continue;
    await runFixtureFiles(suite, [path], ofSuite, (report) => {
      const hasFailed = options.exit0 !== true && report.results.some((result) => !result.pass);
      if (report.fault !== '' || hasFailed) process.exitCode = 1;
      console.log(options.json === true ? batchJson(report, resultFormat(options)) : batchLine(report));
    });
  }
}

/** Steps stand in the order of the tests, and would not come out of a worker thread. */
function suiteOptions(options: FixtureCommandOptions): PoolOptions {
  const fork = options.fork ?? options['statetest.fork'];
  const index = options['statetest.index'];
  const chosen = {
    ...(fork !== undefined && { fork }),
    ...(options.forkAs !== undefined && { forkAs: options.forkAs }),
    ...(index !== undefined && index >= 0 && { index }),
    ...(options.run !== undefined && { run: options.run }),
  };
  if (options.trace !== true) return { ...chosen, jobs: options.jobs };
  return { ...chosen, jobs: 1, trace: createTrace(createLineWriter(2), options) };
}

function createTrace({ write, flush }: LineWriter, flags: TraceFlags): FixtureTrace {
  return {
    tracer: createJsonTracer(write, tracedFields(flags)),
    end(stateRoot) {
      // With the space that geth has here and nowhere else.
      write(`{"stateRoot": "${stateRoot}"}`);
      flush();
    },
  };
}

/** With the file as it was given, or as it stands below the folder that was given. */
type PlacedResult = FixtureResult & { readonly file: string };
type ResultFormat = (result: PlacedResult) => object;

/** In the order of geth, which leaves out what it does not have; behind that the file of a failure. */
function resultFormat({ nofile }: FixtureCommandOptions): ResultFormat {
  return ({ name, pass, stateRoot, fork, error, file }) => {
    const failure = nofile === true ? { error } : { error, file };
    return { name, pass, ...(stateRoot !== '0x' && { stateRoot }), fork, ...(error !== '' && failure) };
  };
}

/** An empty array where no test ran, as geth has it. */
function batchJson({ path, results, fault }: FileReport, toJson: ResultFormat): string {
  const faults = fault === '' ? [] : [{ name: path, pass: false, fork: '', stateRoot: '0x', error: fault }];
  return JSON.stringify([...results, ...faults].map((result) => toJson({ ...result, file: path })));
}

/** A file without tests has not passed: it may be cut off, or the options choose none of it. */
function batchLine({ path, results, fault }: FileReport): string {
  const [failure] = results.filter((result) => !result.pass);
  const passed = results.filter((result) => result.pass).length;
  const count = `${path} ${passed}/${results.length}`;
  if (fault !== '') return `${pc.red('FAIL')} ${count} ${fault}`;
  if (failure !== undefined) return `${pc.red('FAIL')} ${count} ${failure.name} ${failure.error}`;
  return results.length === 0 ? `${pc.yellow('none')} ${count} no test was run` : `${pc.green('pass')} ${count}`;
}

function printSummary(
  results: readonly PlacedResult[],
  files: { readonly read: number; readonly skipped: number; readonly faults: number },
): void {
  const failed = results.filter((result) => !result.pass);
  for (const { file, name, fork, error } of failed) {
    console.log(`${pc.red('FAIL')} ${file}: ${name} ${fork}: ${error}`);
  }
  const counts = `${results.length - failed.length} of ${results.length} passed in ${files.read} files${files.skipped > 0 ? `, ${files.skipped} files skipped` : ''}`;
  const isGood = failed.length === 0 && files.faults === 0 && results.length > 0;
  console.log(
    isGood ? pc.green(counts) : pc.red(`${counts}${files.faults > 0 ? `, ${files.faults} files not read` : ''}`),
  );
}
