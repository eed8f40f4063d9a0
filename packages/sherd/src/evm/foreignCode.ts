/**
 * A port for code that is not EVM bytecode: another machine's contracts as accounts beside EVM contracts. A machine
 * that was given none (plain Ethereum) takes every code for bytecode. Calls between the two go through the same frames,
 * so that depth, snapshots, values and deployments follow one set of rules.
 */
import { type Address, assert } from '../base/index.ts';
import { beginCall, beginCreate, type CallRequest, type CreateRequest } from './calls.ts';
import { createAddress } from './createAddress.ts';
import { delegationTarget } from './delegation.ts';
import type { Frame } from './frame.ts';
import type { Host } from './host.ts';
import type { Machine } from './machine.ts';
import type { BlockContext, MessageResult, TransactionContext } from './message.ts';
import type { Outcome } from './outcome.ts';

/** The other machine: which code is its own, and how that runs. */
export interface ForeignCode {
  /** Whether this code is the other machine's: always the same answer for the same bytes. */
  takes(code: Uint8Array): boolean;
  /**
   * Runs it. Its effects are in the host; the machine undoes them unless the outcome is a success, and stores what a
   * creation returned. `gasLeft` is at most the frame's gas. A nested result of ABORTED must become its own.
   */
  run(frame: ForeignFrame): MessageResult;
}

/** One call of foreign code, and what it may reach. */
export interface ForeignFrame {
  readonly kind: 'call' | 'create';
  /** Frames below this one. */
  readonly depth: number;
  readonly host: Host;
  readonly block: BlockContext;
  readonly transaction: TransactionContext;
  /** What runs: a contract's code, or a creation's. */
  readonly code: Uint8Array;
  /** Whose storage and balance are in play. */
  readonly address: Address;
  readonly caller: Address;
  /** Wei. */
  readonly value: bigint;
  readonly input: Uint8Array;
  readonly gas: number;
  readonly isStatic: boolean;
  /** Runs another account's code to its end, of either kind. The caller has taken the gas off its own. */
  call(request: ForeignCall): MessageResult;
  /** Makes a contract of `initCode`, whose address follows from this one's nonce. */
  create(request: ForeignCreate): MessageResult & { readonly address: Address };
}

/** A call that foreign code makes. Gas in units, value in wei. */
export type ForeignCall = Omit<CallRequest, 'reserve'>;
/** A creation that foreign code makes. */
export type ForeignCreate = Pick<CreateRequest, 'value' | 'initCode' | 'gas'>;

/** Runs frames from the one on top down to, and not including, the one at depth `floor`. */
export type Drive = (m: Machine, floor: number) => void;

/** Runs a frame of foreign code: the counterpart of `runFrame`. `drive` runs what it calls. */
export function runForeignFrame(f: Frame, m: Machine, drive: Drive): Outcome {
  const { host, block, transaction } = m;
  const floor = m.depth;
  const nested = (begins: boolean): MessageResult => {
    if (begins) drive(m, floor);
    return { outcome: m.endOutcome, gasLeft: m.endGas, output: m.endOutput };
  };
  const { depth, kind, address, caller, value, input, gas, isStatic } = f;
  const result = m.foreignCode!.run({
    ...{ kind, depth, host, block, transaction, address, caller, value, input, gas, isStatic },
    code: f.foreignCode!,
    call: (request) => nested(beginCall(m, { ...request, reserve: 0n }, codeToRun(m, request.codeAddress))),
    create: (request) => {
      const made = createAddress(address, host.getNonce(address));
      const create = { ...request, type: 'CREATE', creator: address, address: made, reserve: 0n } as const;
      return { ...nested(beginCreate(m, create, true)), address: made };
    },
  });
  assert(m.depth === floor, 'foreign code ended while something that it called still runs');
  assert(result.gasLeft >= 0 && result.gasLeft <= gas, `foreign code leaves ${result.gasLeft} of ${gas} gas`);
  f.gas = result.gasLeft;
  f.output = result.output;
  return result.outcome;
}

function codeToRun(m: Machine, address: Address): Uint8Array {
  const code = m.host.getCode(address);
  if (!m.rules.delegations) return code;
  const target = delegationTarget(code);
  return target === undefined ? code : m.host.getCode(target);
}
