/** Block headers (Yellow Paper, section 4.3; later fields: EIP-1559, 4895, 4844, 4788, 7685). */
import {
  type Address,
  addressToBytes,
  bigIntToMinimalBytes,
  encodeRlp,
  type RlpItem,
  rlpAddress,
  rlpBytes,
  rlpList,
  rlpUint,
  SherdError,
} from '../base/index.ts';
import { keccak256 } from '../crypto/hash.ts';
import { BLOOM_LENGTH } from './bloom.ts';
import { checkHeader } from './checkHeader.ts';

/** Hashes and roots have 32 bytes; gas in units, prices in wei, times in seconds. */
export interface Header {
  readonly parentHash: Uint8Array;
  readonly ommersHash: Uint8Array;
  readonly coinbase: Address;
  readonly stateRoot: Uint8Array;
  readonly transactionsRoot: Uint8Array;
  readonly receiptsRoot: Uint8Array;
  readonly bloom: Uint8Array;
  readonly difficulty: bigint;
  readonly number: bigint;
  readonly gasLimit: bigint;
  readonly gasUsed: bigint;
  readonly timestamp: bigint;
  readonly extraData: Uint8Array;
  /** PREVRANDAO from Paris on; before, half of the proof of work. */
  readonly mixHash: Uint8Array;
  /** 8 bytes; zeros from Paris on. */
  readonly nonce: Uint8Array;
  readonly baseFee?: bigint;
  readonly withdrawalsRoot?: Uint8Array;
  readonly blobGasUsed?: bigint;
  readonly excessBlobGas?: bigint;
  readonly parentBeaconBlockRoot?: Uint8Array;
  readonly requestsHash?: Uint8Array;
}

/** Numbers of fields that a header can have, as forks added them. */
const FIELD_COUNTS = [15, 16, 17, 20, 21];

/** Keccak-256 of the empty list: the ommers hash of a block without ommers. */
export const EMPTY_OMMERS_HASH: Uint8Array = keccak256(Uint8Array.of(0xc0));

/** The fields of a header in their order; later ones only where the header has them. */
export function headerItem(header: Header): RlpItem[] {
  checkHeader(header);
  const uint = bigIntToMinimalBytes;
  const items: RlpItem[] = [
    header.parentHash,
    header.ommersHash,
    addressToBytes(header.coinbase),
    header.stateRoot,
    header.transactionsRoot,
    header.receiptsRoot,
    header.bloom,
    uint(header.difficulty),
    uint(header.number),
    uint(header.gasLimit),
    uint(header.gasUsed),
    uint(header.timestamp),
    header.extraData,
    header.mixHash,
    header.nonce,
  ];
  if (header.baseFee !== undefined) items.push(uint(header.baseFee));
  if (header.withdrawalsRoot !== undefined) items.push(header.withdrawalsRoot);
  if (header.blobGasUsed !== undefined) items.push(uint(header.blobGasUsed));
  if (header.excessBlobGas !== undefined) items.push(uint(header.excessBlobGas));
  if (header.parentBeaconBlockRoot !== undefined) items.push(header.parentBeaconBlockRoot);
  if (header.requestsHash !== undefined) items.push(header.requestsHash);
  return items;
}

/** The header in RLP: what its hash is over. */
export function encodeHeader(header: Header): Uint8Array {
  return encodeRlp(headerItem(header));
}

/** Keccak-256 of the encoded header: the hash of its block. */
export function headerHash(header: Header): Uint8Array {
  return keccak256(encodeHeader(header));
}

/** @throws SherdError RLP_FIELD. */
export function headerFromItem(item: RlpItem): Header {
  const items = rlpList(item, 'header');
  if (!FIELD_COUNTS.includes(items.length)) {
    throw new SherdError('RLP_FIELD', `header: have ${items.length} items, want one of ${FIELD_COUNTS.join(', ')}`, {
      field: 'header',
      have: items.length,
    });
  }
  const hash = (index: number, what: string) => rlpBytes(items[index], what, 32);
  return {
    parentHash: hash(0, 'parent hash'),
    ommersHash: hash(1, 'ommers hash'),
    coinbase: rlpAddress(items[2], 'coinbase'),
    stateRoot: hash(3, 'state root'),
    transactionsRoot: hash(4, 'transactions root'),
    receiptsRoot: hash(5, 'receipts root'),
    bloom: rlpBytes(items[6], 'bloom', BLOOM_LENGTH),
    difficulty: rlpUint(items[7], 'difficulty'),
    number: rlpUint(items[8], 'block number', 64),
    gasLimit: rlpUint(items[9], 'gas limit', 64),
    gasUsed: rlpUint(items[10], 'gas used', 64),
    timestamp: rlpUint(items[11], 'timestamp', 64),
    extraData: rlpBytes(items[12], 'extra data'),
    mixHash: hash(13, 'mix hash'),
    nonce: rlpBytes(items[14], 'nonce', 8),
    ...(items.length > 15 && { baseFee: rlpUint(items[15], 'base fee') }),
    ...(items.length > 16 && { withdrawalsRoot: hash(16, 'withdrawals root') }),
    ...(items.length > 17 && {
      blobGasUsed: rlpUint(items[17], 'blob gas used', 64),
      excessBlobGas: rlpUint(items[18], 'excess blob gas', 64),
      parentBeaconBlockRoot: hash(19, 'parent beacon block root'),
    }),
    ...(items.length > 20 && { requestsHash: hash(20, 'requests hash') }),
  };
}
