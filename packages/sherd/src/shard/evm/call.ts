/** A simulated EVM call on a shard: what eth_call, eth_estimateGas and debug_traceCall ask, and the answer. */
import type { Address } from '../../base/index.ts';
import type { Log } from '../../evm/host.ts';
import type { Outcome } from '../../evm/outcome.ts';
import type { ShardInput } from '../input.ts';

/** Where a call runs: on the state of `store`, as if in a block of `slot` after the newest one. */
export interface SimulationInput extends ShardInput {
  /** Default: one slot after the newest block. */
  readonly slot?: number;
  /** Who would propose the block: COINBASE. Default: validator 0. */
  readonly proposerIndex?: number;
}

export interface EvmCall {
  /** Default: the zero address. */
  readonly from?: Address;
  /** Undefined for a creation. */
  readonly to?: Address;
  /** Default: the gas of a block. */
  readonly gas?: number;
  /** Wei per gas; default 0: no fee is taken and BASEFEE reads 0. */
  readonly gasPrice?: bigint;
  /** Wei; default 0. */
  readonly value?: bigint;
  readonly data?: Uint8Array;
}

export interface EvmCallResult {
  readonly outcome: Outcome;
  /** Return data or revert data. */
  readonly output: Uint8Array;
  /** With intrinsic gas, after refunds. */
  readonly gasUsed: number;
  readonly logs: readonly Log[];
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
