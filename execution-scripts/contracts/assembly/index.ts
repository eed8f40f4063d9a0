/**
 * Contracts: code of users in storage objects, run by executeCode. The code is a pure function from (caller, state,
 * message) to (state, answer); this script keeps the state. README.md beside this folder has the messages.
 */
import { BYTES32, clear, doneWith, doneWithU64, host, put, putU32, putU64, refuse, SIGNATURE, ADDRESS, done } from "../../sdk/assembly/index";
import { readSigner, signer } from "../../sdk/assembly/signed";
import * as errors from "./errors";
import * as objects from "./objects";

const DEPLOY: u8 = 1;
const OPEN: u8 = 2;
const CALL: u8 = 3;
const ASK: u8 = 4;
const READ: u8 = 5;
const EXTEND: u8 = 6;

const DOMAIN: string = "\x19Sherd contracts:\n";

const MAX_CODE: i32 = 16384;
const MAX_STATE: i32 = 4096;
const MAX_PAYLOAD: i32 = 512;
const MAX_ANSWER: i32 = 1024;
const MAX_MESSAGE: i32 = 33 + MAX_CODE;
const FINISHED: i32 = 0;
const ABORTED: i32 = 1;

/** What executeCode charges before it lends gas, and what this script needs afterwards to write the state. */
const EXECUTE_GAS: i64 = 20000;
const CODE_BYTE_GAS: i64 = 200;
const RESERVE: i64 = 50000;

const message: usize = memory.data(MAX_MESSAGE, 8);
const contract: usize = message + 1;
const code: usize = memory.data(MAX_CODE, 8);
/** What a contract gets: caller (20), shard u32, slot u64, contract (32), bytes of state u32, state, payload. */
const CONTEXT: i32 = ADDRESS + 4 + 8 + BYTES32 + 4;
const input: usize = memory.data(CONTEXT + MAX_STATE + MAX_PAYLOAD, 8);
const state: usize = input + CONTEXT;
/** What it answers: bytes of state u32, state, answer. */
const MAX_RESULT: i32 = 4 + MAX_STATE + MAX_ANSWER;
const result: usize = memory.data(MAX_RESULT, 8);
const output: usize = memory.data(4 + MAX_STATE, 8);
const nobody: usize = memory.data(ADDRESS, 8);

export function main(): void {
  const length = host.dataSize();
  if (length < 1 || length > MAX_MESSAGE) refuse(errors.MALFORMED, "a message has 1 to 16417 bytes");
  host.dataCopy(message, 0, length);
  const kind = load<u8>(message);
  if (kind == DEPLOY) deploy(length);
  else if (kind == OPEN) open(length);
  else if (kind == CALL) call(length);
  else if (kind == ASK) ask(length);
  else if (kind == READ) read(length);
  else if (kind == EXTEND) extend(length);
  else refuse(errors.UNKNOWN_KIND, "no message of this kind");
}

/** salt (32), code. Answers the contract: the hash of the salt and of the code's hash. */
function deploy(length: i32): void {
  const size = length - 33;
  if (size < 1) refuse(errors.MALFORMED, "a deployment has 33 bytes and the code");
  const from = message + 33;
  put(output, contract, BYTES32);
  host.keccak256(from, size, output + BYTES32);
  host.keccak256(output, 64, output);
  if (objects.exists(objects.CODE, output)) refuse(errors.CONTRACT_EXISTS, "this contract is deployed");
  objects.write(objects.CODE, output, from, size);
  // A state that outlived its code would belong to the new life.
  objects.write(objects.STATE, output, from, 0);
  put(message, output, BYTES32);
  doneWith(message, BYTES32);
}

/** account (20). Anybody may open an account for anybody. Answers its nonce. */
function open(length: i32): void {
  if (length != 1 + ADDRESS) refuse(errors.MALFORMED, "an opening has 21 bytes");
  doneWithU64(objects.openAccount(message + 1));
}

/** contract (32), nonce u64, payload, signature. The contract's new state stands; answers what it answers. */
function call(length: i32): void {
  const payload = length - 41 - SIGNATURE;
  if (payload < 0 || payload > MAX_PAYLOAD) refuse(errors.MALFORMED, "a call has 106 to 618 bytes");
  if (!readSigner(DOMAIN, message, length)) {
    refuse(errors.BAD_SIGNATURE, "no key made this signature, or its s is in the upper half");
  }
  objects.useNonce(signer, load<u64>(message, 33));
  const size = execute(signer, message + 41, payload);
  const stateSize = load<i32>(result);
  objects.write(objects.STATE, contract, result + 4, stateSize);
  answer(stateSize, size);
}

/** contract (32), payload. As a call of nobody whose state is forgotten; good for static calls of other scripts. */
function ask(length: i32): void {
  const payload = length - 33;
  if (payload < 0 || payload > MAX_PAYLOAD) refuse(errors.MALFORMED, "a question has 33 to 545 bytes");
  const size = execute(nobody, message + 33, payload);
  answer(load<i32>(result), size);
}

function answer(stateSize: i32, size: i32): void {
  const length = size - 4 - stateSize;
  clear(output, 4);
  put(output + 4, result + 4 + <usize>stateSize, length);
  host.finish(output, 4 + length);
}

/** Runs the contract; the bytes of its result, which is checked: a state within bounds and an answer within bounds. */
function execute(caller: usize, payload: usize, payloadSize: i32): i32 {
  const codeSize = objects.read(objects.CODE, contract, code, MAX_CODE);
  if (codeSize < 0) refuse(errors.UNKNOWN_CONTRACT, "no such contract on this shard");
  const found = objects.read(objects.STATE, contract, state, MAX_STATE);
  const stateSize = found < 0 ? 0 : found;
  let at = put(input, caller, ADDRESS);
  at = putU32(at, host.currentShard());
  at = putU64(at, host.currentSlot());
  at = put(at, contract, BYTES32);
  putU32(at, stateSize);
  put(state + <usize>stateSize, payload, payloadSize);
  const inputSize = CONTEXT + stateSize + payloadSize;
  const gas = host.gasLeft() - EXECUTE_GAS - CODE_BYTE_GAS * <i64>codeSize - <i64>inputSize - RESERVE;
  if (gas <= 0) refuse(errors.TOO_LITTLE_GAS, "too little gas to run the contract and to keep its state");
  const outcome = host.executeCode(code, codeSize, input, inputSize, gas);
  if (outcome != FINISHED) fail(outcome);
  const size = host.resultSize();
  if (size < 4 || size > MAX_RESULT) refuse(errors.BAD_ANSWER, "an answer has 4 to 5124 bytes");
  host.resultCopy(result, 0, size);
  const kept = load<u32>(result);
  if (kept > <u32>MAX_STATE || <i32>kept > size - 4) refuse(errors.BAD_ANSWER, "a state has up to 4096 bytes");
  if (size - 4 - <i32>kept > MAX_ANSWER) refuse(errors.BAD_ANSWER, "an answer has up to 1024 bytes after the state");
  return size;
}

/** Undoes everything; tells the contract's own reason, or how it failed. */
function fail(outcome: i32): void {
  if (outcome != ABORTED) {
    putU32(putU32(output, errors.CONTRACT_FAILED), outcome);
    host.abort(output, 8);
  }
  const size = host.resultSize();
  const shown = size < MAX_ANSWER ? size : MAX_ANSWER;
  putU32(output, errors.CONTRACT_REFUSED);
  host.resultCopy(output + 4, 0, shown);
  host.abort(output, 4 + shown);
}

/** contract (32). Answers its state. */
function read(length: i32): void {
  if (length != 33) refuse(errors.MALFORMED, "a question for a state has 33 bytes");
  const size = objects.read(objects.STATE, contract, output + 4, MAX_STATE);
  if (size < 0 || !objects.exists(objects.CODE, contract)) {
    refuse(errors.UNKNOWN_CONTRACT, "no such contract on this shard");
  }
  clear(output, 4);
  host.finish(output, 4 + size);
}

/** contract (32), slots u64. Keeps code and state; anybody may, for gas. */
function extend(length: i32): void {
  if (length != 41) refuse(errors.MALFORMED, "an extension has 41 bytes");
  const slots = load<u64>(message, 33);
  const code = objects.extend(objects.CODE, contract, slots);
  if (!objects.extend(objects.STATE, contract, slots) || !code) {
    refuse(errors.UNKNOWN_CONTRACT, "no such contract on this shard");
  }
  done();
}
