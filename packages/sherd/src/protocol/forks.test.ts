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

  it.each([
    ['homestead', 1_150_000n, 'frontier'],
    ['dao', 1_920_000n, 'homestead'],
    ['tangerineWhistle', 2_463_000n, 'dao'],
    ['spuriousDragon', 2_675_000n, 'tangerineWhistle'],
    ['byzantium', 4_370_000n, 'spuriousDragon'],
    ['petersburg', 7_280_000n, 'byzantium'],
    ['istanbul', 9_069_000n, 'petersburg'],
    ['muirGlacier', 9_200_000n, 'istanbul'],
    ['berlin', 12_244_000n, 'muirGlacier'],
    ['london', 12_965_000n, 'berlin'],
    ['arrowGlacier', 13_773_000n, 'london'],
    ['grayGlacier', 15_050_000n, 'arrowGlacier'],
  ] as const)('mainnet has %s from block %i on', (fork, block, before) => {
    const at = (number: bigint) => forkAt(MAINNET, { number, timestamp: 0n });
    expect([at(block - 1n), at(block)]).toEqual([before, fork]);
  });

  it.each([
    ['shanghai', 1_681_338_455n, 'paris'],
    ['cancun', 1_710_338_135n, 'shanghai'],
    ['prague', 1_746_612_311n, 'cancun'],
    ['osaka', 1_764_798_551n, 'prague'],
    ['bpo1', 1_765_290_071n, 'osaka'],
    ['bpo2', 1_767_747_671n, 'bpo1'],
  ] as const)('mainnet has %s from second %i on', (fork, second, before) => {
    const at = (timestamp: bigint) => forkAt(MAINNET, { number: 20_000_000n, timestamp, isProofOfStake: true });
    expect([at(second - 1n), at(second)]).toEqual([before, fork]);
  });

  it('have no fork before the one that it stands on, whatever the time is', () => {
    const late = 1_800_000_000n;
    const merged = 58_750_000_000_000_000_000_000n;
    const at = (number: bigint, parentTotalDifficulty: bigint) =>
      forkAt(MAINNET, { number, timestamp: late, parentTotalDifficulty });
    expect(at(12_964_999n, merged)).toBe('berlin');
    expect(at(20_000_000n, merged - 1n)).toBe('grayGlacier');
    expect(at(20_000_000n, merged)).toBe('bpo2');
    expect(forkAt(MAINNET, { number: 5n, timestamp: late, isProofOfStake: true })).toBe('frontier');
    // With nothing said of the merge, the time says it.
    expect(forkAt(MAINNET, { number: 20_000_000n, timestamp: late })).toBe('bpo2');
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
