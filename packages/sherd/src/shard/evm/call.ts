/** A simulated EVM call on a shard: what eth_call, eth_estimateGas and debug_traceCall ask, and the answer. */
import type { Address } from '../../base/index.ts';
import type { Log, Outcome, Tracer } from '../../evm/index.ts';
import type { AccessListEntry, Authorization } from '../../tx/index.ts';
import type { ShardInput } from '../input.ts';
import type { AccountOverride } from './overrides.ts';

/** Where a call runs: on the state that the newest block of `store` left. */
export interface SimulationInput extends ShardInput {
  /**
   * `newest`: what the block instructions show is the newest block, as eth_call on `latest` does. `next`: a block after
   * it, with its base fee and its system calls done. Default `newest`.
   */
  readonly at?: 'newest' | 'next';
  /** Slot of the next block; ignored for `newest`. Default: the one after the newest block. */
  readonly slot?: number;
  /** Whose address COINBASE shows. Default: validator 0. */
  readonly proposerIndex?: number;
  /** Accounts that the call shall find otherwise than they are. */
  readonly overrides?: readonly AccountOverride[];
  /** Watches the machine. */
  readonly tracer?: Tracer;
}

export interface EvmCall {
  /** Default: the zero address. */
  readonly from?: Address;
  /** Undefined for a creation. */
  readonly to?: Address;
  /** Default: the gas of a block. */
  readonly gas?: number;
  /** Wei per gas; default 0: BASEFEE reads 0 too, as in geth. No fee is taken in any case. */
  readonly gasPrice?: bigint;
  /** Wei; default 0. */
  readonly value?: bigint;
  readonly data?: Uint8Array;
  readonly accessList?: readonly AccessListEntry[];
  /** Makes it a set-code transaction (EIP-7702). */
  readonly authorizationList?: readonly Authorization[];
}

export interface EvmCallResult {
  readonly outcome: Outcome;
  /** Return data or revert data. */
  readonly output: Uint8Array;
  /** With intrinsic gas, after refunds. */
  readonly gasUsed: number;
  readonly logs: readonly Log[];
  /** Of a creation. */
  readonly contractAddress?: Address;
}

/** An account of a shard as RPC shows it; zeros and empty code for an absent one. */
export interface EvmAccount {
  readonly nonce: bigint;
  /** Wei. */
  readonly balance: bigint;
  readonly code: Uint8Array;
  /** Keccak-256 of the code as a word. */
  readonly codeHash: bigint;
}
