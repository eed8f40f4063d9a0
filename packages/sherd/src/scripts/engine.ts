/**
 * The execution-script engine: runs a script for a transaction, and the scripts that it calls. All that decides a
 * result is a counter (gas, stack, nesting); a failure of the machine underneath is thrown, never turned into one.
 */
import { assert, EMPTY_BYTES } from '../base/index.ts';
import { sha256 } from '../crypto/index.ts';
import { GAS_EXPORT, HOST_OUT_OF_MEMORY, MAIN_EXPORT, MEMORY_EXPORT, STACK_EXPORT } from '../wasm/index.ts';
import { checkModule, isEvmCode } from './checkModule.ts';
import { type HostCallWatcher, watchImports } from './hostCalls.ts';
import { fault, Halt, type HostLimits, HostRun, type NestedRuns } from './hostRun.ts';
import { MemoryPool } from './memoryPool.ts';
import { type CompiledModule, ModuleCache } from './moduleCache.ts';
import { EVM_START_GAS, RUN_LIMITS } from './rules.ts';
import type { BuiltInScript, NestedRun, ScriptRequest, ScriptResult } from './run.ts';
import type { ScriptWorld } from './world.ts';

/** Metered code whose compiled modules an engine keeps, in bytes. */
export const CACHE_BYTES = 67_108_864;

export interface ScriptEngineOptions {
  /** Scripts that live in the program, by id. */
  readonly builtIns: ReadonlyMap<number, BuiltInScript>;
  /** Sizes from the chain's parameters. */
  readonly limits: HostLimits;
  /** Metered code whose compiled modules are kept, in bytes; {@link CACHE_BYTES} by default. */
  readonly cacheBytes?: number;
  /** Gets what scripts print for their developers (Scout's debug functions). Decides nothing. */
  readonly onDebug?: (text: string) => void;
  /** Sees what the engine does, for statistics and signs of life. Decides nothing. */
  readonly observer?: EngineObserver;
}

/** Each is told when something begins; the answer, if there is one, is called when it has ended. */
export interface EngineObserver {
  /** A registered script is compiled to machine code: nothing can interrupt that. */
  compile?(codeHash: Uint8Array, metered: Uint8Array): () => void;
  /** A script runs, for a transaction or for another script. Raw code counts as part of the script that executes it. */
  run?(script: number, gas: number): (result: ScriptResult) => void;
}

export interface ScriptEngine {
  /**
   * Runs a script. Its effects stand in the world when it finished, and are undone otherwise.
   * @throws when the machine fails (no memory, native stack, a broken store): then nothing is decided.
   */
  run(request: ScriptRequest): ScriptResult;
  /**
   * Compiles a registered script ahead of its first run; EVM bytecode needs none.
   * @throws SherdError NOT_METERED, STALE_METERED_CODE
   */
  prepare(codeHash: Uint8Array, metered: Uint8Array): void;
}

/** What the nested runs of one transaction share. */
interface Session {
  readonly world: ScriptWorld;
  /** Scripts on the stack, the outermost first. */
  readonly active: number[];
  nesting: number;
  /** Slots of stack that the next instance may use. */
  stackLeft: number;
  readonly onHostCall: HostCallWatcher | undefined;
}

interface ModuleRun {
  readonly script: number;
  readonly caller: ScriptRequest['caller'];
  readonly data: Uint8Array;
  readonly gas: number;
  readonly isStatic: boolean;
  readonly isRawCode: boolean;
}

/** An engine with its own cache of compiled modules and pool of memories; one serves any number of runs. */
export function createScriptEngine(options: ScriptEngineOptions): ScriptEngine {
  const engine = new Engine(options);
  return {
    run: (request) => engine.run(request),
    prepare: (codeHash, metered) => engine.prepare(codeHash, metered),
  };
}

class Engine {
  readonly #builtIns: ReadonlyMap<number, BuiltInScript>;
  readonly #limits: HostLimits;
  readonly #modules: ModuleCache;
  readonly #memories = new MemoryPool();
  readonly #onDebug: (text: string) => void;
  readonly #runEvmCode: BuiltInScript['runCode'];

  readonly #observer: EngineObserver;

  constructor({ builtIns, limits, cacheBytes = CACHE_BYTES, onDebug = () => {}, observer = {} }: ScriptEngineOptions) {
    this.#onDebug = onDebug;
    this.#observer = observer;
    this.#builtIns = builtIns;
    this.#limits = limits;
    this.#runEvmCode = [...builtIns.values()].find(({ runCode }) => runCode !== undefined)?.runCode;
    const compile = observer.compile?.bind(observer);
    this.#modules = new ModuleCache(cacheBytes, compile);
  }

  run(request: ScriptRequest): ScriptResult {
    const { world, onHostCall } = request;
    return this.#enter({ world, active: [], nesting: 0, stackLeft: RUN_LIMITS.stackSlots, onHostCall }, request);
  }

  prepare(codeHash: Uint8Array, metered: Uint8Array): void {
    if (!isEvmCode(metered)) this.#modules.script(codeHash, metered);
  }

  /** One script: the rules of who may be entered, and the effects undone unless it finished. */
  #enter(session: Session, request: ScriptRequest): ScriptResult {
    const { script, data, gas } = request;
    assert(Number.isSafeInteger(gas) && gas >= 0, `${gas} is no amount of gas`);
    if (session.active.includes(script)) {
      return burnt(fault('REENTERED', `script ${script} is already on the stack`, 'reentered'));
    }
    if (data.length > RUN_LIMITS.dataBytes) {
      return burnt(fault('TOO_LONG', `${data.length} bytes of data, want at most ${RUN_LIMITS.dataBytes}`));
    }
    return this.#nest(session, () => {
      session.active.push(script);
      const snapshot = session.world.snapshot();
      const ended = this.#observer.run?.(script, gas);
      const result = this.#runScript(session, request);
      ended?.(result);
      session.active.pop();
      if (result.outcome !== 'finished') session.world.revertTo(snapshot);
      return result;
    });
  }

  /** Counts a level of nesting around `run`. */
  #nest(session: Session, run: () => ScriptResult): ScriptResult {
    const stackLeft = session.stackLeft - RUN_LIMITS.nestingSlots;
    if (session.nesting >= RUN_LIMITS.nesting || stackLeft < 0) {
      const message = `${session.nesting} nested runs and ${session.stackLeft} slots of stack left`;
      return burnt(fault('CALL_DEPTH', message, 'callDepth'));
    }
    const before = session.stackLeft;
    session.nesting++;
    session.stackLeft = stackLeft;
    const result = run();
    session.stackLeft = before;
    session.nesting--;
    return result;
  }

  #runScript(session: Session, request: ScriptRequest): ScriptResult {
    const { script, data, gas, caller, isStatic = false } = request;
    const builtIn = this.#builtIns.get(script);
    if (builtIn !== undefined) return this.#runBuiltIn(session, builtIn, request);
    const code = session.world.scriptCode(script);
    if (code === undefined) {
      return burnt(fault('UNKNOWN_SCRIPT', `script ${script}, have ${session.world.scriptCount}`, 'unknownScript'));
    }
    const run: ModuleRun = { script, caller, data, gas, isStatic, isRawCode: false };
    if (isEvmCode(code.code)) return this.#runEvm(session, code.code, run);
    return this.#runModule(session, this.#modules.script(code.codeHash, code.code), run);
  }

  #runBuiltIn(session: Session, builtIn: BuiltInScript, request: ScriptRequest): ScriptResult {
    const { stackLeft } = session;
    const call: NestedRun = (script, data, gas, isStatic) => {
      session.stackLeft = stackLeft;
      return this.#enter(session, {
        world: session.world,
        script,
        data,
        gas,
        caller: { kind: 'script', script: request.script },
        isStatic: isStatic || request.isStatic === true,
      });
    };
    const result = builtIn.run(request, call);
    const { gasLeft } = result;
    assert(gasLeft >= 0 && gasLeft <= request.gas, `built-in script ${request.script} leaves ${gasLeft} gas`);
    return result;
  }

  /** Raw code: the same machine without a region. */
  #runCode(session: Session, code: Uint8Array, request: ModuleRun): ScriptResult {
    if (isEvmCode(code) && this.#runEvmCode !== undefined) {
      const verdict = checkModule(code);
      if (!verdict.ok) return burnt(fault(verdict.code, verdict.message, 'badCode'));
      return this.#nest(session, () => this.#runEvm(session, code, request));
    }
    const entry = this.#modules.raw(sha256(code), code);
    if (entry.kind === 'refused') return burnt(fault(entry.why.code, entry.why.message, 'badCode'));
    return this.#nest(session, () => this.#runModule(session, entry.module, request));
  }

  /** EVM bytecode, on the machine that a built-in script lends. */
  #runEvm(session: Session, code: Uint8Array, request: ModuleRun): ScriptResult {
    const run = this.#runEvmCode;
    if (run === undefined) throw new Error('this engine has no built-in script that runs EVM bytecode');
    const startGas = EVM_START_GAS.run + EVM_START_GAS.codeByte * code.length;
    if (request.gas < startGas) {
      return burnt(fault('OUT_OF_GAS', `starting the code takes ${startGas} gas, have ${request.gas}`, 'outOfGas'));
    }
    const gas = request.gas - startGas;
    const nested = this.#nested(session, request, (start) => start());
    const { world, onHostCall, nesting } = session;
    const common = { ...request, world, code, gas, limits: this.#limits, nested, depth: nesting - 1 };
    const result = run(onHostCall === undefined ? common : { ...common, onHostCall });
    assert(
      result.gasLeft >= 0 && result.gasLeft <= gas,
      `script ${request.script} leaves ${result.gasLeft} of ${gas} gas`,
    );
    return result;
  }

  /** What a run may start below itself; `below` is told of each. */
  #nested(
    session: Session,
    { script, isStatic }: ModuleRun,
    below: (start: () => ScriptResult) => ScriptResult,
  ): NestedRuns {
    const { world } = session;
    const caller = { kind: 'script', script } as const;
    return {
      script: (callee, data, gas, asStatic) =>
        below(() => this.#enter(session, { world, script: callee, data, gas, caller, isStatic: asStatic || isStatic })),
      code: (code, data, gas) =>
        below(() => this.#runCode(session, code, { script, caller, data, gas, isStatic: true, isRawCode: true })),
    };
  }

  #runModule(session: Session, compiled: CompiledModule, request: ModuleRun): ScriptResult {
    if (request.gas < compiled.startGas) {
      const message = `starting the module takes ${compiled.startGas} gas, have ${request.gas}`;
      return burnt(fault('OUT_OF_GAS', message, 'outOfGas'));
    }
    const { world, stackLeft } = session;
    const memory = this.#memories.take(compiled.memory);
    let stack: WebAssembly.Global | undefined;
    const below = (start: () => ScriptResult): ScriptResult => {
      // The callee may use what this instance has not used; afterwards the counter of this level holds again.
      session.stackLeft = stack!.value as number;
      const result = start();
      session.stackLeft = stackLeft;
      return result;
    };
    const nested = this.#nested(session, request, below);
    const run = new HostRun({ ...request, world, limits: this.#limits, nested, memory, debug: this.#onDebug });
    const { binding, table } = compiled;
    const { onHostCall, nesting } = session;
    // Only a run that is watched pays for it.
    const functions =
      onHostCall === undefined
        ? binding.functions
        : watchImports(binding.functions, run, table, nesting - 1, onHostCall);
    const imports = { [table.imports.module]: { ...functions, [MEMORY_EXPORT]: memory } };
    const instance = new WebAssembly.Instance(compiled.module, imports as WebAssembly.Imports);
    const gas = instance.exports[GAS_EXPORT] as WebAssembly.Global;
    stack = instance.exports[STACK_EXPORT] as WebAssembly.Global;
    run.attachGas(gas);
    run.startGas(request.gas - compiled.startGas);
    stack.value = stackLeft;
    const outer = binding.enter(run);
    let halt: Halt;
    try {
      halt = runMain(instance.exports[MAIN_EXPORT] as () => void, run, stack);
    } finally {
      binding.leave(outer);
    }
    const { gasLeft } = run;
    this.#memories.release(compiled.memory, memory);
    return halt.outcome === 'finished' || halt.outcome === 'aborted'
      ? { outcome: halt.outcome, gasLeft, output: halt.output }
      : burnt(halt);
  }
}

/** Runs the guest and says how it ended. @throws whatever is not the guest's doing */
function runMain(main: () => void, run: HostRun, stack: WebAssembly.Global): Halt {
  let halt: Halt;
  try {
    main();
    halt = new Halt('finished', EMPTY_BYTES);
  } catch (error) {
    if (error instanceof Halt) halt = error;
    // Anything else, and a RangeError above all, is the machine's: native stack may never decide a result.
    else if (!(error instanceof WebAssembly.RuntimeError)) throw error;
    else if (stack.value === HOST_OUT_OF_MEMORY) throw new Error('the machine has no memory left for a script');
    else if ((stack.value as number) < 0) halt = fault('CALL_DEPTH', 'functions nested too deep', 'callDepth');
    else halt = fault('TRAP', `the module trapped: ${error.message}`);
  }
  // The counter may have gone below zero since it was last looked at: that comes first, whatever happened since.
  return run.gasLeft < 0 && halt.outcome !== 'outOfGas' ? fault('OUT_OF_GAS', 'out of gas', 'outOfGas') : halt;
}

/** The result of a fault: no gas is left. */
function burnt(halt: Halt): ScriptResult {
  const { outcome, code, message } = halt;
  return { outcome, gasLeft: 0, output: EMPTY_BYTES, error: { code, message } };
}
