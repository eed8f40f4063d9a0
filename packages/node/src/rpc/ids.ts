/** Ids of filters and subscriptions: nobody can guess one of somebody else's. */
import { randomBytes } from 'node:crypto';
import { bytesToBigInt, type Hex } from 'sherd/base';
import { quantity } from './json.ts';

/** 128 random bits, written as a quantity: the specification wants no leading zeros. */
export function newId(): Hex {
  return quantity(bytesToBigInt(randomBytes(16)));
}
