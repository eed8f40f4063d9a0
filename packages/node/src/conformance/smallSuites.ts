/** The suites beside transactions, states and blocks: encodings, tries, difficulty, genesis blocks, keys, vectors. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { isSherdError } from 'sherd/base';
import { forkFromName } from 'sherd/protocol';
import { chainOfDifficultyFile, runDifficultyTest } from './difficultyTest.ts';
import { arrayAt, fixtureFault, type Json, objectAt, optional, stringAt } from './fields.ts';
import { runGenesisHashTest, runGenesisTest } from './genesisTest.ts';
import { runKeyTest, runPathTest } from './keyTest.ts';
import { createPowRunner } from './powTest.ts';
import type { FixtureResult } from './result.ts';
import { runRlpTest } from './rlpTest.ts';
import type { FileReport } from './suites.ts';
import { runTrieTest } from './trieTest.ts';
import { contractOfFile, opcodeOfFile, runKzgTest, runOpcodeTest, runPrecompileTest } from './vectorTest.ts';

/** Takes one result; no error is a pass. */
type Report = (name: string, fork: string, error: string) => void;
type SmallSuite = (json: Json, fileName: string, report: Report) => void;

const SMALL_SUITES = {
  rlp: (json, _, report) => each(json, (name, test) => report(name, '', runRlpTest(name, test))),
  trie: (json, file, report) => {
    const options = { isSecure: /secure/i.test(file) };
    each(json, (name, test) => report(name, '', runTrieTest(name, test, options)));
  },
  difficulty: runDifficultyFile,
  difficultyOnChain: (json, file, report) => {
    const chain = chainOfDifficultyFile(file);
    each(json, (name, test) => report(name, chain.name, runDifficultyTest(name, test, chain)));
  },
  genesis: (json, _, report) => each(json, (name, test) => report(name, 'Frontier', runGenesisTest(name, test))),
  genesisHash: (json, file, report) => report(file, 'Frontier', runGenesisHashTest(objectAt(json, file))),
  key: (json, _, report) => each(json, (name, test) => report(name, '', runKeyTest(name, test))),
  path: (json, _, report) => each(json, (name, test) => report(name, '', runPathTest(name, test))),
  pow: (json, _, report) => {
    const run = createPowRunner();
    each(json, (name, test) => report(name, '', run(name, test)));
  },
  precompile: (json, file, report) => {
    const [contract, fork] = contractOfFile(file);
    each(json, (name, test) => report(name, fork, runPrecompileTest(name, test, contract, fork)));
  },
  opcode: (json, file, report) => {
    const opcode = opcodeOfFile(file);
    each(json, (name, test) => report(name, '', runOpcodeTest(name, test, opcode)));
  },
  kzg: (json, _, report) => each(json, (name, test) => report(name, '', runKzgTest(name, test))),
} satisfies Record<string, SmallSuite>;

export type SmallSuiteName = keyof typeof SMALL_SUITES;

/** Runs one file. What is wrong with the file itself becomes its fault; a bug of ours is thrown. */
export function runSmallSuiteFile(suite: SmallSuiteName, path: string): FileReport {
  const results: FixtureResult[] = [];
  const run: SmallSuite = SMALL_SUITES[suite];
  try {
    run(readJson(path), basename(path, '.json'), (name, fork, error) => {
      results.push({ name, pass: error === '', fork, stateRoot: '0x', error });
    });
    return { path, results, fault: '' };
  } catch (error) {
    if (isSherdError(error, 'BAD_FIXTURE')) return { path, results, fault: error.message };
    throw error;
  }
}

function readJson(path: string): Json {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Json;
  } catch (error) {
    throw fixtureFault('the file', (error as Error).message);
  }
}

/** The tests of a file by name: a list names them by its field `Name`, or by their place. */
function each(json: Json, run: (name: string, test: Json) => void): void {
  if (!Array.isArray(json)) {
    for (const [name, test] of Object.entries(objectAt(json, 'the file'))) run(name, test);
    return;
  }
  arrayAt(json, 'the file').forEach((test, index) => {
    const name = optional(objectAt(test, `[${index}]`)['Name'], (text) => stringAt(text, `[${index}].Name`));
    run(name ?? `[${index}]`, test);
  });
}

/** Test name to fork to cases; beside the forks stands `_info`. */
function runDifficultyFile(json: Json, _: string, report: Report): void {
  for (const [name, forks] of Object.entries(objectAt(json, 'the file'))) {
    for (const [forkName, cases] of Object.entries(objectAt(forks, name))) {
      if (forkName === '_info') continue;
      const fork = forkFromName(forkName);
      for (const [key, test] of Object.entries(objectAt(cases, `${name}.${forkName}`))) {
        const error = fork === undefined ? `unknown fork ${forkName}` : runDifficultyTest(key, test, fork);
        report(key, forkName, error);
      }
    }
  }
}
