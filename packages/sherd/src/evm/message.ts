/** What goes into the machine and what comes out of it: the public shapes of a call and of its result. */
import type { Address } from '../base/index.ts';
import type { RulesName } from '../protocol/forks.ts';
import type { ForeignCode } from './foreignCode.ts';
import type { Outcome } from './outcome.ts';

/** The block that instructions such as NUMBER and BASEFEE see. Times in seconds, prices in wei per gas. */
export interface BlockContext {
  readonly coinbase: Address;
  readonly number: bigint;
  readonly timestamp: bigint;
  readonly gasLimit: bigint;
  /** DIFFICULTY before Paris. */
  readonly difficulty: bigint;
  /** PREVRANDAO from Paris on. */
  readonly prevRandao: bigint;
  readonly baseFee: bigint;
  /** Price of blob gas, from Cancun on. */
  readonly blobBaseFee: bigint;
  readonly chainId: bigint;
}

/** The transaction that instructions such as ORIGIN, GASPRICE and BLOBHASH see. */
export interface TransactionContext {
  readonly origin: Address;
  /** Effective gas price in wei. */
  readonly gasPrice: bigint;
  /** Versioned hashes as words. */
  readonly blobHashes: readonly bigint[];
}

/** A call or creation that enters the machine from outside (a transaction, eth_call, a system call). */
export interface Message {
  readonly kind: 'call' | 'create';
  readonly caller: Address;
  /** The called account; for a creation, the new contract's address, which the transition derives from the nonce. */
  readonly to: Address;
  /** Wei. */
  readonly value: bigint;
  /** Calldata, or init code for a creation. */
  readonly data: Uint8Array;
  /** Gas that the frame may use, below 2^53. Intrinsic gas is already paid. */
  readonly gas: number;
  /** Gas above what `gas` can count, when there is more (see `splitGas`): GAS and the 64ths are taken of both. */
  readonly reserve?: bigint;
  /** Forbids writes, as STATICCALL does. */
  readonly isStatic?: boolean;
}

/** A finished message. State effects are in the host (rolled back unless the outcome is a success). */
export interface MessageResult {
  readonly outcome: Outcome;
  readonly gasLeft: number;
  /** What is left of the message's `reserve`; undefined is 0. */
  readonly reserveLeft?: bigint;
  /** Return data, or revert data; of a creation that succeeded, the code that it deployed. */
  readonly output: Uint8Array;
}

/** The flag that another part of the program sets to stop a run: looked at every 1,000 steps or so. */
export interface AbortFlag {
  aborted: boolean;
}

/** A call that reached a system contract: the value is transferred already, the journal has a snapshot to undo it. */
export interface SystemCall {
  readonly caller: Address;
  /** The system contract's own address. */
  readonly address: Address;
  /** Wei that came with the call. */
  readonly value: bigint;
  /** A look at the caller's memory, and unchanged until the call has ended: what is kept longer must be copied. */
  readonly data: Uint8Array;
  readonly gas: number;
  readonly isStatic: boolean;
  /** True when the storage and balance in play are another account's (CALLCODE, DELEGATECALL). */
  readonly isDelegated: boolean;
}

/**
 * A contract that lives in the program instead of in the state: how a shard offers its host functions to EVM code.
 * An outcome that is no success rolls the call back; gasLeft is at most the gas given.
 */
export type SystemContract = (call: SystemCall) => MessageResult;

/** All that stays the same while one transaction runs. */
export interface Environment {
  readonly fork: RulesName;
  readonly block: BlockContext;
  readonly transaction: TransactionContext;
  /** Called like pre-compiled contracts, but with access to the world. None on plain Ethereum. */
  readonly systemContracts?: ReadonlyMap<Address, SystemContract>;
  /** Runs the codes that it takes instead of the EVM. None on plain Ethereum. */
  readonly foreignCode?: ForeignCode;
  readonly abort?: AbortFlag;
}
