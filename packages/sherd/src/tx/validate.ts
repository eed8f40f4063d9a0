/** What makes a transaction valid by itself, in any state: types, sizes, fees, blobs, signature ranges. */
import { checkObject, checkUnsigned } from '../base/arguments.ts';
import { SherdError, WORD_MAX } from '../base/index.ts';
import { SECP256K1_HALF_ORDER, SECP256K1_ORDER } from '../crypto/secp256k1.ts';
import { checkRules } from '../protocol/checkRules.ts';
import type { Rules } from '../protocol/index.ts';
import { KZG_HASH_VERSION } from './blobSidecar.ts';
import { checkFields, checkSignatureFields } from './checkFields.ts';
import { feeCap, priorityFeeCap, type Transaction } from './types.ts';

/** A nonce of 2^64 - 1 could not be counted up (EIP-2681). */
export const MAX_NONCE: bigint = (1n << 64n) - 2n;

/**
 * Checks all that needs neither state nor block. Gas prices are held against the block in `transition/`.
 * @throws SherdError TX_TYPE_NOT_SUPPORTED, TX_FIELD, CHAIN_ID_MISMATCH, NONCE_IS_MAX, PRIORITY_FEE_ABOVE_FEE_CAP,
 *   GAS_LIMIT_TOO_HIGH, GAS_COST_OVERFLOW, INIT_CODE_TOO_LARGE, NO_BLOBS, TOO_MANY_BLOBS, BLOB_HASH_VERSION,
 *   BLOB_TX_CREATION, NO_AUTHORIZATIONS, SET_CODE_TX_CREATION, SIGNATURE_INVALID.
 */
export function validateTransaction(tx: Transaction, rules: Rules, chainId: bigint): void {
  checkObject(tx, 'transaction');
  checkRules(rules);
  checkUnsigned(chainId, 'chain id');
  if (!rules.transactionTypes.includes(tx.type)) {
    throw new SherdError(
      'TX_TYPE_NOT_SUPPORTED',
      `transaction type ${tx.type}, want one of ${rules.transactionTypes.join(', ')}`,
      { type: tx.type },
    );
  }
  checkFields(tx);
  checkChainId(tx, rules, chainId);
  checkLimits(tx, rules);
  if (priorityFeeCap(tx) > feeCap(tx)) {
    throw new SherdError(
      'PRIORITY_FEE_ABOVE_FEE_CAP',
      `max priority fee ${priorityFeeCap(tx)} wei, want at most the max fee ${feeCap(tx)}`,
      { have: priorityFeeCap(tx), want: feeCap(tx) },
    );
  }
  if (tx.type === 3) checkBlobs(tx.to, tx.blobVersionedHashes, rules);
  if (tx.type === 4) {
    if (tx.to === undefined) throw new SherdError('SET_CODE_TX_CREATION', 'set-code transaction without a target');
    if (tx.authorizationList.length === 0) {
      throw new SherdError('NO_AUTHORIZATIONS', 'set-code transaction with an empty authorisation list');
    }
  }
  if (tx.signature === undefined) return;
  checkSignatureFields(tx.signature);
  checkSignature(tx.signature, rules);
}

function checkChainId(tx: Transaction, rules: Rules, chainId: bigint): void {
  if (tx.chainId === undefined) return;
  if (tx.type === 0 && !rules.replayProtection) {
    throw new SherdError('SIGNATURE_INVALID', 'signature binds a chain id before chain ids were known');
  }
  if (tx.chainId === chainId) return;
  throw new SherdError('CHAIN_ID_MISMATCH', `transaction for chain ${tx.chainId}, want chain ${chainId}`, {
    have: tx.chainId,
    want: chainId,
  });
}

function checkLimits(tx: Transaction, rules: Rules): void {
  if (tx.nonce > MAX_NONCE) {
    throw new SherdError('NONCE_IS_MAX', `nonce ${tx.nonce}, want at most ${MAX_NONCE}`, { have: tx.nonce });
  }
  // "No limit" is written as 2^53 - 1, which a gas limit may well exceed.
  const isLimited = rules.maxTxGas < Number.MAX_SAFE_INTEGER;
  if (isLimited && tx.gasLimit > rules.maxTxGas) {
    throw new SherdError('GAS_LIMIT_TOO_HIGH', `gas limit ${tx.gasLimit}, want at most ${rules.maxTxGas}`, {
      have: tx.gasLimit,
      want: rules.maxTxGas,
    });
  }
  if (tx.gasLimit * feeCap(tx) > WORD_MAX) {
    throw new SherdError('GAS_COST_OVERFLOW', `gas limit ${tx.gasLimit} at ${feeCap(tx)} wei is above 2^256 wei`);
  }
  if (tx.to === undefined && tx.data.length > rules.maxInitCodeSize) {
    throw new SherdError(
      'INIT_CODE_TOO_LARGE',
      `init code of ${tx.data.length} bytes, want at most ${rules.maxInitCodeSize}`,
      { have: tx.data.length, want: rules.maxInitCodeSize },
    );
  }
}

function checkBlobs(to: string | undefined, hashes: readonly Uint8Array[], rules: Rules): void {
  if (to === undefined) throw new SherdError('BLOB_TX_CREATION', 'blob transaction without a target');
  if (hashes.length === 0) throw new SherdError('NO_BLOBS', 'blob transaction without blobs');
  if (hashes.length > rules.blobMaxPerTx) {
    throw new SherdError(
      'TOO_MANY_BLOBS',
      `transaction with ${hashes.length} blobs, want at most ${rules.blobMaxPerTx}`,
      {
        have: hashes.length,
        want: rules.blobMaxPerTx,
      },
    );
  }
  hashes.forEach((hash, index) => {
    if (hash[0] === KZG_HASH_VERSION) return;
    throw new SherdError('BLOB_HASH_VERSION', `blob hash ${index} of version ${hash[0]}, want ${KZG_HASH_VERSION}`, {
      index,
      have: hash[0],
    });
  });
}

/** @throws SherdError SIGNATURE_INVALID unless r and s are in the group's range and, by rule, s is low (EIP-2). */
export function checkSignature(signature: { readonly r: bigint; readonly s: bigint }, rules: Rules): void {
  checkObject(signature, 'signature');
  checkRules(rules);
  const { r, s } = signature;
  checkUnsigned(r, 'signature.r');
  checkUnsigned(s, 'signature.s');
  const maxS = rules.lowS ? SECP256K1_HALF_ORDER : SECP256K1_ORDER - 1n;
  if (r > 0n && r < SECP256K1_ORDER && s > 0n && s <= maxS) return;
  throw new SherdError('SIGNATURE_INVALID', `signature: r or s out of range (low s wanted: ${rules.lowS})`, { r, s });
}
