/** The runs of the EVM script share this: a journal over region 0, the block, the machine's environment, and the end. */
import { type Address, assert, SherdError } from '../../base/index.ts';
import { type BlockContext, delegationTarget, isSuccess, type Log, OUTCOME, type Outcome } from '../../evm/index.ts';
import type { NestedRun } from '../../scripts/run.ts';
import {
  type EnvironmentExtras,
  precompileAddresses,
  type RunEnvironment,
  runMessage,
} from '../../transition/index.ts';
import type { ShardWorld } from '../world.ts';
import { type Books, post, readBooks, writeBooks } from './books.ts';
import { evmBlockContext, SHARD_FORK } from './context.ts';
import { type AccountOverride, overrideStore } from './overrides.ts';
import { RegionJournal } from './regionJournal.ts';
import { createRegionStore, writeChanges } from './regionStore.ts';
import { createSystemContracts } from './systemContract.ts';

/** Everything that a transaction, a claim or a call of the EVM script works with. */
export interface EvmRun {
  readonly world: ShardWorld;
  readonly books: Books;
  readonly journal: RegionJournal;
  readonly block: BlockContext;
  readonly extras: EnvironmentExtras;
}

/** `overrides` are for runs that are never settled. */
export function beginRun(world: ShardWorld, call: NestedRun, overrides: readonly AccountOverride[] = []): EvmRun {
  const books = readBooks(world);
  const journal = new RegionJournal(world, overrideStore(createRegionStore(world), overrides));
  const { abort, tracer } = world.block;
  const systemContracts = createSystemContracts({ world, journal, call });
  return {
    world,
    books,
    journal,
    block: evmBlockContext(world, books.baseFee),
    extras: {
      systemContracts,
      ...(abort === undefined ? {} : { abort }),
      ...(tracer === undefined ? {} : { tracer }),
    },
  };
}

/** Writes what the run has left in its journal into region 0, and keeps the books. `claimed` wei came in. */
export function settleRun({ world, journal, books }: EvmRun, claimed: bigint): void {
  const supply = writeChanges(world, journal.drain());
  writeBooks(world, post(books, { claimed, sent: journal.sent, supply }));
}

/** A call from an address that signs nothing: no fee, no nonce. */
export interface UnsignedCall {
  readonly from: Address;
  readonly to: Address;
  /** Wei; on `from` already. */
  readonly value: bigint;
  readonly data: Uint8Array;
  readonly gas: number;
  readonly isStatic?: boolean;
}

export interface UnsignedCallResult {
  readonly outcome: Outcome;
  readonly isSuccess: boolean;
  readonly output: Uint8Array;
  readonly gasLeft: number;
  readonly logs: readonly Log[];
}

/** Runs a call in the journal and ends it there: a failed one has undone itself. @throws SherdError ABORTED */
export function runUnsigned(
  run: EvmRun,
  { from, to, value, data, gas, isStatic = false }: UnsignedCall,
): UnsignedCallResult {
  const { journal, block, extras } = run;
  journal.setAlwaysWarm(precompileAddresses(SHARD_FORK));
  for (const address of [from, to, block.coinbase]) journal.warmAddress(address);
  const target = delegationTarget(journal.getCode(to));
  if (target !== undefined) journal.warmAddress(target);
  const environment: RunEnvironment = {
    ...extras,
    fork: SHARD_FORK,
    block,
    transaction: { origin: from, gasPrice: 0n, blobHashes: [] },
  };
  const message = { kind: 'call', caller: from, to, value, data, isStatic } as const;
  const result = runMessage(journal, environment, message, BigInt(gas));
  if (result.outcome === OUTCOME.ABORTED) throw new SherdError('ABORTED', 'execution was aborted from outside');
  const gasLeft = Number(result.gasLeft);
  assert(gasLeft >= 0 && gasLeft <= gas, `a call left ${gasLeft} of ${gas} gas`);
  const { outcome, output } = result;
  return { outcome, isSuccess: isSuccess(outcome), output, gasLeft, logs: journal.logs };
}
