/** Blocks as geth writes them. Roots over the Ethereum transactions are computed here and kept for recent blocks. */
import { encodeRlp, type Hex } from 'sherd/base';
import { BLOOM_LENGTH, mergeBloom, type Receipt, receiptsRoot } from 'sherd/block';
import { keccak256, sha256 } from 'sherd/crypto';
import { EMPTY_TRIE_ROOT, indexTrieRoot } from 'sherd/trie';
import type { RpcBackend, ShardBackend, ShardBlockRecord } from '../backend.ts';
import { bytesToHex, type Json, quantity } from '../json.ts';
import { type Entry, evmEntries, type Place } from './entries.ts';
import { pendingJson, transactionJson } from './transaction.ts';

const ZERO_HASH: Hex = `0x${'0'.repeat(64)}`;
const EMPTY_LIST_HASH = bytesToHex(keccak256(encodeRlp([])));
const EMPTY_ROOT = bytesToHex(EMPTY_TRIE_ROOT);
/** Of a block without requests (EIP-7685). */
const EMPTY_REQUESTS_HASH = bytesToHex(sha256(new Uint8Array(0)));

/** Unix seconds of a slot. */
export function slotTime({ params, genesisTime }: RpcBackend, slot: bigint): bigint {
  return genesisTime + slot * BigInt(params.slotSeconds);
}

export function placeOf(backend: RpcBackend, record: ShardBlockRecord): Place {
  const { height, slot } = record.block.header;
  return { height, root: record.root, timestamp: slotTime(backend, slot), baseFee: record.evm.baseFee };
}

/** The header as eth_subscribe(newHeads) sends it. */
export function headerJson(backend: RpcBackend, record: ShardBlockRecord): Readonly<Record<string, Json>> {
  const { header } = record.block;
  return {
    number: quantity(header.height),
    hash: bytesToHex(record.root),
    parentHash: bytesToHex(header.parentRoot),
    stateRoot: bytesToHex(header.stateRoot),
    ...derivedFields(record),
    sha3Uncles: EMPTY_LIST_HASH,
    miner: record.evm.coinbase,
    mixHash: bytesToHex(record.evm.prevRandao),
    nonce: '0x0000000000000000',
    difficulty: '0x0',
    extraData: '0x',
    gasLimit: quantity(backend.params.gasPerBlock),
    gasUsed: quantity(header.gasUsed),
    timestamp: quantity(slotTime(backend, header.slot)),
    baseFeePerGas: quantity(record.evm.baseFee),
    withdrawalsRoot: EMPTY_ROOT,
    blobGasUsed: '0x0',
    excessBlobGas: '0x0',
    parentBeaconBlockRoot: bytesToHex(header.beaconRoot),
    requestsHash: EMPTY_REQUESTS_HASH,
  };
}

/** The block, with whole transactions or with their hashes. */
export function blockJson(backend: RpcBackend, record: ShardBlockRecord, isFull: boolean): Json {
  const place = placeOf(backend, record);
  const transactions = evmEntries(record).map((entry) =>
    isFull ? transactionJson(entry, place) : bytesToHex(entry.receipt.txHash),
  );
  return { ...headerJson(backend, record), size: quantity(record.size), transactions, uncles: [], withdrawals: [] };
}

/** What the next block would hold now: the head's child, without what is only known once it is made. */
export function pendingBlockJson(backend: RpcBackend, shard: ShardBackend, isFull: boolean): Json {
  const head = shard.head();
  const { pending } = shard.pool();
  return {
    ...headerJson(backend, head),
    number: quantity(head.block.header.height + 1n),
    hash: null,
    parentHash: bytesToHex(head.root),
    nonce: null,
    miner: null,
    mixHash: ZERO_HASH,
    transactionsRoot: bytesToHex(EMPTY_TRIE_ROOT),
    receiptsRoot: bytesToHex(EMPTY_TRIE_ROOT),
    logsBloom: bytesToHex(new Uint8Array(BLOOM_LENGTH)),
    gasUsed: '0x0',
    timestamp: quantity(slotTime(backend, head.block.header.slot + 1n)),
    baseFeePerGas: quantity(shard.nextBaseFee()),
    size: '0x0',
    transactions: pending.map((one) => (isFull ? pendingJson(one) : bytesToHex(one.hash))),
    uncles: [],
    withdrawals: [],
  };
}

interface DerivedFields {
  readonly transactionsRoot: Hex;
  readonly receiptsRoot: Hex;
  readonly logsBloom: Hex;
}

/** A record never changes, and stores hand out the same one again and again while it is recent. */
const derived = new WeakMap<ShardBlockRecord, DerivedFields>();

function derivedFields(record: ShardBlockRecord): DerivedFields {
  let fields = derived.get(record);
  if (fields === undefined) {
    const entries = evmEntries(record);
    fields = {
      transactionsRoot: bytesToHex(indexTrieRoot(entries.map((entry) => entry.data))),
      receiptsRoot: bytesToHex(receiptsRoot(entries.map(trieReceipt))),
      logsBloom: bytesToHex(bloomOf(entries)),
    };
    derived.set(record, fields);
  }
  return fields;
}

/** Receipts as the receipts trie has them. */
function trieReceipt({ receipt }: Entry): Receipt {
  return { ...receipt, cumulativeGasUsed: BigInt(receipt.cumulativeGasUsed) };
}

function bloomOf(entries: readonly Entry[]): Uint8Array {
  const bloom = new Uint8Array(BLOOM_LENGTH);
  for (const { receipt } of entries) mergeBloom(bloom, receipt.bloom);
  return bloom;
}
