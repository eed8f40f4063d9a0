/**
 * Script 0: the Ethereum virtual machine as an execution script. Its transactions are Ethereum envelopes and delivered
 * claims; other scripts of the shard call contracts through it.
 */
import { addressFromBytes, isSherdError, SherdError } from '../../base/index.ts';
import { keccak256 } from '../../crypto/hash.ts';
import { isHalt, OUTCOME_TEXT } from '../../evm/outcome.ts';
import type { BuiltInScript, NestedRun, ScriptRequest, ScriptResult } from '../../scripts/run.ts';
import { applyTransaction, createGasPool } from '../../transition/index.ts';
import { decodeTransaction, type Transaction } from '../../tx/index.ts';
import { runEvmCode } from '../evmCode/run.ts';
import { asShardWorld, type ShardWorld } from '../world.ts';
import { CLAIM_TYPE, runClaim } from './claim.ts';
import { hasEvm, SHARD_FORK } from './context.ts';
import { mirrorOfScript } from './messages.ts';
import { evmReceipt, refuse } from './result.ts';
import { beginRun, runUnsigned, settleRun } from './run.ts';
import { createSenders, type Senders } from './senders.ts';

/** The built-in script 0, for `createScriptEngine({ builtIns: new Map([[0, createEvmScript()]]) })`. Keeps a cache only. */
export function createEvmScript(): BuiltInScript {
  const senders = createSenders();
  return {
    runCode: runEvmCode,
    run(request, call) {
      const world = asShardWorld(request.world);
      if (!hasEvm(world)) return refuse('NO_EVM_GENESIS', 'this shard has no EVM state');
      if (world.simulation !== undefined) return world.simulation(world, call);
      if (request.caller.kind === 'script') return runScriptCall(world, request, request.caller.script, call);
      if (request.data[0] === CLAIM_TYPE) return runClaim(world, request.data, request.gas, call);
      return runEthereumTransaction(world, request, call, senders);
    },
  };
}

/**
 * Refusals: the codes of transactions that Ethereum refuses, and BLOBS_NOT_SUPPORTED, UNPROTECTED_TRANSACTION.
 */
function runEthereumTransaction(
  world: ShardWorld,
  { data, gas }: ScriptRequest,
  call: NestedRun,
  senders: Senders,
): ScriptResult {
  const run = beginRun(world, call);
  const start = world.snapshot();
  try {
    const transaction = decodeTransaction(data);
    checkForShard(transaction);
    const txHash = keccak256(data);
    const result = applyTransaction({
      journal: run.journal,
      fork: SHARD_FORK,
      block: run.block,
      gasPool: createGasPool(BigInt(gas)),
      transaction,
      sender: senders.of(transaction, txHash),
      extras: run.extras,
    });
    settleRun(run, 0n);
    const gasUsed = Number(result.gasUsed);
    const { isSuccess, contractAddress, effectiveGasPrice, logs, output, sender } = result;
    return {
      outcome: 'finished',
      gasLeft: gas - gasUsed,
      output,
      ...(isSuccess ? {} : { error: { code: 'EVM_FAILED', message: OUTCOME_TEXT[result.outcome] } }),
      detail: evmReceipt({
        type: transaction.type,
        isSuccess,
        gasUsed,
        logs,
        ...(isSuccess && contractAddress !== undefined ? { contractAddress } : {}),
        effectiveGasPrice,
        txHash,
        from: sender,
        ...(transaction.to === undefined ? {} : { to: transaction.to }),
      }),
    };
  } catch (error) {
    if (!isSherdError(error) || error.code === 'ABORTED') throw error;
    world.revertTo(start);
    return refuse(error.code, error.message);
  }
}

function checkForShard(transaction: Transaction): void {
  if (transaction.type === 3) {
    throw new SherdError('BLOBS_NOT_SUPPORTED', 'blob transactions need a data layer that shards do not have');
  }
  if (transaction.type === 0 && transaction.chainId === undefined) {
    throw new SherdError(
      'UNPROTECTED_TRANSACTION',
      'legacy transaction without a chain id could be replayed elsewhere',
    );
  }
}

/** Another script of this shard calls a contract: data = 20 bytes of address ‖ calldata, value 0, from its mirror. */
function runScriptCall(world: ShardWorld, request: ScriptRequest, caller: number, call: NestedRun): ScriptResult {
  const { data, gas, isStatic = false } = request;
  if (data.length < 20) return refuse('BAD_CALL', `data of ${data.length} bytes, want an address of 20 and calldata`);
  const run = beginRun(world, call);
  const from = mirrorOfScript(world.shard, caller);
  const to = addressFromBytes(data.subarray(0, 20));
  const result = runUnsigned(run, { from, to, value: 0n, data: data.slice(20), gas, isStatic });
  const { gasLeft, output } = result;
  if (!result.isSuccess) {
    const error = { code: 'EVM_FAILED', message: OUTCOME_TEXT[result.outcome] };
    return { outcome: isHalt(result.outcome) ? 'trapped' : 'aborted', gasLeft, output, error };
  }
  run.journal.finalizeTransaction({ removeEmpty: true });
  if (!isStatic) settleRun(run, 0n);
  return { outcome: 'finished', gasLeft, output };
}
