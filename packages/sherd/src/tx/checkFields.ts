/** The types of a transaction's fields, which bytes that were decoded always have and objects from elsewhere may not. */
import { type Address, isAddress, SherdError, WORD_MAX } from '../base/index.ts';
import type { AccessListEntry, Transaction } from './types.ts';

/**
 * What is above a limit of the protocol is left to `validateTransaction`, which names the limit.
 * @throws SherdError TX_FIELD with the field.
 */
export function checkFields(tx: Transaction): void {
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
    for (const { address } of tx.authorizationList) checkAddress('authorizationList', address);
  }
}

function checkAccessList(list: readonly AccessListEntry[]): void {
  if (!Array.isArray(list)) refuse('accessList', list, 'a list');
  for (const { address, slots } of list) {
    checkAddress('accessList', address);
    for (const slot of slots) {
      if (typeof slot !== 'bigint' || slot < 0n || slot > WORD_MAX) refuse('accessList', slot, 'slots of 0 to 2^256-1');
    }
  }
}

function checkUnsigned(field: string, value: bigint): void {
  if (typeof value !== 'bigint' || value < 0n) refuse(field, value, 'a bigint of at least 0');
}

function checkAddress(field: string, value: Address): void {
  if (!isAddress(value)) refuse(field, value, 'an address in lower case');
}

function refuse(field: string, have: unknown, want: string): never {
  throw new SherdError('TX_FIELD', `transaction: ${field} is ${String(have).slice(0, 80)}, want ${want}`, { field });
}
