/** The difficulty of proof-of-work blocks in every era, bomb included. */
import { checkObject, checkUnsigned } from '../base/arguments.ts';
import { checkRules } from '../protocol/checkRules.ts';
import type { Rules } from '../protocol/index.ts';

/** What of the parent block its child's difficulty depends on. Time in seconds since 1970. */
export interface DifficultyParent {
  readonly difficulty: bigint;
  readonly timestamp: bigint;
  readonly hasOmmers: boolean;
}

const MIN_DIFFICULTY = 131_072n;
const BOUND_DIVISOR = 2048n;
const BOMB_PERIOD = 100_000n;

/** Difficulty of the block with this number and time (seconds) on top of `parent`; 0 under proof of stake. */
export function nextDifficulty(number: bigint, timestamp: bigint, parent: DifficultyParent, rules: Rules): bigint {
  checkUnsigned(number, 'block number');
  checkUnsigned(timestamp, 'timestamp');
  checkObject(parent, 'parent');
  checkRules(rules);
  if (rules.difficulty === 'none') return 0n;
  checkUnsigned(parent.difficulty, 'parent: difficulty');
  checkUnsigned(parent.timestamp, 'parent: timestamp');
  const step = parent.difficulty / BOUND_DIVISOR;
  const adjusted = parent.difficulty + step * adjustment(timestamp - parent.timestamp, parent.hasOmmers, rules);
  // The least difficulty is that of the sum (Yellow Paper, section 4.3.4). Some clients raise what stands before the bomb
  // instead, which no block of main net was ever small enough to show.
  const difficulty = adjusted + bomb(number, rules.bombDelay);
  return difficulty < MIN_DIFFICULTY ? MIN_DIFFICULTY : difficulty;
}

/** Steps up or down for a block that came `elapsed` seconds after its parent. */
function adjustment(elapsed: bigint, parentHasOmmers: boolean, rules: Rules): bigint {
  if (rules.difficulty === 'frontier') return elapsed < 13n ? 1n : -1n;
  const steps = rules.difficulty === 'homestead' ? 1n - elapsed / 10n : (parentHasOmmers ? 2n : 1n) - elapsed / 9n;
  return steps < -99n ? -99n : steps;
}

/** Doubles every 100,000 blocks, counted from the delay. */
function bomb(number: bigint, delay: bigint): bigint {
  const period = (number > delay ? number - delay : 0n) / BOMB_PERIOD;
  return period > 1n ? 1n << (period - 2n) : 0n;
}
