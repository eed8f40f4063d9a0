/** The header of a block that is to be built: geth's JSON, completed by what a block without contents has. */
import { ZERO_ADDRESS } from 'sherd/base';
import { BLOOM_LENGTH, EMPTY_OMMERS_HASH, type Header, ommersHash } from 'sherd/block';
import { EMPTY_TRIE_ROOT } from 'sherd/trie';
import {
  addressAt,
  boundedAt,
  bytesAt,
  fixtureFault,
  hashAt,
  type Json,
  type JsonObject,
  objectAt,
  optional,
} from '../../conformance/fields.ts';

/** What each fork added, in the order of the encoding: a header that has one has all before it. */
const LATER = [
  'baseFeePerGas',
  'withdrawalsRoot',
  'blobGasUsed',
  'excessBlobGas',
  'parentBeaconBlockRoot',
  'requestsHash',
] as const;

/**
 * @param json `stateRoot`, `number`, `gasLimit` and `timestamp` must be there; the other fields are those of an empty
 *   block. Without `sha3Uncles` the hash is that of `ommers`.
 * @throws SherdError BAD_FIXTURE with the field.
 */
export function readBlockHeader(json: Json, ommers: readonly Header[]): Header {
  const fields = objectAt(json, 'header');
  const place = (key: string) => `header.${key}`;
  const hash = (key: string) => optional(fields[key], (value) => hashAt(value, place(key)));
  const uint = (key: string) => optional(fields[key], (value) => boundedAt(value, place(key), 64));
  const word = (key: string) => optional(fields[key], (value) => boundedAt(value, place(key), 256));
  const bytes = (key: string, length: number) => optional(fields[key], (value) => sizedAt(value, place(key), length));
  const need = (key: string) => boundedAt(fields[key], place(key), 64);
  const baseFee = word('baseFeePerGas');
  const withdrawalsRoot = hash('withdrawalsRoot');
  const blobGasUsed = uint('blobGasUsed');
  const excessBlobGas = uint('excessBlobGas');
  const parentBeaconBlockRoot = hash('parentBeaconBlockRoot');
  const requestsHash = hash('requestsHash');
  checkLater(fields);
  return {
    parentHash: hash('parentHash') ?? new Uint8Array(32),
    ommersHash: hash('sha3Uncles') ?? (ommers.length === 0 ? EMPTY_OMMERS_HASH : ommersHash(ommers)),
    coinbase: optional(fields['miner'], (value) => addressAt(value, place('miner'))) ?? ZERO_ADDRESS,
    stateRoot: hashAt(fields['stateRoot'], place('stateRoot')),
    transactionsRoot: hash('transactionsRoot') ?? EMPTY_TRIE_ROOT,
    receiptsRoot: hash('receiptsRoot') ?? EMPTY_TRIE_ROOT,
    bloom: bytes('logsBloom', BLOOM_LENGTH) ?? new Uint8Array(BLOOM_LENGTH),
    difficulty: word('difficulty') ?? 0n,
    number: need('number'),
    gasLimit: need('gasLimit'),
    gasUsed: uint('gasUsed') ?? 0n,
    timestamp: need('timestamp'),
    extraData: optional(fields['extraData'], (value) => bytesAt(value, place('extraData'))) ?? new Uint8Array(0),
    mixHash: hash('mixHash') ?? new Uint8Array(32),
    nonce: bytes('nonce', 8) ?? new Uint8Array(8),
    ...(baseFee !== undefined && { baseFee }),
    ...(withdrawalsRoot !== undefined && { withdrawalsRoot }),
    ...(blobGasUsed !== undefined && { blobGasUsed }),
    ...(excessBlobGas !== undefined && { excessBlobGas }),
    ...(parentBeaconBlockRoot !== undefined && { parentBeaconBlockRoot }),
    ...(requestsHash !== undefined && { requestsHash }),
  };
}

/** A later field without an earlier one would be read as that one. */
function checkLater(fields: JsonObject): void {
  const isThere = LATER.map((key) => fields[key] !== undefined && fields[key] !== null);
  const last = isThere.lastIndexOf(true);
  const missing = isThere.indexOf(false);
  if (missing >= 0 && missing < last) {
    throw fixtureFault(`header.${LATER[missing]}`, `have nothing, want it where ${LATER[last]} is`);
  }
}

function sizedAt(value: Json, place: string, length: number): Uint8Array {
  const bytes = bytesAt(value, place);
  if (bytes.length !== length) throw fixtureFault(place, `have ${bytes.length} bytes, want ${length}`);
  return bytes;
}
