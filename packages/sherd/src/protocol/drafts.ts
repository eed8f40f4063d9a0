/**
 * Rules that never held on any chain: a fork as it stood while test files were made for it. A draft is data like a fork
 * (forks.ts), one block of differences from the fork it was to follow, but it stands in no schedule: a chain
 * configuration cannot name one. It is for whoever runs such files, and asks for it by its name.
 */
import type { ForkChange, ForkName } from './forks.ts';

interface Draft extends ForkChange {
  /** The fork that the differences are from. */
  readonly after: ForkName;
}

export const DRAFTS = {
  /**
   * Prague in April 2024: EIP-2537 with contracts of their own for a single multiplication, nine in all at 0x0b to 0x13,
   * and the first prices; nothing yet of what else came to Prague. ethereum/tests EIPTests/stEIP2537 is made for it.
   */
  pragueDraft2024: {
    after: 'cancun',
    eips: [2537],
    precompiles: {
      draftBlsG1Add: 500,
      draftBlsG1Mul: 12_000,
      draftBlsG1Msm: 12_000,
      draftBlsG2Add: 800,
      draftBlsG2Mul: 45_000,
      draftBlsG2Msm: 45_000,
      draftBlsPairing: [65_000, 43_000],
      draftBlsMapG1: 5500,
      draftBlsMapG2: 75_000,
    },
  },
} as const satisfies Record<string, Draft>;

export type DraftName = keyof typeof DRAFTS;
