/** Bytecode as a list of instructions. */
import { checkBytes, checkCount, checkObject } from '../base/arguments.ts';
import { bytesToHex, type Hex } from '../base/index.ts';
import { NAME_OF_BYTE, OPCODES, type Opcode, type OpcodeName } from '../protocol/index.ts';

/** An instruction, or a byte that is none, where it stands in the code. */
export interface DisassembledInstruction {
  readonly position: number;
  readonly byte: number;
  /** Undefined for a byte that no fork has an instruction for. */
  readonly name: OpcodeName | undefined;
  /** Bytes behind the opcode that belong to it; shorter than they should be at the end of the code. */
  readonly immediate: Hex | undefined;
}

/** Every instruction of `code` in order. Data between instructions is read as if it were code. */
export function disassemble(code: Uint8Array): DisassembledInstruction[] {
  checkBytes(code, 'code');
  const out: DisassembledInstruction[] = [];
  for (let position = 0; position < code.length; ) {
    const byte = code[position]!;
    const name = NAME_OF_BYTE[byte];
    const row: Opcode | undefined = name === undefined ? undefined : OPCODES[name];
    const size = row?.immediate ?? 0;
    const immediate = size === 0 ? undefined : bytesToHex(code.subarray(position + 1, position + 1 + size));
    out.push({ position, byte, name, immediate });
    position += 1 + size;
  }
  return out;
}

/** One line an instruction: position in hex, name, immediate. */
export function formatInstruction(instruction: DisassembledInstruction): string {
  checkObject(instruction, 'instruction');
  const { position, byte, name, immediate } = instruction;
  checkCount(position, 'instruction: position');
  checkCount(byte, 'instruction: byte', 255);
  const label = name ?? `UNDEFINED(0x${byte.toString(16).padStart(2, '0')})`;
  return `${position.toString(16).padStart(4, '0')}  ${immediate === undefined ? label : `${label} ${immediate}`}`;
}
