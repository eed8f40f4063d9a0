import { describe, expect, it } from 'vitest';
import { chainAtFork, checkChainConfig, forkAt, MAINNET } from './chain.ts';
import { FORKS, type ForkName, forkFromName, forkRules } from './forks.ts';

describe('forks', () => {
  it('have the same rules in the same order, so that reading one is reading all', () => {
    const keys = Object.keys(forkRules('frontier').rules);
    for (const fork of FORKS) expect(Object.keys(forkRules(fork).rules)).toEqual(keys);
  });

  it('are found by the names of the test suites', () => {
    const names: Readonly<Record<string, ForkName>> = {
      Frontier: 'frontier',
      EIP150: 'tangerineWhistle',
      EIP158: 'spuriousDragon',
      ConstantinopleFix: 'petersburg',
      Merge: 'paris',
      Paris: 'paris',
      BPO2: 'bpo2',
    };
    for (const [name, fork] of Object.entries(names)) expect(forkFromName(name)).toBe(fork);
    expect(forkFromName('Atlantis')).toBeUndefined();
    expect(forkFromName('constructor')).toBeUndefined();
  });

  it('are refused when unknown', () => {
    expect(() => forkRules('atlantis' as ForkName)).toThrow(/no fork "atlantis"; want one of frontier/);
  });

  it('change only blobs from Osaka on', () => {
    const { rules: osaka } = forkRules('osaka');
    const { rules } = forkRules('bpo2');
    expect({ ...rules, blobTarget: 6, blobMax: 9, blobBaseFeeFraction: 5_007_716n }).toEqual(osaka);
  });
});

describe('chains', () => {
  it('mainnet goes by block, total difficulty and time', () => {
    checkChainConfig(MAINNET);
    const at = (number: bigint, timestamp = 0n, parentTotalDifficulty?: bigint) =>
      forkAt(
        MAINNET,
        parentTotalDifficulty === undefined ? { number, timestamp } : { number, timestamp, parentTotalDifficulty },
      );
    expect(at(0n)).toBe('frontier');
    expect(at(1_149_999n)).toBe('frontier');
    expect(at(1_150_000n)).toBe('homestead');
    expect(at(1_920_000n)).toBe('dao');
    expect(at(7_280_000n)).toBe('petersburg');
    expect(at(15_537_393n)).toBe('grayGlacier');
    expect(at(15_537_394n, 0n, 58_750_000_000_000_000_000_000n)).toBe('paris');
    expect(at(17_034_870n, 1_681_338_455n)).toBe('shanghai');
    expect(at(19_426_587n, 1_710_338_135n)).toBe('cancun');
  });

  it('can be at one fork from genesis', () => {
    expect(forkAt(chainAtFork('prague', 7n), { number: 0n, timestamp: 0n })).toBe('prague');
  });

  it('are refused out of order', () => {
    const forks = [
      { fork: 'london', block: 0n },
      { fork: 'berlin', block: 5n },
    ] as const;
    expect(() => checkChainConfig({ ...chainAtFork('london'), forks })).toThrow(/berlin stands behind london/);
    expect(() => checkChainConfig({ ...chainAtFork('london'), forks: [] })).toThrow(/has no fork/);
  });
});
