/** Bytecode as text. */
import { describe, expect, it } from 'vitest';
import { disassembly } from './disassembly.ts';

describe('disassembly', () => {
  it('has a line for each instruction, its immediate behind it', () => {
    const code = Uint8Array.of(0x60, 0x05, 0x5f, 0x0c, 0x61, 0x01, 0x02);
    expect([...disassembly(code)]).toEqual([
      '00000: PUSH1 0x05',
      '00002: PUSH0',
      '00003: opcode 0xc not defined',
      '00004: PUSH2 0x0102',
    ]);
  });

  it('ends with a refusal where the code ends within an instruction', () => {
    const lines = disassembly(Uint8Array.of(0x01, 0x62, 0xff));
    expect(lines.next().value).toBe('00000: ADD');
    expect(() => lines.next()).toThrow(
      expect.objectContaining({ code: 'INCOMPLETE_PUSH', data: { position: 1, have: 1, want: 3 } }),
    );
  });
});
