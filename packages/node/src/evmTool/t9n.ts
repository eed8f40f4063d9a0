/** What `sherd t9n` does with its options: says of each transaction whether a fork takes it, without any state. */
import { type Address, bytesToHex, type Hex, isSherdError, type SherdError } from 'sherd/base';
import type { Rules } from 'sherd/protocol';
import { intrinsicGas, intrinsicGasInput, planGas } from 'sherd/transition';
import { checkSignature, recoverSender, type Transaction, transactionHash, validateTransaction } from 'sherd/tx';
import { type JsonObject, objectAt, stringAt } from '../conformance/fields.ts';
import { orFault } from './t8n/faults.ts';
import { readJson, STDIN } from './t8n/files.ts';
import { rejectionText } from './t8n/rejections.ts';
import { readRules } from './t8n/rules.ts';
import { type ReadTransaction, transactionsFromJson, transactionsFromRlp } from './t8n/transactions.ts';

export interface T9nOptions {
  readonly 'input.txs': string;
  readonly 'state.fork': string;
  readonly 'state.chainid': bigint;
}

/** What is known of a transaction; the more, the later it was refused. */
export interface T9nResult {
  readonly error?: string;
  readonly address?: Address;
  readonly hash?: Hex;
  readonly intrinsicGas?: Hex;
}

/** geth's words where those of `t8n` are others. */
const WORDS: Readonly<Record<string, string>> = {
  NONCE_IS_MAX: 'nonce exceeds 2^64-1',
  PRIORITY_FEE_ABOVE_FEE_CAP: 'maxFeePerGas < maxPriorityFeePerGas',
  GAS_COST_OVERFLOW: 'gas * maxFeePerGas exceeds 256 bits',
  GAS_LIMIT_TOO_HIGH: 'gas limit exceeds maximum',
};

/** What geth calls a fault of the signer: there is no sender then. */
const OF_SIGNER: ReadonlySet<string> = new Set(['TX_TYPE_NOT_SUPPORTED', 'CHAIN_ID_MISMATCH', 'SIGNATURE_INVALID']);

/** A JSON array, one result a transaction. @throws SherdError the T8N_ codes of t8n/faults.ts. */
export function t9nCommand(options: T9nOptions): string {
  const chainId = options['state.chainid'];
  // There is no block: the first one's rules are those of a change that is still to come.
  const { rules } = readRules(options['state.fork'], chainId).rulesAt({ number: 0n, timestamp: 0n });
  const transactions = readTransactions(options['input.txs'], { rules, chainId });
  return JSON.stringify(
    transactions.map((transaction) => checkOne(transaction, rules, chainId)),
    null,
    2,
  );
}

/** A file of RLP (`.rlp`) or JSON; on standard input the fields `txsRlp` or `txs` of an object. */
function readTransactions(
  path: string,
  signing: { readonly rules: Rules; readonly chainId: bigint },
): readonly ReadTransaction[] {
  const isStream = path === STDIN;
  const json = readJson(isStream ? '-' : path, isStream ? 'standard input' : path);
  const hexOf = (value: JsonObject[string] | undefined) =>
    orFault('T8N_JSON', () => stringAt(value, 'RLP of the transactions'));
  if (!isStream) return path.endsWith('.rlp') ? transactionsFromRlp(hexOf(json)) : transactionsFromJson(json, signing);
  const input = orFault('T8N_JSON', () => objectAt(json, 'standard input'));
  const rlp = input['txsRlp'];
  if (rlp !== undefined && rlp !== null && rlp !== '') return transactionsFromRlp(hexOf(rlp));
  return transactionsFromJson(input['txs'] ?? [], signing);
}

/** In the order of geth: what it was decoded from, the signature, the gas that it costs at least, all other limits. */
export function checkOne(transaction: ReadTransaction, rules: Rules, chainId: bigint): T9nResult {
  if (isSherdError(transaction)) return { error: errorText(transaction) };
  const hash = bytesToHex(transactionHash(transaction));
  const refusal = refusalOf(() => validateTransaction(transaction, rules, chainId));
  if (refusal !== undefined && OF_SIGNER.has(refusal.code)) return { error: errorText(refusal), hash };
  const signer = senderOf(transaction, rules);
  if (isSherdError(signer)) return { error: errorText(signer), hash };
  const gas = intrinsicGas(intrinsicGasInput(transaction), rules);
  const error = refusalOf(() => planGas(transaction, rules)) ?? refusal;
  return {
    ...(error !== undefined && { error: errorText(error) }),
    address: signer,
    hash,
    intrinsicGas: `0x${gas.toString(16)}`,
  };
}

/** A check that stopped before it came to the signature says nothing of it. */
function senderOf(transaction: Transaction, rules: Rules): Address | SherdError {
  let sender: Address | undefined;
  const refusal = refusalOf(() => {
    if (transaction.signature !== undefined) checkSignature(transaction.signature, rules);
    sender = recoverSender(transaction);
  });
  return refusal ?? sender!;
}

function refusalOf(check: () => unknown): SherdError | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (isSherdError(error)) return error;
    throw error;
  }
}

function errorText(error: SherdError): string {
  const words = Object.hasOwn(WORDS, error.code) ? WORDS[error.code] : undefined;
  return words === undefined ? rejectionText(error) : `${words}: ${error.message}`;
}
