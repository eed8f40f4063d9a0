/** What the suites call each refusal: one table from our codes to their names, new and old. */

const NAMES: Readonly<Record<string, readonly string[]>> = {
  TX_TYPE_NOT_SUPPORTED: [
    'TransactionException.TYPE_NOT_SUPPORTED',
    'TransactionException.TYPE_1_TX_PRE_FORK',
    'TransactionException.TYPE_2_TX_PRE_FORK',
    'TransactionException.TYPE_3_TX_PRE_FORK',
    'TransactionException.TYPE_4_TX_PRE_FORK',
    'TR_TypeNotSupported',
  ],
  CHAIN_ID_MISMATCH: ['TransactionException.INVALID_CHAINID'],
  SIGNATURE_INVALID: [
    'TransactionException.INVALID_SIGNATURE_VRS',
    'TransactionException.EC_RECOVERY_FAIL',
    'TransactionException.INVALID_CHAINID',
  ],
  NONCE_IS_MAX: ['TransactionException.NONCE_IS_MAX', 'TransactionException.NONCE_TOO_BIG', 'TR_NonceHasMaxValue'],
  NONCE_TOO_LOW: ['TransactionException.NONCE_MISMATCH_TOO_LOW', 'TR_NonceTooLow'],
  NONCE_TOO_HIGH: ['TransactionException.NONCE_MISMATCH_TOO_HIGH', 'TR_NonceTooHigh'],
  SENDER_NOT_EOA: ['TransactionException.SENDER_NOT_EOA', 'SenderNotEOA', 'SenderNotEOAorNoCASH'],
  INSUFFICIENT_FUNDS: [
    'TransactionException.INSUFFICIENT_ACCOUNT_FUNDS',
    'TR_NoFunds',
    'TR_NoFundsOrGas',
    'TR_FeeCapLessThanBlocksORNoFunds',
    'SenderNotEOAorNoCASH',
  ],
  GAS_COST_OVERFLOW: [
    'TransactionException.GASLIMIT_PRICE_PRODUCT_OVERFLOW',
    'TransactionException.INSUFFICIENT_ACCOUNT_FUNDS',
    'TR_NoFunds',
    'TR_NoFundsOrGas',
  ],
  INTRINSIC_GAS_TOO_LOW: [
    'TransactionException.INTRINSIC_GAS_TOO_LOW',
    'TR_IntrinsicGas',
    'IntrinsicGas',
    'TR_NoFundsOrGas',
  ],
  FLOOR_GAS_TOO_LOW: [
    'TransactionException.INTRINSIC_GAS_BELOW_FLOOR_GAS_COST',
    'TransactionException.INTRINSIC_GAS_TOO_LOW',
  ],
  INIT_CODE_TOO_LARGE: ['TransactionException.INITCODE_SIZE_EXCEEDED', 'TR_InitCodeLimitExceeded'],
  GAS_LIMIT_TOO_HIGH: ['TransactionException.GAS_LIMIT_EXCEEDS_MAXIMUM'],
  BLOCK_GAS_EXCEEDED: [
    'TransactionException.GAS_ALLOWANCE_EXCEEDED',
    'TR_GasLimitReached',
    'TR_FeeCapLessThanBlocksORGasLimitReached',
  ],
  BLOCK_BLOB_GAS_EXCEEDED: [
    'TransactionException.TYPE_3_TX_MAX_BLOB_GAS_ALLOWANCE_EXCEEDED',
    'TransactionException.TYPE_3_TX_BLOB_COUNT_EXCEEDED',
    'TR_BLOBLIST_OVERSIZE',
  ],
  FEE_CAP_BELOW_BASE_FEE: [
    'TransactionException.INSUFFICIENT_MAX_FEE_PER_GAS',
    'TR_FeeCapLessThanBlocks',
    'TR_FeeCapLessThanBlocksORNoFunds',
    'TR_FeeCapLessThanBlocksORGasLimitReached',
  ],
  PRIORITY_FEE_ABOVE_FEE_CAP: [
    'TransactionException.PRIORITY_GREATER_THAN_MAX_FEE_PER_GAS',
    'TransactionException.PRIORITY_GREATER_THAN_MAX_FEE_PER_GAS_2',
    'TR_TipGtFeeCap',
  ],
  BLOB_FEE_CAP_TOO_LOW: ['TransactionException.INSUFFICIENT_MAX_FEE_PER_BLOB_GAS'],
  NO_BLOBS: ['TransactionException.TYPE_3_TX_ZERO_BLOBS', 'TR_EMPTYBLOB'],
  TOO_MANY_BLOBS: [
    'TransactionException.TYPE_3_TX_BLOB_COUNT_EXCEEDED',
    'TransactionException.TYPE_3_TX_MAX_BLOB_GAS_ALLOWANCE_EXCEEDED',
    'TR_BLOBLIST_OVERSIZE',
  ],
  BLOB_HASH_VERSION: ['TransactionException.TYPE_3_TX_INVALID_BLOB_VERSIONED_HASH', 'TR_BLOBVERSION_INVALID'],
  BLOB_TX_CREATION: ['TransactionException.TYPE_3_TX_CONTRACT_CREATION', 'TR_BLOBCREATE'],
  NO_AUTHORIZATIONS: ['TransactionException.TYPE_4_EMPTY_AUTHORIZATION_LIST'],
  SET_CODE_TX_CREATION: ['TransactionException.TYPE_4_TX_CONTRACT_CREATION'],
  RLP_FIELD: ['TransactionException.RLP_INVALID_VALUE', 'TR_RLP_WRONGVALUE'],
};

/** True when `code` is one of the kinds of refusal that `expected` names; alternatives stand between bars. */
export function isExpectedException(expected: string, code: string): boolean {
  const names = NAMES[code];
  return names !== undefined && expected.split('|').some((name) => names.includes(name.trim()));
}
