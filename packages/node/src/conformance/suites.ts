/** The kinds of fixture files, and how one file of each is run. */
import { isSherdError } from 'sherd/base';
import { forkFromName } from 'sherd/protocol';
import { runBlockTest } from './blockTest.ts';
import { EWASM_CONTRACTS } from './ewasmContracts.ts';
import { type JsonObject, objectAt, stringAt } from './fields.ts';
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

/** Runs every test of an opened file, handing each result on as it comes. */
type Suite = (file: JsonObject, options: SuiteOptions, report: (result: FixtureResult) => void) => void;

const SUITES = {
  state: runStateFile,
  ewasm: runEwasmFile,
  block: runBlockFile,
  transaction: runTransactionFile,
  vm: runVmFile,
} satisfies Record<string, Suite>;

export type SuiteName = keyof typeof SUITES;

/** Runs one file. What is wrong with the file itself becomes its fault; a bug of ours is thrown. */
export function runFixtureFile(suite: SuiteName, path: string, options: SuiteOptions = {}): FileReport {
  const results: FixtureResult[] = [];
  try {
    SUITES[suite](chosenTests(readFixtureFile(path), options), options, (result) => results.push(result));
    return { path, results, fault: '' };
  } catch (error) {
    if (isSherdError(error, 'BAD_FIXTURE', 'NO_SUCH_FILE')) return { path, results, fault: error.message };
    throw error;
  }
}

function chosenTests(file: JsonObject, { run }: SuiteOptions): JsonObject {
  if (run === undefined) return file;
  return Object.fromEntries(Object.entries(file).filter(([name]) => run.test(name)));
}

function runStateFile(
  file: JsonObject,
  options: SuiteOptions & StateTestOptions,
  report: (result: FixtureResult) => void,
): void {
  const only = options.fork === undefined ? undefined : forkFromName(options.fork);
  for (const [name, json] of Object.entries(file)) {
    const test = readStateTest(name, json);
    const counts = new Map<string, number>();
    for (const post of test.posts) {
      const index = counts.get(post.forkName) ?? 0;
      counts.set(post.forkName, index + 1);
      if (only !== undefined && forkFromName(post.forkName) !== only) continue;
      if (options.index === undefined || options.index === index) report(runStateTest(test, post, options));
    }
  }
}

/** State tests whose accounts have WebAssembly modules as code. */
function runEwasmFile(file: JsonObject, options: SuiteOptions, report: (result: FixtureResult) => void): void {
  runStateFile(file, { ...options, foreignCode: EWASM_CONTRACTS }, report);
}

function runBlockFile(file: JsonObject, options: SuiteOptions, report: (result: FixtureResult) => void): void {
  for (const [name, json] of Object.entries(file)) {
    const network = stringAt(objectAt(json, name)['network'], `${name}.network`);
    if (options.fork === undefined || isFork(network, options.fork)) report(runBlockTest(name, json, options));
  }
}

function runTransactionFile(file: JsonObject, options: SuiteOptions, report: (result: FixtureResult) => void): void {
  const only = options.fork === undefined ? undefined : forkFromName(options.fork);
  for (const [name, json] of Object.entries(file)) runTransactionTest(name, json, only, report);
}

function runVmFile(file: JsonObject, _options: SuiteOptions, report: (result: FixtureResult) => void): void {
  for (const [name, json] of Object.entries(file)) report(runVmTest(name, json));
}

/** A change of forks counts under its own name only. */
function isFork(network: string, wanted: string): boolean {
  return network === wanted || (forkFromName(network) !== undefined && forkFromName(network) === forkFromName(wanted));
}
