/**
 * A registry of names: who has one, what it stands for, and until when. A name expires when nobody renews it, because
 * its storage object does. README.md beside this folder has the messages.
 */
import { ADDRESS, done, doneWith, doneWithU64, host, put, putU64, refuse, SIGNATURE } from "../../sdk/assembly/index";
import { readSigner, signer } from "../../sdk/assembly/signed";
import * as errors from "./errors";
import * as registry from "./registry";

const REGISTER: u8 = 1;
const RENEW: u8 = 2;
const TRANSFER: u8 = 3;
const SET: u8 = 4;
const RESOLVE: u8 = 5;

const DOMAIN: string = "\x19Sherd names:\n";

/** One renewal: about two years of slots of six seconds. */
const MAX_SLOTS: u64 = 10_000_000;
const MAX_MESSAGE: i32 = 256;
const message: usize = memory.data(MAX_MESSAGE, 8);
const answer: usize = memory.data(registry.RECORD + 8, 8);

export function main(): void {
  const length = host.dataSize();
  if (length < 1 || length > MAX_MESSAGE) refuse(errors.MALFORMED, "a message has 1 to 256 bytes");
  host.dataCopy(message, 0, length);
  const kind = load<u8>(message);
  if (kind == REGISTER) register(length);
  else if (kind == RENEW) renew(length);
  else if (kind == TRANSFER) transfer(length);
  else if (kind == SET) set(length);
  else if (kind == RESOLVE) resolve(length);
  else refuse(errors.UNKNOWN_KIND, "no message of this kind");
}

function checkSlots(slots: u64): void {
  if (slots > MAX_SLOTS) refuse(errors.TOO_LONG, "at most 10000000 slots at once");
}

/** slots (u64), owner (20), name. First come, first served. Answers the last slot. */
function register(length: i32): void {
  const fixed = 9 + ADDRESS;
  if (length < fixed) refuse(errors.MALFORMED, "a registration has 29 bytes and the name");
  const slots = load<u64>(message, 1);
  checkSlots(slots);
  registry.register(message + <usize>fixed, length - fixed, message + 9);
  doneWithU64(registry.extend(slots));
}

/** slots (u64), name. Anybody may renew any name, for gas. Answers the last slot. */
function renew(length: i32): void {
  if (length < 9) refuse(errors.MALFORMED, "a renewal has 9 bytes and the name");
  const slots = load<u64>(message, 1);
  checkSlots(slots);
  registry.read(message + 9, length - 9);
  doneWithU64(registry.extend(slots));
}

/** A message that the owner signed, of `fixed` bytes, the name and the signature; its nonce comes first. */
function actAsOwner(length: i32, fixed: i32): void {
  const nameLength = length - fixed - SIGNATURE;
  if (nameLength < 0) refuse(errors.MALFORMED, "too short for its kind");
  if (!readSigner(DOMAIN, message, length)) {
    refuse(errors.BAD_SIGNATURE, "no key made this signature, or its s is in the upper half");
  }
  registry.act(message + <usize>fixed, nameLength, signer, load<u64>(message, 1));
}

/** nonce (u64), new owner (20), name, signature. */
function transfer(length: i32): void {
  actAsOwner(length, 9 + ADDRESS);
  registry.setOwner(message + 9);
  done();
}

/** nonce (u64), value (32), name, signature. */
function set(length: i32): void {
  actAsOwner(length, 9 + registry.VALUE);
  registry.setValue(message + 9);
  done();
}

/** name. Answers owner, nonce, value and last slot; good for static calls of other scripts. */
function resolve(length: i32): void {
  registry.read(message + 1, length - 1);
  putU64(put(answer, registry.record, registry.RECORD), registry.lastSlot());
  doneWith(answer, registry.RECORD + 8);
}
