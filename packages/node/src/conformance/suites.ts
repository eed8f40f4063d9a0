/** The kinds of fixture files, and how one file of each is run. */
import { isSherdError } from 'sherd/base';
import { forkFromName } from 'sherd/protocol';
import { runBlockTest } from './blockTest.ts';
import { type Json, type JsonObject, objectAt, stringAt } from './fields.ts';
import { readFixtureFile } from './files.ts';
import type { FixtureTrace } from './fixtureTrace.ts';
import type { ForkAs } from './forkAs.ts';
import type { FixtureResult } from './result.ts';
import { readStateTest, runStateTest, type StateTestOptions } from './stateTest.ts';
import { runTransactionTest } from './transactionTest.ts';
import { runVmTest } from './vmTest.ts';

export interface FileReport {
  readonly path: string;
  readonly results: readonly FixtureResult[];
  /** What is wrong with the file, and where; empty when it was read. The tests before the fault have results. */
  readonly fault: string;
}

export interface SuiteOptions {
  /** Only this fork's expectations, by any of its names. */
  readonly fork?: string;
  /** State tests only: other rules for what the files say of a fork. */
  readonly forkAs?: ForkAs;
  /** State tests only: of each fork's expectations the one at this position. */
  readonly index?: number;
  /** Only tests whose name it matches. */
  readonly run?: RegExp;
  /** Watches state tests and block tests. */
  readonly trace?: FixtureTrace;
}

/** Runs one test of a file, handing each result on as it comes. */
type Suite = (name: string, json: Json, options: SuiteOptions, report: (result: FixtureResult) => void) => void;

/** Each kind with what gives its runner. Contracts of Ewasm bring the whole script engine, which the others do without. */
const SUITES = {
  state: () => runState,
  ewasm: async () => {
    const { EWASM_CONTRACTS: foreignCode } = await import('./ewasmContracts.ts');
    return (name, json, options, report) => runState(name, json, { ...options, foreignCode }, report);
  },
  block: () => runBlock,
  transaction: () => runTransaction,
  vm: () => runVm,
} satisfies Record<string, () => Suite | Promise<Suite>>;

export type SuiteName = keyof typeof SUITES;

/** Runs one file. Whatever goes wrong becomes its fault, so that the files behind it are run. */
export type RunFixtureFile = (path: string, options?: SuiteOptions) => FileReport;

/** The runner for files of a kind. */
export async function loadSuite(name: SuiteName): Promise<RunFixtureFile> {
  const suite: Suite = await SUITES[name]();
  return (path, options = {}) => runFile(suite, path, options);
}

function runFile(suite: Suite, path: string, options: SuiteOptions): FileReport {
  const results: FixtureResult[] = [];
  let place = 'the file';
  try {
    for (const [name, json] of Object.entries(chosenTests(readFixtureFile(path), options))) {
      place = name;
      suite(name, json, options, (result) => results.push(result));
    }
    return { path, results, fault: '' };
  } catch (error) {
    return { path, results, fault: faultText(error, place) };
  }
}

/** One line. The reader of the file knows the place within the test; what the core refuses is a fault of the test. */
function faultText(error: unknown, place: string): string {
  if (isSherdError(error, 'BAD_FIXTURE', 'NO_SUCH_FILE')) return error.message;
  if (isSherdError(error)) return `${place}: ${error.code}: ${error.message}`;
  const [what, ...frames] = ((error as Error).stack ?? String(error)).split('\n');
  const where = frames.find((frame) => frame.startsWith('    at '))?.trim() ?? '';
  return `${place}: internal error: ${what} ${where}`.trimEnd();
}

function chosenTests(file: JsonObject, { run }: SuiteOptions): JsonObject {
  if (run === undefined) return file;
  return Object.fromEntries(Object.entries(file).filter(([name]) => run.test(name)));
}

function runState(
  name: string,
  json: Json,
  options: SuiteOptions & StateTestOptions,
  report: (result: FixtureResult) => void,
): void {
  const only = options.fork === undefined ? undefined : forkFromName(options.fork);
  const test = readStateTest(name, json);
  const counts = new Map<string, number>();
  for (const post of test.posts) {
    const index = counts.get(post.forkName) ?? 0;
    counts.set(post.forkName, index + 1);
    if (only !== undefined && forkFromName(post.forkName) !== only) continue;
    if (options.index === undefined || options.index === index) report(runStateTest(test, post, options));
  }
}

function runBlock(name: string, json: Json, options: SuiteOptions, report: (result: FixtureResult) => void): void {
  const network = stringAt(objectAt(json, name)['network'], `${name}.network`);
  if (options.fork === undefined || isFork(network, options.fork)) report(runBlockTest(name, json, options));
}

function runTransaction(
  name: string,
  json: Json,
  { fork }: SuiteOptions,
  report: (result: FixtureResult) => void,
): void {
  runTransactionTest(name, json, fork === undefined ? undefined : forkFromName(fork), report);
}

function runVm(name: string, json: Json, _options: SuiteOptions, report: (result: FixtureResult) => void): void {
  report(runVmTest(name, json));
}

/** A change of forks counts under its own name only. */
function isFork(network: string, wanted: string): boolean {
  return network === wanted || (forkFromName(network) !== undefined && forkFromName(network) === forkFromName(wanted));
}
