/** Parameters that only Ethereum's methods have: block names, calls, overrides, log filters. */
import type { Address } from 'sherd/base';
import type { AccountOverride } from 'sherd/shard';
import type { AccessListEntry, Authorization } from 'sherd/tx';
import type { CallRequest } from '../backend.ts';
import { invalidParams } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import {
  type Param,
  param,
  type Read,
  readAddress,
  readBytes,
  readField,
  readFields,
  readFixedBytes,
  readList,
  readQuantity,
  readRequired,
  readSlot,
  readWord,
  refuse,
} from '../params.ts';
import type { LogFilter } from './logs.ts';

/** Which block: a tag, a height, or a hash. */
export type BlockId =
  | { readonly tag: 'latest' | 'pending' | 'earliest' }
  | { readonly height: number }
  | { readonly hash: Uint8Array };

const readHash = readFixedBytes(32);

/** A height that does not fit into a number is beyond every chain: it reads as the highest one. */
function toHeight(value: bigint): number {
  return value > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(value);
}

/** Committed blocks are final, so that `safe` and `finalized` are the latest one. */
const readBlockNumber: Read<BlockId> = (value, at) => {
  if (value === 'latest' || value === 'safe' || value === 'finalized') return { tag: 'latest' };
  if (value === 'pending' || value === 'earliest') return { tag: value };
  if (typeof value !== 'string' || !value.startsWith('0x')) {
    refuse(at, value, 'a block number in hex, or latest, earliest, pending, safe or finalized');
  }
  return { height: toHeight(readQuantity(value, at)) };
};

/** A number, a tag, a hash, or an object with one of these (EIP-1898). */
const readBlockId: Read<BlockId> = (value, at) => {
  if (typeof value === 'string' && value.length === 66) return { hash: readHash(value, at) };
  if (typeof value !== 'object') return readBlockNumber(value, at);
  const fields = readFields(value, at);
  const hash = readField(fields, 'blockHash', readHash, at);
  const number = readField(fields, 'blockNumber', readBlockNumber, at);
  if (hash !== undefined && number !== undefined)
    throw invalidParams(`${at}: both blockHash and blockNumber, want one`);
  if (hash !== undefined) return { hash };
  if (number === undefined) throw invalidParams(`${at}: neither blockHash nor blockNumber, want one`);
  return number;
};

export const blockNumberParam: Param<BlockId> = param('block', 'block number or tag', readBlockNumber);

/** Left out, it is the latest block. */
export const blockParam: Param<BlockId> = {
  name: 'block',
  type: 'block number, tag or hash',
  optional: true,
  parse: (value, at) => (value === undefined || value === null ? { tag: 'latest' } : readBlockId(value, at)),
};

/** The same, but it must be given. */
export const requiredBlockParam: Param<BlockId> = { ...blockParam, optional: false, parse: readBlockId };

const readAccessList = readList<AccessListEntry>((value, at) => {
  const fields = readFields(value, at);
  const slots = readField(fields, 'storageKeys', readList(readWord, LIMITS.listEntries), at) ?? [];
  return { address: readRequired(fields, 'address', readAddress, at), slots };
}, LIMITS.listEntries);

const readAuthorizations = readList<Authorization>((value, at) => {
  const fields = readFields(value, at);
  return {
    chainId: readRequired(fields, 'chainId', readQuantity, at),
    address: readRequired(fields, 'address', readAddress, at),
    nonce: readRequired(fields, 'nonce', readQuantity, at),
    yParity: readField(fields, 'yParity', readQuantity, at) ?? 0n,
    r: readRequired(fields, 'r', readQuantity, at),
    s: readRequired(fields, 's', readQuantity, at),
  };
}, LIMITS.listEntries);

/** A call without its undefined fields: exact optional properties must be absent. */
type Loose<T> = { [K in keyof T]?: T[K] | undefined };
function compact<T>(fields: Loose<T>): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}

const readCall: Read<CallRequest> = (value, at) => {
  const fields = readFields(value, at);
  const price = readField(fields, 'gasPrice', readQuantity, at);
  const maxFee = readField(fields, 'maxFeePerGas', readQuantity, at);
  const tip = readField(fields, 'maxPriorityFeePerGas', readQuantity, at);
  if (price !== undefined && (maxFee !== undefined || tip !== undefined)) {
    throw invalidParams(`${at}: both gasPrice and (maxFeePerGas or maxPriorityFeePerGas) specified`);
  }
  if (tip !== undefined && maxFee !== undefined && maxFee < tip) {
    throw invalidParams(`${at}: maxFeePerGas (${maxFee}) < maxPriorityFeePerGas (${tip})`);
  }
  const gas = readField(fields, 'gas', readQuantity, at);
  const cap = BigInt(LIMITS.callGas);
  return compact<CallRequest>({
    from: readField(fields, 'from', readAddress, at),
    to: readField(fields, 'to', readAddress, at),
    gas: gas === undefined ? undefined : Number(gas > cap ? cap : gas),
    gasPrice: price ?? maxFee,
    value: readField(fields, 'value', readQuantity, at),
    data: readCallData(fields, at),
    accessList: readField(fields, 'accessList', readAccessList, at),
    authorizationList: readField(fields, 'authorizationList', readAuthorizations, at),
  });
};

/** `input` is the field's name, `data` an older one; both may be given when they agree. */
function readCallData(fields: Readonly<Record<string, unknown>>, at: string): Uint8Array {
  const { input, data } = fields;
  const isBoth = typeof input === 'string' && typeof data === 'string';
  if (isBoth && input.toLowerCase() !== data.toLowerCase()) {
    throw invalidParams(`${at}: both "data" and "input" are set and not equal; use "input"`);
  }
  return readField(fields, 'input', readBytes, at) ?? readField(fields, 'data', readBytes, at) ?? new Uint8Array(0);
}

export const callParam: Param<CallRequest> = param('call', 'call object', readCall);

const readSlots: Read<[bigint, bigint][]> = (value, at) =>
  Object.entries(readFields(value, at)).map(([slot, word]) => [readSlot(slot, at), readWord(word, `${at}.${slot}`)]);

const readOverrides: Read<AccountOverride[]> = (value, at) =>
  Object.entries(readFields(value, at)).map(([key, account]) => {
    const address = readAddress(key, at);
    const here = `${at}.${address}`;
    const fields = readFields(account, here);
    const state = readField(fields, 'state', readSlots, here);
    const stateDiff = readField(fields, 'stateDiff', readSlots, here);
    if (state !== undefined && stateDiff !== undefined)
      throw invalidParams(`${here}: both state and stateDiff, want one`);
    return compact<AccountOverride>({
      address,
      balance: readField(fields, 'balance', readQuantity, here),
      nonce: readField(fields, 'nonce', readQuantity, here),
      code: readField(fields, 'code', readBytes, here),
      state,
      stateDiff,
    });
  });

export const overridesParam: Param<AccountOverride[]> = param('overrides', 'accounts by address', readOverrides);

/** Blocks of a log query: one by its hash, or a range whose ends may be left out (latest). */
export interface LogQuery extends LogFilter {
  readonly blockHash?: Uint8Array;
  readonly from?: BlockId;
  readonly to?: BlockId;
}

const readAddresses: Read<Address[]> = (value, at) =>
  Array.isArray(value) ? readList(readAddress, LIMITS.logAlternatives)(value, at) : [readAddress(value, at)];

const readTopic: Read<bigint[]> = (value, at) => {
  if (value === null || value === undefined) return [];
  if (!Array.isArray(value)) return [readWord(value, at)];
  // A null among the alternatives is an alternative that takes anything.
  if (value.includes(null)) return [];
  return readList(readWord, LIMITS.logAlternatives)(value, at);
};

const readLogQuery: Read<LogQuery> = (value, at) => {
  const fields = readFields(value, at);
  const blockHash = readField(fields, 'blockHash', readHash, at);
  const from = readField(fields, 'fromBlock', readBlockNumber, at);
  const to = readField(fields, 'toBlock', readBlockNumber, at);
  if (blockHash !== undefined && (from !== undefined || to !== undefined)) {
    throw invalidParams(`${at}: cannot specify both BlockHash and FromBlock/ToBlock, choose one or the other`);
  }
  return {
    ...compact<Pick<LogQuery, 'blockHash' | 'from' | 'to'>>({ blockHash, from, to }),
    addresses: readField(fields, 'address', readAddresses, at) ?? [],
    topics: readField(fields, 'topics', readList(readTopic, LIMITS.logTopics), at) ?? [],
  };
};

export const logQueryParam: Param<LogQuery> = param('filter', 'log filter', readLogQuery);
