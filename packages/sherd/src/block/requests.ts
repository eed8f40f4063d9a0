/** Requests of the execution layer to the beacon chain (EIP-7685) and deposits read from logs (EIP-6110). */
import { badArgument, checkBytes, checkList, checkObject } from '../base/arguments.ts';
import { type Address, bytesToBigInt, concatBytes, SherdError, utf8ToBytes } from '../base/index.ts';
import { keccak256, sha256 } from '../crypto/hash.ts';
import type { Log } from '../evm/host.ts';
import type { RequestKind } from '../protocol/index.ts';

/** The byte before the requests of each kind (EIP-7685). */
export const REQUEST_TYPES: Readonly<Record<RequestKind, number>> = { deposits: 0, withdrawals: 1, consolidations: 2 };

/** Requests of one kind, one after the other. */
export interface Requests {
  readonly kind: RequestKind;
  readonly data: Uint8Array;
}

/** SHA-256 over the hashes of each kind that has requests. */
export function requestsHash(requests: readonly Requests[]): Uint8Array {
  checkList(requests, 'requests');
  for (const each of requests) checkRequests(each);
  const hashes = requests
    .filter(({ data }) => data.length > 0)
    .map(({ kind, data }) => sha256(concatBytes(Uint8Array.of(REQUEST_TYPES[kind]), data)).slice());
  return sha256(concatBytes(...hashes));
}

function checkRequests(requests: Requests): void {
  checkObject(requests, 'requests');
  if (!Object.hasOwn(REQUEST_TYPES, requests.kind)) {
    throw badArgument('requests: kind', requests.kind, Object.keys(REQUEST_TYPES).join(', '));
  }
  checkBytes(requests.data, 'requests: data');
}

const DEPOSIT_EVENT = bytesToBigInt(keccak256(utf8ToBytes('DepositEvent(bytes,bytes,bytes,bytes,bytes)')));
/** Key, credentials, amount, signature, index. */
const DEPOSIT_SIZES = [48, 32, 8, 96, 8];
const DEPOSIT_EVENT_LENGTH = 576;

/**
 * The deposits that the deposit contract logged, 192 bytes each.
 * @throws SherdError DEPOSIT_LAYOUT when a deposit event is not laid out as the contract does it.
 */
export function depositsFromLogs(logs: readonly Log[], depositContract: Address): Uint8Array {
  const deposits: Uint8Array[] = [];
  checkList(logs, 'logs');
  for (const log of logs) {
    checkObject(log, 'log');
    checkList(log.topics, 'log: topics');
    if (log.address === depositContract && log.topics[0] === DEPOSIT_EVENT) deposits.push(depositFromData(log.data));
  }
  return concatBytes(...deposits);
}

function depositFromData(data: Uint8Array): Uint8Array {
  checkBytes(data, 'log: data');
  if (data.length !== DEPOSIT_EVENT_LENGTH) throw badLayout(`${data.length} bytes, want ${DEPOSIT_EVENT_LENGTH}`);
  const word = (at: number) => bytesToBigInt(data.subarray(at, at + 32));
  const parts: Uint8Array[] = [];
  let offset = DEPOSIT_SIZES.length * 32;
  DEPOSIT_SIZES.forEach((size, index) => {
    if (word(index * 32) !== BigInt(offset)) throw badLayout(`field ${index} at ${word(index * 32)}, want ${offset}`);
    if (word(offset) !== BigInt(size)) throw badLayout(`field ${index} of ${word(offset)} bytes, want ${size}`);
    parts.push(data.subarray(offset + 32, offset + 32 + size));
    offset += 32 + Math.ceil(size / 32) * 32;
  });
  return concatBytes(...parts);
}

function badLayout(why: string): SherdError {
  return new SherdError('DEPOSIT_LAYOUT', `deposit event: ${why}`);
}
