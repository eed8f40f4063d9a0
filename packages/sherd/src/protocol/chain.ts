/** When each fork begins on a chain: by block number, by total difficulty (the merge) or by timestamp. */
import type { Address } from '../base/index.ts';
import { SherdError } from '../base/index.ts';
import type { BlobParameters } from './blobParameters.ts';
import { rulesWithBlobs } from './blobRules.ts';
import { FORKS, type ForkName, isForkName, type RulesName } from './forks.ts';

/** A fork, and when it begins. */
export type ForkActivation = {
  readonly fork: ForkName;
  /** Where the chain has other blob parameters than the fork (EIP-7840). */
  readonly blobs?: BlobParameters;
} & (
  | { readonly block: bigint }
  /** The first block whose parent's total difficulty has reached this. */
  | { readonly totalDifficulty: bigint }
  /** Seconds since 1970. */
  | { readonly timestamp: bigint }
);

export interface ChainConfig {
  readonly name: string;
  readonly chainId: bigint;
  /** Oldest first; the first begins at genesis. */
  readonly forks: readonly ForkActivation[];
  /** Where deposit logs are collected (EIP-6110). */
  readonly depositContract: Address;
  /** True where the `dao` fork moves the DAO's balances, and its first ten blocks say so (EIP-779); mainnet did. */
  readonly movesDaoBalances: boolean;
  /** Where other chains moved them and this one did not: ten blocks from here on must not say so. */
  readonly refusesDaoForkAt?: bigint;
}

/** What of a block decides its fork. */
export interface BlockPosition {
  readonly number: bigint;
  readonly timestamp: bigint;
  /** Of the parent block. Undefined: unknown, and the merge is taken as past when a later fork's time has come. */
  readonly parentTotalDifficulty?: bigint;
  /** A header of difficulty 0 is itself proof that the merge is past. */
  readonly isProofOfStake?: boolean;
}

function isActive(activation: ForkActivation, at: BlockPosition): boolean {
  if ('block' in activation) return at.number >= activation.block;
  if ('timestamp' in activation) return at.timestamp >= activation.timestamp;
  if (at.isProofOfStake === true) return true;
  return at.parentTotalDifficulty !== undefined && at.parentTotalDifficulty >= activation.totalDifficulty;
}

/** Nothing says whether the chain has merged; the time of a later fork may. */
function isUnknown(activation: ForkActivation, at: BlockPosition): boolean {
  return 'totalDifficulty' in activation && at.parentTotalDifficulty === undefined;
}

function activationAt(config: ChainConfig, at: BlockPosition): ForkActivation {
  let last: ForkActivation | undefined;
  for (const activation of config.forks) {
    if (isActive(activation, at)) last = activation;
    else if (!isUnknown(activation, at)) break;
  }
  if (last !== undefined) return last;
  throw new SherdError('NO_FORK', `chain ${config.name} has no fork at block ${at.number}`, { ...at });
}

/**
 * The fork of a block: the last that has begun behind forks that all have. A fork whose time comes before its chain has
 * the block number or the total difficulty of the one before it waits for that.
 * @throws SherdError NO_FORK when not even the first fork has begun.
 */
export function forkAt(config: ChainConfig, at: BlockPosition): ForkName {
  return activationAt(config, at).fork;
}

/**
 * The rules of a block: its fork's, with the chain's own blob parameters where it has some.
 * @throws SherdError NO_FORK as {@link forkAt}, BAD_BLOB_PARAMETERS.
 */
export function rulesAt(config: ChainConfig, at: BlockPosition): RulesName {
  const { fork, blobs } = activationAt(config, at);
  return blobs === undefined ? fork : rulesWithBlobs(fork, blobs);
}

/**
 * @throws SherdError BAD_CHAIN_CONFIG when there is no fork, or they stand out of order; UNKNOWN_FORK;
 *   BAD_BLOB_PARAMETERS.
 */
export function checkChainConfig(config: ChainConfig): void {
  if (config.forks.length === 0) throw new SherdError('BAD_CHAIN_CONFIG', `chain ${config.name} has no fork`);
  let last = -1;
  for (const { fork, blobs } of config.forks) {
    const index = FORKS.indexOf(knownFork(fork));
    if (index <= last) {
      throw new SherdError('BAD_CHAIN_CONFIG', `fork ${fork} stands behind ${FORKS[last]}, want oldest first`, {
        fork,
      });
    }
    last = index;
    if (blobs !== undefined) rulesWithBlobs(fork, blobs);
  }
}

/** JavaScript can hand over any name, and a draft of a fork is none that a chain may have. */
function knownFork(fork: ForkName): ForkName {
  if (isForkName(fork)) return fork;
  throw new SherdError('UNKNOWN_FORK', `no chain has a fork ${JSON.stringify(fork)}; want one of ${FORKS.join(', ')}`, {
    fork,
  });
}

const MAINNET_DEPOSIT_CONTRACT: Address = '0x00000000219ab540356cbb839cbe05303d7705fa';

/** A chain that is at `fork` from genesis on. @throws SherdError UNKNOWN_FORK. */
export function chainAtFork(fork: ForkName, chainId = 1n): ChainConfig {
  return {
    name: fork,
    chainId,
    forks: [{ fork: knownFork(fork), block: 0n }],
    depositContract: MAINNET_DEPOSIT_CONTRACT,
    movesDaoBalances: false,
  };
}

export const MAINNET: ChainConfig = {
  name: 'mainnet',
  chainId: 1n,
  forks: [
    { fork: 'frontier', block: 0n },
    { fork: 'homestead', block: 1_150_000n },
    { fork: 'dao', block: 1_920_000n },
    { fork: 'tangerineWhistle', block: 2_463_000n },
    { fork: 'spuriousDragon', block: 2_675_000n },
    { fork: 'byzantium', block: 4_370_000n },
    // Constantinople and Petersburg began with the same block, so that the former's storage rules never held.
    { fork: 'petersburg', block: 7_280_000n },
    { fork: 'istanbul', block: 9_069_000n },
    { fork: 'muirGlacier', block: 9_200_000n },
    { fork: 'berlin', block: 12_244_000n },
    { fork: 'london', block: 12_965_000n },
    { fork: 'arrowGlacier', block: 13_773_000n },
    { fork: 'grayGlacier', block: 15_050_000n },
    { fork: 'paris', totalDifficulty: 58_750_000_000_000_000_000_000n },
    { fork: 'shanghai', timestamp: 1_681_338_455n },
    { fork: 'cancun', timestamp: 1_710_338_135n },
    { fork: 'prague', timestamp: 1_746_612_311n },
    { fork: 'osaka', timestamp: 1_764_798_551n },
    { fork: 'bpo1', timestamp: 1_765_290_071n },
    { fork: 'bpo2', timestamp: 1_767_747_671n },
  ],
  depositContract: MAINNET_DEPOSIT_CONTRACT,
  movesDaoBalances: true,
};
