/**
 * What travels in receipts between the EVM scripts of two shards, and the addresses from which messages arrive.
 * A mirrored address is a hash under a tag of its own: no key signs for it and no creation leads to it.
 */
import { ByteVectorType, ContainerType, UintBigintType, UintNumberType, type ValueOf } from '@chainsafe/ssz';
import {
  type Address,
  addressFromBytes,
  addressToBytes,
  bigIntToBytes,
  concatBytes,
  isSherdError,
  utf8ToBytes,
} from '../../base/index.ts';
import { LIST_LIMITS } from '../../beacon/types.ts';
import { keccak256 } from '../../crypto/hash.ts';
import { ByteListType, decodeSsz } from '../../ssz/index.ts';

export const MESSAGE_KIND = {
  /** Value, and a call when gas was paid for. */
  send: 0,
  /** Value that comes back because its call failed: credited to `to`, nothing is called. */
  refund: 1,
} as const;

/** Data of a receipt from script 0 to script 0. */
export const EvmMessage = new ContainerType({
  kind: new UintNumberType(1),
  from: new ByteVectorType(20),
  to: new ByteVectorType(20),
  /** Wei. */
  value: new UintBigintType(32),
  /** Paid for by the sender; 0: no call, the value arrives at `to`. */
  gas: new UintBigintType(8),
  data: new ByteListType(LIST_LIMITS.receiptData),
});
export type EvmMessage = ValueOf<typeof EvmMessage>;

/** Bytes of a message without its data. */
export const MESSAGE_FIXED_BYTES = 1 + 20 + 20 + 32 + 8 + 4;

function mirror(tag: string, number: number, sender: Uint8Array): Address {
  const hash = keccak256(concatBytes(utf8ToBytes(`sherd/mirror/${tag}`), bigIntToBytes(BigInt(number), 4), sender));
  return addressFromBytes(hash.subarray(12));
}

/** Address from which calls of `sender` on shard `shard` arrive on other shards. */
export function mirrorOfAccount(shard: number, sender: Address): Address {
  return mirror('account', shard, addressToBytes(sender));
}

/** Address from which calls of script `script` on shard `shard` arrive, on that shard and on others. */
export function mirrorOfScript(shard: number, script: number): Address {
  return mirror('script', shard, bigIntToBytes(BigInt(script), 4));
}

/** Address from which calls that come with a withdrawal of this validator arrive. */
export function mirrorOfValidator(validatorIndex: number): Address {
  return mirror('validator', validatorIndex, new Uint8Array(0));
}

/** SSZ of a message; `gas` as everywhere in the machine, addresses as strings. */
export function encodeMessage(message: {
  readonly kind: number;
  readonly from: Address;
  readonly to: Address;
  readonly value: bigint;
  readonly gas: number;
  readonly data: Uint8Array;
}): Uint8Array {
  return EvmMessage.serialize({
    ...message,
    from: addressToBytes(message.from),
    to: addressToBytes(message.to),
    gas: BigInt(message.gas),
  });
}

/** The message in a receipt of another shard's script 0; undefined for bytes that are none. */
export function decodeMessage(bytes: Uint8Array): EvmMessage | undefined {
  try {
    return decodeSsz(EvmMessage, bytes, 'message');
  } catch (error) {
    if (!isSherdError(error)) throw error;
    return undefined;
  }
}
