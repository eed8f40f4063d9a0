/** The middle of a transaction: access lists, authorisations and the run in the machine, without fees. */
import { type Address, SherdError } from '../base/index.ts';
import {
  createAddress,
  createEvm,
  delegationTarget,
  type Environment,
  joinGas,
  type Message,
  OUTCOME,
  type Outcome,
  splitGas,
  type Tracer,
} from '../evm/index.ts';
import { activePrecompiles } from '../precompiles/index.ts';
import { forkRules, type RulesName } from '../protocol/index.ts';
import type { Journal } from '../state/index.ts';
import { type AccessListEntry, accessListOf, type Transaction } from '../tx/index.ts';
import { applyAuthorizations } from './delegation.ts';

/** What the world around a transaction adds to the machine: system contracts, an abort flag, a tracer. */
export type EnvironmentExtras = Omit<Environment, 'fork' | 'block' | 'transaction'> & { readonly tracer?: Tracer };

/** Everything that the machine is given besides the host. */
export type RunEnvironment = Environment & { readonly tracer?: Tracer };

/** How the message of a transaction ended. Gas in units, before the refund. */
export interface Execution {
  readonly outcome: Outcome;
  /** Return or revert data. */
  readonly output: Uint8Array;
  readonly gasLeft: bigint;
  /** Of a creation, whether it succeeded or not. */
  readonly contractAddress: Address | undefined;
}

/**
 * Counts up the nonce, warms what the transaction announces, applies authorisations and runs the message.
 * @param gas Gas limit less intrinsic gas.
 * @throws SherdError ABORTED when the abort flag was raised; the journal then holds a half-run transaction.
 */
export function executeTransaction(
  journal: Journal,
  tx: Transaction,
  sender: Address,
  gas: bigint,
  environment: RunEnvironment,
): Execution {
  const { rules } = forkRules(environment.fork);
  const nonce = journal.getNonce(sender);
  const created = tx.to === undefined ? createAddress(sender, nonce) : undefined;
  const to = tx.to ?? created!;
  journal.setNonce(sender, nonce + 1n);
  if (rules.accessLists) warmStart(journal, environment, sender, to, accessListOf(tx));
  if (tx.type === 4) {
    applyAuthorizations(tx.authorizationList, { journal, rules, chainId: environment.block.chainId });
  }
  if (rules.delegations) {
    const target = delegationTarget(journal.getCode(to));
    if (target !== undefined) journal.warmAddress(target);
  }
  const message = { kind: created === undefined ? 'call' : 'create', caller: sender, to } as const;
  return {
    ...runMessage(journal, environment, { ...message, value: tx.value, data: tx.data }, gas),
    contractAddress: created,
  };
}

/** Runs one message with gas of any size. */
export function runMessage(
  journal: Journal,
  environment: RunEnvironment,
  message: Omit<Message, 'gas' | 'reserve'>,
  gas: bigint,
): Omit<Execution, 'contractAddress'> {
  const { tracer } = environment;
  const result = createEvm(journal, environment, tracer === undefined ? {} : { tracer }).run({
    ...message,
    ...splitGas(gas),
  });
  if (result.outcome === OUTCOME.ABORTED) throw new SherdError('ABORTED', 'execution was aborted from outside');
  const gasLeft = joinGas(result.gasLeft, result.reserveLeft ?? 0n);
  return { outcome: result.outcome, output: result.output, gasLeft };
}

/** EIP-2929, EIP-2930, EIP-3651: what is warm when the first instruction runs. */
function warmStart(
  journal: Journal,
  environment: RunEnvironment,
  sender: Address,
  to: Address,
  accessList: readonly AccessListEntry[],
): void {
  journal.setAlwaysWarm(precompileAddresses(environment.fork));
  journal.warmAddress(sender);
  journal.warmAddress(to);
  if (forkRules(environment.fork).rules.warmCoinbase) journal.warmAddress(environment.block.coinbase);
  for (const { address, slots } of accessList) {
    journal.warmAddress(address);
    for (const slot of slots) journal.warmSlot(address, slot);
  }
}

const addressesByFork = new Map<RulesName, ReadonlySet<Address>>();

/** Addresses of the fork's pre-compiled contracts; computed once per fork. */
export function precompileAddresses(fork: RulesName): ReadonlySet<Address> {
  let addresses = addressesByFork.get(fork);
  if (addresses === undefined) {
    addresses = new Set(activePrecompiles(fork).keys());
    addressesByFork.set(fork, addresses);
  }
  return addresses;
}
