/**
 * ETH as unspent outputs: a withdrawal of the beacon chain makes one, and whoever owns outputs turns them into others
 * of the same sum. README.md beside this folder has the messages.
 *
 * There are no nonces: an output is spent once, and its id never comes back, because it depends on what made it.
 */
import {
  ADDRESS,
  BEACON,
  BYTES32,
  claim as claimReceipt,
  claimedAmount,
  claimedDataSize,
  claimedIndex,
  claimedSource,
  copyClaimedData,
  doneWith,
  equal,
  host,
  put,
  putText,
  putU32,
  putU64,
  recoverAddress,
  refuse,
  SIGNATURE,
} from "../../sdk/assembly/index";

const MALFORMED: u32 = 1;
const UNKNOWN_KIND: u32 = 2;
const BAD_SIGNATURE: u32 = 3;
const NOT_OWNER: u32 = 4;
const UNKNOWN_OUTPUT: u32 = 5;
const ZERO_AMOUNT: u32 = 6;
const SUMS_DIFFER: u32 = 7;
const BAD_RECEIPT_DATA: u32 = 8;
const FOREIGN_RECEIPT: u32 = 9;
/** Claims that the host refused: 20 plus the number of the reason. */
const CLAIM_REFUSED: u32 = 20;

const CLAIM: u8 = 1;
const SPEND: u8 = 2;
const EXTEND: u8 = 3;
const READ: u8 = 4;

const DOMAIN: string = "\x19Sherd UTXO:\n";

const MAX_PARTS: i32 = 16;
const MAX_MESSAGE: i32 = 8192;
const message: usize = memory.data(MAX_MESSAGE, 8);
/** Owner and amount (u64, gwei): what an output holds. */
const RECORD: i32 = ADDRESS + 8;
const record: usize = memory.data(RECORD, 8);
const signer: usize = memory.data(ADDRESS, 8);
const id: usize = memory.data(BYTES32, 8);
const hash: usize = memory.data(BYTES32, 8);
/** Domain, context, then the message without its signatures. */
const preimage: usize = memory.data(2048, 8);
const seed: usize = memory.data(40, 8);

export function main(): void {
  const length = host.dataSize();
  if (length < 1 || length > MAX_MESSAGE) refuse(MALFORMED, "a message has 1 to 8192 bytes");
  host.dataCopy(message, 0, length);
  const kind = load<u8>(message);
  if (kind == CLAIM) claim(length);
  else if (kind == SPEND) spend(length);
  else if (kind == EXTEND) extend(length);
  else if (kind == READ) read(length);
  else refuse(UNKNOWN_KIND, "no message of this kind");
}

/** Sets `hash` to what is signed: this chain, shard and script, and `length` bytes of the message. */
function hashMessage(length: i32): void {
  let at = putText(preimage, DOMAIN);
  at = putU64(at, host.chainId());
  at = putU32(at, host.currentShard());
  at = putU32(at, host.scriptId());
  at = put(at, message, length);
  host.keccak256(preimage, <i32>(at - preimage), hash);
}

/** Sets `id` to that of an output: the hash of what made it (32 bytes) and its number there. */
function setId(maker: usize, number: u64): void {
  putU64(put(seed, maker, BYTES32), number);
  host.keccak256(seed, 40, id);
}

/** SSZ ReceiptClaim of a withdrawal whose data is the owner. Answers id, owner and amount. */
function claim(length: i32): void {
  const result = claimReceipt(message + 1, length - 1);
  if (result != 0) refuse(CLAIM_REFUSED - result, "the claim was refused");
  if (claimedSource() != BEACON) refuse(FOREIGN_RECEIPT, "only withdrawals of the beacon chain bring ETH");
  if (claimedDataSize() != ADDRESS) refuse(BAD_RECEIPT_DATA, "a withdrawal names an owner of 20 bytes");
  const amount = claimedAmount();
  if (amount == 0) refuse(ZERO_AMOUNT, "amount of 0 gwei");
  copyClaimedData(record, 0, ADDRESS);
  putU64(record + ADDRESS, amount);
  // A message of a claim is no more than its kind: hashes of spends are of longer ones.
  hashMessage(1);
  setId(hash, claimedIndex());
  host.storageWrite(id, record, RECORD);
  put(put(message, id, BYTES32), record, RECORD);
  doneWith(message, BYTES32 + RECORD);
}

/** inputs u8, outputs u8, ids (32 each), owner (20) and amount (u64) of each output, a signature for each input. */
function spend(length: i32): void {
  if (length < 3) refuse(MALFORMED, "a spend has 3 bytes and its parts");
  const inputs = <i32>load<u8>(message, 1);
  const outputs = <i32>load<u8>(message, 2);
  if (inputs < 1 || inputs > MAX_PARTS || outputs < 1 || outputs > MAX_PARTS) {
    refuse(MALFORMED, "1 to 16 inputs, 1 to 16 outputs");
  }
  const ids = message + 3;
  const made = ids + <usize>(BYTES32 * inputs);
  const signatures = made + <usize>(RECORD * outputs);
  const signed = <i32>(signatures - message);
  if (length != signed + SIGNATURE * inputs) refuse(MALFORMED, "97 bytes for each input, 28 for each output");
  hashMessage(signed);

  // Sums are compared without overflow: what is left of the inputs may never fall below zero.
  let left: u64 = 0;
  for (let i: i32 = 0; i < inputs; i++) {
    left += take(ids + <usize>(BYTES32 * i), signatures + <usize>(SIGNATURE * i), left);
  }
  for (let i: i32 = 0; i < outputs; i++) {
    const output = made + <usize>(RECORD * i);
    const amount = load<u64>(output + ADDRESS);
    if (amount == 0) refuse(ZERO_AMOUNT, "output of 0 gwei");
    if (amount > left) refuse(SUMS_DIFFER, "the outputs are worth more than the inputs");
    left -= amount;
    setId(hash, i);
    host.storageWrite(id, output, RECORD);
  }
  if (left != 0) refuse(SUMS_DIFFER, "the outputs are worth less than the inputs");
  doneWith(hash, BYTES32);
}

/** Removes an output that its owner signed for; its amount. An input that is named twice is gone the second time. */
function take(output: usize, signature: usize, sum: u64): u64 {
  if (host.storageRead(output, record, 0, RECORD) != RECORD) refuse(UNKNOWN_OUTPUT, "no such output on this shard");
  if (!recoverAddress(hash, signature, signer)) {
    refuse(BAD_SIGNATURE, "no key made this signature, or its s is in the upper half");
  }
  if (!equal(signer, record, ADDRESS)) refuse(NOT_OWNER, "the output is somebody else's");
  host.storageRemove(output);
  const amount = load<u64>(record + ADDRESS);
  if (sum + amount < sum) refuse(SUMS_DIFFER, "the inputs are worth 2^64 gwei or more");
  return amount;
}

/** id (32), slots u64. Anybody may keep any output alive, for gas. */
function extend(length: i32): void {
  if (length != 41) refuse(MALFORMED, "an extension has 41 bytes");
  if (host.storageExtendTtl(message + 1, load<u64>(message, 33)) != 1) {
    refuse(UNKNOWN_OUTPUT, "no such output on this shard");
  }
  doneWith(message, 0);
}

/** id (32). Answers owner and amount. */
function read(length: i32): void {
  if (length != 33) refuse(MALFORMED, "a question has 33 bytes");
  if (host.storageRead(message + 1, record, 0, RECORD) != RECORD) {
    refuse(UNKNOWN_OUTPUT, "no such output on this shard");
  }
  doneWith(record, RECORD);
}
