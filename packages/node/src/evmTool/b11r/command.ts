/** What `sherd b11r` does with its options: puts a block together from a header and lists, and writes it as RLP. */
import { bytesToHex, decodeRlp, hexToBytes, isSherdError, rlpList } from 'sherd/base';
import { encodeBlock, type Header, headerFromItem, headerHash, type Withdrawal } from 'sherd/block';
import type { Transaction } from 'sherd/tx';
import {
  addressAt,
  arrayAt,
  boundedAt,
  type Json,
  type JsonObject,
  objectAt,
  optional,
  stringAt,
} from '../../conformance/fields.ts';
import { orFault, t8nFault } from '../t8n/faults.ts';
import { readJson, STDIN, type T8nStreams, writeText } from '../t8n/files.ts';
import { transactionsFromRlp } from '../t8n/transactions.ts';
import { readBlockHeader } from './header.ts';

export interface B11rOptions {
  readonly 'input.header': string;
  readonly 'input.ommers'?: string;
  readonly 'input.withdrawals'?: string;
  readonly 'input.txs': string;
  readonly 'output.basedir'?: string;
  readonly 'output.block': string;
  /** A seal of a signer's committee, which is none of Ethereum's main chains: refused. */
  readonly 'seal.clique'?: string;
}

/** Nothing is checked but that it can be encoded: blocks that are wrong are wanted too. @throws SherdError T8N_ codes. */
export function b11rCommand(options: B11rOptions, streams: T8nStreams): void {
  const input = readInput(options);
  if ((options['seal.clique'] ?? '') !== '' || (input['clique'] ?? null) !== null) {
    throw t8nFault('T8N_CONFIG', 'clique: have a signer, want none: only blocks without a seal are built');
  }
  const ommers = readOmmers(input['ommers']);
  const header = orFault('T8N_JSON', () => readBlockHeader(input['header'] ?? null, ommers));
  const withdrawals = orFault('T8N_JSON', () => optional(input['withdrawals'], readWithdrawals));
  const transactions = readTransactions(input['txs']);
  const block = { header, transactions, ommers, ...(withdrawals !== undefined && { withdrawals }) };
  const output = { rlp: bytesToHex(encodeBlock(block)), hash: bytesToHex(headerHash(header)) };
  const text = JSON.stringify(output, null, 2);
  const place = options['output.block'];
  if (place === 'stdout' || place === 'stderr') streams[place](`${text}\n`);
  else writeText(options['output.basedir'], place, text);
}

/** The parts by name: each a file, or a field of one object on standard input. */
function readInput(options: B11rOptions): JsonObject {
  const places = {
    header: options['input.header'],
    ommers: options['input.ommers'] ?? '',
    withdrawals: options['input.withdrawals'] ?? '',
    txs: options['input.txs'],
  };
  const combined: JsonObject = Object.values(places).includes(STDIN)
    ? orFault('T8N_JSON', () => objectAt(readJson('-', 'standard input'), 'standard input'))
    : {};
  const parts: Record<string, Json> = { ...combined };
  for (const [part, path] of Object.entries(places))
    if (path !== '' && path !== STDIN) parts[part] = readJson(path, path);
  return parts;
}

/** An RLP list as in a block's body, in hex. */
function readTransactions(json: Json | undefined): Transaction[] {
  const hex = orFault('T8N_JSON', () => optional(json, (value) => stringAt(value, 'txs'))) ?? '';
  return transactionsFromRlp(hex).map((transaction, index) => {
    if (isSherdError(transaction)) throw t8nFault('T8N_RLP', `txs[${index}]: ${transaction.message}`);
    return transaction;
  });
}

/** Each is a whole block, of which the header counts. */
function readOmmers(json: Json | undefined): Header[] {
  const blocks = orFault('T8N_JSON', () => optional(json, (value) => arrayAt(value, 'ommers'))) ?? [];
  return blocks.map((value, index) => {
    const hex = orFault('T8N_JSON', () => stringAt(value, `ommers[${index}]`));
    return orFault('T8N_RLP', () => {
      const [header] = rlpList(decodeRlp(hexToBytes(hex)), `ommers[${index}]`);
      return headerFromItem(header!);
    });
  });
}

function readWithdrawals(json: Json): Withdrawal[] {
  return arrayAt(json, 'withdrawals').map((value, index) => {
    const place = `withdrawals[${index}]`;
    const fields = objectAt(value, place);
    const uint = (key: string) => boundedAt(fields[key], `${place}.${key}`, 64);
    return {
      index: uint('index'),
      validatorIndex: uint('validatorIndex'),
      address: addressAt(fields['address'], `${place}.address`),
      amount: uint('amount'),
    };
  });
}
