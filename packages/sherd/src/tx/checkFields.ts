/** The types of a transaction's fields, which bytes that were decoded always have and objects from elsewhere may not. */
import { badArgument, checkObject } from '../base/arguments.ts';
import { type Address, isAddress, SherdError, WORD_MAX } from '../base/index.ts';
import type { AccessListEntry, Authorization, Signature, Transaction } from './types.ts';

/**
 * For transactions that are to be encoded: objects of a type that there is, with the fields of their type.
 * @throws SherdError BAD_ARGUMENT, TX_TYPE_NOT_SUPPORTED, TX_FIELD with the field.
 */
export function checkTransaction(tx: Transaction): void {
  checkObject(tx, 'transaction');
  const type: unknown = tx.type;
  if (!Number.isInteger(type) || (type as number) < 0 || (type as number) > 4) {
    throw new SherdError('TX_TYPE_NOT_SUPPORTED', `transaction type ${String(type)}, want 0 to 4`, { type });
  }
  checkFields(tx);
}

/** @throws SherdError BAD_ARGUMENT, TX_FIELD unless there is a signature, in range or not. */
export function checkSignatureFields(signature: unknown): asserts signature is Signature {
  checkObject(signature, 'signature');
  const { r, s, yParity } = signature as Partial<Signature>;
  checkUnsigned('signature.r', r);
  checkUnsigned('signature.s', s);
  if (yParity !== 0 && yParity !== 1) throw badArgument('signature.yParity', yParity, '0 or 1');
}

/**
 * What is above a limit of the protocol is left to `validateTransaction`, which names the limit.
 * @throws SherdError TX_FIELD with the field.
 */
export function checkFields(tx: Transaction): void {
  if (tx.type !== 0 || tx.chainId !== undefined) checkUnsigned('chainId', tx.chainId);
  checkUnsigned('nonce', tx.nonce);
  checkUnsigned('gasLimit', tx.gasLimit);
  checkUnsigned('value', tx.value);
  if (tx.to !== undefined) checkAddress('to', tx.to);
  if (!(tx.data instanceof Uint8Array)) refuse('data', tx.data, 'a Uint8Array');
  if (tx.type === 0 || tx.type === 1) checkUnsigned('gasPrice', tx.gasPrice);
  else {
    checkUnsigned('maxFeePerGas', tx.maxFeePerGas);
    checkUnsigned('maxPriorityFeePerGas', tx.maxPriorityFeePerGas);
  }
  if (tx.type === 0) return;
  checkAccessList(tx.accessList);
  if (tx.type === 3) {
    checkUnsigned('maxFeePerBlobGas', tx.maxFeePerBlobGas);
    if (!Array.isArray(tx.blobVersionedHashes)) refuse('blobVersionedHashes', tx.blobVersionedHashes, 'a list');
    for (const hash of tx.blobVersionedHashes) {
      if (!(hash instanceof Uint8Array) || hash.length !== 32) refuse('blobVersionedHashes', hash, '32 bytes each');
    }
  }
  if (tx.type === 4) {
    if (!Array.isArray(tx.authorizationList)) refuse('authorizationList', tx.authorizationList, 'a list');
    for (const each of tx.authorizationList) checkAuthorization(each);
  }
}

function checkAccessList(list: readonly AccessListEntry[]): void {
  if (!Array.isArray(list)) refuse('accessList', list, 'a list');
  for (const entry of list) {
    checkObject(entry, 'transaction: entry of accessList');
    const { address, slots } = entry;
    checkAddress('accessList', address);
    if (!Array.isArray(slots)) refuse('accessList', slots, 'a list of slots for each address');
    for (const slot of slots) {
      if (typeof slot !== 'bigint' || slot < 0n || slot > WORD_MAX) refuse('accessList', slot, 'slots of 0 to 2^256-1');
    }
  }
}

/** What an authorisation is signed over. @throws SherdError BAD_ARGUMENT, TX_FIELD with the field. */
export function checkAuthorizationFields(fields: Pick<Authorization, 'chainId' | 'address' | 'nonce'>): void {
  checkObject(fields, 'authorisation');
  checkUnsigned('authorisation.chainId', fields.chainId);
  checkAddress('authorisation.address', fields.address);
  checkUnsigned('authorisation.nonce', fields.nonce);
}

/** The same with the signature, in range or not. */
export function checkAuthorization(authorization: Authorization): void {
  checkAuthorizationFields(authorization);
  checkUnsigned('authorisation.yParity', authorization.yParity);
  checkUnsigned('authorisation.r', authorization.r);
  checkUnsigned('authorisation.s', authorization.s);
}

function checkUnsigned(field: string, value: unknown): void {
  if (typeof value !== 'bigint' || value < 0n) refuse(field, value, 'a bigint of at least 0');
}

function checkAddress(field: string, value: Address): void {
  if (!isAddress(value)) refuse(field, value, 'an address in lower case');
}

function refuse(field: string, have: unknown, want: string): never {
  throw new SherdError('TX_FIELD', `transaction: ${field} is ${String(have).slice(0, 80)}, want ${want}`, { field });
}
