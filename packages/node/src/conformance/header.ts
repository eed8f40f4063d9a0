/** Block headers as the fixtures write them: an object with the suites' names for the fields. */
import type { Header } from 'sherd/block';
import { addressAt, bytesAt, integerAt, type JsonObject, optional } from './fields.ts';

/** @throws SherdError BAD_FIXTURE. */
export function readHeader(json: JsonObject, place: string): Header {
  const bytes = (key: string) => bytesAt(json[key], `${place}.${key}`);
  const integer = (key: string) => integerAt(json[key], `${place}.${key}`);
  const baseFee = optional(json['baseFeePerGas'], (value) => integerAt(value, `${place}.baseFeePerGas`));
  return {
    parentHash: bytes('parentHash'),
    ommersHash: bytes('uncleHash'),
    coinbase: addressAt(json['coinbase'], `${place}.coinbase`),
    stateRoot: bytes('stateRoot'),
    transactionsRoot: bytes('transactionsTrie'),
    receiptsRoot: bytes('receiptTrie'),
    bloom: bytes('bloom'),
    difficulty: integer('difficulty'),
    number: integer('number'),
    gasLimit: integer('gasLimit'),
    gasUsed: integer('gasUsed'),
    timestamp: integer('timestamp'),
    extraData: bytes('extraData'),
    mixHash: bytes('mixHash'),
    nonce: bytes('nonce'),
    ...(baseFee !== undefined && { baseFee }),
    ...(json['withdrawalsRoot'] !== undefined && { withdrawalsRoot: bytes('withdrawalsRoot') }),
    ...(json['blobGasUsed'] !== undefined && {
      blobGasUsed: integer('blobGasUsed'),
      excessBlobGas: integer('excessBlobGas'),
      parentBeaconBlockRoot: bytes('parentBeaconBlockRoot'),
    }),
    ...(json['requestsHash'] !== undefined && { requestsHash: bytes('requestsHash') }),
  };
}
