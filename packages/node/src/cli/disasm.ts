/** `sherd disasm`: bytecode as text. */
import { Command } from 'commander';
import { disassembly } from '../evmTool/disassembly.ts';
import { bytesOfText, hexOrFile } from '../evmTool/input.ts';

export function disasmCommand(): Command {
  return new Command('disasm')
    .description('show EVM bytecode as text, in the form of geth')
    .argument('[code]', 'hex, a file with hex, or - for standard input', '-')
    .addHelpText(
      'after',
      `
Examples:
  sherd disasm 6001600201
  sherd disasm contract.hex`,
    )
    .action((code: string) => {
      if (code === '-' && process.stdin.isTTY) console.error('reading code from standard input, as hex');
      const bytes = bytesOfText(hexOrFile(code), 'code');
      for (const line of disassembly(bytes)) console.log(line);
    });
}
