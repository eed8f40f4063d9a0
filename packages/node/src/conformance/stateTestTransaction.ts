/** The transaction of a state test, put together from its lists of data, gas limits and values. */
import type { AccessListEntry, Authorization, Transaction } from 'sherd/tx';
import {
  addressAt,
  arrayAt,
  bytesAt,
  fixtureFault,
  integerAt,
  type Json,
  type JsonObject,
  objectAt,
  optional,
  stringAt,
} from './fields.ts';

export interface TransactionIndexes {
  readonly data: number;
  readonly gas: number;
  readonly value: number;
}

/** Where the fields of a transaction stand, and for which chain it is. */
export interface TransactionPlace {
  readonly place: string;
  readonly chainId: bigint;
}

/** Unsigned; its type follows from the fields that are there. @throws SherdError BAD_FIXTURE. */
export function readTransaction(
  json: JsonObject,
  indexes: TransactionIndexes,
  { place, chainId }: TransactionPlace,
): Transaction {
  const integer = (key: string) => optional(json[key], (value) => integerAt(value, `${place}.${key}`));
  const to = stringAt(json['to'] ?? '', `${place}.to`);
  const common = {
    nonce: integer('nonce') ?? 0n,
    gasLimit: integerAt(pick(json['gasLimit'], indexes.gas, `${place}.gasLimit`), `${place}.gasLimit`),
    to: to === '' || to === '0x' ? undefined : addressAt(to, `${place}.to`),
    value: integerAt(pick(json['value'], indexes.value, `${place}.value`), `${place}.value`),
    data: bytesAt(pick(json['data'], indexes.data, `${place}.data`), `${place}.data`),
  };
  const lists = optional(json['accessLists'], (value) => arrayAt(value, `${place}.accessLists`));
  const accessList = optional(lists?.[indexes.data], (value) => readAccessList(value, `${place}.accessLists`));
  const maxFeePerGas = integer('maxFeePerGas');
  if (maxFeePerGas === undefined) {
    const gasPrice = integer('gasPrice') ?? 0n;
    return accessList === undefined
      ? { type: 0, chainId: undefined, ...common, gasPrice }
      : { type: 1, chainId, ...common, gasPrice, accessList };
  }
  const market = {
    ...common,
    chainId,
    maxFeePerGas,
    maxPriorityFeePerGas: integer('maxPriorityFeePerGas') ?? 0n,
    accessList: accessList ?? [],
  };
  const authorizations = optional(json['authorizationList'], (value) => arrayAt(value, `${place}.authorizationList`));
  if (authorizations !== undefined) {
    const authorizationList = authorizations.map((value, index) =>
      readAuthorization(value, `${place}.authorizationList[${index}]`),
    );
    return { type: 4, ...market, authorizationList };
  }
  const hashes = optional(json['blobVersionedHashes'], (value) => arrayAt(value, `${place}.blobVersionedHashes`));
  if (hashes === undefined) return { type: 2, ...market };
  return {
    type: 3,
    ...market,
    maxFeePerBlobGas: integer('maxFeePerBlobGas') ?? 0n,
    blobVersionedHashes: hashes.map((value) => bytesAt(value, `${place}.blobVersionedHashes`)),
  };
}

function pick(value: Json | undefined, index: number, place: string): Json {
  const list = arrayAt(value, place);
  const item = list[index];
  if (item === undefined) throw fixtureFault(place, `no item ${index}, have ${list.length}`);
  return item;
}

function readAccessList(value: Json, place: string): AccessListEntry[] {
  return arrayAt(value, place).map((json) => {
    const entry = objectAt(json, place);
    return {
      address: addressAt(entry['address'], `${place}.address`),
      slots: arrayAt(entry['storageKeys'], `${place}.storageKeys`).map((slot) =>
        integerAt(slot, `${place}.storageKeys`),
      ),
    };
  });
}

function readAuthorization(value: Json, place: string): Authorization {
  const entry = objectAt(value, place);
  const integer = (key: string) => integerAt(entry[key], `${place}.${key}`);
  return {
    chainId: integer('chainId'),
    address: addressAt(entry['address'], `${place}.address`),
    nonce: integer('nonce'),
    yParity: integerAt(entry['yParity'] ?? entry['v'], `${place}.yParity`),
    r: integer('r'),
    s: integer('s'),
  };
}
