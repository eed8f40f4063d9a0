/** `sherd t9n`: whether a fork takes transactions, with geth's files and flags. */
import { Command, Option } from 'commander';
import { T8N_FORKS } from '../evmTool/t8n/forkNames.ts';
import { type T9nOptions, t9nCommand } from '../evmTool/t9n.ts';
import { endLikeGeth } from './endLikeGeth.ts';
import { parseChainId } from './t8n.ts';
import { addVerbosity } from './traceOptions.ts';

export function transactionCommand(): Command {
  const command = new Command('t9n')
    .alias('transaction')
    .description("say of transactions whether a fork takes them, with the flags and formats of geth's `evm t9n`")
    .option('--input.txs <file>', 'transactions, .rlp or JSON; or stdin', 'txs.json')
    .option('--state.fork <name>', 'rules: a name from the list below', 'GrayGlacier')
    .addOption(new Option('--state.chainid <n>', 'chain id').argParser(parseChainId).default(1n, '1'));
  return addVerbosity(command)
    .addHelpText(
      'after',
      `
Prints an array of {error, address, hash, intrinsicGas}; what is not known is left out.

Forks: ${T8N_FORKS.join(', ')};
EIPs on top as in London+3855.

Exit codes: 3 settings, 10 JSON, 11 files, 12 RLP.

Examples:
  sherd t9n --state.fork London --input.txs txs.rlp
  echo '{"txsRlp": "0xc0"}' | sherd t9n --state.fork Osaka --input.txs stdin`,
    )
    .action((options: T9nOptions) => endLikeGeth(({ stdout }) => stdout(`${t9nCommand(options)}\n`)));
}
