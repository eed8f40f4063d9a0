/** Transaction tests: bytes that are a transaction in some forks, with its hash, sender and intrinsic gas, or none. */
import { bytesToHex, isSherdError, SherdError } from 'sherd/base';
import { type ForkName, forkFromName, forkRules, type Rules } from 'sherd/protocol';
import { planGas } from 'sherd/transition';
import { decodeTransaction, recoverSender, type Transaction, transactionHash, validateTransaction } from 'sherd/tx';
import { bytesAt, integerAt, type Json, objectAt, optional, stringAt } from './fields.ts';
import type { FixtureResult } from './result.ts';
import { isExpectedTransactionException } from './transactionExceptions.ts';

/** Runs a test in every fork that it has a result for (or one). @throws SherdError BAD_FIXTURE. */
export function runTransactionTest(
  name: string,
  value: Json,
  only: ForkName | undefined,
  report: (result: FixtureResult) => void,
): void {
  const test = objectAt(value, name);
  const bytes = bytesAt(test['txbytes'], `${name}.txbytes`);
  for (const [forkName, json] of Object.entries(objectAt(test['result'], `${name}.result`))) {
    const fork = forkFromName(forkName);
    if (only !== undefined && fork !== only) continue;
    const place = `${name}.result.${forkName}`;
    const error = fork === undefined ? `unknown fork ${forkName}` : runInFork(bytes, fork, json, place);
    report({ name, pass: error === '', fork: forkName, stateRoot: '0x', error });
  }
}

function runInFork(bytes: Uint8Array, fork: ForkName, json: Json, place: string): string {
  const want = objectAt(json, place);
  const exception = optional(want['exception'], (text) => stringAt(text, `${place}.exception`));
  const { rules } = forkRules(fork);
  let transaction: Transaction;
  let intrinsic: number;
  let sender: string;
  try {
    transaction = decodeInFork(bytes, rules);
    validateTransaction(transaction, rules, 1n);
    sender = recoverSender(transaction);
    intrinsic = planGas(transaction, rules).intrinsic;
  } catch (error) {
    if (!isSherdError(error)) throw error;
    return judgeRefusal(error, exception);
  }
  if (exception !== undefined) return `accepted, want ${exception}`;
  const hash = bytesToHex(transactionHash(transaction));
  const wanted = {
    hash: stringAt(want['hash'], `${place}.hash`),
    sender: stringAt(want['sender'], `${place}.sender`),
    intrinsic: Number(integerAt(want['intrinsicGas'], `${place}.intrinsicGas`)),
  };
  if (hash !== wanted.hash) return `hash: have ${hash}, want ${wanted.hash}`;
  if (sender !== wanted.sender) return `sender: have ${sender}, want ${wanted.sender}`;
  return intrinsic === wanted.intrinsic ? '' : `intrinsic gas: have ${intrinsic}, want ${wanted.intrinsic}`;
}

/** A type that the fork does not know is refused before anything is read of it. */
function decodeInFork(bytes: Uint8Array, rules: Rules): Transaction {
  const type = bytes[0] ?? 0xc0;
  if (type < 0xc0 && !rules.transactionTypes.includes(type)) {
    throw new SherdError('TX_TYPE_NOT_SUPPORTED', `transaction type ${type}`, { type });
  }
  return decodeTransaction(bytes);
}

function judgeRefusal(error: SherdError, exception: string | undefined): string {
  if (exception === undefined) return `refused with ${error.code}: ${error.message}`;
  if (isExpectedTransactionException(exception, error)) return '';
  return `refused with ${error.code} (${error.message}), want ${exception}`;
}
