/** Difficulty tests (ethereum/tests DifficultyTests, BasicTests/difficulty*): a parent, a time, and what follows. */
import { nextDifficulty } from 'sherd/block';
import { type ChainConfig, chainAtFork, type ForkName, forkAt, forkRules, MAINNET } from 'sherd/protocol';
import { integerAt, type Json, objectAt, optional, stringAt } from './fields.ts';

/** Keccak-256 of the empty list in hex: the ommers hash of a parent without ommers. */
const NO_OMMERS = '0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347';

/** The test network that BasicTests/difficultyRopsten.json is about. */
const ROPSTEN: ChainConfig = {
  ...chainAtFork('homestead', 3n),
  name: 'ropsten',
  forks: [
    { fork: 'homestead', block: 0n },
    { fork: 'spuriousDragon', block: 10n },
    { fork: 'byzantium', block: 1_700_000n },
    { fork: 'constantinople', block: 4_230_000n },
  ],
};

/** Main net as far as blocks had a proof of work: the files name times that are long past the merge. */
const MAINNET_MINED: ChainConfig = { ...MAINNET, forks: MAINNET.forks.filter((fork) => 'block' in fork) };

/** The chain whose schedule a file of BasicTests follows. */
export function chainOfDifficultyFile(fileName: string): ChainConfig {
  if (fileName.includes('CustomHomestead')) return chainAtFork('homestead');
  return fileName.includes('Ropsten') ? ROPSTEN : MAINNET_MINED;
}

/** What went wrong; empty for a pass. @throws SherdError BAD_FIXTURE. */
export function runDifficultyTest(name: string, value: Json, where: ForkName | ChainConfig): string {
  const test = objectAt(value, name);
  const integer = (key: string) => integerAt(test[key], `${name}.${key}`);
  const number = integer('currentBlockNumber');
  const timestamp = integer('currentTimestamp');
  const difficulty = integer('parentDifficulty');
  const fork = typeof where === 'string' ? where : forkAt(where, { number, timestamp });
  const ommers = optional(test['parentUncles'], (json) => stringAt(json, `${name}.parentUncles`)) ?? '0x00';
  const hasOmmers = ommers.length === 66 ? ommers !== NO_OMMERS : integerAt(ommers, `${name}.parentUncles`) !== 0n;
  const parent = { difficulty, timestamp: integer('parentTimestamp'), hasOmmers };
  const have = nextDifficulty(number, timestamp, parent, forkRules(fork).rules);
  const want = integer('currentDifficulty');
  return have === want ? '' : `difficulty: have ${have}, want ${want} (${fork})`;
}
