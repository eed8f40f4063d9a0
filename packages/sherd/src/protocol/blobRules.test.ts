/** Blob parameters of a chain's own. */
import { describe, expect, it } from 'vitest';
import { blobParametersOf, rulesWithBlobs } from './blobRules.ts';
import { chainAtFork, checkChainConfig, forkAt, rulesAt } from './chain.ts';
import { type ForkName, forkRules } from './forks.ts';

const OWN = { target: 4, max: 5, baseFeeUpdateFraction: 1_234_567n };

describe('rules with blob parameters of a chain', () => {
  it('are those of the fork but for the parameters', () => {
    const { rules: plain } = forkRules('osaka');
    const { rules, gas, precompiles } = forkRules(rulesWithBlobs('osaka', OWN));
    expect(rules).toEqual({ ...plain, blobTarget: 4, blobMax: 5, blobBaseFeeFraction: 1_234_567n });
    expect({ gas, precompiles }).toEqual({ gas: forkRules('osaka').gas, precompiles: forkRules('osaka').precompiles });
    expect(blobParametersOf(rulesWithBlobs('osaka', OWN))).toEqual(OWN);
  });

  it('let a transaction have as many blobs as a block until Osaka, and 6 from then on (EIP-7594)', () => {
    const most = (fork: ForkName, max: number) => forkRules(rulesWithBlobs(fork, { ...OWN, max })).rules.blobMaxPerTx;
    expect([most('cancun', 30), most('prague', 30), most('osaka', 30), most('bpo1', 30)]).toEqual([30, 30, 6, 6]);
  });

  it('are the fork itself where nothing differs', () => {
    for (const fork of ['cancun', 'prague', 'osaka', 'bpo2'] as const) {
      expect(rulesWithBlobs(fork, blobParametersOf(fork))).toBe(fork);
    }
    expect(rulesWithBlobs('bpo1', { target: 10, max: 15, baseFeeUpdateFraction: 8_346_193n })).toBe('bpo1');
  });

  it.each([
    ['osaka', { ...OWN, max: 0, target: 0 }],
    ['osaka', { ...OWN, target: 6 }],
    ['osaka', { ...OWN, target: 1.5 }],
    ['osaka', { ...OWN, max: 2 ** 32 }],
    ['osaka', { ...OWN, baseFeeUpdateFraction: 0n }],
    ['shanghai', OWN],
  ] as const)('are refused where no block could have them: %s %o', (fork, parameters) => {
    expect(() => rulesWithBlobs(fork, parameters)).toThrow(expect.objectContaining({ code: 'BAD_BLOB_PARAMETERS' }));
    const chain = { ...chainAtFork('cancun'), forks: [{ fork, block: 0n, blobs: parameters }] };
    expect(() => checkChainConfig(chain)).toThrow(expect.objectContaining({ code: 'BAD_BLOB_PARAMETERS' }));
  });

  it('go with extra EIPs, and the last ones hold', () => {
    const once = rulesWithBlobs('cancun+7939', OWN);
    expect(forkRules(once).gas.CLZ).toBe(5);
    expect(blobParametersOf(rulesWithBlobs(once, { ...OWN, max: 6 }))).toEqual({ ...OWN, max: 6 });
    // Two times the 6 that a transaction of Osaka may have are not taken for the most of a block.
    const twice = rulesWithBlobs(rulesWithBlobs('osaka', { ...OWN, max: 6 }), { ...OWN, max: 30 });
    expect(forkRules(twice).rules.blobMaxPerTx).toBe(6);
    expect(() => rulesWithBlobs('pragueDraft2024', OWN)).toThrow(
      expect.objectContaining({ code: 'BAD_BLOB_PARAMETERS' }),
    );
  });

  it('are refused in a name too', () => {
    for (const part of ['blobs4:0:1', 'blobs4:3:1', 'blobs3:4:0']) {
      expect(() => forkRules(`osaka+${part}`)).toThrow(expect.objectContaining({ code: 'BAD_BLOB_PARAMETERS' }));
    }
    for (const name of ['osaka+blobs', 'osaka+blobs1:2', 'shanghai+blobs1:2:3'] as const) {
      expect(() => forkRules(name)).toThrow(expect.objectContaining({ code: 'UNKNOWN_EIP' }));
    }
  });

  it('hold for the fork that has them, and not for the next', () => {
    const chain = {
      ...chainAtFork('osaka'),
      forks: [
        { fork: 'osaka', block: 0n, blobs: OWN },
        { fork: 'bpo1', timestamp: 10n },
      ],
    } as const;
    checkChainConfig(chain);
    const at = (timestamp: bigint) => ({ number: 1n, timestamp });
    expect([forkAt(chain, at(9n)), forkAt(chain, at(10n))]).toEqual(['osaka', 'bpo1']);
    expect([rulesAt(chain, at(9n)), rulesAt(chain, at(10n))]).toEqual([rulesWithBlobs('osaka', OWN), 'bpo1']);
  });
});
