/**
 * ETH inside shards: accounts that are filled by withdrawals from the beacon chain, pay each other with signatures, send
 * to other shards by receipt, and deposit back to the beacon chain. README.md beside this folder has the messages.
 *
 * Every refusal is an abort, which undoes all that the message did: also the consumption of a claimed receipt.
 */
import {
  ADDRESS,
  BEACON,
  claim as claimReceipt,
  claimedAmount,
  claimedDataSize,
  claimedSender,
  claimedSource,
  copyClaimedData,
  depositAmount,
  depositIsSigned,
  DEPOSIT_DATA,
  done,
  doneWith,
  doneWithU64,
  host,
  put,
  putU64,
  refuse,
  SIGNATURE,
} from "../../sdk/assembly/index";
import * as accounts from "./accounts";
import * as errors from "./errors";
import { readSigner, signer } from "./signed";

const CLAIM: u8 = 1;
const TRANSFER: u8 = 2;
const SEND: u8 = 3;
const DEPOSIT: u8 = 4;
const EXTEND: u8 = 5;
const READ: u8 = 6;

/** A claim with its longest proof has less than 4 KiB. */
const MAX_MESSAGE: i32 = 8192;
const message: usize = memory.data(MAX_MESSAGE, 8);
/** Account and amount: data of a receipt to another shard, and what a claim answers. */
const PARCEL: i32 = ADDRESS + 8;
const parcel: usize = memory.data(PARCEL, 8);

export function main(): void {
  const length = host.dataSize();
  if (length < 1 || length > MAX_MESSAGE) refuse(errors.MALFORMED, "a message has 1 to 8192 bytes");
  host.dataCopy(message, 0, length);
  const kind = load<u8>(message);
  if (kind == CLAIM) claim(length);
  else if (kind == TRANSFER) transfer(length);
  else if (kind == SEND) send(length);
  else if (kind == DEPOSIT) deposit(length);
  else if (kind == EXTEND) extend(length);
  else if (kind == READ) read(length);
  else refuse(errors.UNKNOWN_KIND, "no message of this kind");
}

/** Turns a receipt into a balance; anybody may do it for anybody. Answers account and amount. */
function claim(length: i32): void {
  const result = claimReceipt(message + 1, length - 1);
  if (result != 0) refuse(errors.CLAIM_REFUSED - result, "the claim was refused");
  if (claimedSource() == BEACON) {
    if (claimedDataSize() != ADDRESS) refuse(errors.BAD_RECEIPT_DATA, "a withdrawal names an account of 20 bytes");
    copyClaimedData(parcel, 0, ADDRESS);
    putU64(parcel + ADDRESS, claimedAmount());
  } else {
    // Only this script's own word, on another shard, is good for ETH.
    if (claimedSender() != <u32>host.scriptId()) refuse(errors.FOREIGN_RECEIPT, "another script saved this receipt");
    if (claimedDataSize() != PARCEL) refuse(errors.BAD_RECEIPT_DATA, "not a receipt of a sent amount");
    copyClaimedData(parcel, 0, PARCEL);
  }
  accounts.credit(parcel, load<u64>(parcel + ADDRESS));
  doneWith(parcel, PARCEL);
}

/** kind, to (20), amount (u64), nonce (u64), signature. */
function transfer(length: i32): void {
  if (length != 37 + SIGNATURE) refuse(errors.MALFORMED, "a transfer has 102 bytes");
  readSigner(message, length);
  const amount = load<u64>(message, 21);
  accounts.debit(signer, amount, load<u64>(message, 29));
  // Read after the debit was written: whoever pays himself has what he had.
  accounts.credit(message + 1, amount);
  done();
}

/** kind, shard (u32), to (20), amount (u64), nonce (u64), signature. Answers the index of the receipt. */
function send(length: i32): void {
  if (length != 41 + SIGNATURE) refuse(errors.MALFORMED, "a send has 106 bytes");
  readSigner(message, length);
  const shard = load<u32>(message, 1);
  if (shard == <u32>host.currentShard() || shard >= <u32>host.shardCount()) {
    refuse(errors.BAD_TARGET_SHARD, "the target is another shard of this chain");
  }
  const amount = load<u64>(message, 25);
  accounts.debit(signer, amount, load<u64>(message, 33));
  putU64(put(parcel, message + 5, ADDRESS), amount);
  doneWithU64(host.saveReceipt(shard, host.scriptId(), parcel, PARCEL));
}

/** kind, DepositData (184), nonce (u64), signature. Answers the index of the receipt. */
function deposit(length: i32): void {
  if (length != 1 + DEPOSIT_DATA + 8 + SIGNATURE) refuse(errors.MALFORMED, "a deposit has 258 bytes");
  readSigner(message, length);
  const data = message + 1;
  const amount = depositAmount(data);
  accounts.debit(signer, amount, load<u64>(message, 185));
  // The beacon chain would refuse these two for ever, when the ETH has left.
  if (amount < <u64>host.minDeposit()) refuse(errors.DEPOSIT_TOO_SMALL, "the chain takes no deposit so small");
  if (!depositIsSigned(data)) refuse(errors.BAD_DEPOSIT, "the deposit is not signed by its key");
  doneWithU64(host.saveReceipt(BEACON, 0, data, DEPOSIT_DATA));
}

/** kind, account (20), slots (u64). Anybody may keep any account alive, for gas. */
function extend(length: i32): void {
  if (length != 29) refuse(errors.MALFORMED, "an extension has 29 bytes");
  if (!accounts.extend(message + 1, load<u64>(message, 21))) refuse(errors.UNKNOWN_ACCOUNT, "no such account");
  done();
}

/** kind, account (20). Answers nonce and balance; good for static calls of other scripts. */
function read(length: i32): void {
  if (length != 21) refuse(errors.MALFORMED, "a question has 21 bytes");
  if (!accounts.read(message + 1, parcel)) refuse(errors.UNKNOWN_ACCOUNT, "no such account");
  doneWith(parcel, accounts.RECORD);
}
