/**
 * Rules of a fork with a chain's own blob parameters. They have a name like those of any other fork, so that all who ask
 * for rules by name find them.
 */
import { SherdError } from '../base/index.ts';
import { type BlobParameters, blobsToPart, checkBlobParameters } from './blobParameters.ts';
import { DRAFTS, type DraftName } from './drafts.ts';
import { forkRules, type RulesName } from './forks.ts';

/** The parameters that rules have. @throws SherdError UNKNOWN_FORK. */
export function blobParametersOf(name: RulesName): BlobParameters {
  const { blobTarget, blobMax, blobBaseFeeFraction } = forkRules(name).rules;
  return { target: blobTarget, max: blobMax, baseFeeUpdateFraction: blobBaseFeeFraction };
}

/**
 * The name of the rules of `fork` with these parameters; the fork itself where it has the same. From Osaka on a
 * transaction has 6 blobs at most whatever a block may have; before, as many as a block (EIP-7594).
 * @param fork A fork, also with extra EIPs, but no draft.
 * @throws SherdError BAD_BLOB_PARAMETERS when no block could be built by them, or the fork has no blobs; UNKNOWN_FORK.
 */
export function rulesWithBlobs(fork: RulesName, parameters: BlobParameters): RulesName {
  const { target, max, baseFeeUpdateFraction } = blobParametersOf(fork);
  const isOwn =
    parameters.target === target &&
    parameters.max === max &&
    parameters.baseFeeUpdateFraction === baseFeeUpdateFraction;
  if (isOwn) return fork;
  if (!forkRules(fork).rules.blobs || isDraft(fork)) {
    throw new SherdError('BAD_BLOB_PARAMETERS', `blob parameters: ${fork} can have none but its own`, { fork });
  }
  checkBlobParameters(parameters);
  return `${fork}+${blobsToPart(parameters)}`;
}

function isDraft(name: RulesName): name is DraftName {
  return Object.hasOwn(DRAFTS, name);
}
