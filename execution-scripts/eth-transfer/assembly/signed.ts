/** Signed messages: what is hashed binds the chain, the shard, the script, the kind of message and its nonce. */
import { ADDRESS, host, put, putText, putU32, putU64, recoverAddress, refuse, SIGNATURE } from "../../sdk/assembly/index";
import { BAD_SIGNATURE } from "./errors";

/** The first byte keeps these apart from Ethereum transactions, the text from other signed data. */
const DOMAIN: string = "\x19Sherd ETH transfer:\n";

const preimage: usize = memory.data(512, 8);
const hash: usize = memory.data(32, 8);
export const signer: usize = memory.data(ADDRESS, 8);

/** Sets `signer` to the account that signed `message`, whose last 65 bytes are the signature. */
export function readSigner(message: usize, length: i32): void {
  let at = putText(preimage, DOMAIN);
  at = putU64(at, host.chainId());
  at = putU32(at, host.currentShard());
  at = putU32(at, host.scriptId());
  at = put(at, message, length - SIGNATURE);
  host.keccak256(preimage, <i32>(at - preimage), hash);
  if (!recoverAddress(hash, message + <usize>(length - SIGNATURE), signer)) {
    refuse(BAD_SIGNATURE, "no key made this signature, or its s is in the upper half");
  }
}
