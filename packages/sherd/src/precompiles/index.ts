/** The pre-compiled contracts by name, and which of them a fork has. */
import type { Address } from '../base/index.ts';
import type { PrecompileName, PrecompilePrices, RulesName } from '../protocol/index.ts';
import { blake2f } from './blake2f.ts';
import { blsG1Add, blsG1Msm, blsG2Add, blsG2Msm, blsMapG1, blsMapG2, blsPairing } from './bls.ts';
import {
  draftBlsG1Add,
  draftBlsG1Msm,
  draftBlsG1Mul,
  draftBlsG2Add,
  draftBlsG2Msm,
  draftBlsG2Mul,
  draftBlsMapG1,
  draftBlsMapG2,
  draftBlsPairing,
} from './blsDraft.ts';
import { bnAdd, bnMul, bnPairing } from './bn254.ts';
import { type ActivePrecompile, choosePrecompiles } from './choose.ts';
import { ecRecover } from './ecRecover.ts';
import { identity, ripemd160, sha256 } from './hashes.ts';
import { modexp } from './modexp.ts';
import { p256Verify } from './p256Verify.ts';
import { pointEvaluation } from './pointEvaluation.ts';
import type { Precompile } from './precompile.ts';

export { type ActivePrecompile, choosePrecompiles, type PrecompileChoice } from './choose.ts';
export type { Precompile } from './precompile.ts';
// One by one, for who wants some of them and not the libraries of the others.
export {
  blake2f,
  blsG1Add,
  blsG1Msm,
  blsG2Add,
  blsG2Msm,
  blsMapG1,
  blsMapG2,
  blsPairing,
  bnAdd,
  bnMul,
  bnPairing,
  ecRecover,
  identity,
  modexp,
  p256Verify,
  pointEvaluation,
  ripemd160,
  sha256,
};

/** Every pre-compiled contract that a fork, or the draft of one, has had. */
export const PRECOMPILES: { readonly [Name in PrecompileName]: Precompile<PrecompilePrices[Name]> } = {
  ecRecover,
  sha256,
  ripemd160,
  identity,
  modexp,
  bnAdd,
  bnMul,
  bnPairing,
  blake2f,
  pointEvaluation,
  blsG1Add,
  blsG1Msm,
  blsG2Add,
  blsG2Msm,
  blsPairing,
  blsMapG1,
  blsMapG2,
  p256Verify,
  draftBlsG1Add,
  draftBlsG1Mul,
  draftBlsG1Msm,
  draftBlsG2Add,
  draftBlsG2Mul,
  draftBlsG2Msm,
  draftBlsPairing,
  draftBlsMapG1,
  draftBlsMapG2,
};

const byFork = new Map<RulesName, ReadonlyMap<Address, ActivePrecompile>>();

/** The pre-compiled contracts that `fork` has, by address. The same object for the same fork. */
export function activePrecompiles(fork: RulesName): ReadonlyMap<Address, ActivePrecompile> {
  let active = byFork.get(fork);
  if (active === undefined) {
    active = choosePrecompiles(fork, PRECOMPILES);
    byFork.set(fork, active);
  }
  return active;
}
