import { describe, expect, it } from 'vitest';
import { chainAtFork, checkChainConfig } from './chain.ts';
import { DRAFTS, type DraftName } from './drafts.ts';
import { FORKS, type ForkName, forkFromName, forkRules, isForkName, rulesFromName } from './forks.ts';
import { chainFromGethConfig } from './gethConfig.ts';

const NAMES = Object.keys(DRAFTS) as DraftName[];

describe('a draft of a fork', () => {
  it('is its block of differences behind the fork that it was to follow', () => {
    const draft = forkRules('pragueDraft2024');
    const cancun = forkRules('cancun');
    expect(draft.fork).toBe('pragueDraft2024');
    expect(draft.gas).toEqual(cancun.gas);
    expect(draft.rules).toEqual(cancun.rules);
    expect(draft.precompiles).toEqual({ ...cancun.precompiles, ...DRAFTS.pragueDraft2024.precompiles });
  });

  it('has left no trace in any fork', () => {
    for (const fork of FORKS) {
      const names = Object.keys(forkRules(fork).precompiles);
      expect(names.filter((name) => name.startsWith('draft'))).toEqual([]);
    }
  });

  it('is found by who asks for rules, and is the fork of no chain', () => {
    for (const name of NAMES) {
      expect(rulesFromName(name)).toBe(name);
      expect(rulesFromName(name.toUpperCase())).toBe(name);
      expect(forkFromName(name)).toBeUndefined();
      expect(isForkName(name)).toBe(false);
      expect(FORKS).not.toContain(name);
      const fork = name as string as ForkName;
      expect(() => chainAtFork(fork)).toThrow(expect.objectContaining({ code: 'UNKNOWN_FORK' }));
      const forks = [{ fork: 'cancun', block: 0n } as const, { fork, timestamp: 5n }];
      const config = { ...chainAtFork('cancun'), forks };
      expect(() => checkChainConfig(config)).toThrow(new RegExp(`no chain has a fork "${name}"; want one of frontier`));
    }
    expect(rulesFromName('EIP150')).toBe('tangerineWhistle');
    expect(rulesFromName('pragueDraft2025')).toBeUndefined();
  });

  it('is no field of a chain configuration in geth’s form', () => {
    const before = { chainId: 1, londonBlock: 0, homesteadBlock: 0, eip150Block: 0, eip155Block: 0, eip158Block: 0 };
    const blocks = { byzantiumBlock: 0, constantinopleBlock: 0, istanbulBlock: 0, berlinBlock: 0 };
    const config = { ...before, ...blocks, terminalTotalDifficulty: 0, shanghaiTime: 0, cancunTime: 0 };
    const forks = (more: object) => chainFromGethConfig({ ...config, ...more }).forks.map(({ fork }) => fork);
    expect(forks({ pragueDraft2024Time: 5 })).toEqual(forks({}));
  });
});
