/**
 * Single EIPs on top of a fork that does not have them, as geth's tools take them in the name of a fork (`London+3855`):
 * each is a part of the fork that brought it. Only EIPs that change instructions and their prices stand here; what
 * needs more than that (transaction types, system calls) comes with its fork alone.
 */
import type { ForkName } from './forks.ts';
import type { OpcodeName } from './opcodes.ts';
import type { Rules } from './rules.ts';

/** Prices and rules of a fork, by name; what they are stands there. */
export interface ForkPart {
  readonly of: ForkName;
  readonly gas?: readonly OpcodeName[];
  readonly rules?: readonly (keyof Rules)[];
}

const READS = ['BALANCE', 'EXTCODESIZE', 'EXTCODECOPY', 'EXTCODEHASH'] as const;
const CALLS = ['CALL', 'CALLCODE', 'DELEGATECALL', 'STATICCALL'] as const;

export const EXTRA_EIPS: ReadonlyMap<number, ForkPart> = new Map<number, ForkPart>([
  [1153, { of: 'cancun', gas: ['TLOAD', 'TSTORE'] }],
  [1344, { of: 'istanbul', gas: ['CHAINID'] }],
  [1884, { of: 'istanbul', gas: ['SLOAD', 'BALANCE', 'EXTCODEHASH', 'SELFBALANCE'] }],
  [2200, { of: 'istanbul', gas: ['SLOAD'], rules: ['storageMetering', 'storeDirty', 'storeSentry'] }],
  [
    2929,
    {
      of: 'berlin',
      gas: ['SLOAD', ...READS, ...CALLS],
      rules: ['accessLists', 'coldAccount', 'coldSlot', 'warmRead', 'storeReset', 'storeDirty'],
    },
  ],
  [3198, { of: 'london', gas: ['BASEFEE'] }],
  [3529, { of: 'london', rules: ['storeClearRefund', 'selfDestructRefund'] }],
  [3855, { of: 'shanghai', gas: ['PUSH0'] }],
  [3860, { of: 'shanghai', rules: ['initCodeWord', 'maxInitCodeSize'] }],
  [5656, { of: 'cancun', gas: ['MCOPY'] }],
  [6780, { of: 'cancun', rules: ['selfDestruct'] }],
  [7516, { of: 'cancun', gas: ['BLOBBASEFEE'] }],
  [7939, { of: 'osaka', gas: ['CLZ'] }],
]);
