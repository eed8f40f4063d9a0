/** Transactions of every type as one union, told apart by `type` (EIP-2718). Gas in units, prices in wei per gas. */
import { checkObject, checkUnsigned } from '../base/arguments.ts';
import type { Address } from '../base/index.ts';

/** A signature of secp256k1; `yParity` says which of two keys made it. */
export interface Signature {
  readonly yParity: 0 | 1;
  readonly r: bigint;
  readonly s: bigint;
}

/** An address and slots that a transaction announces, at a discount (EIP-2930). */
export interface AccessListEntry {
  readonly address: Address;
  readonly slots: readonly bigint[];
}

/**
 * Leave of an account to run the code of `address` (EIP-7702). One that does not check out is skipped, so the
 * signature's fields are what was sent, in range or not.
 */
export interface Authorization {
  readonly chainId: bigint;
  readonly address: Address;
  readonly nonce: bigint;
  readonly yParity: bigint;
  readonly r: bigint;
  readonly s: bigint;
}

interface TransactionFields {
  readonly nonce: bigint;
  readonly gasLimit: bigint;
  /** Undefined: a contract creation. */
  readonly to: Address | undefined;
  /** Wei. */
  readonly value: bigint;
  readonly data: Uint8Array;
  /** Absent: not signed yet, or the sender is known by other means. */
  readonly signature?: Signature;
}

interface TypedFields extends TransactionFields {
  readonly chainId: bigint;
  readonly accessList: readonly AccessListEntry[];
}

interface FeeMarketFields extends TypedFields {
  readonly maxPriorityFeePerGas: bigint;
  readonly maxFeePerGas: bigint;
}

/** The first form, with or without a chain id in its signature (EIP-155). */
export interface LegacyTransaction extends TransactionFields {
  readonly type: 0;
  /** Undefined: the signature binds no chain (before EIP-155). */
  readonly chainId: bigint | undefined;
  readonly gasPrice: bigint;
}

/** EIP-2930. */
export interface AccessListTransaction extends TypedFields {
  readonly type: 1;
  readonly gasPrice: bigint;
}

/** EIP-1559. */
export interface FeeMarketTransaction extends FeeMarketFields {
  readonly type: 2;
}

/** EIP-4844, as it stands in a block: the blobs travel in a `BlobSidecar`. */
export interface BlobTransaction extends FeeMarketFields {
  readonly type: 3;
  readonly maxFeePerBlobGas: bigint;
  /** 32 bytes each. */
  readonly blobVersionedHashes: readonly Uint8Array[];
}

/** EIP-7702. */
export interface SetCodeTransaction extends FeeMarketFields {
  readonly type: 4;
  readonly authorizationList: readonly Authorization[];
}

/** A transaction of any type. */
export type Transaction =
  | LegacyTransaction
  | AccessListTransaction
  | FeeMarketTransaction
  | BlobTransaction
  | SetCodeTransaction;

/** The most that the transaction pays per gas, in wei. */
export function feeCap(tx: Transaction): bigint {
  checkObject(tx, 'transaction');
  return tx.type <= 1 ? (tx as LegacyTransaction).gasPrice : (tx as FeeMarketTransaction).maxFeePerGas;
}

/** The most of it that goes to the coinbase, in wei per gas. */
export function priorityFeeCap(tx: Transaction): bigint {
  checkObject(tx, 'transaction');
  return tx.type <= 1 ? (tx as LegacyTransaction).gasPrice : (tx as FeeMarketTransaction).maxPriorityFeePerGas;
}

/** What is paid per gas under `baseFee` (EIP-1559); below `baseFee` when the cap is. */
export function effectiveGasPrice(tx: Transaction, baseFee: bigint): bigint {
  const cap = feeCap(tx);
  checkUnsigned(baseFee, 'base fee');
  const tip = priorityFeeCap(tx);
  checkUnsigned(tip, 'priority fee of the transaction');
  const wanted = baseFee + tip;
  return tx.type <= 1 || wanted > cap ? cap : wanted;
}

/** Empty for the types that have none. */
export function accessListOf(tx: Transaction): readonly AccessListEntry[] {
  checkObject(tx, 'transaction');
  return tx.type === 0 ? [] : tx.accessList;
}

/** Versioned hashes of 32 bytes; empty for the types that have none. */
export function blobHashesOf(tx: Transaction): readonly Uint8Array[] {
  checkObject(tx, 'transaction');
  return tx.type === 3 ? tx.blobVersionedHashes : [];
}
