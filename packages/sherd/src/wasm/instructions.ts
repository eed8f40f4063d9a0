/**
 * What each instruction of WebAssembly is: its immediates, its operands and result, and what class of work it is.
 * Validation, metering and tests read these rows; an opcode without a row is refused, with the name of its proposal.
 */
import type { WasmErrorCode } from './errors.ts';
import { I32, I64, type ValueTypeByte } from './types.ts';

/** What follows the opcode byte. */
export type Immediate =
  | 'none'
  | 'block'
  | 'label'
  | 'labels'
  | 'function'
  | 'indirect'
  | 'local'
  | 'global'
  | 'memory'
  | 'zero'
  | 'i32'
  | 'i64';

/** Classes of work; `costs.ts` prices them. */
export type Work =
  | 'free'
  | 'move'
  | 'simple'
  | 'compare'
  | 'global'
  | 'rotate'
  | 'multiply'
  | 'divide'
  | 'load'
  | 'store'
  | 'storeByte'
  | 'branch'
  | 'table'
  | 'call'
  | 'indirect'
  | 'bulk'
  | 'grow';

export interface Instruction {
  readonly name: string;
  readonly immediate: Immediate;
  /** Types of the operands in the order in which they were pushed; empty where the rule is the validator's own. */
  readonly pops: readonly ValueTypeByte[];
  readonly pushes: ValueTypeByte | undefined;
  readonly work: Work;
  /** Memory accesses: log2 of the natural alignment. */
  readonly alignment: number;
}

const NONE: readonly ValueTypeByte[] = [];

function row(name: string, immediate: Immediate, signature: string, work: Work, alignment = 0): Instruction {
  const [pops = '', pushes = ''] = signature.split('>');
  const type = (letter: string): ValueTypeByte => (letter === 'i' ? I32 : I64);
  return {
    name,
    immediate,
    pops: pops === '' ? NONE : [...pops].map(type),
    pushes: pushes === '' ? undefined : type(pushes),
    work,
    alignment,
  };
}

/** Rows of consecutive opcodes of one signature. */
function family(first: number, names: string, signature: string, work: Work = 'simple'): [number, Instruction][] {
  return names.split(' ').map((name, i) => [first + i, row(name, 'none', signature, work)]);
}

const COMPARE = 'eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u';
const typed = (type: string, names: string) =>
  names
    .split(' ')
    .map((name) => `${type}.${name}`)
    .join(' ');

// Signatures: operands, `>`, result; i is i32, l is i64.
const ROWS: readonly [number, Instruction][] = [
  [0x00, row('unreachable', 'none', '', 'free')],
  [0x01, row('nop', 'none', '', 'free')],
  [0x02, row('block', 'block', '', 'free')],
  [0x03, row('loop', 'block', '', 'free')],
  [0x04, row('if', 'block', 'i', 'branch')],
  [0x05, row('else', 'none', '', 'free')],
  [0x0b, row('end', 'none', '', 'free')],
  [0x0c, row('br', 'label', '', 'branch')],
  [0x0d, row('br_if', 'label', 'i', 'branch')],
  [0x0e, row('br_table', 'labels', 'i', 'table')],
  [0x0f, row('return', 'none', '', 'branch')],
  [0x10, row('call', 'function', '', 'call')],
  [0x11, row('call_indirect', 'indirect', 'i', 'indirect')],
  [0x1a, row('drop', 'none', '', 'move')],
  [0x1b, row('select', 'none', 'i', 'simple')],
  [0x20, row('local.get', 'local', '', 'move')],
  [0x21, row('local.set', 'local', '', 'move')],
  [0x22, row('local.tee', 'local', '', 'move')],
  [0x23, row('global.get', 'global', '', 'global')],
  [0x24, row('global.set', 'global', '', 'global')],
  [0x28, row('i32.load', 'memory', 'i>i', 'load', 2)],
  [0x29, row('i64.load', 'memory', 'i>l', 'load', 3)],
  [0x2c, row('i32.load8_s', 'memory', 'i>i', 'load', 0)],
  [0x2d, row('i32.load8_u', 'memory', 'i>i', 'load', 0)],
  [0x2e, row('i32.load16_s', 'memory', 'i>i', 'load', 1)],
  [0x2f, row('i32.load16_u', 'memory', 'i>i', 'load', 1)],
  [0x30, row('i64.load8_s', 'memory', 'i>l', 'load', 0)],
  [0x31, row('i64.load8_u', 'memory', 'i>l', 'load', 0)],
  [0x32, row('i64.load16_s', 'memory', 'i>l', 'load', 1)],
  [0x33, row('i64.load16_u', 'memory', 'i>l', 'load', 1)],
  [0x34, row('i64.load32_s', 'memory', 'i>l', 'load', 2)],
  [0x35, row('i64.load32_u', 'memory', 'i>l', 'load', 2)],
  [0x36, row('i32.store', 'memory', 'ii', 'store', 2)],
  [0x37, row('i64.store', 'memory', 'il', 'store', 3)],
  [0x3a, row('i32.store8', 'memory', 'ii', 'storeByte', 0)],
  [0x3b, row('i32.store16', 'memory', 'ii', 'store', 1)],
  [0x3c, row('i64.store8', 'memory', 'il', 'storeByte', 0)],
  [0x3d, row('i64.store16', 'memory', 'il', 'store', 1)],
  [0x3e, row('i64.store32', 'memory', 'il', 'store', 2)],
  [0x3f, row('memory.size', 'zero', '>i', 'global')],
  [0x40, row('memory.grow', 'zero', 'i>i', 'grow')],
  [0x41, row('i32.const', 'i32', '>i', 'move')],
  [0x42, row('i64.const', 'i64', '>l', 'move')],
  [0x45, row('i32.eqz', 'none', 'i>i', 'compare')],
  ...family(0x46, typed('i32', COMPARE), 'ii>i', 'compare'),
  [0x50, row('i64.eqz', 'none', 'l>i', 'compare')],
  ...family(0x51, typed('i64', COMPARE), 'll>i', 'compare'),
  ...family(0x67, typed('i32', 'clz ctz popcnt'), 'i>i'),
  ...family(0x6a, typed('i32', 'add sub'), 'ii>i'),
  ...family(0x6c, 'i32.mul', 'ii>i', 'multiply'),
  ...family(0x6d, typed('i32', 'div_s div_u rem_s rem_u'), 'ii>i', 'divide'),
  ...family(0x71, typed('i32', 'and or xor shl shr_s shr_u'), 'ii>i'),
  ...family(0x77, typed('i32', 'rotl rotr'), 'ii>i', 'rotate'),
  ...family(0x79, typed('i64', 'clz ctz popcnt'), 'l>l'),
  ...family(0x7c, typed('i64', 'add sub'), 'll>l'),
  ...family(0x7e, 'i64.mul', 'll>l', 'multiply'),
  ...family(0x7f, typed('i64', 'div_s div_u rem_s rem_u'), 'll>l', 'divide'),
  ...family(0x83, typed('i64', 'and or xor shl shr_s shr_u'), 'll>l'),
  ...family(0x89, typed('i64', 'rotl rotr'), 'll>l', 'rotate'),
  [0xa7, row('i32.wrap_i64', 'none', 'l>i', 'simple')],
  [0xac, row('i64.extend_i32_s', 'none', 'i>l', 'simple')],
  [0xad, row('i64.extend_i32_u', 'none', 'i>l', 'simple')],
  ...family(0xc0, typed('i32', 'extend8_s extend16_s'), 'i>i'),
  ...family(0xc2, typed('i64', 'extend8_s extend16_s extend32_s'), 'l>l'),
];

/** Rows by opcode byte. */
export const INSTRUCTIONS: readonly (Instruction | undefined)[] = (() => {
  const table: (Instruction | undefined)[] = new Array(256).fill(undefined);
  for (const [byte, instruction] of ROWS) table[byte] = instruction;
  return table;
})();

/** Opcodes after the prefix 0xfc that scripts may use. */
export const MEMORY_COPY = 10;
export const MEMORY_FILL = 11;

/** Opcode bytes by name, for code that writes instructions. */
export const OPCODE: Readonly<Record<string, number>> = Object.fromEntries(
  ROWS.map(([byte, { name }]) => [name, byte]),
);

const between = (value: number, first: number, last: number): boolean => value >= first && value <= last;

/** Which proposal an opcode without a row belongs to. */
export function refusalOf(byte: number): WasmErrorCode {
  if (byte === 0x2a || byte === 0x2b || byte === 0x38 || byte === 0x39 || byte === 0x43 || byte === 0x44)
    return 'WASM_FLOAT';
  if (between(byte, 0x5b, 0x66) || between(byte, 0x8b, 0xbf)) return 'WASM_FLOAT';
  if (between(byte, 0x06, 0x0a) || byte === 0x18 || byte === 0x19 || byte === 0x1f) return 'WASM_EXCEPTIONS';
  if (byte === 0x12 || byte === 0x13 || byte === 0x15) return 'WASM_TAIL_CALL';
  if (byte === 0x14 || byte === 0xfb || between(byte, 0xd3, 0xd6)) return 'WASM_GC';
  if (byte === 0x1c || byte === 0x25 || byte === 0x26 || between(byte, 0xd0, 0xd2)) return 'WASM_REFERENCE_TYPES';
  if (byte === 0xfd) return 'WASM_SIMD';
  if (byte === 0xfe) return 'WASM_THREADS';
  return 'WASM_MALFORMED';
}

/** Which proposal an opcode after 0xfc belongs to, for those that scripts may not use. */
export function prefixedRefusalOf(code: number): WasmErrorCode {
  if (code < 8) return 'WASM_FLOAT';
  if (code === 8 || code === 9) return 'WASM_BULK_MEMORY';
  if (between(code, 12, 17)) return 'WASM_REFERENCE_TYPES';
  return 'WASM_MALFORMED';
}
