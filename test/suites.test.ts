/** Official suites that need no transaction: encodings, tries, difficulty, genesis blocks, keys, vectors. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runSmallSuiteFile, type SmallSuiteName } from '../packages/node/src/conformance/smallSuites.ts';
import { suiteFolder } from './fixtureSuite.ts';

/** `least`: so many cases have a result; fewer would mean that the suite was not read. */
interface SmallSuite {
  readonly suite: SmallSuiteName;
  readonly least: number;
  readonly path: readonly string[];
  /** Only files whose name fits. */
  readonly files?: RegExp;
}

const suites: readonly SmallSuite[] = [
  { suite: 'rlp', least: 36, path: ['ethereum-tests', 'RLPTests'] },
  { suite: 'trie', least: 19, path: ['ethereum-tests', 'TrieTests'] },
  { suite: 'difficulty', least: 13_906, path: ['ethereum-tests', 'DifficultyTests'] },
  { suite: 'difficultyOnChain', least: 3_828, path: ['ethereum-tests', 'BasicTests'], files: /^difficulty/ },
  { suite: 'genesis', least: 2, path: ['ethereum-tests', 'GenesisTests'] },
  { suite: 'genesisHash', least: 1, path: ['ethereum-tests', 'BasicTests'], files: /^genesishashestest/ },
  { suite: 'key', least: 2, path: ['ethereum-tests', 'BasicTests'], files: /^keyaddrtest/ },
  { suite: 'path', least: 9, path: ['ethereum-tests', 'BasicTests'], files: /^hexencodetest/ },
  { suite: 'pow', least: 2, path: ['ethereum-tests', 'PoWTests'] },
  { suite: 'precompile', least: 800, path: ['vectors', 'geth-precompiles'] },
  { suite: 'opcode', least: 1_000, path: ['vectors', 'geth-opcodes'] },
  { suite: 'kzg', least: 87, path: ['vectors', 'kzg'] },
];

describe('small suites', () => {
  for (const { suite, least, path, files = /./ } of suites) {
    const folder = suiteFolder(...path);
    it.skipIf(folder === undefined)(`${suite} of ${path.join('/')}`, () => {
      const entries = readdirSync(folder!, { recursive: true, withFileTypes: true });
      const chosen = entries.filter(({ name }) => name.endsWith('.json') && files.test(name));
      const reports = chosen.map((entry) => runSmallSuiteFile(suite, join(entry.parentPath, entry.name)));
      const results = reports.flatMap((report) => report.results);
      const faults = reports.filter(({ fault }) => fault !== '').map(({ path: file, fault }) => `${file}: ${fault}`);
      const failed = results.filter(({ pass }) => !pass).map(({ name, fork, error }) => `${name} ${fork}: ${error}`);
      expect([...faults, ...failed.slice(0, 20)]).toEqual([]);
      expect(results.length).toBeGreaterThanOrEqual(least);
    });
  }
});
