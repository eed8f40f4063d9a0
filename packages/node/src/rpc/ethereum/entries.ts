/**
 * The Ethereum block inside a shard block: number = height, hash = root of the shard's header, transactions = those of
 * the EVM script. A claim that was delivered to the EVM script stands among them as a transaction of type 0x7d, so that
 * the logs of what it did have a transaction that they belong to.
 */
import { equalBytes } from 'sherd/base';
import type { EvmReceipt } from 'sherd/shard';
import type { ShardBlockRecord } from '../backend.ts';

/** One transaction of an Ethereum block. */
export interface Entry {
  /** Position among the Ethereum transactions. */
  readonly index: number;
  /** Position among all transactions of the shard block. */
  readonly position: number;
  /** The encoded transaction (EIP-2718): an envelope, or 0x7d and an SSZ ReceiptClaim. */
  readonly data: Uint8Array;
  /** Gas limit of the shard transaction. */
  readonly gasLimit: bigint;
  readonly receipt: EvmReceipt;
  /** Number of the transaction's first log in the block. */
  readonly firstLog: number;
}

/** Where a transaction is: what its JSON and that of its logs repeat. */
export interface Place {
  readonly height: bigint;
  readonly root: Uint8Array;
  readonly timestamp: bigint;
  readonly baseFee: bigint;
}

export function evmEntries(record: ShardBlockRecord): Entry[] {
  const entries: Entry[] = [];
  let firstLog = 0;
  record.outcomes.forEach(({ evm }, position) => {
    if (evm === undefined) return;
    const { data, gasLimit } = record.block.transactions[position]!;
    entries.push({ index: entries.length, position, data, gasLimit, receipt: evm, firstLog });
    firstLog += evm.logs.length;
  });
  return entries;
}

/** The entry at a position of the shard block. */
export function entryAt(record: ShardBlockRecord, position: number): Entry | undefined {
  return evmEntries(record).find((entry) => entry.position === position);
}

export function entryOfHash(record: ShardBlockRecord, hash: Uint8Array): Entry | undefined {
  return evmEntries(record).find((entry) => equalBytes(entry.receipt.txHash, hash));
}
