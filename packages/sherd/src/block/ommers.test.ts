/** Ommers: how far away their parent may be, and what an ommer must not be. */
import { describe, expect, it } from 'vitest';
import { ZERO_ADDRESS } from '../base/index.ts';
import { forkRules } from '../protocol/index.ts';
import { EMPTY_TRIE_ROOT } from '../trie/index.ts';
import { type Block, type Header, headerHash, nextDifficulty, ommersHash, validateOmmers } from './index.ts';

const { rules } = forkRules('homestead');

const GENESIS: Block = {
  header: {
    parentHash: new Uint8Array(32),
    ommersHash: ommersHash([]),
    coinbase: ZERO_ADDRESS,
    stateRoot: EMPTY_TRIE_ROOT,
    transactionsRoot: EMPTY_TRIE_ROOT,
    receiptsRoot: EMPTY_TRIE_ROOT,
    bloom: new Uint8Array(256),
    difficulty: 1_000_000n,
    number: 0n,
    gasLimit: 1_000_000n,
    gasUsed: 0n,
    timestamp: 0n,
    extraData: new Uint8Array(0),
    mixHash: new Uint8Array(32),
    nonce: new Uint8Array(8),
  },
  transactions: [],
  ommers: [],
};

/** A block on `parent`; `mark` makes it another one than its siblings. */
function childOf({ header }: Block, mark = 0, ommers: readonly Header[] = []): Block {
  const [number, timestamp] = [header.number + 1n, header.timestamp + 15n];
  const difficulty = nextDifficulty(number, timestamp, { ...header, hasOmmers: false }, rules);
  const extraData = Uint8Array.of(mark);
  const own = { parentHash: headerHash(header), ommersHash: ommersHash(ommers), number, timestamp, difficulty };
  return { header: { ...header, ...own, extraData }, transactions: [], ommers };
}

/** Genesis and so many blocks, the newest first. */
function ancestry(length: number): Block[] {
  const blocks = [GENESIS];
  for (let i = 0; i < length; i++) blocks.unshift(childOf(blocks[0]!));
  return blocks;
}

/** Whether a block on these ancestors may name the ommers: 'valid', or the code of the refusal. */
function verdict(ancestors: readonly Block[], ommers: readonly Header[], change: Partial<Header> = {}): string {
  const block = childOf(ancestors[0]!, 0, ommers);
  try {
    validateOmmers({ ...block, header: { ...block.header, ...change } }, ancestors, () => rules);
    return 'valid';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe('an ommer', () => {
  const ommer = childOf(GENESIS, 1).header;

  it('has its parent in the second to the seventh generation above the block', () => {
    const at = (distance: number) => verdict(ancestry(distance - 1), [ommer]);
    expect([2, 3, 4, 5, 6, 7].map(at)).toEqual(Array.from({ length: 6 }, () => 'valid'));
    expect(at(8)).toBe('OMMER_UNRELATED');
    // A sibling of the block itself.
    expect(at(1)).toBe('OMMER_UNRELATED');
  });

  it('is no ancestor, and is named once', () => {
    const ancestors = ancestry(3);
    expect(verdict(ancestors, [ancestors[0]!.header])).toBe('OMMER_IS_ANCESTOR');
    expect(verdict(ancestors, [ommer, ommer])).toBe('OMMER_REPEATED');
    const namedBefore = childOf(ancestors[0]!, 0, [ommer]);
    expect(verdict([namedBefore, ...ancestors], [ommer])).toBe('OMMER_REPEATED');
    expect(verdict([namedBefore, ...ancestors], [childOf(GENESIS, 2).header])).toBe('valid');
  });

  it('is a valid header itself', () => {
    expect(verdict(ancestry(2), [{ ...ommer, gasUsed: ommer.gasLimit + 1n }])).toBe('HEADER_GAS_USED');
    expect(verdict(ancestry(2), [{ ...ommer, difficulty: ommer.difficulty + 1n }])).toBe('HEADER_DIFFICULTY');
    const stranger = { ...ommer, parentHash: new Uint8Array(32).fill(9) };
    expect(verdict(ancestry(2), [stranger])).toBe('OMMER_UNRELATED');
  });

  it('comes with one other at most, and both are what the header says', () => {
    const ommers = [1, 2, 3].map((mark) => childOf(GENESIS, mark).header);
    expect(verdict(ancestry(2), ommers.slice(0, 2))).toBe('valid');
    expect(verdict(ancestry(2), ommers)).toBe('TOO_MANY_OMMERS');
    expect(verdict(ancestry(2), [ommer], { ommersHash: ommersHash([]) })).toBe('OMMERS_HASH');
  });
});
