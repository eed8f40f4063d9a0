/** The host-function table in the two forms that the engine needs: for the validator, and as imports of an instance. */
import { type HostImport, type HostInterface, I32, I64, type ValueTypeByte } from '../wasm/index.ts';
import { HOST_FUNCTIONS, HOST_MODULE, type HostFunction, type ValueType } from './hostFunctions.ts';
import { fault, type HostRun } from './hostRun.ts';

const ROWS: ReadonlyMap<string, HostFunction> = new Map(Object.entries(HOST_FUNCTIONS));

function typeByte(type: ValueType): ValueTypeByte {
  return type === 'i32' ? I32 : I64;
}

/** What modules may import, with types and fixed gas. */
export const HOST_INTERFACE: HostInterface = {
  module: HOST_MODULE,
  functions: new Map(
    [...ROWS].map(([name, { parameters, result, effect }]): [string, HostImport] => {
      const types = parameters.map((parameter) => typeByte(parameter.slice(0, 3) as ValueType));
      return [name, { type: { parameters: types, results: result ? [typeByte(result)] : [] }, gas: effect.gas }];
    }),
  ),
};

type Argument = number | bigint;
type Callable = (...args: Argument[]) => unknown;

/** The imports of one instance: the functions in `names`, bound to `run`. */
export function bindImports(run: HostRun, names: readonly string[]): Record<string, Callable> {
  const imports: Record<string, Callable> = {};
  for (const name of names) imports[name] = bind(run, name, ROWS.get(name)!);
  return imports;
}

function bind(run: HostRun, name: string, row: HostFunction): Callable {
  const { effect, parameters } = row;
  const body = row.body as unknown as (run: HostRun, ...args: Argument[]) => unknown;
  const forbidden = refusal(run, name, row);
  const priced = effect.perByte ? parameters.indexOf(effect.perByte.of) : -1;
  const perByte = effect.perByte?.gas ?? 0;
  // Functions that only read a number of the context need no look at the counter; the others act, and look first.
  const looks = effect.perByte !== undefined || effect.reads !== undefined || effect.writes !== undefined;
  return (...args) => {
    for (let i = 0; i < args.length; i++) {
      const value = args[i]!;
      args[i] = typeof value === 'bigint' ? BigInt.asUintN(64, value) : value >>> 0;
    }
    if (looks) run.charge(priced >= 0 ? perByte * (args[priced] as number) : 0);
    if (forbidden) throw fault(forbidden.code, forbidden.message);
    return body(run, ...args);
  };
}

/** Why this run may not call the function, or undefined. */
function refusal(run: HostRun, name: string, { effect }: HostFunction): { code: string; message: string } | undefined {
  if (run.isRawCode && (effect.reads === 'region' || effect.writes !== undefined)) {
    return { code: 'PURE_CODE', message: `${name} called by executed code, which has no region and no effects` };
  }
  if (run.isStatic && effect.writes !== undefined) {
    return { code: 'STATIC_WRITE', message: `${name} called in a static run` };
  }
  return undefined;
}
