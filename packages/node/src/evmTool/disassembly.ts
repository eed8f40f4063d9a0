/** Bytecode as text, in the form of geth's `evm disasm`. */
import { SherdError } from 'sherd/base';
import { type DisassembledInstruction, disassemble, opcodeLabel } from 'sherd/evm';
import { OPCODES } from 'sherd/protocol';

/** `00000: PUSH1 0x60`, a line an instruction; what is no instruction is named as such. */
export function disassemblyLine({ position, byte, immediate }: DisassembledInstruction): string {
  const line = `${position.toString(16).padStart(5, '0')}: ${opcodeLabel(byte)}`;
  return immediate === undefined ? line : `${line} ${immediate}`;
}

/**
 * The lines of `code`, one after the other.
 * @throws SherdError INCOMPLETE_PUSH behind the last complete instruction when the code ends within the next one.
 */
export function* disassembly(code: Uint8Array): Generator<string> {
  for (const instruction of disassemble(code)) {
    const { position, name, immediate } = instruction;
    const have = immediate === undefined ? 0 : (immediate.length - 2) / 2;
    const want = name === undefined ? 0 : OPCODES[name].immediate;
    if (have < want) {
      throw new SherdError(
        'INCOMPLETE_PUSH',
        `incomplete push instruction at ${position}: have ${have} bytes, want ${want}`,
        { position, have, want },
      );
    }
    yield disassemblyLine(instruction);
  }
}
