/** The pre-compiled contracts by name, and which of them a fork has. */
import type { Address } from '../base/index.ts';
import { forkRules, type PrecompileName, type PrecompilePrices, type RulesName } from '../protocol/index.ts';
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
import { ecRecover } from './ecRecover.ts';
import { identity, ripemd160, sha256 } from './hashes.ts';
import { modexp } from './modexp.ts';
import { p256Verify } from './p256Verify.ts';
import { pointEvaluation } from './pointEvaluation.ts';
import type { Precompile } from './precompile.ts';

export type { Precompile } from './precompile.ts';

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

/** A pre-compiled contract with its fork's price in it. */
export interface ActivePrecompile {
  readonly name: PrecompileName;
  readonly address: Address;
  readonly gas: (input: Uint8Array) => number;
  /** The output; undefined when the contract fails. */
  readonly run: (input: Uint8Array) => Uint8Array | undefined;
}

function bind<Name extends PrecompileName>(name: Name, price: PrecompilePrices[Name]): ActivePrecompile {
  const { address, gas, run } = PRECOMPILES[name];
  return { name, address, gas: (input) => gas(input, price), run: (input) => run(input, price) };
}

const byFork = new Map<RulesName, ReadonlyMap<Address, ActivePrecompile>>();

/** The pre-compiled contracts that `fork` has, by address. The same object for the same fork. */
export function activePrecompiles(fork: RulesName): ReadonlyMap<Address, ActivePrecompile> {
  let active = byFork.get(fork);
  if (active === undefined) {
    const prices = forkRules(fork).precompiles;
    const contracts = (Object.keys(PRECOMPILES) as PrecompileName[]).flatMap((name) => {
      const price = prices[name];
      return price === undefined ? [] : [bind(name, price)];
    });
    active = new Map(contracts.map((contract) => [contract.address, contract]));
    byFork.set(fork, active);
  }
  return active;
}
