/** geth's genesis configurations. */
import { describe, expect, it } from 'vitest';
import { blobParametersOf } from './blobRules.ts';
import { checkChainConfig, forkAt, rulesAt } from './chain.ts';
import { chainFromGethConfig } from './gethConfig.ts';

const UP_TO_LONDON = {
  chainId: 7,
  homesteadBlock: 0,
  eip150Block: 0,
  eip155Block: 0,
  eip158Block: 0,
  byzantiumBlock: 0,
  constantinopleBlock: 0,
  petersburgBlock: 0,
  istanbulBlock: 0,
  berlinBlock: 0,
  londonBlock: 0,
};
const MERGED = { ...UP_TO_LONDON, terminalTotalDifficulty: 0, shanghaiTime: 0, cancunTime: 10, pragueTime: 20 };

describe('a geth configuration', () => {
  it('says which fork a block has, by number and by time', () => {
    const chain = chainFromGethConfig(MERGED);
    checkChainConfig(chain);
    expect(chain.chainId).toBe(7n);
    const at = (timestamp: bigint) => forkAt(chain, { number: 1n, timestamp });
    expect([at(0n), at(10n), at(25n)]).toEqual(['shanghai', 'cancun', 'prague']);
  });

  it('starts at Frontier and may stop anywhere', () => {
    const chain = chainFromGethConfig({ chainId: 1, homesteadBlock: 5 });
    expect(forkAt(chain, { number: 4n, timestamp: 0n })).toBe('frontier');
    expect(forkAt(chain, { number: 5n, timestamp: 0n })).toBe('homestead');
  });

  it('begins Petersburg with Constantinople where it is left out', () => {
    const { istanbulBlock: _i, berlinBlock: _b, londonBlock: _l, petersburgBlock: _p, ...old } = UP_TO_LONDON;
    expect(forkAt(chainFromGethConfig(old), { number: 0n, timestamp: 0n })).toBe('petersburg');
  });

  it('has the merge at a total difficulty', () => {
    const chain = chainFromGethConfig({ ...UP_TO_LONDON, terminalTotalDifficulty: '1000' });
    const at = (parentTotalDifficulty: bigint) => forkAt(chain, { number: 3n, timestamp: 9n, parentTotalDifficulty });
    expect([at(999n), at(1000n)]).toEqual(['london', 'paris']);
  });

  it('moves the balances of the DAO only where that was supported', () => {
    const dao = { homesteadBlock: 0, daoForkBlock: 3 };
    expect(chainFromGethConfig({ ...dao, daoForkSupport: true }).movesDaoBalances).toBe(true);
    expect(chainFromGethConfig({ ...dao, daoForkSupport: true }).refusesDaoForkAt).toBeUndefined();
    const refused = chainFromGethConfig(dao);
    expect(refused.forks.map(({ fork }) => fork)).toEqual(['frontier', 'homestead']);
    expect([refused.movesDaoBalances, refused.refusesDaoForkAt]).toEqual([false, 3n]);
  });

  it('may repeat our blob parameters', () => {
    const cancun = { target: 3, max: 6, baseFeeUpdateFraction: 3338477 };
    expect(chainFromGethConfig({ ...MERGED, blobSchedule: { cancun } }).forks).toEqual(
      chainFromGethConfig(MERGED).forks,
    );
  });

  it('may have blob parameters of its own (EIP-7840, EIP-7892)', () => {
    const blobSchedule = {
      cancun: { target: 3, max: 6, baseFeeUpdateFraction: 3338477 },
      prague: { target: 12, max: 16, baseFeeUpdateFraction: 5007716 },
      bpo1: { target: 2, max: 4, baseFeeUpdateFraction: '0x10' },
    };
    const chain = chainFromGethConfig({ ...MERGED, osakaTime: 30, bpo1Time: 40, blobSchedule });
    checkChainConfig(chain);
    const at = (timestamp: bigint) => blobParametersOf(rulesAt(chain, { number: 1n, timestamp }));
    expect(at(10n)).toEqual({ target: 3, max: 6, baseFeeUpdateFraction: 3_338_477n });
    expect(at(20n)).toEqual({ target: 12, max: 16, baseFeeUpdateFraction: 5_007_716n });
    expect(at(30n)).toEqual(blobParametersOf('osaka'));
    expect(at(40n)).toEqual({ target: 2, max: 4, baseFeeUpdateFraction: 16n });
  });

  it.each([
    ['a fork out of order', { ...UP_TO_LONDON, homesteadBlock: 1 }, 'eip150Block'],
    ['a fork left out', { ...UP_TO_LONDON, berlinBlock: undefined }, 'berlinBlock'],
    ['a time left out', { ...MERGED, cancunTime: null }, 'cancunTime'],
    ['a value that is no integer', { ...UP_TO_LONDON, chainId: 'main' }, 'chainId'],
    ['a fork that is not known', { ...MERGED, verkleTime: 0 }, 'verkleTime'],
    ['times without London', { homesteadBlock: 0, shanghaiTime: 0 }, 'shanghai'],
    ['a target above the most', { ...MERGED, blobSchedule: { cancun: { target: 7 } } }, 'blobSchedule.cancun'],
    ['a fraction of 0', { ...MERGED, blobSchedule: { prague: { baseFeeUpdateFraction: 0 } } }, 'blobSchedule.prague'],
    ['a number that is none', { ...MERGED, blobSchedule: { prague: { max: 'x' } } }, 'blobSchedule.prague.max'],
  ])('is refused with %s', (_, config, field) => {
    expect(() => chainFromGethConfig(config)).toThrow(
      expect.objectContaining({ code: 'BAD_CHAIN_CONFIG', data: { field } }),
    );
  });
});
