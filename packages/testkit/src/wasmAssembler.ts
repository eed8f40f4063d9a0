/**
 * A small assembler for WebAssembly: enough to write scripts in tests as text. Instructions are words with their
 * immediates behind them (`local.get 0 i32.const 5 i32.add`); `call $name` takes a name; blocks take their type as
 * `block:i32`; loads and stores take an offset.
 */
import { CONTRACT_INTERFACE, HOST_MODULE, HOST_TABLES, type HostFunctionName } from 'sherd/scripts';
import {
  encodeModule,
  type FunctionType,
  I32,
  I64,
  INSTRUCTIONS,
  OPCODE,
  sameFunctionType,
  type ValueTypeByte,
  VOID,
  type WasmModule,
  WasmWriter,
} from 'sherd/wasm';

export interface AssembledFunction {
  /** Types divided by spaces: `i32 i64`. */
  readonly parameters?: string;
  readonly result?: string;
  readonly locals?: string;
  readonly code: string;
}

export interface ModuleSource {
  /** Host functions; callable as `$name`. */
  readonly imports?: readonly (HostFunctionName | (string & {}))[];
  /** Module that they come from; that of the first face by default. */
  readonly host?: string;
  /** Instructions of the exported `main`. */
  readonly main: string;
  /** Locals of `main`. */
  readonly locals?: string;
  readonly functions?: Readonly<Record<string, AssembledFunction>>;
  /** Initial and maximum pages. */
  readonly memory?: readonly [number, number];
  readonly data?: readonly (readonly [number, Uint8Array])[];
  /** Names of functions in the table. */
  readonly table?: readonly string[];
  /** Types and values of mutable globals. */
  readonly globals?: readonly (readonly ['i32' | 'i64', bigint])[];
}

const PREFIXED: Readonly<Record<string, readonly number[]>> = {
  'memory.copy': [0xfc, 10, 0, 0],
  'memory.fill': [0xfc, 11, 0],
};

function types(text = ''): ValueTypeByte[] {
  return text
    .split(' ')
    .filter(Boolean)
    .map((name) => (name === 'i64' ? I64 : I32));
}

/** Instructions as bytes, without the final `end`. `names` numbers functions, `typeOf` numbers types. */
export function assembleCode(
  text: string,
  names: ReadonlyMap<string, number>,
  typeOf: (type: FunctionType) => number,
): Uint8Array {
  const w = new WasmWriter();
  const words = text.split(/\s+/).filter(Boolean);
  let at = 0;
  const word = (): string => {
    const next = words[at++];
    if (next === undefined) throw new Error('assembler: an immediate is missing');
    return next;
  };
  while (at < words.length) {
    const [name, suffix] = word().split(':') as [string, string?];
    const prefixed = PREFIXED[name];
    if (prefixed) {
      w.u8(...prefixed);
      continue;
    }
    const opcode = OPCODE[name];
    if (opcode === undefined) throw new Error(`assembler: no instruction ${name}`);
    w.u8(opcode);
    const row = INSTRUCTIONS[opcode]!;
    switch (row.immediate) {
      case 'block':
        w.u8(suffix === undefined ? VOID : types(suffix)[0]!);
        break;
      case 'label':
      case 'local':
      case 'global':
        w.u32(Number(word()));
        break;
      case 'labels': {
        const labels = word().split(',').map(Number);
        w.u32(labels.length - 1);
        for (const label of labels) w.u32(label);
        break;
      }
      case 'function': {
        const callee = word();
        const index = callee.startsWith('$') ? names.get(callee.slice(1)) : Number(callee);
        if (index === undefined) throw new Error(`assembler: no function ${callee}`);
        w.u32(index);
        break;
      }
      case 'indirect': {
        const [parameters = '', result = ''] = word().split('>');
        const letters = (part: string) => [...part].map((letter): ValueTypeByte => (letter === 'l' ? I64 : I32));
        w.u32(typeOf({ parameters: letters(parameters), results: letters(result) })).u32(0);
        break;
      }
      case 'memory':
        w.u32(row.alignment).u32(/^\d+$/.test(words[at] ?? '') ? Number(word()) : 0);
        break;
      case 'zero':
        w.u8(0);
        break;
      case 'i32':
        w.signed(Number(word()) | 0);
        break;
      case 'i64':
        w.signed(BigInt.asIntN(64, BigInt(word())));
    }
  }
  return w.finish();
}

/** What modules may import from: the faces of scripts, and that of Ewasm contracts. */
const INTERFACES = [...HOST_TABLES.map(({ imports }) => imports), CONTRACT_INTERFACE];

/** The module as data, for tests that want to change it before it is encoded. */
export function assemble(source: ModuleSource): WasmModule {
  const signatures: FunctionType[] = [];
  const typeOf = (type: FunctionType): number => {
    const known = signatures.findIndex((one) => sameFunctionType(one, type));
    return known >= 0 ? known : signatures.push(type) - 1;
  };
  const imports = (source.imports ?? []).map((name) => {
    const { host: module = HOST_MODULE } = source;
    const offered = INTERFACES.find((each) => each.module === module)?.functions.get(name);
    if (offered === undefined) throw new Error(`no host function ${module}.${name}`);
    return { module, name, type: typeOf(offered.type), offset: 0 };
  });
  const main: AssembledFunction = { code: source.main, ...(source.locals && { locals: source.locals }) };
  const defined = Object.entries({ main, ...source.functions });
  const names = new Map<string, number>();
  for (const { name } of imports) names.set(name, names.size);
  for (const [name] of defined) names.set(name, names.size);
  const functions = defined.map(([, { parameters, result }]) =>
    typeOf({ parameters: types(parameters), results: types(result) }),
  );
  const bodies = defined.map(([, { locals, code }]) => ({
    locals: types(locals),
    code: new WasmWriter()
      .bytes(assembleCode(code, names, typeOf))
      .u8(0x0b)
      .finish(),
    offset: 0,
  }));
  const [initial, maximum] = source.memory ?? [1, 1];
  const entries = (source.table ?? []).map((name) => names.get(name)!);
  return {
    types: signatures,
    imports,
    functions,
    table: entries.length > 0 ? { initial: entries.length, maximum: entries.length } : undefined,
    memory: { initial, maximum },
    globals: (source.globals ?? []).map(([type, value]) => ({ type: types(type)[0]!, isMutable: true, value })),
    exports: [
      { name: 'memory', kind: 'memory', index: 0 },
      { name: 'main', kind: 'function', index: names.get('main')! },
    ],
    elements: entries.length > 0 ? [{ start: 0, functions: entries }] : [],
    data: (source.data ?? []).map(([start, bytes]) => ({ start, bytes })),
    bodies,
    names: new Map(),
  };
}

/** Bytes of the module. */
export function assembleModule(source: ModuleSource): Uint8Array {
  return encodeModule(assemble(source));
}
