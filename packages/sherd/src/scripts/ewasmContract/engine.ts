/**
 * Runs Ewasm contracts: checked, metered and compiled once for each code, with a fresh memory for each call. What ends
 * a run is a counter (gas, work, stack); a failure of the machine underneath is thrown, never turned into a result.
 */
import { EMPTY_BYTES } from '../../base/index.ts';
import { GAS_EXPORT, HOST_OUT_OF_MEMORY, MAIN_EXPORT, MEMORY_EXPORT, STACK_EXPORT } from '../../wasm/index.ts';
import { MemoryPool } from '../memoryPool.ts';
import { RUN_LIMITS } from '../rules.ts';
import { type CompiledContract, isWasmCode } from './checkContract.ts';
import { ContractCache } from './contractCache.ts';
import { ContractHalt, ContractRun, failure, ticksOf } from './contractRun.ts';
import type { ContractFrame, ContractResult } from './frame.ts';
import { bindContract, CONTRACT_MODULE } from './functions.ts';
import type { ContractSchedule } from './schedule.ts';

/** What a byte costs that is stored as a contract's code, in every fork. */
const DEPOSIT_BYTE = 200;

/** How much of the native stack the contracts below one outermost one may use, itself included. */
export interface ContractStack {
  /** Slots of eight bytes for their functions together: see `wasm/meter.ts` for what a function counts. */
  readonly slots: number;
  /** Contracts that are running at once. Each takes some 2,700 bytes in the host, whatever tier its code is in. */
  readonly calls: number;
}

/** Not half of the native stack that a program has without asking for more. */
export const DEFAULT_STACK: ContractStack = { slots: 32_768, calls: 80 };

/** As deep as EVM contracts call each other. Takes the 4 MiB of native stack that worker threads have. */
export const DEEP_STACK: ContractStack = { slots: RUN_LIMITS.stackSlots, calls: 1_025 };

export interface ContractEngineOptions {
  readonly schedule: ContractSchedule;
  /** Part of the rules of a chain: another stack is another result for calls that nest deeply. */
  readonly stack?: ContractStack;
  /** Metered code whose compiled contracts are kept, in bytes. */
  readonly cacheBytes?: number;
}

/** What the nested runs of one outermost contract share. */
interface Session {
  stackLeft: number;
  callsLeft: number;
  /** Ticks that instructions may still take where they cost no gas. */
  work: bigint;
}

export class ContractEngine {
  readonly #schedule: ContractSchedule;
  readonly #stack: ContractStack;
  readonly #memories = new MemoryPool();
  readonly #contracts: ContractCache;
  #session: Session | undefined;

  constructor({ schedule, stack = DEFAULT_STACK, cacheBytes = 67_108_864 }: ContractEngineOptions) {
    this.#contracts = new ContractCache(cacheBytes);
    this.#schedule = schedule;
    this.#stack = stack;
  }

  /**
   * Runs the frame's code. Its effects are in the frame's host, for the caller to undo unless it finished.
   * @throws when the machine fails (no memory, native stack, a broken store): then nothing is decided.
   */
  run(frame: ContractFrame): ContractResult {
    const outer = this.#session;
    const { slots, calls } = this.#stack;
    const session = outer ?? { stackLeft: slots, callsLeft: calls, work: ticksOf(frame.gas) };
    const { stackLeft, callsLeft } = session;
    this.#session = session;
    session.callsLeft--;
    try {
      return result(this.#start(session, frame));
    } finally {
      session.stackLeft = stackLeft;
      session.callsLeft = callsLeft;
      this.#session = outer;
    }
  }

  #start(session: Session, frame: ContractFrame): Ended {
    if (session.callsLeft < 0) return burnt(failure('CALL_DEPTH', 'contracts nested too deep'));
    const { start } = this.#schedule;
    const perByte = start.codeByte + (frame.isCreation ? start.initCodeByte : 0);
    const codeGas = start.instance + perByte * frame.code.length;
    // Before anything is done that this pays for.
    if (frame.gas < codeGas) return tooLittle(codeGas, frame.gas);
    const contract = this.#contracts.verdict(frame.code);
    if (!contract.ok) return burnt(failure(contract.code, contract.message));
    const startGas = codeGas + start.page * contract.memory.initial;
    if (frame.gas < startGas) return tooLittle(startGas, frame.gas);
    const ended = this.#runContract(session, { ...frame, gas: frame.gas - startGas }, contract);
    return frame.isCreation ? this.#checkDeployed(ended) : ended;
  }

  /** What a creation leaves behind must be a contract when it looks like one. */
  #checkDeployed(ended: Ended): Ended {
    const { halt, gasLeft } = ended;
    if (halt.outcome !== 'finished' || !isWasmCode(halt.output)) return ended;
    // Nobody looks at what cannot be stored for want of gas.
    if (gasLeft < DEPOSIT_BYTE * halt.output.length) return ended;
    const verdict = this.#contracts.verdict(halt.output);
    return verdict.ok ? ended : burnt(failure(verdict.code, `the code to deploy: ${verdict.message}`));
  }

  #runContract(session: Session, frame: ContractFrame, contract: CompiledContract): Ended {
    const memory = this.#memories.take(contract.memory);
    const { stackLeft } = session;
    let ticks: WebAssembly.Global | undefined;
    let stack: WebAssembly.Global | undefined;
    /** The callee may use the stack that this instance has not used, and do the work that is left. */
    const below = <T>(start: () => T): T => {
      session.stackLeft = stack!.value as number;
      session.work = ticks!.value as bigint;
      const done = start();
      if (this.#schedule.instructions === 'work') ticks!.value = session.work;
      return done;
    };
    const run = new ContractRun(
      {
        ...frame,
        call: (request) => below(() => frame.call(request)),
        create: (value, initCode, gas) => below(() => frame.create(value, initCode, gas)),
      },
      this.#schedule,
      memory,
    );
    const imports = { [CONTRACT_MODULE]: { ...bindContract(run, contract.imports), [MEMORY_EXPORT]: memory } };
    const instance = new WebAssembly.Instance(contract.module, imports as WebAssembly.Imports);
    ticks = instance.exports[GAS_EXPORT] as WebAssembly.Global;
    stack = instance.exports[STACK_EXPORT] as WebAssembly.Global;
    run.start(ticks, session.work);
    stack.value = stackLeft;
    const halt = runMain(instance.exports[MAIN_EXPORT] as () => void, run, stack);
    if (this.#schedule.instructions === 'work') session.work = workLeft(ticks.value as bigint, halt);
    this.#memories.release(contract.memory, memory);
    return { halt, gasLeft: run.gasLeft };
  }
}

/**
 * The counter of a run that trapped is lost since it last met the host: it stood in a register. Half of what was left
 * then is taken, so that all traps of a transaction together do no more than twice the work that it has.
 */
function workLeft(ticks: bigint, { code }: ContractHalt): bigint {
  return code === 'TRAP' || code === 'CALL_DEPTH' ? ticks / 2n : ticks;
}

interface Ended {
  readonly halt: ContractHalt;
  readonly gasLeft: number;
}

/** Runs the guest and says how it ended. @throws whatever is not the guest's doing */
function runMain(main: () => void, run: ContractRun, stack: WebAssembly.Global): ContractHalt {
  let halt: ContractHalt;
  try {
    main();
    halt = new ContractHalt('finished', EMPTY_BYTES);
  } catch (error) {
    if (error instanceof ContractHalt) halt = error;
    // Anything else, and a RangeError above all, is the machine's: native stack may never decide a result.
    else if (!(error instanceof WebAssembly.RuntimeError)) throw error;
    else if (stack.value === HOST_OUT_OF_MEMORY) throw new Error('the machine has no memory left for a contract');
    else if ((stack.value as number) < 0) halt = failure('CALL_DEPTH', 'functions nested too deep');
    else halt = failure('TRAP', `the contract trapped: ${error.message}`);
  }
  // The counter may have gone below zero since it was last looked at: that comes first, whatever happened since.
  if (run.isSolvent || halt.outcome === 'outOfGas' || halt.outcome === 'stopped') return halt;
  return failure('OUT_OF_GAS', 'out of gas', 'outOfGas');
}

function tooLittle(want: number, have: number): Ended {
  return burnt(failure('OUT_OF_GAS', `starting the contract takes ${want} gas, have ${have}`, 'outOfGas'));
}

function burnt(halt: ContractHalt): Ended {
  return { halt, gasLeft: 0 };
}

function result({ halt, gasLeft }: Ended): ContractResult {
  const { outcome, output, code, message } = halt;
  if (outcome === 'finished' || outcome === 'reverted') return { outcome, gasLeft, output };
  return { outcome, gasLeft: 0, output: EMPTY_BYTES, error: { code, message } };
}
