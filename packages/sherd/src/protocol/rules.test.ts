/**
 * Pins rules by name against a table written down from the EIPs, rule by rule: what each was in Frontier, and from
 * which fork on it is what. Whatever is not in the table here is pinned by the official suites.
 */
import { describe, expect, it } from 'vitest';
import { FORKS, type ForkName, forkRules } from './forks.ts';
import type { Rules } from './rules.ts';

type Change<Name extends keyof Rules> = readonly [since: ForkName, value: Rules[Name]];
type Pins = { readonly [Name in keyof Rules]?: readonly Change<Name>[] };

const ETHER = 10n ** 18n;
const NEVER = Number.MAX_SAFE_INTEGER;

const PINS: Pins = {
  txGas: [['frontier', 21_000]],
  txCreateGas: [
    ['frontier', 0],
    ['homestead', 32_000], // 2
  ],
  txNonZeroByte: [
    ['frontier', 68],
    ['istanbul', 16], // 2028
  ],
  txFloorToken: [
    ['frontier', 0],
    ['prague', 10], // 7623
  ],
  txAuthorization: [
    ['frontier', 0],
    ['prague', 25_000], // 7702
  ],
  maxTxGas: [
    ['frontier', NEVER],
    ['osaka', 2 ** 24], // 7825
  ],
  refundQuotient: [
    ['frontier', 2],
    ['london', 5], // 3529
  ],
  expByte: [
    ['frontier', 10],
    ['spuriousDragon', 50], // 160
  ],
  maxCodeSize: [
    ['frontier', NEVER],
    ['spuriousDragon', 0x6000], // 170
  ],
  maxInitCodeSize: [
    ['frontier', NEVER],
    ['shanghai', 2 * 0x6000], // 3860
  ],
  newContractNonce: [
    ['frontier', 0n],
    ['spuriousDragon', 1n], // 161
  ],
  keepsOne64th: [
    ['frontier', false],
    ['tangerineWhistle', true], // 150
  ],
  storageMetering: [
    ['frontier', 'simple'],
    ['constantinople', 'net'], // 1283
    ['petersburg', 'simple'], // 1716
    ['istanbul', 'net'], // 2200
  ],
  storeDirty: [
    ['frontier', 0],
    ['constantinople', 200],
    ['petersburg', 0],
    ['istanbul', 800],
    ['berlin', 100],
  ],
  storeClearRefund: [
    ['frontier', 15_000],
    ['london', 4800], // 3529
  ],
  selfDestructRefund: [
    ['frontier', 24_000],
    ['london', 0], // 3529
  ],
  selfDestruct: [
    ['frontier', 'always'],
    ['cancun', 'createdOnly'], // 6780
  ],
  blockReward: [
    ['frontier', 5n * ETHER],
    ['byzantium', 3n * ETHER], // 649
    ['constantinople', 2n * ETHER], // 1234
    ['paris', 0n], // 3675
  ],
  bombDelay: [
    ['frontier', 0n],
    ['byzantium', 3_000_000n], // 649
    ['constantinople', 5_000_000n], // 1234
    ['muirGlacier', 9_000_000n], // 2384
    ['london', 9_700_000n], // 3554
    ['arrowGlacier', 10_700_000n], // 4345
    ['grayGlacier', 11_400_000n], // 5133
  ],
  receiptField: [
    ['frontier', 'stateRoot'],
    ['byzantium', 'status'], // 658
  ],
  transactionTypes: [
    ['frontier', [0]],
    ['berlin', [0, 1]], // 2930
    ['london', [0, 1, 2]], // 1559
    ['cancun', [0, 1, 2, 3]], // 4844
    ['prague', [0, 1, 2, 3, 4]], // 7702
  ],
  blobTarget: [
    ['frontier', 0],
    ['cancun', 3], // 4844
    ['prague', 6], // 7691
    ['bpo1', 10], // 7892
    ['bpo2', 14],
    ['bpo3', 21],
    ['bpo4', 14],
  ],
  blobMax: [
    ['frontier', 0],
    ['cancun', 6],
    ['prague', 9],
    ['bpo1', 15],
    ['bpo2', 21],
    ['bpo3', 32],
    ['bpo4', 21],
  ],
  blobMaxPerTx: [
    ['frontier', 0],
    ['cancun', 6],
    ['prague', 9],
    ['osaka', 6], // 7594
  ],
  blobReserveGas: [
    ['frontier', 0n],
    ['osaka', 2n ** 13n], // 7918
  ],
  maxBlockSize: [
    ['frontier', NEVER],
    ['osaka', 10 * 2 ** 20 - 2 * 2 ** 20], // 7934
  ],
};

function pinned(name: keyof Rules, fork: ForkName): unknown {
  const changes = PINS[name] ?? [];
  return changes.findLast(([since]) => FORKS.indexOf(since) <= FORKS.indexOf(fork))?.[1];
}

describe('rules', () => {
  for (const name of Object.keys(PINS) as (keyof Rules)[]) {
    it(`${name} in every fork`, () => {
      for (const fork of FORKS) expect(forkRules(fork).rules[name], fork).toEqual(pinned(name, fork));
    });
  }
});
