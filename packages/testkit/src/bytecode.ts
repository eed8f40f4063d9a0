/**
 * EVM bytecode as it reads: `push(7) + op.ADD + returnTop()`. Code is a string of hex digits, so that pieces are joined
 * with +; `code()` makes bytes of it.
 */
import { hexToBytes } from 'sherd/base';
import { OPCODE_NAMES, OPCODES, type OpcodeName } from 'sherd/protocol';

/** Hex digits, two a byte. */
export type Bytecode = string;

function hexByte(byte: number): Bytecode {
  return byte.toString(16).padStart(2, '0');
}

/** Each opcode as one byte of code. */
export const op = Object.fromEntries(OPCODE_NAMES.map((name) => [name, hexByte(OPCODES[name].byte)])) as Readonly<
  Record<OpcodeName, Bytecode>
>;

/** Pushes a number, address or word (0x...) with the shortest PUSH1 .. PUSH32 that holds it. */
export function push(value: number | bigint | string): Bytecode {
  const word = BigInt(value);
  const digits = word.toString(16);
  if (word < 0n || digits.length > 64) throw new RangeError(`push: not a word: ${value}`);
  const even = digits.length % 2 === 0 ? digits : `0${digits}`;
  return hexByte(OPCODES.PUSH1.byte + even.length / 2 - 1) + even;
}

/** Pushes with exactly `size` bytes. */
export function pushN(size: number, value: number | bigint | string): Bytecode {
  return (
    hexByte(OPCODES.PUSH1.byte + size - 1) +
    BigInt(value)
      .toString(16)
      .padStart(2 * size, '0')
  );
}

/** Pushes operands so that the first ends on top of the stack, then the instruction. */
export function call(name: OpcodeName, ...operands: readonly (number | bigint | string)[]): Bytecode {
  return [...operands].reverse().map(push).join('') + op[name];
}

/** Stores the top of the stack at memory 0 and returns those 32 bytes. */
export function returnTop(): Bytecode {
  return push(0) + op.MSTORE + call('RETURN', 0, 32);
}

export function mstore(offset: number, value: number | bigint | string): Bytecode {
  return call('MSTORE', offset, value);
}

export function sstore(slot: number | bigint, value: number | bigint | string): Bytecode {
  return call('SSTORE', slot, value);
}

/** Puts code into memory from `offset` on, 32 bytes at a time. */
export function storeInMemory(offset: number, bytes: Bytecode): Bytecode {
  let out = '';
  for (let i = 0; i < bytes.length; i += 64) {
    out += mstore(offset + i / 2, `0x${bytes.slice(i, i + 64).padEnd(64, '0')}`);
  }
  return out;
}

/** Init code that deploys `runtime`. */
export function deployer(runtime: Bytecode): Bytecode {
  const size = runtime.length / 2;
  const start = (offset: number) => pushN(2, size) + pushN(2, offset) + push(0) + op.CODECOPY;
  const end = pushN(2, size) + push(0) + op.RETURN;
  const length = (start(0).length + end.length) / 2;
  return start(length) + end + runtime;
}

export interface CallOperands {
  readonly gas?: number | bigint;
  readonly to: number | bigint | string;
  readonly value?: number | bigint;
  readonly input?: readonly [offset: number, size: number];
  readonly output?: readonly [offset: number, size: number];
}

/** A call instruction with its operands named; all gas unless told otherwise. */
export function callTo(
  name: 'CALL' | 'CALLCODE' | 'DELEGATECALL' | 'STATICCALL',
  { gas, to, value = 0, input = [0, 0], output = [0, 0] }: CallOperands,
): Bytecode {
  const hasValue = name === 'CALL' || name === 'CALLCODE';
  const tail = push(output[1]) + push(output[0]) + push(input[1]) + push(input[0]) + (hasValue ? push(value) : '');
  return tail + push(to) + (gas === undefined ? op.GAS : push(gas)) + op[name];
}

/** The bytes of the code. */
export function code(bytecode: Bytecode): Uint8Array {
  return hexToBytes(bytecode);
}
