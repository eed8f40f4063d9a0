/** What `sherd t8n` does with its options: reads three inputs, runs one block, writes up to three outputs. */
import { bytesToHex } from 'sherd/base';
import type { JsonTracerOptions } from 'sherd/evm';
import { createMemoryStore } from 'sherd/state';
import { readAccounts } from '../../conformance/accounts.ts';
import { type Json, type JsonObject, objectAt, stringAt } from '../../conformance/fields.ts';
import type { TracerName } from '../../rpc/backend.ts';
import { parseJson } from '../input.ts';
import { allocJson } from '../stateJson.ts';
import { withBlobSchedule } from './blobSchedule.ts';
import { completeEnvironment, readEnvironment } from './environment.ts';
import { orFault } from './faults.ts';
import { readJson, STDIN, type T8nStreams, writeText } from './files.ts';
import { createOpcodeCounts, withCounts } from './opcodeCount.ts';
import { resultJson } from './result.ts';
import { readRules } from './rules.ts';
import { createTraceSink, type TraceSink } from './trace.ts';
import {
  type ReadTransaction,
  type SigningRules,
  transactionsFromJson,
  transactionsFromRlp,
  transactionsToRlp,
} from './transactions.ts';
import { runTransition } from './transition.ts';

export interface T8nOptions {
  readonly 'input.alloc': string;
  readonly 'input.env': string;
  readonly 'input.txs': string;
  readonly 'output.basedir'?: string;
  readonly 'output.alloc': string;
  readonly 'output.result': string;
  readonly 'output.body'?: string;
  readonly 'state.fork': string;
  readonly 'state.chainid': bigint;
  /** Wei; -1 pays and touches nobody. */
  readonly 'state.reward': bigint;
  readonly trace?: boolean;
  /** What lines of steps have. */
  readonly steps?: JsonTracerOptions;
  readonly 'trace.tracer'?: TracerName;
  readonly 'trace.jsonconfig'?: string;
  /** A file for how often each instruction ran. */
  readonly 'opcode.count'?: string;
}

/** @throws SherdError the T8N_ codes of faults.ts. */
export function t8nCommand(options: T8nOptions, streams: T8nStreams): void {
  const { config, rulesAt } = readRules(options['state.fork'], options['state.chainid']);
  const { alloc, env, txs, blobSchedule } = readInputs(options);
  const file = orFault('T8N_JSON', () => readEnvironment(env));
  const position = { number: file.number, timestamp: file.timestamp, isProofOfStake: file.random !== undefined };
  const { fork, rules } = orFault('T8N_CONFIG', () => withBlobSchedule(rulesAt(position), blobSchedule));
  const environment = completeEnvironment(file, rules, config.chainId);
  const store = createMemoryStore();
  for (const [address, account] of orFault('T8N_JSON', () => readAccounts(alloc, 'alloc'))) {
    store.setAccount(address, account);
  }
  const transactions = txs({ rules, chainId: config.chainId });
  const reward = options['state.reward'] < 0n ? undefined : options['state.reward'];
  const counts = options['opcode.count'] === undefined ? undefined : createOpcodeCounts();
  const traces = withCounts(traceSink(options), counts);
  const outcome = runTransition({ store, environment, transactions, config, fork, reward, traces });
  writeOutputs(options, streams, {
    alloc: allocJson(store),
    result: resultJson(outcome, { store, environment, rules }),
    body: bytesToHex(transactionsToRlp(outcome.included.map(({ transaction }) => transaction))),
  });
  const folder = options['output.basedir'];
  if (counts !== undefined)
    writeText(folder, options['opcode.count']!, `${JSON.stringify(counts.byName(), null, 2)}\n`);
}

interface Inputs {
  readonly alloc: Json;
  readonly env: Json;
  readonly blobSchedule: Json | undefined;
  /** Signs what comes with a key. */
  readonly txs: (signing: SigningRules) => readonly ReadTransaction[];
}

/** Each input is a file, or a field of one object on standard input. */
function readInputs(options: T8nOptions): Inputs {
  const files = [options['input.alloc'], options['input.env'], options['input.txs']];
  const combined: JsonObject = files.includes(STDIN)
    ? orFault('T8N_JSON', () => objectAt(readJson('-', 'standard input'), 'standard input'))
    : {};
  const input = (path: string, key: string): Json => (path === STDIN ? (combined[key] ?? null) : readJson(path, path));
  return {
    alloc: input(options['input.alloc'], 'alloc'),
    env: input(options['input.env'], 'env'),
    blobSchedule: combined['blobSchedule'] ?? combined['blobParams'],
    txs: readTransactions(options['input.txs'], combined),
  };
}

function readTransactions(path: string, combined: JsonObject): Inputs['txs'] {
  const hexOf = (json: Json) => orFault('T8N_JSON', () => stringAt(json, 'RLP of the transactions'));
  if (path === STDIN) {
    const rlp = combined['txsRlp'];
    if (rlp !== undefined && rlp !== null && rlp !== '') return () => transactionsFromRlp(hexOf(rlp));
    // geth takes no list for an empty one.
    return (signing) => transactionsFromJson(combined['txs'] ?? [], signing);
  }
  const json = readJson(path, path);
  if (path.endsWith('.rlp')) return () => transactionsFromRlp(hexOf(json));
  return (signing) => transactionsFromJson(json, signing);
}

function traceSink(options: T8nOptions): TraceSink | undefined {
  const tracer = options['trace.tracer'];
  if (options.trace !== true && tracer === undefined) return undefined;
  const config = options['trace.jsonconfig'] ?? '{}';
  const settings = {
    tracer,
    tracerConfig: orFault('T8N_CONFIG', () => parseJson(config, '--trace.jsonconfig')),
    steps: options.steps ?? {},
  };
  return orFault('T8N_CONFIG', () =>
    createTraceSink(settings, (name, text) => writeText(options['output.basedir'], name, text)),
  );
}

/** An empty file name writes nothing; `stdout` and `stderr` collect theirs into one object. */
function writeOutputs(
  options: T8nOptions,
  streams: T8nStreams,
  outputs: { readonly alloc: object; readonly result: object; readonly body: string },
): void {
  const collected: Record<'stdout' | 'stderr', Record<string, unknown>> = { stdout: {}, stderr: {} };
  const places = [
    ['alloc', options['output.alloc']],
    ['result', options['output.result']],
    ['body', options['output.body'] ?? ''],
  ] as const;
  for (const [key, place] of places) {
    if (place === '') continue;
    if (place === 'stdout' || place === 'stderr') collected[place][key] = outputs[key];
    else writeText(options['output.basedir'], place, JSON.stringify(outputs[key], null, 2));
  }
  for (const stream of ['stdout', 'stderr'] as const) {
    if (Object.keys(collected[stream]).length > 0) streams[stream](`${JSON.stringify(collected[stream], null, 2)}\n`);
  }
}
