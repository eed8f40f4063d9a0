/** Receipts: saving one, and the one that was claimed last. */
import * as host from "./host";

/** Target shard of a receipt for the beacon chain, and source of a withdrawal receipt. */
export const BEACON: u32 = 0xffffffff;

/** What `claimReceipt` answers; 0 is success. */
export namespace ClaimError {
  export const MALFORMED: i32 = -1;
  export const WRONG_TARGET: i32 = -2;
  export const UNKNOWN_ROOT: i32 = -3;
  export const BAD_PROOF: i32 = -4;
  export const ALREADY_CONSUMED: i32 = -5;
}

/** Saves a receipt for a script on a shard, or for the beacon chain (BEACON, and any script); its index. */
export function saveReceipt(shard: u32, script: u32, ptr: usize, length: i32): u64 {
  return <u64>host.saveReceipt(shard, script, ptr, length);
}

const HEADER_BYTES: i32 = 32;
const header: usize = memory.data(HEADER_BYTES, 8);

/**
 * Verifies an SSZ ReceiptClaim and consumes its receipt: 0, or a ClaimError. After 0 the functions `claimed…` read it,
 * until the next call or claim of the script.
 */
export function claim(ptr: usize, length: i32): i32 {
  const result = host.claimReceipt(ptr, length);
  if (result == 0) host.resultCopy(header, 0, HEADER_BYTES);
  return result;
}

/** Shard that the receipt comes from, or BEACON for a withdrawal. */
export function claimedSource(): u32 {
  return load<u32>(header);
}

export function claimedIndex(): u64 {
  return load<u64>(header, 4);
}

export function claimedSlot(): u64 {
  return load<u64>(header, 12);
}

/** Script that saved it, or the validator that withdrew. */
export function claimedSender(): u32 {
  return load<u32>(header, 20);
}

/** gwei that a withdrawal moved to this script; 0 in every other receipt. */
export function claimedAmount(): u64 {
  return load<u64>(header, 24);
}

export function claimedDataSize(): i32 {
  return host.resultSize() - HEADER_BYTES;
}

export function copyClaimedData(to: usize, offset: i32, length: i32): void {
  host.resultCopy(to, HEADER_BYTES + offset, length);
}
