/**
 * Signed messages: what is hashed is a text that belongs to the script (begin it with \x19, which keeps it apart from
 * Ethereum transactions), the chain, the shard, the script's id, and the message without its signature. The nonce is
 * the script's own business.
 */
import { ADDRESS, put, putText, putU32, putU64, SIGNATURE } from "./bytes";
import { chainId, currentShard, keccak256, scriptId } from "./host";
import { recoverAddress } from "./signature";

/** Bytes that fit: the domain, 16 bytes of context, the message. */
export const MAX_SIGNED: i32 = 1024;

const preimage: usize = memory.data(MAX_SIGNED, 8);
const hash: usize = memory.data(32, 8);
/** The address that signed last. */
export const signer: usize = memory.data(ADDRESS, 8);

/** Sets `signer` to who signed `message`, whose last 65 bytes are the signature. False when nobody did. */
export function readSigner(domain: string, message: usize, length: i32): bool {
  const signed = length - SIGNATURE;
  if (signed < 0 || domain.length + 16 + signed > MAX_SIGNED) return false;
  let at = putText(preimage, domain);
  at = putU64(at, chainId());
  at = putU32(at, currentShard());
  at = putU32(at, scriptId());
  at = put(at, message, signed);
  keccak256(preimage, <i32>(at - preimage), hash);
  return recoverAddress(hash, message + <usize>signed, signer);
}
