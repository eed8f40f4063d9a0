/** Calls that the protocol itself makes before and after a block's transactions (EIP-4788, 2935, 7002, 7251). */
import { type Address, bytesToHex, SherdError } from '../base/index.ts';
import { type BlockContext, isSuccess, OUTCOME_TEXT } from '../evm/index.ts';
import { type BlockStartCall, forkRules, type RequestKind, type RulesName } from '../protocol/index.ts';
import type { Journal } from '../state/index.ts';
import { precompileAddresses, runMessage } from './execute.ts';

/** Who calls system contracts. */
export const SYSTEM_ADDRESS: Address = '0xfffffffffffffffffffffffffffffffffffffffe';
const SYSTEM_CALL_GAS = 30_000_000n;

const BLOCK_START_CONTRACTS: Readonly<Record<BlockStartCall, Address>> = {
  beaconRoots: '0x000f3df6d732807ef1319fb7b8bb8522d0beac02',
  blockHashHistory: '0x0000f90827f1c53a10cb7a02335b175320002935',
};

const REQUEST_CONTRACTS: Readonly<Record<Exclude<RequestKind, 'deposits'>, Address>> = {
  withdrawals: '0x00000961ef480eb55e80d19ad83579a64c007002',
  consolidations: '0x0000bbddc7ce488642fb579f8b00f3a590007251',
};

/** What a system call works on. */
export interface SystemCallContext {
  readonly journal: Journal;
  readonly fork: RulesName;
  readonly block: BlockContext;
}

/**
 * Tells the history contracts about the parent, as far as it is known. A contract that is not deployed is passed over;
 * failure is ignored.
 */
export function runBlockStartCalls(
  context: SystemCallContext,
  parent: { readonly hash: Uint8Array | undefined; readonly beaconBlockRoot: Uint8Array | undefined },
): void {
  for (const name of forkRules(context.fork).rules.blockStartCalls) {
    const data = name === 'beaconRoots' ? parent.beaconBlockRoot : parent.hash;
    if (data !== undefined) callSystemContract(context, BLOCK_START_CONTRACTS[name], data);
  }
}

/**
 * Takes the requests that a contract has gathered.
 * @throws SherdError SYSTEM_CONTRACT_MISSING, SYSTEM_CALL_FAILED: the block is invalid.
 */
export function dequeueRequests(context: SystemCallContext, kind: Exclude<RequestKind, 'deposits'>): Uint8Array {
  const address = REQUEST_CONTRACTS[kind];
  if (context.journal.getCode(address).length === 0) {
    throw new SherdError('SYSTEM_CONTRACT_MISSING', `system contract ${address} has no code`, { address });
  }
  const result = callSystemContract(context, address, new Uint8Array(0));
  if (!isSuccess(result.outcome)) {
    const reason = OUTCOME_TEXT[result.outcome];
    throw new SherdError('SYSTEM_CALL_FAILED', `system contract ${address}: ${reason}: ${bytesToHex(result.output)}`, {
      address,
      outcome: result.outcome,
    });
  }
  return result.output;
}

function callSystemContract({ journal, fork, block }: SystemCallContext, to: Address, data: Uint8Array) {
  const transaction = { origin: SYSTEM_ADDRESS, gasPrice: 0n, blobHashes: [] };
  journal.setAlwaysWarm(precompileAddresses(fork));
  const message = { kind: 'call', caller: SYSTEM_ADDRESS, to, value: 0n, data } as const;
  const result = runMessage(journal, { fork, block, transaction }, message, SYSTEM_CALL_GAS);
  journal.finalizeTransaction({ removeEmpty: forkRules(fork).rules.clearsEmptyAccounts });
  return result;
}
