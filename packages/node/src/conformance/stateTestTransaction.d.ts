/** The transaction of a state test, put together from its lists of data, gas limits and values. */
import type { Transaction } from 'sherd/tx';
import { type JsonObject } from './fields.ts';
export interface TransactionIndexes {
  readonly data: number;
  readonly gas: number;
  readonly value: number;
}
/** Unsigned; its type follows from the fields that are there. @throws SherdError BAD_FIXTURE. */
export declare function readTransaction(json: JsonObject, indexes: TransactionIndexes, place: string): Transaction;
