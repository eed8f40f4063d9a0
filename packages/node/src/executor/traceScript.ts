/** Watching a transaction of any script: one of a block, or one that a block on top of the newest would hold. */
import { SherdError } from 'sherd/base';
import { type ShardTransaction, type SignedShardBlock, shardProposer } from 'sherd/beacon';
import { type HostCallRecord, recordHostCalls } from 'sherd/scripts';
import { buildShardBlock, type ShardInput, type TransactionOutcome, traceShardTransaction } from 'sherd/shard';
import type { ScriptTrace } from '../rpc/backend.ts';

/** Host calls that a trace keeps. */
export const MAX_TRACED_CALLS = 10_000;

/**
 * What the transaction would do in a block right after the newest one; nothing of it is kept.
 * @throws SherdError why it may not stand in a block; ABORTED.
 */
export function traceNext(input: ShardInput, transaction: ShardTransaction): ScriptTrace {
  const { params, shard, view, engine } = input;
  const record = recordHostCalls(MAX_TRACED_CALLS);
  const slot = view.slot + 1n;
  const { outcomes, leftOut } = buildShardBlock({
    ...input,
    engine: { run: (request) => engine.run({ ...request, onHostCall: record.watch }) },
    slot: Number(slot),
    proposerIndex: shardProposer(params, view, shard, slot),
    transactions: [transaction],
  });
  const [refusal] = leftOut;
  if (refusal !== undefined) throw new SherdError(refusal.code, refusal.message);
  return traceOf(outcomes[0]!, record);
}

/** Runs a block again on the state before it, up to the transaction at `index`. @throws SherdError ABORTED */
export function traceIncluded(input: ShardInput, block: SignedShardBlock, index: number): ScriptTrace {
  const record = recordHostCalls(MAX_TRACED_CALLS);
  return traceOf(traceShardTransaction(input, block, index, { onHostCall: record.watch }), record);
}

function traceOf(result: TransactionOutcome, { calls, count }: HostCallRecord): ScriptTrace {
  const { script, outcome, gasUsed, output, error } = result;
  return { script, outcome, gasUsed, output, ...(error && { error }), hostCalls: calls, hostCallCount: count };
}
