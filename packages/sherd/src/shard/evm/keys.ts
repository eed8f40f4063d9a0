/**
 * How the EVM's state lies in region 0: one storage object per account, code and slot, under 32-byte keys whose first
 * byte tells the kind. `docs/protocol/evm-script.md` describes the layout for readers of proofs.
 */
import { type Address, addressToBytes, wordToBytes } from '../../base/index.ts';
import { keccak256 } from '../../crypto/hash.ts';

/** First byte of a key. */
export const KEY_KIND = { account: 0, code: 1, slot: 2, books: 3 } as const;

function addressKey(kind: number, address: Address): Uint8Array {
  const key = new Uint8Array(32);
  key[0] = kind;
  key.set(addressToBytes(address), 12);
  return key;
}

/** 0x00, eleven zeros, the address. */
export function accountKey(address: Address): Uint8Array {
  return addressKey(KEY_KIND.account, address);
}

/** 0x01, eleven zeros, the address. */
export function codeKey(address: Address): Uint8Array {
  return addressKey(KEY_KIND.code, address);
}

/** address ‖ slot, as it is hashed. Calls ask for many slots of one account, whose bytes stay there. */
const slotInput = new Uint8Array(20 + 32);
let inputAddress: Address | undefined;

/** 0x02, then the first 31 bytes of keccak256(address ‖ slot). */
export function slotKey(address: Address, slot: bigint): Uint8Array {
  if (address !== inputAddress) {
    slotInput.set(addressToBytes(address));
    inputAddress = address;
  }
  slotInput.set(wordToBytes(slot), 20);
  const key = keccak256(slotInput);
  key.copyWithin(1, 0, 31);
  key[0] = KEY_KIND.slot;
  return key;
}

/** 0x03 and zeros: the one object of the shard's books. */
export const BOOKS_KEY: Uint8Array = new Uint8Array(32);
BOOKS_KEY[0] = KEY_KIND.books;
