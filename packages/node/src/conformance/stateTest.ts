/** State tests (ethereum/tests GeneralStateTests, execution-spec-tests state_tests): one transaction, one state root. */
import {
  type Address,
  bytesToBigInt,
  bytesToHex,
  equalBytes,
  isSherdError,
  type SherdError,
  utf8ToBytes,
} from 'sherd/base';
import { blobBaseFee, logsHash } from 'sherd/block';
import { addressOf, keccak256 } from 'sherd/crypto';
import type { BlockContext, ForeignCode } from 'sherd/evm';
import { forkRules, type RulesName } from 'sherd/protocol';
import { createMemoryStore, Journal, type MemoryStore } from 'sherd/state';
import { applyTransaction, createGasPool } from 'sherd/transition';
import { decodeTransaction, encodeTransaction, recoverSender, type Transaction } from 'sherd/tx';
import { type AccountList, firstDifference, readAccounts } from './accounts.ts';
import { isExpectedException } from './exceptions.ts';
import {
  addressAt,
  arrayAt,
  boundedAt,
  bytesAt,
  integerAt,
  type Json,
  type JsonObject,
  objectAt,
  optional,
  stringAt,
} from './fields.ts';
import type { FixtureTrace } from './fixtureTrace.ts';
import { type ForkAs, rulesOfFork } from './forkAs.ts';
import type { FixtureResult } from './result.ts';
import { readTransaction, type TransactionIndexes } from './stateTestTransaction.ts';

/** One expectation of a state test: a fork and a choice of data, gas limit and value. */
export interface StateTestPost {
  /** As the file writes it. */
  readonly forkName: string;
  readonly indexes: TransactionIndexes;
  readonly stateRoot: Uint8Array;
  readonly logsHash: Uint8Array;
  readonly expectException: string | undefined;
  readonly encodedTransaction: Uint8Array | undefined;
  /** The whole post state; only execution-spec-tests give it. */
  readonly state: Json | undefined;
}

export interface StateTest {
  readonly name: string;
  readonly env: JsonObject;
  readonly accounts: AccountList;
  readonly transaction: JsonObject;
  readonly chainId: bigint;
  readonly posts: readonly StateTestPost[];
}

/** @throws SherdError BAD_FIXTURE with the place of the fault. */
export function readStateTest(name: string, value: Json): StateTest {
  const test = objectAt(value, name);
  const posts: StateTestPost[] = [];
  for (const [forkName, entries] of Object.entries(objectAt(test['post'], `${name}.post`))) {
    arrayAt(entries, `${name}.post.${forkName}`).forEach((entry, index) => {
      posts.push(readPost(forkName, entry, `${name}.post.${forkName}[${index}]`));
    });
  }
  const config = optional(test['config'], (json) => objectAt(json, `${name}.config`));
  return {
    name,
    env: objectAt(test['env'], `${name}.env`),
    accounts: readAccounts(test['pre'], `${name}.pre`),
    transaction: objectAt(test['transaction'], `${name}.transaction`),
    chainId: optional(config?.['chainid'], (json) => integerAt(json, `${name}.config.chainid`)) ?? 1n,
    posts,
  };
}

function readPost(forkName: string, value: Json, place: string): StateTestPost {
  const post = objectAt(value, place);
  const indexes = objectAt(post['indexes'], `${place}.indexes`);
  const index = (key: string) => Number(integerAt(indexes[key], `${place}.indexes.${key}`));
  return {
    forkName,
    indexes: { data: index('data'), gas: index('gas'), value: index('value') },
    stateRoot: bytesAt(post['hash'], `${place}.hash`),
    logsHash: bytesAt(post['logs'], `${place}.logs`),
    expectException: optional(post['expectException'], (json) => stringAt(json, `${place}.expectException`)),
    encodedTransaction: optional(post['txbytes'], (json) => bytesAt(json, `${place}.txbytes`)),
    state: post['state'],
  };
}

export interface StateTestOptions {
  readonly trace?: FixtureTrace;
  /** Runs what the file says of a fork under other rules. */
  readonly forkAs?: ForkAs;
  /** Runs the codes that it takes instead of the EVM. */
  readonly foreignCode?: ForeignCode;
}

/** Runs one expectation. A wrong result is a result; only a malformed fixture throws (BAD_FIXTURE). */
export function runStateTest(
  test: StateTest,
  post: StateTestPost,
  { trace, forkAs, foreignCode }: StateTestOptions = {},
): FixtureResult {
  const fork = rulesOfFork(post.forkName, forkAs);
  if (fork === undefined) return failed(test, post, '0x', `unknown fork ${post.forkName}`);
  const { rules } = forkRules(fork);
  const store = createMemoryStore();
  for (const [address, account] of test.accounts) store.setAccount(address, account);
  const journal = new Journal(store, { blockHash: testBlockHash });
  const block = readBlock(test, fork);

  let refusal: SherdError | undefined;
  let logs = logsHash([]);
  let codecFault: string | undefined;
  try {
    const { transaction, sender, fault } = transactionOf(test, post);
    codecFault = fault;
    const gasPool = createGasPool(block.gasLimit, BigInt(rules.blobMax * rules.blobGas));
    const extras = {
      ...(trace !== undefined && { tracer: trace.tracer }),
      ...(foreignCode !== undefined && { foreignCode }),
    };
    logs = logsHash(applyTransaction({ journal, fork, block, gasPool, transaction, sender, extras }).logs);
  } catch (error) {
    if (!isSherdError(error) || error.code === 'BAD_FIXTURE') throw error;
    refusal = error;
  }
  // A state test ends like a block with a reward of 0: the coinbase is there, even if it self-destructed. The older
  // suites touch it after a refusal as well; execution-spec-tests leave the state alone.
  if (refusal === undefined || post.state === undefined) {
    journal.addBalance(block.coinbase, 0n);
    journal.finalizeTransaction({ removeEmpty: rules.clearsEmptyAccounts });
  }
  store.apply(journal.drain());
  trace?.end(bytesToHex(store.stateRoot()));
  return compare(test, post, store, { logs, refusal, codecFault });
}

function compare(
  test: StateTest,
  post: StateTestPost,
  store: MemoryStore,
  have: { logs: Uint8Array; refusal: SherdError | undefined; codecFault: string | undefined },
): FixtureResult {
  const root = store.stateRoot();
  const stateRoot = bytesToHex(root);
  const { refusal } = have;
  const fail = (error: string) => failed(test, post, stateRoot, error);
  if (have.codecFault !== undefined) return fail(have.codecFault);
  if (post.expectException === undefined) {
    if (refusal !== undefined) return fail(`unexpected refusal ${refusal.code}: ${refusal.message}`);
  } else {
    if (refusal === undefined) return fail(`transaction ran, want ${post.expectException}`);
    if (!isExpectedException(post.expectException, refusal.code)) {
      return fail(`refused with ${refusal.code} (${refusal.message}), want ${post.expectException}`);
    }
  }
  if (!equalBytes(root, post.stateRoot)) {
    const cause = refusal === undefined ? '' : ` (refused: ${refusal.code}: ${refusal.message})`;
    const accounts = post.state === undefined ? [] : readAccounts(post.state, `${test.name}.post.state`);
    const difference = firstDifference(store, accounts);
    const where = difference === '' ? '' : `; ${difference}`;
    return fail(`post state root mismatch: have ${stateRoot}, want ${bytesToHex(post.stateRoot)}${where}${cause}`);
  }
  if (!equalBytes(have.logs, post.logsHash)) {
    return fail(`post state logs hash mismatch: have ${bytesToHex(have.logs)}, want ${bytesToHex(post.logsHash)}`);
  }
  return { name: test.name, pass: true, fork: post.forkName, stateRoot, error: '' };
}

function failed(test: StateTest, post: StateTestPost, stateRoot: string, error: string): FixtureResult {
  const { data, gas, value } = post.indexes;
  const where = `d${data}g${gas}v${value}`;
  return { name: test.name, pass: false, fork: post.forkName, stateRoot, error: `${where}: ${error}` };
}

/**
 * The transaction of the fields. Where the file has its bytes too they are decoded, which tests the codec and the
 * signature; bytes that say something else are from before the fields were edited, and as in geth the fields count.
 */
function transactionOf(
  test: StateTest,
  post: StateTestPost,
): { transaction: Transaction; sender: Address; fault: string | undefined } {
  const { encodedTransaction: encoded } = post;
  const known = senderOf(test);
  const decoded = encoded === undefined ? undefined : decodeTransaction(encoded);
  const at = { place: `${test.name}.transaction`, chainId: test.chainId };
  const fields = readTransaction(test.transaction, post.indexes, at);
  if (encoded === undefined || decoded === undefined) {
    return { transaction: fields, sender: known ?? recoverSender(fields), fault: undefined };
  }
  const isSame = equalBytes(encodeTransaction(decoded), encoded);
  const fault = isSame ? undefined : 'transaction encodes to other bytes than it was decoded from';
  const transaction = isSigned(fields, decoded, encoded) ? decoded : fields;
  return { transaction, sender: known ?? recoverSender(decoded), fault };
}

/** Whether `encoded` is the transaction of the fields with chain id and signature. */
function isSigned(fields: Transaction, decoded: Transaction, encoded: Uint8Array): boolean {
  const { chainId, signature } = decoded;
  return equalBytes(encodeTransaction({ ...fields, chainId, signature } as Transaction), encoded);
}

/** The sender that the file names, or whose key it gives; undefined when the signature tells. */
function senderOf({ transaction, name }: StateTest): Address | undefined {
  const place = `${name}.transaction`;
  const sender = optional(transaction['sender'], (json) => addressAt(json, `${place}.sender`));
  if (sender !== undefined) return sender;
  const key = optional(transaction['secretKey'], (json) => bytesAt(json, `${place}.secretKey`));
  return key === undefined ? undefined : addressOf(key);
}

/** State tests have no chain: a block's hash is that of its number in decimal digits. */
function testBlockHash(number: bigint): bigint {
  return bytesToBigInt(keccak256(utf8ToBytes(number.toString())));
}

function readBlock(test: StateTest, fork: RulesName): BlockContext {
  const { rules } = forkRules(fork);
  const { env, name } = test;
  const place = (key: string) => `${name}.env.${key}`;
  const quantity = (key: string) => boundedAt(env[key], place(key), 64);
  const word = (key: string) => optional(env[key], (json) => boundedAt(json, place(key), 256));
  const difficulty = word('currentDifficulty') ?? 0n;
  return {
    coinbase: addressAt(env['currentCoinbase'], place('currentCoinbase')),
    number: quantity('currentNumber'),
    timestamp: quantity('currentTimestamp'),
    gasLimit: quantity('currentGasLimit'),
    difficulty: rules.prevRandao ? 0n : difficulty,
    prevRandao: rules.prevRandao ? (word('currentRandom') ?? difficulty) : 0n,
    baseFee: rules.baseFee ? (word('currentBaseFee') ?? 10n) : 0n,
    blobBaseFee: rules.blobs ? blobBaseFee(word('currentExcessBlobGas') ?? 0n, rules) : 0n,
    chainId: test.chainId,
  };
}
