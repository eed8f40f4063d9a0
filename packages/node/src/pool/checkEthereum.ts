/** What an Ethereum transaction must be to wait in the pool. The sentences are geth's, which clients look for. */
import { type Address, isSherdError, SherdError } from 'sherd/base';
import type { ChainParams } from 'sherd/beacon';
import { keccak256 } from 'sherd/crypto';
import { delegationTarget } from 'sherd/evm';
import { forkRules } from 'sherd/protocol';
import { evmChainId, SHARD_FORK } from 'sherd/shard';
import { maxCost, planGas } from 'sherd/transition';
import { decodeTransaction, recoverSender, type Transaction, validateTransaction } from 'sherd/tx';

/** Bytes of an encoded transaction, as in geth. */
const MAX_TRANSACTION_BYTES = 131_072;

/** First byte of a blob transaction (EIP-4844). */
const BLOB_TYPE = 3;

export interface EthereumEntry {
  readonly hash: Uint8Array;
  readonly encoded: Uint8Array;
  readonly transaction: Transaction;
  readonly from: Address;
  /** Wei that it may cost at most. */
  readonly cost: bigint;
}

/** An account as the newest block left it. */
export interface PoolAccount {
  readonly nonce: bigint;
  readonly balance: bigint;
  readonly code: Uint8Array;
}

/** geth's sentences for refusals that the core words in its own way. */
const WORDS: Readonly<Record<string, (error: SherdError) => string>> = {
  TX_TYPE_NOT_SUPPORTED: () => 'transaction type not supported',
  BLOBS_NOT_SUPPORTED: () => 'transaction type not supported: shards hold no blobs',
  UNPROTECTED_TRANSACTION: () => 'only replay-protected (EIP-155) transactions allowed over RPC',
  CHAIN_ID_MISMATCH: ({ data }) => `invalid chain id for signer: have ${data['have']} want ${data['want']}`,
  SIGNATURE_INVALID: ({ message }) => `invalid sender: ${message}`,
  GAS_LIMIT_TOO_HIGH: ({ data }) => `transaction gas limit too high (cap: ${data['want']}, tx: ${data['have']})`,
  PRIORITY_FEE_ABOVE_FEE_CAP: ({ data }) =>
    `max priority fee per gas higher than max fee per gas: tip ${data['have']}, fee cap ${data['want']}`,
  INIT_CODE_TOO_LARGE: ({ data }) => `max initcode size exceeded: code size ${data['have']} limit ${data['want']}`,
};

/**
 * Everything about a transaction that does not depend on accounts.
 * @throws SherdError the codes of decoding and of `validateTransaction`, OVERSIZED_DATA, BLOBS_NOT_SUPPORTED,
 * UNPROTECTED_TRANSACTION, EXCEEDS_BLOCK_GAS_LIMIT, INTRINSIC_GAS_TOO_LOW, FLOOR_GAS_TOO_LOW.
 */
export function readEthereum(params: ChainParams, shard: number, encoded: Uint8Array): EthereumEntry {
  try {
    return readChecked(params, shard, encoded);
  } catch (error) {
    if (!isSherdError(error)) throw error;
    const words = WORDS[error.code];
    throw words === undefined ? error : new SherdError(error.code, words(error), error.data);
  }
}

function readChecked(params: ChainParams, shard: number, encoded: Uint8Array): EthereumEntry {
  // By its first byte, so that a sidecar, which makes it long and of another form, changes nothing of the reason.
  if (encoded[0] === BLOB_TYPE) throw new SherdError('BLOBS_NOT_SUPPORTED', 'blob transaction');
  if (encoded.length > MAX_TRANSACTION_BYTES) {
    throw new SherdError(
      'OVERSIZED_DATA',
      `oversized data: transaction size ${encoded.length}, limit ${MAX_TRANSACTION_BYTES}`,
      { have: encoded.length, want: MAX_TRANSACTION_BYTES },
    );
  }
  const transaction = decodeTransaction(encoded);
  if (transaction.chainId === undefined) throw new SherdError('UNPROTECTED_TRANSACTION', 'no chain id');
  const { rules } = forkRules(SHARD_FORK);
  validateTransaction(transaction, rules, evmChainId(params, shard));
  if (transaction.gasLimit > BigInt(params.gasPerBlock)) {
    throw new SherdError('EXCEEDS_BLOCK_GAS_LIMIT', 'exceeds block gas limit', {
      have: transaction.gasLimit,
      want: params.gasPerBlock,
    });
  }
  const { blobGas } = planGas(transaction, rules);
  const from = recoverSender(transaction);
  return { hash: keccak256(encoded), encoded, transaction, from, cost: maxCost(transaction, blobGas) };
}

/** @throws SherdError NONCE_TOO_LOW, SENDER_NOT_EOA, INSUFFICIENT_FUNDS (for all that waits, `pendingCost` wei). */
export function checkAccount(entry: EthereumEntry, account: PoolAccount, pendingCost: bigint): void {
  const { transaction, from, cost } = entry;
  if (transaction.nonce < account.nonce) {
    throw new SherdError('NONCE_TOO_LOW', `nonce too low: next nonce ${account.nonce}, tx nonce ${transaction.nonce}`, {
      address: from,
      have: transaction.nonce,
      want: account.nonce,
    });
  }
  if (account.code.length > 0 && delegationTarget(account.code) === undefined) {
    throw new SherdError('SENDER_NOT_EOA', `sender not an eoa: address ${from}, len(code): ${account.code.length}`, {
      address: from,
    });
  }
  if (account.balance < cost) {
    throw new SherdError(
      'INSUFFICIENT_FUNDS',
      'insufficient funds for gas * price + value: ' +
        `balance ${account.balance}, tx cost ${cost}, overshot ${cost - account.balance}`,
      { address: from, have: account.balance, want: cost },
    );
  }
  const all = pendingCost + cost;
  if (account.balance < all) {
    throw new SherdError(
      'INSUFFICIENT_FUNDS',
      'insufficient funds for gas * price + value: ' +
        `balance ${account.balance}, queued cost ${pendingCost}, tx cost ${cost}, overshot ${all - account.balance}`,
      { address: from, have: account.balance, want: all },
    );
  }
}
