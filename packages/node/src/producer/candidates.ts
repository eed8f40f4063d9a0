/** What is offered to the next block of a shard, and what becomes of what the block did not take. */
import type { ShardTransaction } from 'sherd/beacon';
import { EVM_SCRIPT, type LeftOut } from 'sherd/shard';
import type { EthereumEntry, Refusal, ScriptEntry } from '../pool/index.ts';
import type { Chain, ShardChain } from './chain.ts';

export type Candidate =
  | { readonly kind: 'script'; readonly entry: ScriptEntry; readonly transaction: ShardTransaction }
  | { readonly kind: 'ethereum'; readonly entry: EthereumEntry; readonly transaction: ShardTransaction };

/** Transactions of each kind that are offered to one block. */
const MAX_CANDIDATES = 2_000;

/** True when a block could be made of what waits. */
export function hasWork(chain: Chain, shard: ShardChain): boolean {
  return shard.scripts.candidates(chain.state.slot, 1, 1).length > 0 || shard.ethereum.candidates(1, 1).length > 0;
}

/** Twice the gas of a block of each kind; the kinds take turns in going first. */
export function chooseCandidates(chain: Chain, shard: ShardChain): Candidate[] {
  const gas = 2 * chain.params.gasPerBlock;
  const scripts = shard.scripts
    .candidates(chain.state.slot, MAX_CANDIDATES, gas)
    .map((entry): Candidate => ({ kind: 'script', entry, transaction: entry.transaction }));
  const ethereum = shard.ethereum
    .candidates(MAX_CANDIDATES, gas)
    .map((entry): Candidate => ({ kind: 'ethereum', entry, transaction: asShardTransaction(entry) }));
  const scriptsFirst = shard.head.block.header.height % 2n === 0n;
  return scriptsFirst ? [...scripts, ...ethereum] : [...ethereum, ...scripts];
}

/** An Ethereum transaction as the shard's block holds it. */
export function asShardTransaction({ transaction, encoded }: EthereumEntry): ShardTransaction {
  return { script: EVM_SCRIPT, gasLimit: transaction.gasLimit, data: encoded };
}

/** Puts back or drops what the block did not take. `slot` is that of the beacon state it was built on. */
export function settleLeftOut(
  chain: Chain,
  shard: ShardChain,
  slot: bigint,
  candidates: readonly Candidate[],
  leftOut: readonly LeftOut[],
): void {
  for (const { index, code, message, mayFitLater } of leftOut) {
    const candidate = candidates[index]!;
    if (candidate.kind === 'script') {
      if (mayFitLater) shard.scripts.park(candidate.entry.id, slot, { code, message });
      else shard.scripts.refuse(candidate.entry.id, { code, message });
    } else if (mayFitLater) {
      shard.ethereum.park(candidate.entry.hash);
    } else {
      shard.ethereum.remove(candidate.entry.hash);
    }
    if (!mayFitLater) chain.log.debug({ shard: shard.shard, code, message }, 'transaction left out');
  }
}

/** Drops a transaction that may not be run again, whatever the reason. */
export function dropCandidate(shard: ShardChain, candidate: Candidate, reason: Refusal): void {
  if (candidate.kind === 'script') shard.scripts.refuse(candidate.entry.id, reason);
  else shard.ethereum.remove(candidate.entry.hash);
}

/** Forgets what a committed block took. */
export function settleIncluded(shard: ShardChain, included: readonly Candidate[]): void {
  for (const candidate of included) {
    if (candidate.kind === 'script') shard.scripts.remove(candidate.entry.id);
    else shard.ethereum.remove(candidate.entry.hash);
  }
  const senders = new Set(included.flatMap((each) => (each.kind === 'ethereum' ? [each.entry.from] : [])));
  for (const sender of senders) shard.ethereum.dropPassed(sender);
}
