/** The names of transaction tests for malformed encodings, which say which field is at fault and how. */
import type { SherdError } from 'sherd/base';
import { isExpectedException } from './exceptions.ts';

/** The encoding breaks off, runs over or is not canonical. Which field the decoder was in then is nobody's business. */
const STRUCTURE: readonly string[] = [
  'RLP_ERROR_SIZE',
  'RLP_ERROR_EOF',
  'RLP_ERROR_SIZE_LEADING_ZEROS',
  'RLP_LEADING_ZEROS_NONCE_SIZE',
  'RLP_INVALID_TO',
  'RLP_INVALID_GASLIMIT',
  'RLP_INVALID_SIGNATURE_R',
  'RLP_INVALID_SIGNATURE_S',
];

/** By field: what a leading zero is called, and what a wrong size or kind is called. */
const FIELDS: Readonly<Record<string, { readonly zero?: string; readonly size?: readonly string[] }>> = {
  transaction: { size: ['RLP_TOO_FEW_ELEMENTS', 'RLP_TOO_MANY_ELEMENTS'] },
  nonce: { zero: 'RLP_LEADING_ZEROS_NONCE', size: ['NONCE_OVERFLOW'] },
  'gas price': { zero: 'RLP_LEADING_ZEROS_GASPRICE', size: ['GASPRICE_OVERFLOW'] },
  'max fee': { zero: 'RLP_LEADING_ZEROS_BASEFEE', size: ['GASPRICE_OVERFLOW'] },
  'max priority fee': { size: ['PRIORITY_OVERFLOW'] },
  'gas limit': { zero: 'RLP_LEADING_ZEROS_GASLIMIT', size: ['GASLIMIT_OVERFLOW', 'RLP_INVALID_GASLIMIT'] },
  to: { size: ['ADDRESS_TOO_SHORT', 'ADDRESS_TOO_LONG'] },
  value: { zero: 'RLP_LEADING_ZEROS_VALUE' },
  data: { size: ['RLP_INVALID_DATA'] },
  v: { zero: 'RLP_LEADING_ZEROS_V', size: ['INVALID_SIGNATURE_VRS'] },
  'y parity': { zero: 'RLP_LEADING_ZEROS_V', size: ['INVALID_SIGNATURE_VRS'] },
  r: { zero: 'RLP_LEADING_ZEROS_R', size: ['INVALID_SIGNATURE_VRS'] },
  s: { zero: 'RLP_LEADING_ZEROS_S', size: ['INVALID_SIGNATURE_VRS'] },
  'access list address': {
    size: ['RLP_INVALID_ACCESS_LIST_ADDRESS_TOO_SHORT', 'RLP_INVALID_ACCESS_LIST_ADDRESS_TOO_LONG'],
  },
  'access list slot': { size: ['RLP_INVALID_ACCESS_LIST_STORAGE_TOO_SHORT'] },
};

/** True when the refusal is of the kind that a transaction test names. */
export function isExpectedTransactionException(expected: string, error: SherdError): boolean {
  if (isExpectedException(expected, error.code)) return true;
  return expected.split('|').some((name) => isKind(name.replace('TransactionException.', ''), error));
}

function isKind(name: string, error: SherdError): boolean {
  // A type that the fork does not know, in an encoding that is broken besides: either is a reason.
  if (error.code === 'TX_TYPE_NOT_SUPPORTED') return name.startsWith('RLP_');
  if (error.code !== 'RLP_FIELD') return error.code.startsWith('RLP_') && STRUCTURE.includes(name);
  const names = FIELDS[String(error.data['field'])];
  if (names === undefined) return false;
  // One file calls a limit with a leading zero an overflow.
  if (name === 'GASLIMIT_OVERFLOW') return names.size?.includes(name) === true;
  return error.data['leadingZero'] === true ? names.zero === name : names.size?.includes(name) === true;
}
