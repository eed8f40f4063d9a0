/** VM tests (legacytests VMTests): code run by itself under Frontier's rules, without a transaction around it. */
import { bytesToBigInt, bytesToHex, equalBytes, utf8ToBytes } from 'sherd/base';
import { logsHash } from 'sherd/block';
import { keccak256 } from 'sherd/crypto';
import { type BlockContext, createEvm, isSuccess, joinGas, splitGas } from 'sherd/evm';
import { createMemoryStore, Journal } from 'sherd/state';
import { firstDifference, readAccounts } from './accounts.ts';
import { addressAt, bytesAt, integerAt, type Json, type JsonObject, objectAt } from './fields.ts';
import type { FixtureResult } from './result.ts';

const FORK = 'frontier';

/** @throws SherdError BAD_FIXTURE. */
export function runVmTest(name: string, value: Json): FixtureResult {
  const test = objectAt(value, name);
  const error = runAndCompare(test, name);
  return { name, pass: error === '', fork: 'Frontier', stateRoot: '0x', error };
}

function runAndCompare(test: JsonObject, name: string): string {
  const exec = objectAt(test['exec'], `${name}.exec`);
  const to = addressAt(exec['address'], `${name}.exec.address`);
  const caller = addressAt(exec['caller'], `${name}.exec.caller`);
  const origin = addressAt(exec['origin'], `${name}.exec.origin`);
  const integer = (key: string) => integerAt(exec[key], `${name}.exec.${key}`);
  const amount = integer('value');

  const store = createMemoryStore();
  for (const [address, account] of readAccounts(test['pre'], `${name}.pre`)) store.setAccount(address, account);
  const journal = new Journal(store, { blockHash });
  // These tests show the value to the code but transfer nothing: what the call moves is put right before.
  journal.subBalance(to, amount);
  journal.addBalance(caller, amount);
  journal.setCode(to, bytesAt(exec['code'], `${name}.exec.code`));

  const transaction = { origin, gasPrice: integer('gasPrice'), blobHashes: [] };
  const environment = { fork: FORK, block: readBlock(test, name), transaction } as const;
  const message = {
    kind: 'call',
    caller,
    to,
    value: amount,
    data: bytesAt(exec['data'], `${name}.exec.data`),
  } as const;
  const result = createEvm(journal, environment).run({ ...message, ...splitGas(integer('gas')) });
  if (test['post'] === undefined) return isSuccess(result.outcome) ? 'the run succeeded, want a failure' : '';
  if (!isSuccess(result.outcome)) return `the run failed with outcome ${result.outcome}`;

  const gas = integerAt(test['gas'], `${name}.gas`);
  const left = joinGas(result.gasLeft, result.reserveLeft ?? 0n);
  if (left !== gas) return `gas left: have ${left}, want ${gas}`;
  const output = bytesAt(test['out'], `${name}.out`);
  if (!equalBytes(result.output, output))
    return `output: have ${bytesToHex(result.output)}, want ${bytesToHex(output)}`;
  if (!equalBytes(logsHash(journal.logs), bytesAt(test['logs'], `${name}.logs`))) return 'logs hash mismatch';
  journal.finalizeTransaction({ removeEmpty: false });
  store.apply(journal.drain());
  return firstDifference(store, readAccounts(test['post'], `${name}.post`));
}

function blockHash(number: bigint): bigint {
  return bytesToBigInt(keccak256(utf8ToBytes(number.toString())));
}

function readBlock(test: JsonObject, name: string): BlockContext {
  const env = objectAt(test['env'], `${name}.env`);
  const integer = (key: string) => integerAt(env[key], `${name}.env.${key}`);
  return {
    coinbase: addressAt(env['currentCoinbase'], `${name}.env.currentCoinbase`),
    number: integer('currentNumber'),
    timestamp: integer('currentTimestamp'),
    gasLimit: integer('currentGasLimit'),
    difficulty: integer('currentDifficulty'),
    prevRandao: 0n,
    baseFee: 0n,
    blobBaseFee: 0n,
    chainId: 1n,
  };
}
