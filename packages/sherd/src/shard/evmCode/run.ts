/** Runs EVM bytecode as an execution script, or as raw code: what the built-in EVM script lends to the engine. */
import { type Address, SherdError } from '../../base/index.ts';
import { createEvm, isHalt, isSuccess, OUTCOME, OUTCOME_TEXT } from '../../evm/index.ts';
import type { BlockContext } from '../../evm/message.ts';
import { Halt } from '../../scripts/hostRun.ts';
import type { EvmCodeRequest, ScriptResult } from '../../scripts/run.ts';
import type { ScriptWorld } from '../../scripts/world.ts';
import { precompileAddresses } from '../../transition/index.ts';
import { SHARD_FORK } from '../evm/context.ts';
import { mirrorOfScript } from '../evm/messages.ts';
import type { ShardWorld } from '../world.ts';
import { CodeHost } from './host.ts';
import { codeSystemContracts } from './systemContract.ts';

/** Sender of transactions, and ORIGIN: transactions of scripts are signed by nobody. */
const NOBODY: Address = '0x0000000000000000000000000000000000000000';

/** Address of a script of EVM bytecode: the one from which its calls arrive in script 0. */
export function addressOfScript(shard: number, script: number): Address {
  return mirrorOfScript(shard, script);
}

/** What a script may know of the block: the slot. The rest of what instructions ask reads 0. */
function blockOf(world: ScriptWorld): BlockContext {
  return {
    coinbase: NOBODY,
    number: BigInt(world.slot),
    timestamp: 0n,
    gasLimit: 0n,
    difficulty: 0n,
    prevRandao: 0n,
    baseFee: 0n,
    blobBaseFee: 0n,
    chainId: world.chainId,
  };
}

/** The flag with which a block is stopped from outside; worlds that are no block's have none. */
function abortOf(world: ScriptWorld) {
  const abort = (world as Partial<ShardWorld>).block?.abort;
  return abort === undefined ? {} : { abort };
}

/**
 * Effects are in the world, for the engine to undo unless it finished. No refunds: what is stored is paid for.
 * @throws SherdError ABORTED when the block is stopped from outside: then nothing is decided.
 */
export function runEvmCode(request: EvmCodeRequest): ScriptResult {
  const { world, script, caller, code, data, gas, isStatic, isRawCode } = request;
  const address = addressOfScript(world.shard, script);
  const from = caller.kind === 'script' ? addressOfScript(world.shard, caller.script) : NOBODY;
  const host = new CodeHost({ world, script, address, code, isRawCode });
  host.setAlwaysWarm(precompileAddresses(SHARD_FORK));
  for (const warm of [from, address]) host.warmAddress(warm);
  const evm = createEvm(host, {
    fork: SHARD_FORK,
    block: blockOf(world),
    transaction: { origin: NOBODY, gasPrice: 0n, blobHashes: [] },
    systemContracts: codeSystemContracts(request),
    ...abortOf(world),
  });
  try {
    const result = evm.run({ kind: 'call', caller: from, to: address, value: 0n, data, gas, isStatic });
    const { outcome, gasLeft, output } = result;
    if (outcome === OUTCOME.ABORTED) throw new SherdError('ABORTED', 'the run was aborted from outside');
    if (isSuccess(outcome)) return { outcome: 'finished', gasLeft, output };
    const error = { code: 'EVM_FAILED', message: OUTCOME_TEXT[outcome] };
    if (!isHalt(outcome)) return { outcome: 'aborted', gasLeft, output, error };
    return { outcome: outcome === OUTCOME.OUT_OF_GAS ? 'outOfGas' : 'trapped', gasLeft: 0, output, error };
  } catch (halt) {
    // A fault of the script that has no place among the machine's outcomes.
    if (!(halt instanceof Halt)) throw halt;
    const { outcome, output, code: reason, message } = halt;
    return { outcome, gasLeft: 0, output, error: { code: reason, message } };
  }
}
