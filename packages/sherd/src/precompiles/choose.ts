/** Which pre-compiled contracts a machine has: those of its fork, or some of them. */
import { checkBytes, checkObject } from '../base/arguments.ts';
import { type Address, SherdError } from '../base/index.ts';
import { forkRules, type PrecompileName, type PrecompilePrices, type RulesName } from '../protocol/index.ts';
import { PRECOMPILE_ADDRESSES } from './addresses.ts';
import type { Precompile } from './precompile.ts';

/** A pre-compiled contract with its fork's price in it. */
export interface ActivePrecompile {
  readonly name: PrecompileName;
  readonly address: Address;
  /** Gas for an input. */
  readonly gas: (input: Uint8Array) => number;
  /** The output; undefined when the contract fails. */
  readonly run: (input: Uint8Array) => Uint8Array | undefined;
}

/** Contracts by name. */
export type PrecompileChoice = { readonly [Name in PrecompileName]?: Precompile<PrecompilePrices[Name]> };

/**
 * The pre-compiled contracts of `fork` by address, made of `contracts`, so that a program bundles the libraries of
 * those alone. One that the fork has and the choice has not throws a SherdError PRECOMPILE_LEFT_OUT when it is called:
 * it is never taken for an empty account.
 */
export function choosePrecompiles(
  fork: RulesName,
  contracts: PrecompileChoice,
): ReadonlyMap<Address, ActivePrecompile> {
  checkObject(contracts, 'pre-compiled contracts');
  const prices = forkRules(fork).precompiles;
  const active = (Object.keys(PRECOMPILE_ADDRESSES) as PrecompileName[]).flatMap((name) => {
    const price = prices[name];
    return price === undefined ? [] : [bind(name, price, contracts)];
  });
  return new Map(active.map((contract) => [contract.address, contract]));
}

function bind<Name extends PrecompileName>(
  name: Name,
  price: PrecompilePrices[Name],
  contracts: PrecompileChoice,
): ActivePrecompile {
  const address = PRECOMPILE_ADDRESSES[name];
  const contract: Precompile<PrecompilePrices[Name]> | undefined = contracts[name];
  if (contract === undefined) {
    const leftOut = (): never => {
      throw new SherdError('PRECOMPILE_LEFT_OUT', `pre-compiled contract ${name} was left out`, { name, address });
    };
    return { name, address, gas: leftOut, run: leftOut };
  }
  const { gas, run } = contract;
  return { name, address, gas: checked((input) => gas(input, price)), run: checked((input) => run(input, price)) };
}

/** The machine and anybody else call through here: the contracts themselves take the input as it is. */
function checked<T>(use: (input: Uint8Array) => T): (input: Uint8Array) => T {
  return (input) => {
    checkBytes(input, 'input of a pre-compiled contract');
    return use(input);
  };
}
