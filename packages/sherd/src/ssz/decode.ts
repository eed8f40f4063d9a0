/** Decoding of SSZ from outside: the library's plain errors become one coded refusal. */
import type { CompositeType } from '@chainsafe/ssz';
import { SherdError, throwIfStackIsFull } from '../base/index.ts';

/**
 * Value of `bytes`, which hold exactly one.
 * @throws SherdError BAD_SSZ, naming `what` was expected.
 */
export function decodeSsz<V>(type: CompositeType<V, unknown, unknown>, bytes: Uint8Array, what: string): V {
  try {
    return type.deserialize(bytes);
  } catch (error) {
    throwIfStackIsFull(error);
    const reason = error instanceof Error ? error.message : String(error);
    throw new SherdError('BAD_SSZ', `${what} of ${bytes.length} bytes does not decode: ${reason}`, {
      what,
      length: bytes.length,
    });
  }
}
