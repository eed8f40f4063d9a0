/** Refuses messages that no program of types could make: the machine's own callers are checked by their types. */
import { checkObject } from '../base/arguments.ts';
import { isAddress, SherdError, WORD_MAX } from '../base/index.ts';
import type { Message } from './message.ts';

/** @throws SherdError BAD_ARGUMENT, BAD_MESSAGE with the field. */
export function checkMessage(message: Message): void {
  checkObject(message, 'message');
  const { kind, caller, to, value, data, gas, reserve = 0n } = message;
  if (kind !== 'call' && kind !== 'create') refuse('kind', kind, "'call' or 'create'");
  if (!isAddress(caller)) refuse('caller', caller, 'an address in lower case');
  if (!isAddress(to)) refuse('to', to, 'an address in lower case');
  if (typeof value !== 'bigint' || value < 0n || value > WORD_MAX) refuse('value', value, 'a bigint of 0 to 2^256-1');
  if (!(data instanceof Uint8Array)) refuse('data', data, 'a Uint8Array');
  if (!Number.isSafeInteger(gas) || gas < 0) refuse('gas', gas, 'an integer of 0 to 2^53-1');
  if (typeof reserve !== 'bigint' || reserve < 0n) refuse('reserve', reserve, 'a bigint of at least 0');
}

function refuse(field: keyof Message, have: unknown, want: string): never {
  throw new SherdError('BAD_MESSAGE', `message: ${field} is ${String(have).slice(0, 60)}, want ${want}`, { field });
}
