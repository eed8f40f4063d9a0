/**
 * What each instruction is: byte, stack effect, immediate bytes, memory it touches. No fork and no price stands here
 * (see forks.ts); jump table, stack bounds, jump analysis, disassembler and compilers are derived from these rows.
 */

/** Position on the stack, 0 = top; as a size also a fixed number of bytes, written as text. */
export type MemoryRange = readonly [offset: number, size: number | '1' | '32'];

export interface Opcode {
  readonly byte: number;
  readonly pops: number;
  readonly pushes: number;
  /** Bytes of the code that follow the opcode and belong to it. */
  readonly immediate: number;
  /** Memory that the instruction reads or writes, and therefore pays for. */
  readonly memory: readonly MemoryRange[];
  /** The frame never runs on behind it. */
  readonly ends: boolean;
  /** Sets the program counter. */
  readonly jumps: boolean;
  /** Fills the return data buffer. */
  readonly returns: boolean;
  /** Its result depends on its operands alone, and it has no effect but to push it. */
  readonly pure: boolean;
  /** 'state' is forbidden in static calls; 'value' is forbidden there when it carries ether. */
  readonly writes: 'nothing' | 'state' | 'value';
}

type Traits = Partial<Pick<Opcode, 'immediate' | 'memory' | 'ends' | 'jumps' | 'returns' | 'pure' | 'writes'>>;

const DEFAULTS = {
  immediate: 0,
  memory: [],
  ends: false,
  jumps: false,
  returns: false,
  pure: false,
  writes: 'nothing',
} as const;

function op(byte: number, pops: number, pushes: number, traits: Traits = {}): Opcode {
  return { byte, pops, pushes, ...DEFAULTS, ...traits };
}

const pure: Traits = { pure: true };

type OneTo16 = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13 | 14 | 15 | 16;
type OneTo32 = OneTo16 | 17 | 18 | 19 | 20 | 21 | 22 | 23 | 24 | 25 | 26 | 27 | 28 | 29 | 30 | 31 | 32;

/** Rows PREFIX1 .. PREFIXn that differ by a number. */
function family<Prefix extends string, N extends number>(
  prefix: Prefix,
  first: number,
  last: number,
  row: (n: number) => Opcode,
): Record<`${Prefix}${N}`, Opcode> {
  const rows: Record<string, Opcode> = {};
  for (let n = first; n <= last; n++) rows[`${prefix}${n}`] = row(n);
  return rows as Record<`${Prefix}${N}`, Opcode>;
}

export const OPCODES = {
  //         byte pops pushes
  STOP: op(0x00, 0, 0, { ends: true }),
  ADD: op(0x01, 2, 1, pure),
  MUL: op(0x02, 2, 1, pure),
  SUB: op(0x03, 2, 1, pure),
  DIV: op(0x04, 2, 1, pure),
  SDIV: op(0x05, 2, 1, pure),
  MOD: op(0x06, 2, 1, pure),
  SMOD: op(0x07, 2, 1, pure),
  ADDMOD: op(0x08, 3, 1, pure),
  MULMOD: op(0x09, 3, 1, pure),
  EXP: op(0x0a, 2, 1, pure),
  SIGNEXTEND: op(0x0b, 2, 1, pure),

  LT: op(0x10, 2, 1, pure),
  GT: op(0x11, 2, 1, pure),
  SLT: op(0x12, 2, 1, pure),
  SGT: op(0x13, 2, 1, pure),
  EQ: op(0x14, 2, 1, pure),
  ISZERO: op(0x15, 1, 1, pure),
  AND: op(0x16, 2, 1, pure),
  OR: op(0x17, 2, 1, pure),
  XOR: op(0x18, 2, 1, pure),
  NOT: op(0x19, 1, 1, pure),
  BYTE: op(0x1a, 2, 1, pure),
  SHL: op(0x1b, 2, 1, pure),
  SHR: op(0x1c, 2, 1, pure),
  SAR: op(0x1d, 2, 1, pure),
  CLZ: op(0x1e, 1, 1, pure),

  KECCAK256: op(0x20, 2, 1, { memory: [[0, 1]] }),

  ADDRESS: op(0x30, 0, 1),
  BALANCE: op(0x31, 1, 1),
  ORIGIN: op(0x32, 0, 1),
  CALLER: op(0x33, 0, 1),
  CALLVALUE: op(0x34, 0, 1),
  CALLDATALOAD: op(0x35, 1, 1),
  CALLDATASIZE: op(0x36, 0, 1),
  CALLDATACOPY: op(0x37, 3, 0, { memory: [[0, 2]] }),
  CODESIZE: op(0x38, 0, 1),
  CODECOPY: op(0x39, 3, 0, { memory: [[0, 2]] }),
  GASPRICE: op(0x3a, 0, 1),
  EXTCODESIZE: op(0x3b, 1, 1),
  EXTCODECOPY: op(0x3c, 4, 0, { memory: [[1, 3]] }),
  RETURNDATASIZE: op(0x3d, 0, 1),
  RETURNDATACOPY: op(0x3e, 3, 0, { memory: [[0, 2]] }),
  EXTCODEHASH: op(0x3f, 1, 1),

  BLOCKHASH: op(0x40, 1, 1),
  COINBASE: op(0x41, 0, 1),
  TIMESTAMP: op(0x42, 0, 1),
  NUMBER: op(0x43, 0, 1),
  /** DIFFICULTY until Paris. */
  PREVRANDAO: op(0x44, 0, 1),
  GASLIMIT: op(0x45, 0, 1),
  CHAINID: op(0x46, 0, 1),
  SELFBALANCE: op(0x47, 0, 1),
  BASEFEE: op(0x48, 0, 1),
  BLOBHASH: op(0x49, 1, 1),
  BLOBBASEFEE: op(0x4a, 0, 1),

  POP: op(0x50, 1, 0),
  MLOAD: op(0x51, 1, 1, { memory: [[0, '32']] }),
  MSTORE: op(0x52, 2, 0, { memory: [[0, '32']] }),
  MSTORE8: op(0x53, 2, 0, { memory: [[0, '1']] }),
  SLOAD: op(0x54, 1, 1),
  SSTORE: op(0x55, 2, 0, { writes: 'state' }),
  JUMP: op(0x56, 1, 0, { jumps: true }),
  JUMPI: op(0x57, 2, 0, { jumps: true }),
  PC: op(0x58, 0, 1),
  MSIZE: op(0x59, 0, 1),
  GAS: op(0x5a, 0, 1),
  JUMPDEST: op(0x5b, 0, 0),
  TLOAD: op(0x5c, 1, 1),
  TSTORE: op(0x5d, 2, 0, { writes: 'state' }),
  MCOPY: op(0x5e, 3, 0, {
    memory: [
      [0, 2],
      [1, 2],
    ],
  }),

  PUSH0: op(0x5f, 0, 1, pure),
  ...family<'PUSH', OneTo32>('PUSH', 1, 32, (n) => op(0x5f + n, 0, 1, { immediate: n, pure: true })),
  ...family<'DUP', OneTo16>('DUP', 1, 16, (n) => op(0x7f + n, n, n + 1)),
  ...family<'SWAP', OneTo16>('SWAP', 1, 16, (n) => op(0x8f + n, n + 1, n + 1)),
  ...family<'LOG', 0 | 1 | 2 | 3 | 4>('LOG', 0, 4, (n) =>
    op(0xa0 + n, n + 2, 0, { memory: [[0, 1]], writes: 'state' }),
  ),

  CREATE: op(0xf0, 3, 1, { memory: [[1, 2]], returns: true, writes: 'state' }),
  CALL: op(0xf1, 7, 1, {
    memory: [
      [3, 4],
      [5, 6],
    ],
    returns: true,
    writes: 'value',
  }),
  CALLCODE: op(0xf2, 7, 1, {
    memory: [
      [3, 4],
      [5, 6],
    ],
    returns: true,
  }),
  RETURN: op(0xf3, 2, 0, { memory: [[0, 1]], ends: true }),
  DELEGATECALL: op(0xf4, 6, 1, {
    memory: [
      [2, 3],
      [4, 5],
    ],
    returns: true,
  }),
  CREATE2: op(0xf5, 4, 1, { memory: [[1, 2]], returns: true, writes: 'state' }),
  STATICCALL: op(0xfa, 6, 1, {
    memory: [
      [2, 3],
      [4, 5],
    ],
    returns: true,
  }),
  REVERT: op(0xfd, 2, 0, { memory: [[0, 1]], ends: true }),
  /** The designated invalid instruction (EIP-141): exists so that tools can name it, halts like any undefined one. */
  INVALID: op(0xfe, 0, 0, { ends: true }),
  SELFDESTRUCT: op(0xff, 1, 0, { ends: true, writes: 'state' }),
} as const satisfies Record<string, Opcode>;

export type OpcodeName = keyof typeof OPCODES;

/** Names in the order of their bytes. */
export const OPCODE_NAMES = (Object.keys(OPCODES) as OpcodeName[]).sort((a, b) => OPCODES[a].byte - OPCODES[b].byte);

/** Name of each byte; undefined where no fork has an instruction. */
export const NAME_OF_BYTE: readonly (OpcodeName | undefined)[] = Array.from({ length: 256 }, (_, byte) =>
  OPCODE_NAMES.find((name) => OPCODES[name].byte === byte),
);
