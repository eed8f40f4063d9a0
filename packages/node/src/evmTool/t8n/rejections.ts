/** Why a transaction was left out, with the words by which programs that drive geth's `evm t8n` tell reasons apart. */
import type { SherdError } from 'sherd/base';

/** geth's words where ours are others. */
const WORDS: Readonly<Record<string, string>> = {
  TX_TYPE_NOT_SUPPORTED: 'transaction type not supported',
  SIGNATURE_INVALID: 'invalid transaction v, r, s values',
  CHAIN_ID_MISMATCH: 'invalid chain id for signer',
  SENDER_NOT_EOA: 'sender not an eoa',
  NONCE_IS_MAX: 'nonce has max value',
  GAS_LIMIT_TOO_HIGH: 'transaction gas limit too high',
  PRIORITY_FEE_ABOVE_FEE_CAP: 'max priority fee per gas higher than max fee per gas',
  BLOCK_GAS_EXCEEDED: 'gas limit reached',
  BLOCK_BLOB_GAS_EXCEEDED: 'blob gas would exceed maximum allowance',
  INIT_CODE_TOO_LARGE: 'max initcode size exceeded',
  NO_BLOBS: 'blob transaction missing blob hashes',
  TOO_MANY_BLOBS: 'blob transaction has too many blobs',
  BLOB_HASH_VERSION: 'blob hash has invalid hash version',
  BLOB_TX_CREATION: 'blob transaction of type create',
  NO_AUTHORIZATIONS: 'EIP-7702 transaction with empty auth list',
  SET_CODE_TX_CREATION: 'EIP-7702 transaction cannot be used to create contract',
};

/** geth's words, and behind them ours with what there is and what was wanted. */
export function rejectionText({ code, message }: SherdError): string {
  const words = Object.hasOwn(WORDS, code) ? WORDS[code] : undefined;
  return words === undefined ? message : `${words}: ${message}`;
}
