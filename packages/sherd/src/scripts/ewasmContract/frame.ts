/**
 * A contract's call as the Ewasm face sees it. The face owns this port; whoever has accounts and a machine for EVM
 * contracts implements it (`shard/ewasmContracts.ts` does, over the EVM's host). Words and wei are bigint, gas whole numbers.
 */
import type { Address } from '../../base/index.ts';

/** Accounts, logs and refunds of the transaction. The caller of a frame undoes all of it unless the frame finished. */
export interface ContractHost {
  /** True when the account has no code, no nonce and no balance, or is not there (EIP-161). */
  isEmpty(address: Address): boolean;
  getBalance(address: Address): bigint;
  getCode(address: Address): Uint8Array;
  getStorage(address: Address, slot: bigint): bigint;
  setStorage(address: Address, slot: bigint, value: bigint): void;
  addBalance(address: Address, amount: bigint): void;
  subBalance(address: Address, amount: bigint): void;
  /** Marks the account for removal at the end of the transaction. True when it was not marked before. */
  markSelfDestructed(address: Address): boolean;
  addLog(log: { readonly address: Address; readonly topics: readonly bigint[]; readonly data: Uint8Array }): void;
  addRefund(gas: number): void;
  /** Hash of one of the last 256 blocks, as a word; 0 when there is none. */
  blockHash(number: bigint): bigint;
}

export interface ContractBlock {
  readonly coinbase: Address;
  readonly number: bigint;
  /** Seconds. */
  readonly timestamp: bigint;
  readonly gasLimit: bigint;
  readonly difficulty: bigint;
}

export type ContractCallKind = 'call' | 'callCode' | 'callDelegate' | 'callStatic';

/** `stopped`: the whole transaction was stopped from outside; the frame must end in the same way. */
export type NestedOutcome = 'success' | 'revert' | 'failure' | 'stopped';

export interface NestedResult {
  readonly outcome: NestedOutcome;
  readonly gasLeft: number;
  readonly output: Uint8Array;
}

export interface ContractCall {
  readonly kind: ContractCallKind;
  /** Whose code runs. */
  readonly to: Address;
  /** Wei; 0 for the kinds that name none. */
  readonly value: bigint;
  readonly input: Uint8Array;
  /** Already taken off the caller's. */
  readonly gas: number;
}

export interface ContractFrame {
  readonly isCreation: boolean;
  /** Frames below this one. */
  readonly depth: number;
  readonly host: ContractHost;
  readonly block: ContractBlock;
  readonly transaction: { readonly origin: Address; readonly gasPrice: bigint };
  readonly code: Uint8Array;
  readonly address: Address;
  readonly caller: Address;
  readonly value: bigint;
  readonly input: Uint8Array;
  readonly gas: number;
  readonly isStatic: boolean;
  call(request: ContractCall): NestedResult;
  create(value: bigint, initCode: Uint8Array, gas: number): NestedResult & { readonly address: Address };
}

/** How a contract's run ended. All but the first two burn its gas. */
export type ContractOutcome = 'finished' | 'reverted' | 'outOfGas' | 'staticWrite' | 'failed' | 'stopped';

export interface ContractResult {
  readonly outcome: ContractOutcome;
  readonly gasLeft: number;
  readonly output: Uint8Array;
  /** Why a run failed; for people. */
  readonly error?: { readonly code: string; readonly message: string };
}
