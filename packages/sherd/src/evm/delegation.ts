/** EIP-7702: an account whose code is 0xef0100 ++ address runs the code of that address. */
import { checkBytes } from '../base/arguments.ts';
import { type Address, addressFromBytes, addressToBytes, concatBytes } from '../base/index.ts';

const PREFIX = Uint8Array.of(0xef, 0x01, 0x00);
const LENGTH = 23;

/** Code of an account that delegates to `target`: 0xef0100 and the address (EIP-7702). */
export function delegationCode(target: Address): Uint8Array {
  return concatBytes(PREFIX, addressToBytes(target));
}

/** The address that `code` delegates to; undefined when it is ordinary code. */
export function delegationTarget(code: Uint8Array): Address | undefined {
  checkBytes(code, 'code');
  if (code.length !== LENGTH || code[0] !== 0xef || code[1] !== 0x01 || code[2] !== 0x00) return undefined;
  return addressFromBytes(code.subarray(3));
}
