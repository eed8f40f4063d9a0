/**
 * Modules before and after the metering tool of 2018: what ours makes of the first must be the second, byte for byte.
 * The files describe modules as trees of JSON.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isSherdError } from 'sherd/base';
import {
  decodeModule,
  encodeModule,
  type ImportMeterPrices,
  meterByImport,
  OPCODE,
  UNIT_PRICES,
  WASM_LIMITS,
  WasmWriter,
} from 'sherd/wasm';
import { describe, expect, it } from 'vitest';

const folder = join(process.env['SHERD_FIXTURES'] ?? '', 'ewasm', 'wasm-metering');
const isThere = process.env['SHERD_FIXTURES'] !== undefined && existsSync(folder);
const names = isThere ? readdirSync(join(folder, 'in', 'json')) : [];
if (!isThere) console.warn(`skipped the metering pairs: no folder ${folder}; SHERD_FIXTURES names the official suites`);

/** What scripts cannot have, and those who read their modules refuse: floats, and globals of the host. */
const REFUSED: Readonly<Record<string, string>> = {
  'start.wast.json': 'WASM_FLOAT',
  'stuff.wast.json': 'WASM_FLOAT',
  'mixedImports.wast.json': 'WASM_BAD_IMPORT',
};

/** Where the ends of blocks are free. The tables of other pairs price what a start costs, which no module holds. */
const PRICES: Readonly<Record<string, ImportMeterPrices>> = {
  'zeroCostOps.wast.json': { ...UNIT_PRICES, instruction: (name) => (name === 'end' ? 0 : 1) },
};

// biome-ignore lint/suspicious/noExplicitAny: the files are trees of many shapes, and any fault in one fails its test.
type Tree = any;

const TYPE: Readonly<Record<string, number>> = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, func: 0x60 };
const SECTION = ['', 'type', 'import', 'function', 'table', 'memory', 'global', 'export', 'start', 'element', 'code'];
/** Names of instructions that have changed since. */
const RENAMED: Readonly<Record<string, string>> = { get_local: 'local.get', set_local: 'local.set' };

function writeInstruction(w: WasmWriter, { name, return_type: type, immediates }: Tree): void {
  const now = RENAMED[name] ?? (type === undefined ? name : `${type}.${name}`);
  const opcode = OPCODE[now];
  if (opcode === undefined) throw new Error(`no instruction ${now}`);
  w.u8(opcode);
  if (immediates === undefined) {
    if (name === 'if') w.u8(0x40);
  } else if (name === 'if') w.u8(TYPE[immediates]!);
  else if (name === 'call_indirect') w.u32(immediates.index).u8(0);
  else if (name === 'const') w.signed(BigInt(immediates));
  else w.u32(Number(immediates));
}

function writeBounds(w: WasmWriter, { flags, intial: initial, maximum }: Tree): void {
  w.u8(flags).u32(initial);
  if (flags === 1) w.u32(maximum);
}

const types = (w: WasmWriter, list: readonly string[]) => w.u32(list.length).u8(...list.map((type) => TYPE[type]!));

const WRITERS: Readonly<Record<string, (w: WasmWriter, entry: Tree) => void>> = {
  type(w, { params, return_type: result }) {
    types(types(w.u8(TYPE['func']!), params), result === undefined ? [] : [result]);
  },
  import(w, { moduleStr, fieldStr, kind, type }) {
    w.name(moduleStr).name(fieldStr);
    if (kind === 'function') w.u8(0).u32(type);
    else w.u8(3, TYPE[type.contentType]!, type.mutability);
  },
  function: (w, type) => void w.u32(type),
  table: (w, { limits }) => writeBounds(w.u8(0x70), limits),
  memory: writeBounds,
  export: (w, { field_str: name, index }) => void w.name(name).u8(0).u32(index),
  element(w, { index, offset, elements }) {
    writeInstruction(w.u32(index), offset);
    w.u8(0x0b).u32(elements.length);
    for (const each of elements) w.u32(each);
  },
  code(w, { locals, code }) {
    expect(locals).toEqual([]);
    const body = new WasmWriter().u8(0);
    for (const each of code) writeInstruction(body, each);
    w.u32(body.length).append(body);
  },
  data(w, { index, offset, data }) {
    writeInstruction(w.u32(index), offset);
    w.u8(0x0b)
      .u32(data.length)
      .u8(...data);
  },
};

/** The module in the binary format. The version is that of the finished format; the files are of the draft before. */
function assembleTree([, ...sections]: Tree): Uint8Array {
  const out = new WasmWriter().u8(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
  for (const { name, entries, index } of sections) {
    const content = new WasmWriter();
    if (name === 'start') content.u32(index);
    else {
      content.u32(entries.length);
      for (const entry of entries) WRITERS[name]!(content, entry);
    }
    out
      .u8(name === 'data' ? 11 : SECTION.indexOf(name))
      .u32(content.length)
      .append(content);
  }
  return out.finish();
}

describe.skipIf(!isThere)('the metering pairs of 2018', () => {
  it('are eleven', () => {
    expect(names.length).toBe(11);
  });

  it.each(names)('%s', (name) => {
    const read = (side: string): Tree => JSON.parse(readFileSync(join(folder, side, 'json', name), 'utf8'));
    const plain = assembleTree(read('in'));
    const wanted = read('expected-out');
    const refusal = REFUSED[name];
    if (refusal !== undefined) {
      expect(codeOf(() => decodeModule(plain, WASM_LIMITS))).toBe(refusal);
      return;
    }
    const module = decodeModule(plain, WASM_LIMITS);
    expect(encodeModule(module)).toEqual(plain);
    const prices = PRICES[name] ?? UNIT_PRICES;
    const options = { module: 'metering', name: 'usegas', parameter: meterType(wanted), prices } as const;
    expect(encodeModule(meterByImport(module, options))).toEqual(assembleTree(wanted));
  });
});

/** Type of the function that the pair charges with: the tool could do both. */
function meterType(tree: Tree): 'i32' | 'i64' {
  const entries = (section: string) => tree.find(({ name }: Tree) => name === section).entries;
  return entries('type')[entries('import').at(-1).type].params[0];
}

function codeOf(action: () => unknown): string {
  try {
    action();
    return 'ok';
  } catch (error) {
    if (!isSherdError(error)) throw error;
    return error.code;
  }
}
