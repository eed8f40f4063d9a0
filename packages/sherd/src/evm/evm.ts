/** The machine for one transaction: takes messages, drives frames, gives results. */
import { checkObject, checkPort } from '../base/arguments.ts';
import { type Address, addressToWord, assert, EMPTY_BYTES } from '../base/index.ts';
import type { ActivePrecompile } from '../precompiles/index.ts';
import { forkRules } from '../protocol/index.ts';
import { beginCall, beginCreate, deliver, endFrame } from './calls.ts';
import { checkMessage } from './checkMessage.ts';
import { delegationTarget } from './delegation.ts';
import { runForeignFrame } from './foreignCode.ts';
import type { Host } from './host.ts';
import { runFrame } from './interpreter.ts';
import { type Machine, type Step, SUSPENDED } from './machine.ts';
import type { Environment, Message, MessageResult } from './message.ts';
import { OUTCOME } from './outcome.ts';
import { instructionTable } from './table.ts';
import { traceFrame } from './tracer/traceFrame.ts';
import type { Tracer } from './tracer/tracer.ts';

/** Some of a host's methods tell whether it is one. */
const HOST_METHODS = ['exists', 'getBalance', 'getCode', 'getStorage', 'setStorage', 'snapshot', 'revertTo'];

/** What a machine may have besides host and environment. */
export interface EvmOptions {
  /** Watches calls, and steps when it has a `step`; a machine without one runs at full speed. */
  readonly tracer?: Tracer;
}

/** The machine for one transaction. */
export interface Evm {
  /**
   * Runs one message to its end. The host then holds its effects, or none when the outcome is no success.
   * The caller has raised the sender's nonce, warmed what the transaction declares, and taken the fees.
   * @throws SherdError BAD_MESSAGE for a field of the wrong type or range, and whatever the host throws.
   */
  run(message: Message): MessageResult;
}

/**
 * A machine with pre-compiled contracts of the caller's choice (`choosePrecompiles` of `sherd/precompiles`), for
 * programs that must be small: it brings no library of curves along. One can serve many messages of the same
 * transaction, one after the other.
 */
export function createEvmWith(
  precompiles: ReadonlyMap<Address, ActivePrecompile>,
  host: Host,
  environment: Environment,
  options: EvmOptions = {},
): Evm {
  checkPort(precompiles, 'pre-compiled contracts', ['get', 'has']);
  checkPort(host, 'host', HOST_METHODS);
  checkObject(environment, 'environment');
  checkObject(environment.block, 'environment: block');
  checkObject(environment.transaction, 'environment: transaction');
  checkObject(options, 'options');
  const { rules } = forkRules(environment.fork);
  const machine: Machine = {
    host,
    rules,
    table: instructionTable(environment.fork),
    precompiles,
    systemContracts: environment.systemContracts,
    block: environment.block,
    transaction: environment.transaction,
    originWord: addressToWord(environment.transaction.origin),
    coinbaseWord: addressToWord(environment.block.coinbase),
    foreignCode: environment.foreignCode,
    abort: environment.abort,
    tracer: options.tracer,
    frames: [],
    depth: -1,
    endOutcome: OUTCOME.STOP,
    endGas: 0,
    endReserve: 0n,
    endOutput: EMPTY_BYTES,
    pendingStep: undefined,
  };
  return { run: (message) => runMessage(machine, message) };
}

function runMessage(m: Machine, message: Message): MessageResult {
  assert(m.depth < 0, 'a machine runs one message at a time; a system contract needs one of its own');
  checkMessage(message);
  try {
    if (begin(m, message)) drive(m, -1);
  } catch (error) {
    // The host threw (a store that failed, a system contract with a fault): nothing of the frames may be used again.
    m.depth = -1;
    m.frames.length = 0;
    throw error;
  }
  const result = { outcome: m.endOutcome, gasLeft: m.endGas, output: m.endOutput };
  return m.endReserve === 0n ? result : { ...result, reserveLeft: m.endReserve };
}

/** True when a frame must run. */
function begin(m: Machine, message: Message): boolean {
  const { caller, to, value, data, gas, reserve = 0n } = message;
  if (message.kind === 'create') {
    return beginCreate(m, { type: 'CREATE', creator: caller, address: to, value, initCode: data, gas, reserve }, false);
  }
  const isStatic = message.isStatic === true;
  const request = { caller, address: to, codeAddress: to, value, input: data, gas, reserve, isStatic };
  return beginCall(m, { type: isStatic ? 'STATICCALL' : 'CALL', ...request }, codeOf(m, message));
}

/** Code of the called account, with a delegation followed; the transaction has paid for and warmed its target. */
function codeOf(m: Machine, message: Message): Uint8Array {
  const code = m.host.getCode(message.to);
  if (!m.rules.delegations) return code;
  const target = delegationTarget(code);
  return target === undefined ? code : m.host.getCode(target);
}

/** Runs frames until the one above `floor` has ended. Foreign code that calls runs it again, a level deeper. */
function drive(m: Machine, floor: number): void {
  const watchesSteps = m.tracer?.step !== undefined || m.tracer?.beforeStep !== undefined;
  const run: (f: Machine['frames'][number], m: Machine) => Step = watchesSteps ? traceFrame : runFrame;
  const gasGiven: number[] = [];
  gasGiven[m.depth] = m.frames[m.depth]!.gas;
  for (;;) {
    const frame = m.frames[m.depth]!;
    const step = frame.foreignCode === undefined ? run(frame, m) : runForeignFrame(frame, m, drive);
    if (step === SUSPENDED) {
      gasGiven[m.depth] = m.frames[m.depth]!.gas;
      continue;
    }
    endFrame(m, frame, step, gasGiven[frame.depth]!);
    // An abort ends every frame, whatever becomes of the flag meanwhile.
    while (step === OUTCOME.ABORTED && m.depth > floor) endFrame(m, m.frames[m.depth]!, step, gasGiven[m.depth]!);
    if (m.depth === floor) return;
    deliver(m, m.frames[m.depth]!);
  }
}
