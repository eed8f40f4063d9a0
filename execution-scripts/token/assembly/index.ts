/**
 * Fungible tokens: whoever signs may mint tokens of his own, holders transfer them, burn them, and send them to other
 * shards by receipt. README.md beside this folder has the messages.
 *
 * Every refusal is an abort, which undoes all that the message did: also the consumption of a claimed receipt.
 */
import {
  ADDRESS,
  BEACON,
  claim as claimReceipt,
  claimedDataSize,
  claimedSender,
  claimedSource,
  copyClaimedData,
  done,
  doneWith,
  doneWithU64,
  equal,
  host,
  put,
  refuse,
  SIGNATURE,
} from "../../sdk/assembly/index";
import { readSigner, signer } from "../../sdk/assembly/signed";
import * as u256 from "../../sdk/assembly/u256";
import * as accounts from "./accounts";
import { TOKEN } from "./accounts";
import * as errors from "./errors";

const OPEN: u8 = 1;
const MINT: u8 = 2;
const TRANSFER: u8 = 3;
const SEND: u8 = 4;
const CLAIM: u8 = 5;
const BURN: u8 = 6;
const EXTEND: u8 = 7;
const READ: u8 = 8;

const DOMAIN: string = "\x19Sherd token:\n";

/** A claim with its longest proof has less than 4 KiB. */
const MAX_MESSAGE: i32 = 8192;
const message: usize = memory.data(MAX_MESSAGE, 8);
/** Every message but a claim names its token after its kind. */
const token: usize = message + 1;
const fields: usize = token + TOKEN;
/** Token, account and amount: data of a receipt to another shard, and what a claim answers. */
const PARCEL: i32 = TOKEN + ADDRESS + u256.U256;
const parcel: usize = memory.data(PARCEL, 8);

/** Kind, token, account, amount, nonce, signature. */
const TRANSFER_BYTES: i32 = 1 + PARCEL + 8 + SIGNATURE;

export function main(): void {
  const length = host.dataSize();
  if (length < 1 || length > MAX_MESSAGE) refuse(errors.MALFORMED, "a message has 1 to 8192 bytes");
  host.dataCopy(message, 0, length);
  const kind = load<u8>(message);
  if (kind == OPEN) open(length);
  else if (kind == MINT) mint(length);
  else if (kind == TRANSFER) transfer(length);
  else if (kind == SEND) send(length);
  else if (kind == CLAIM) claim(length);
  else if (kind == BURN) burn(length);
  else if (kind == EXTEND) extend(length);
  else if (kind == READ) read(length);
  else refuse(errors.UNKNOWN_KIND, "no message of this kind");
}

function readSignature(length: i32): void {
  if (!readSigner(DOMAIN, message, length)) {
    refuse(errors.BAD_SIGNATURE, "no key made this signature, or its s is in the upper half");
  }
}

/** token, account. Anybody may open an account for anybody. Answers its nonce. */
function open(length: i32): void {
  if (length != 45) refuse(errors.MALFORMED, "an opening has 45 bytes");
  doneWithU64(accounts.open(token, fields));
}

/** token, to, amount, nonce, signature of the token's creator. */
function mint(length: i32): void {
  if (length != TRANSFER_BYTES) refuse(errors.MALFORMED, "a mint has 150 bytes");
  readSignature(length);
  if (!equal(signer, token, ADDRESS)) refuse(errors.NOT_CREATOR, "only its creator mints a token");
  const amount = fields + ADDRESS;
  if (u256.isZero(amount)) refuse(errors.ZERO_AMOUNT, "amount of 0");
  accounts.act(token, signer, load<u64>(amount, 32));
  accounts.credit(token, fields, amount);
  done();
}

/** token, to, amount, nonce, signature. */
function transfer(length: i32): void {
  if (length != TRANSFER_BYTES) refuse(errors.MALFORMED, "a transfer has 150 bytes");
  readSignature(length);
  const amount = fields + ADDRESS;
  accounts.debit(token, signer, amount, load<u64>(amount, 32));
  // Read after the debit was written: whoever pays himself has what he had.
  accounts.credit(token, fields, amount);
  done();
}

/** token, shard (u32), to, amount, nonce, signature. Answers the index of the receipt. */
function send(length: i32): void {
  if (length != TRANSFER_BYTES + 4) refuse(errors.MALFORMED, "a send has 154 bytes");
  readSignature(length);
  const shard = load<u32>(fields);
  if (shard == <u32>host.currentShard() || shard >= <u32>host.shardCount()) {
    refuse(errors.BAD_TARGET_SHARD, "the target is another shard of this chain");
  }
  const to = fields + 4;
  const amount = to + ADDRESS;
  accounts.debit(token, signer, amount, load<u64>(amount, 32));
  put(put(parcel, token, TOKEN), to, ADDRESS + u256.U256);
  doneWithU64(host.saveReceipt(shard, host.scriptId(), parcel, PARCEL));
}

/** SSZ ReceiptClaim. Anybody may claim for anybody. Answers token, account and amount. */
function claim(length: i32): void {
  const result = claimReceipt(message + 1, length - 1);
  if (result != 0) refuse(errors.CLAIM_REFUSED - result, "the claim was refused");
  // Only this script's own word, on another shard, makes tokens. A validator's number may be the script's, too.
  if (claimedSource() == BEACON || claimedSender() != <u32>host.scriptId()) {
    refuse(errors.FOREIGN_RECEIPT, "not a receipt of this script");
  }
  if (claimedDataSize() != PARCEL) refuse(errors.BAD_RECEIPT_DATA, "not a receipt of a sent amount");
  copyClaimedData(parcel, 0, PARCEL);
  accounts.credit(parcel, parcel + TOKEN, parcel + TOKEN + ADDRESS);
  doneWith(parcel, PARCEL);
}

/** token, amount, nonce, signature. */
function burn(length: i32): void {
  if (length != TRANSFER_BYTES - ADDRESS) refuse(errors.MALFORMED, "a burn has 130 bytes");
  readSignature(length);
  accounts.debit(token, signer, fields, load<u64>(fields, 32));
  done();
}

/** token, account, slots (u64). Anybody may keep any account alive, for gas. */
function extend(length: i32): void {
  if (length != 53) refuse(errors.MALFORMED, "an extension has 53 bytes");
  if (!accounts.extend(token, fields, load<u64>(fields, ADDRESS))) refuse(errors.UNKNOWN_ACCOUNT, "no such account");
  done();
}

/** token, account. Answers nonce and balance; good for static calls of other scripts. */
function read(length: i32): void {
  if (length != 45) refuse(errors.MALFORMED, "a question has 45 bytes");
  if (!accounts.read(token, fields, parcel)) refuse(errors.UNKNOWN_ACCOUNT, "no such account");
  doneWith(parcel, accounts.RECORD);
}
