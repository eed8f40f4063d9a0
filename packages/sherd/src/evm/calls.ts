/**
 * How calls and creations begin and end. Beginning one either makes the frame that runs next, or ends at once (refused,
 * pre-compiled, no code); the driver in evm.ts runs frames and ends them. Nothing here recurses: 1,024 levels of calls
 * are 1,024 entries of an array, wherever on the native stack the machine was started.
 */
import { type Address, EMPTY_BYTES } from '../base/index.ts';
import { analyseCode } from './analysis.ts';
import { CALL_DEPTH_LIMIT, createFrame, type Frame, NO_CODE } from './frame.ts';
import { charge } from './gas.ts';
import type { Snapshot } from './host.ts';
import { returnGas } from './largeGas.ts';
import type { Machine } from './machine.ts';
import type { SystemContract } from './message.ts';
import { isHalt, isSuccess, OUTCOME, type Outcome } from './outcome.ts';
import { reportStep } from './tracer/traceFrame.ts';
import type { CallType, Tracer } from './tracer/tracer.ts';

/** The code that is called may be another account's than the one whose storage and balance are in play. */
export interface CallRequest {
  readonly type: CallType;
  readonly caller: Address;
  /** Whose storage and balance are in play. */
  readonly address: Address;
  /** Whose code runs: also what decides for pre-compiled and system contracts. */
  readonly codeAddress: Address;
  /** What CALLVALUE shows. */
  readonly value: bigint;
  /** May be a look at the caller's memory. */
  readonly input: Uint8Array;
  readonly gas: number;
  readonly reserve: bigint;
  readonly isStatic: boolean;
}

export interface CreateRequest {
  readonly type: 'CREATE' | 'CREATE2';
  readonly creator: Address;
  /** The new contract's address. */
  readonly address: Address;
  readonly value: bigint;
  readonly initCode: Uint8Array;
  readonly gas: number;
  readonly reserve: bigint;
}

const MAX_NONCE = (1n << 64n) - 1n;

/** Ends a call that needs no frame. Returns false, so that callers can pass it on. */
function end(m: Machine, outcome: Outcome, gas: number, reserve: bigint, output: Uint8Array = EMPTY_BYTES): false {
  m.endOutcome = outcome;
  m.endGas = gas;
  m.endReserve = reserve;
  m.endOutput = output;
  return false;
}

/** The frame one level deeper, emptied. */
function enterFrame(m: Machine, gas: number, reserve: bigint, snapshot: Snapshot): Frame {
  const depth = ++m.depth;
  let frame = m.frames[depth];
  if (frame === undefined) {
    frame = createFrame(depth);
    m.frames.push(frame);
  }
  frame.pc = 0;
  frame.sp = 0;
  frame.gas = gas;
  frame.reserve = reserve;
  frame.snapshot = snapshot;
  frame.returnData = EMPTY_BYTES;
  frame.output = EMPTY_BYTES;
  frame.creating = undefined;
  return frame;
}

function setCode(m: Machine, frame: Frame, code: Uint8Array): void {
  const isForeign = m.foreignCode?.takes(code) === true;
  frame.foreignCode = isForeign ? code : undefined;
  frame.analysis = isForeign ? NO_CODE : analyseCode(code);
  frame.code = frame.analysis.padded;
}

/**
 * Begins a call. True: its frame is on top and must run. False: it has ended, and the machine's end fields say how.
 * `code` is what `codeAddress` runs, delegation followed.
 */
export function beginCall(m: Machine, request: CallRequest, code: Uint8Array): boolean {
  const { host } = m;
  const { type, caller, address, codeAddress, value, gas } = request;
  if (m.depth >= CALL_DEPTH_LIMIT) return refuse(m, request, OUTCOME.CALL_DEPTH);
  const carries = (type === 'CALL' || type === 'CALLCODE') && value !== 0n;
  if (carries && host.getBalance(caller) < value) return refuse(m, request, OUTCOME.INSUFFICIENT_BALANCE);

  const snapshot = host.snapshot();
  if (type === 'CALL') {
    if (carries) host.subBalance(caller, value);
    // Touches, and before Spurious Dragon makes the account, whatever the amount.
    host.addBalance(address, value);
  } else if (type === 'STATICCALL') {
    host.touch(address);
  }

  const precompile = m.precompiles.get(codeAddress);
  const system = precompile === undefined ? m.systemContracts?.get(codeAddress) : undefined;
  const isBuiltIn = precompile !== undefined || system !== undefined;
  if (m.tracer !== undefined) reportCall(m, request, isBuiltIn);
  if (precompile !== undefined) {
    const left = gas - precompile.gas(request.input);
    if (!(left >= 0)) return endBuiltIn(m, request, snapshot, OUTCOME.OUT_OF_GAS, 0);
    const output = precompile.run(request.input);
    if (output === undefined) return endBuiltIn(m, request, snapshot, OUTCOME.PRECOMPILE_FAILURE, 0);
    return endBuiltIn(m, request, snapshot, OUTCOME.RETURN, left, output);
  }
  if (system !== undefined) return callSystemContract(m, request, system, snapshot);
  if (code.length === 0) return endBuiltIn(m, request, snapshot, OUTCOME.STOP, gas);

  const frame = enterFrame(m, gas, request.reserve, snapshot);
  frame.kind = 'call';
  setCode(m, frame, code);
  frame.address = address;
  frame.caller = caller;
  frame.value = value;
  frame.input = request.input;
  frame.isStatic = request.isStatic;
  return true;
}

function callSystemContract(m: Machine, request: CallRequest, run: SystemContract, snapshot: Snapshot): false {
  const isDelegated = request.address !== request.codeAddress;
  const { outcome, gasLeft, output } = run({
    caller: request.caller,
    address: request.codeAddress,
    value: request.value,
    data: request.input,
    gas: request.gas,
    isStatic: request.isStatic,
    isDelegated,
  });
  const left = isHalt(outcome) ? 0 : Math.max(0, Math.min(request.gas, gasLeft));
  return endBuiltIn(m, request, snapshot, outcome, left, isHalt(outcome) ? EMPTY_BYTES : apart(output, request.input));
}

/** What it answers may be a part of what it got; the return data must not change with the caller's memory. */
function apart(output: Uint8Array, input: Uint8Array): Uint8Array {
  return output.buffer === input.buffer ? output.slice() : output;
}

/** Ends a call that ran without a frame. */
function endBuiltIn(
  m: Machine,
  request: CallRequest,
  snapshot: Snapshot,
  outcome: Outcome,
  gas: number,
  output: Uint8Array = EMPTY_BYTES,
): false {
  if (!isSuccess(outcome)) m.host.revertTo(snapshot);
  m.tracer?.exit?.({ depth: m.depth + 1, outcome, gasUsed: request.gas - gas, output });
  return end(m, outcome, gas, isHalt(outcome) ? 0n : request.reserve, output);
}

function refuse(m: Machine, request: CallRequest, outcome: Outcome): false {
  if (m.tracer !== undefined) {
    reportCall(m, request, false);
    m.tracer.exit?.({ depth: m.depth + 1, outcome, gasUsed: 0, output: EMPTY_BYTES });
  }
  return end(m, outcome, request.gas, request.reserve);
}

function reportCall(m: Machine, request: CallRequest, isPrecompile: boolean): void {
  reportStep(m);
  m.tracer?.enter?.({
    type: request.type,
    depth: m.depth + 1,
    from: request.type === 'DELEGATECALL' ? request.address : request.caller,
    to: request.codeAddress,
    value: request.value,
    gas: request.gas,
    input: request.input,
    isPrecompile,
  });
}

/**
 * Begins a creation. `raisesNonce`: the creator is a contract, whose nonce counts its creations; a transaction has raised
 * its sender's nonce before. True: the frame of the init code is on top. False: it has ended, refused (the gas goes back)
 * or with the address taken (all gas is burnt; EIP-684, EIP-7610).
 */
export function beginCreate(m: Machine, request: CreateRequest, raisesNonce: boolean): boolean {
  const { host, rules } = m;
  const { creator, address, value, gas } = request;
  const refusal = refusalToCreate(m, creator, value, raisesNonce);
  if (refusal === OUTCOME.RUNNING) {
    if (raisesNonce) host.setNonce(creator, host.getNonce(creator) + 1n);
    // Stays warm even when the creation fails.
    if (rules.accessLists) host.warmAddress(address);
  }
  if (m.tracer !== undefined) reportCreate(m, request);
  if (refusal !== OUTCOME.RUNNING) return endCreate(m, refusal, request, gas);
  if (host.getNonce(address) !== 0n || host.getCode(address).length > 0 || host.hasStorage(address)) {
    return endCreate(m, OUTCOME.CREATE_COLLISION, request, 0);
  }
  const snapshot = host.snapshot();
  host.createContract(address);
  if (rules.newContractNonce !== 0n) host.setNonce(address, rules.newContractNonce);
  if (value !== 0n) {
    host.subBalance(creator, value);
    host.addBalance(address, value);
  }
  const frame = enterFrame(m, gas, request.reserve, snapshot);
  frame.kind = 'create';
  setCode(m, frame, request.initCode);
  frame.address = address;
  frame.caller = creator;
  frame.value = value;
  frame.input = EMPTY_BYTES;
  frame.isStatic = false;
  return true;
}

/** Why a creation cannot begin; RUNNING when it can. */
function refusalToCreate(m: Machine, creator: Address, value: bigint, raisesNonce: boolean): Outcome {
  if (m.depth >= CALL_DEPTH_LIMIT) return OUTCOME.CALL_DEPTH;
  if (value !== 0n && m.host.getBalance(creator) < value) return OUTCOME.INSUFFICIENT_BALANCE;
  if (raisesNonce && m.host.getNonce(creator) >= MAX_NONCE) return OUTCOME.NONCE_OVERFLOW;
  return OUTCOME.RUNNING;
}

function endCreate(m: Machine, outcome: Outcome, request: CreateRequest, gas: number): false {
  m.tracer?.exit?.({ depth: m.depth + 1, outcome, gasUsed: request.gas - gas, output: EMPTY_BYTES });
  return end(m, outcome, gas, isHalt(outcome) ? 0n : request.reserve);
}

function reportCreate(m: Machine, request: CreateRequest): void {
  m.tracer?.enter?.({
    type: request.type,
    depth: m.depth + 1,
    from: request.creator,
    to: request.address,
    value: request.value,
    gas: request.gas,
    input: request.initCode,
    isPrecompile: false,
  });
}

/** Ends the frame on top: deploys what a creation returned, rolls back what failed, and fills the end fields. */
export function endFrame(m: Machine, frame: Frame, ended: Outcome, gasGiven: number): void {
  let outcome = ended;
  if (frame.kind === 'create' && isSuccess(outcome)) outcome = deploy(m, frame, outcome);
  if (!isSuccess(outcome)) m.host.revertTo(frame.snapshot);
  if (isHalt(outcome)) {
    frame.gas = 0;
    frame.reserve = 0n;
    frame.output = EMPTY_BYTES;
  }
  m.depth--;
  if (m.tracer !== undefined) reportEnd(m.tracer, frame, outcome, gasGiven);
  end(m, outcome, frame.gas, frame.reserve, frame.output);
  frame.memory.reset();
}

function reportEnd(tracer: Tracer, frame: Frame, outcome: Outcome, gasGiven: number): void {
  const result = { depth: frame.depth, outcome, gasUsed: gasGiven - frame.gas, output: frame.output };
  // The program counter stands behind the opcode.
  const halt = { op: frame.code[frame.pc - 1] ?? 0, stackSize: frame.sp };
  tracer.exit?.(isHalt(outcome) ? { ...result, halt } : result);
}

/** Pays for the code that init code returned, and stores it. */
function deploy(m: Machine, frame: Frame, outcome: Outcome): Outcome {
  const { rules } = m;
  const code = frame.output;
  if (code.length > rules.maxCodeSize) return OUTCOME.CODE_TOO_LARGE;
  if (rules.rejectsCodePrefixEf && code[0] === 0xef) return OUTCOME.INVALID_CODE_PREFIX;
  const price = code.length * rules.codeDepositByte;
  if (frame.gas < price) {
    // Frontier keeps the account without code, and the gas with its creator.
    if (rules.codeDepositFailure === 'halt') return OUTCOME.CODE_STORE_OUT_OF_GAS;
    return outcome;
  }
  charge(frame, price);
  if (code.length > 0) m.host.setCode(frame.address, code);
  return outcome;
}

/** Hands the end of a call or creation to the frame that made it. */
export function deliver(m: Machine, frame: Frame): void {
  const outcome = m.endOutcome;
  const output = m.endOutput;
  returnGas(frame, m.endGas, m.endReserve);
  if (frame.creating !== undefined) {
    frame.stack[frame.sp++] = isSuccess(outcome) ? frame.creating : 0n;
    frame.returnData = outcome === OUTCOME.REVERT ? output : EMPTY_BYTES;
    frame.creating = undefined;
    return;
  }
  frame.stack[frame.sp++] = isSuccess(outcome) ? 1n : 0n;
  frame.returnData = output;
  const size = Math.min(frame.resultSize, output.length);
  if (size > 0) frame.memory.store(frame.resultOffset, output, 0, size);
}
