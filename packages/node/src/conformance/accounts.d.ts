/** Account lists of fixtures (`pre`, `postState`, `alloc`). */
import type { Address } from 'sherd/base';
import type { AccountWithStorage } from 'sherd/state';
import { type Json } from './fields.ts';
export type AccountList = readonly (readonly [Address, AccountWithStorage])[];
/** @throws SherdError BAD_FIXTURE. */
export declare function readAccounts(value: Json | undefined, place: string): AccountList;
