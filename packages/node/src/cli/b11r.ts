/** `sherd b11r`: a block as RLP from its parts, with geth's files and flags. */
import { Command, Option } from 'commander';
import { type B11rOptions, b11rCommand } from '../evmTool/b11r/command.ts';
import { endLikeGeth } from './endLikeGeth.ts';
import { addVerbosity } from './traceOptions.ts';

export function blockBuilderCommand(): Command {
  const command = new Command('b11r')
    .alias('block-builder')
    .description("put a block together, with the flags, formats and exit codes of geth's `evm b11r`")
    .option('--input.header <file>', 'the header; or stdin', 'header.json')
    .option('--input.ommers <file>', 'a list of blocks in RLP, whose headers are the ommers; or stdin')
    .option('--input.withdrawals <file>', 'a list of withdrawals; or stdin')
    .option('--input.txs <file>', 'RLP of the transactions; or stdin', 'txs.rlp')
    .option('--output.basedir <folder>', 'where the output file goes; made when it is not there')
    .option('--output.block <file>', 'RLP and hash of the block; or stdout, stderr', 'block.json')
    .addOption(new Option('--seal.clique <file>', 'refused: blocks have no seal').hideHelp());
  return addVerbosity(command)
    .addHelpText(
      'after',
      `
Writes {rlp, hash}. The header has the names of the RPC; stateRoot, number, gasLimit and timestamp must be there, what
else is left out is that of an empty block. Nothing is checked: blocks that are wrong can be built too.

Exit codes: 3 settings, 10 JSON, 11 files, 12 RLP.

Examples:
  sherd b11r --input.header header.json --input.txs txs.rlp --input.withdrawals withdrawals.json --output.block stdout
  sherd b11r --input.header stdin --input.ommers stdin --input.txs stdin < block.json`,
    )
    .action((options: B11rOptions) => endLikeGeth((streams) => b11rCommand(options, streams)));
}
