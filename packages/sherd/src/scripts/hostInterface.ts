/** The host-function table in the two forms that the engine needs: for the validator, and as imports of an instance. */
import { type HostImport, type HostInterface, I32, I64, type ValueTypeByte } from '../wasm/index.ts';
import { HOST_FUNCTIONS, HOST_MODULE, type HostFunction, type ValueType } from './hostFunctions.ts';
import { fault, type HostRun } from './hostRun.ts';

/** A table of host functions under the name of the module that scripts import them from. */
export interface HostTable {
  /** What modules may import, with types and fixed gas. */
  readonly imports: HostInterface;
  readonly rows: ReadonlyMap<string, HostFunction>;
}

function typeByte(type: ValueType): ValueTypeByte {
  return type === 'i32' ? I32 : I64;
}

/** `memoryMaximum`: see {@link HostInterface}. */
export function hostTable(
  module: string,
  functions: Readonly<Record<string, HostFunction>>,
  memoryMaximum: 'declared' | 'capped' = 'declared',
): HostTable {
  const rows = new Map(Object.entries(functions));
  const imports = [...rows].map(([name, { parameters, result, effect }]): [string, HostImport] => {
    const types = parameters.map((parameter) => typeByte(parameter.slice(0, 3) as ValueType));
    return [name, { type: { parameters: types, results: result ? [typeByte(result)] : [] }, gas: effect.gas }];
  });
  return { imports: { module, functions: new Map(imports), memoryMaximum }, rows };
}

/** The table of `hostFunctions.ts`, that scripts import from `sherd`. */
export const SHERD_TABLE: HostTable = hostTable(HOST_MODULE, HOST_FUNCTIONS);
export const HOST_INTERFACE: HostInterface = SHERD_TABLE.imports;

type Argument = number | bigint;
type Callable = (...args: Argument[]) => unknown;

/**
 * The functions that instances of one module import, made once: an engine finds out about a JavaScript function that it
 * has not seen for a microsecond each. They act for the run that was entered last; runs of the same module nest, so
 * that whoever enters leaves in the end.
 */
export class ImportBinding {
  readonly functions: Readonly<Record<string, Callable>>;
  #run: HostRun | undefined;

  constructor({ rows }: HostTable, names: readonly string[]) {
    const functions: Record<string, Callable> = {};
    for (const name of names) functions[name] = this.#bind(name, rows.get(name)!);
    this.functions = functions;
  }

  /** Calls are `run`'s until {@link leave}. Gives whose they were: what to leave to. */
  enter(run: HostRun): HostRun | undefined {
    const outer = this.#run;
    this.#run = run;
    return outer;
  }

  leave(outer: HostRun | undefined): void {
    this.#run = outer;
  }

  #bind(name: string, row: HostFunction): Callable {
    const { effect, parameters } = row;
    const body = row.body as unknown as (run: HostRun, ...args: Argument[]) => unknown;
    const priced = effect.perByte ? parameters.indexOf(effect.perByte.of) : -1;
    const perByte = effect.perByte?.gas ?? 0;
    // The guest may have overdrawn: its last look at the counter can be thousands of calls ago. What takes no arguments
    // reads a number and is gone before that matters; everything else looks first, or its work would be for nothing.
    const looks = parameters.length > 0;
    return (...args) => {
      const run = this.#run!;
      for (let i = 0; i < args.length; i++) {
        const value = args[i]!;
        args[i] = typeof value === 'bigint' ? BigInt.asUintN(64, value) : value >>> 0;
      }
      if (looks) {
        run.charge(priced >= 0 ? perByte * (args[priced] as number) : 0);
        refuse(run, name, row);
      }
      return body(run, ...args);
    };
  }
}

/** @throws Halt PURE_CODE, STATIC_WRITE when this run may not call the function */
function refuse(run: HostRun, name: string, { effect }: HostFunction): void {
  if (run.isRawCode && (effect.reads === 'region' || effect.writes !== undefined)) {
    throw fault('PURE_CODE', `${name} called by executed code, which has no region and no effects`);
  }
  if (run.isStatic && effect.writes !== undefined) throw fault('STATIC_WRITE', `${name} called in a static run`);
}
