/** Logs: which ones a filter wants, and how geth writes them. */
import { type Address, wordToHex } from 'sherd/base';
import type { Log } from 'sherd/evm';
import type { ShardBlockRecord } from '../backend.ts';
import { bytesToHex, type Json, quantity } from '../json.ts';
import { type Entry, evmEntries, type Place } from './entries.ts';

export interface LogFilter {
  /** Empty: of anybody. */
  readonly addresses: readonly Address[];
  /** Alternatives by position; an empty position takes any topic, but wants that there is one. */
  readonly topics: readonly (readonly bigint[])[];
}

export function matchesLog(filter: LogFilter, log: Log): boolean {
  if (filter.addresses.length > 0 && !filter.addresses.includes(log.address)) return false;
  if (filter.topics.length > log.topics.length) return false;
  return filter.topics.every((wanted, i) => wanted.length === 0 || wanted.includes(log.topics[i]!));
}

/** JSON of the logs of a block that the filter wants, in their order. */
export function matchingLogs(filter: LogFilter, record: ShardBlockRecord, place: Place): Json[] {
  const found: Json[] = [];
  for (const entry of evmEntries(record)) {
    entry.receipt.logs.forEach((log, i) => {
      if (matchesLog(filter, log)) found.push(logJson(entry, i, place));
    });
  }
  return found;
}

/** JSON of the log number `i` of a transaction. */
export function logJson(entry: Entry, i: number, place: Place): Json {
  const { address, topics, data } = entry.receipt.logs[i]!;
  return {
    address,
    topics: topics.map(wordToHex),
    data: bytesToHex(data),
    blockNumber: quantity(place.height),
    transactionHash: bytesToHex(entry.receipt.txHash),
    transactionIndex: quantity(entry.index),
    blockHash: bytesToHex(place.root),
    blockTimestamp: quantity(place.timestamp),
    logIndex: quantity(entry.firstLog + i),
    removed: false,
  };
}
