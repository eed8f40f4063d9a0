/** `sherd t8n`: one block from a state, an environment and transactions, with geth's files and flags. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { EXTRA_EIPS } from 'sherd/protocol';
import { type T8nOptions, t8nCommand } from '../evmTool/t8n/command.ts';
import { T8N_FORKS } from '../evmTool/t8n/forkNames.ts';
import { isTracerName, TRACER_NAMES, type TracerName } from '../rpc/backend.ts';
import { endLikeGeth } from './endLikeGeth.ts';
import { addTraceOptions, type TraceFlags, tracedFields } from './traceOptions.ts';

export function stateTransitionCommand(): Command {
  const command = new Command('t8n')
    .alias('transition')
    .description("build one block from files, with the flags, formats and exit codes of geth's `evm t8n`")
    .option('--input.alloc <file>', 'accounts before; or stdin', 'alloc.json')
    .option('--input.env <file>', 'the block; or stdin', 'env.json')
    .option('--input.txs <file>', 'transactions, JSON or .rlp; or stdin', 'txs.json')
    .option('--output.basedir <folder>', 'where output files go; made when it is not there')
    .option('--output.alloc <file>', 'accounts afterwards; or stdout, stderr', 'alloc.json')
    .option('--output.result <file>', 'roots, receipts, rejected transactions; or stdout, stderr', 'result.json')
    .option('--output.body <file>', 'RLP of the transactions that ran; or stdout, stderr')
    .option('--state.fork <name>', 'rules: a name from the list below', 'GrayGlacier')
    .addOption(new Option('--state.chainid <n>', 'chain id').argParser(parseChainId).default(1n, '1'))
    .addOption(
      new Option('--state.reward <wei>', 'for the coinbase; -1: none, not even of 0')
        .argParser(parseReward)
        .default(0n, '0'),
    )
    .option('--trace', 'a file of EIP-3155 lines for each transaction that ran');
  return addTraceOptions(command)
    .option('--trace.tracer <name>', `a file with one JSON trace instead: ${TRACER_NAMES.join(', ')}`, parseTracer)
    .option('--trace.jsonconfig <json>', 'settings of that tracer')
    .option('--opcode.count <file>', 'how often each instruction ran, as JSON')
    .addHelpText(
      'after',
      `
Forks: ${T8N_FORKS.join(', ')};
a change as in BerlinToLondonAt5, ShanghaiToCancunAtTime15k; EIPs on top as in London+3855+1153.
Extra EIPs: ${[...EXTRA_EIPS.keys()].join(', ')}.

Exit codes: 2 the block cannot be run, 3 settings, 4 a block hash is missing, 10 JSON, 11 files, 12 RLP.

Examples:
  sherd t8n --state.fork Cancun --input.alloc alloc.json --input.env env.json --input.txs txs.json --output.result stdout
  sherd t8n --state.fork Prague --input.alloc stdin --input.env stdin --input.txs stdin --output.alloc stdout`,
    )
    .action((options: Omit<T8nOptions, 'steps'> & TraceFlags) =>
      endLikeGeth((streams) => t8nCommand({ ...options, steps: tracedFields(options) }, streams)),
    );
}

export function parseChainId(text: string): bigint {
  if (!/^\d{1,20}$/.test(text)) throw new InvalidArgumentError('want an unsigned integer');
  return BigInt(text);
}

function parseReward(text: string): bigint {
  if (!/^(?:-1|\d{1,30})$/.test(text)) throw new InvalidArgumentError('want wei, or -1');
  return BigInt(text);
}

function parseTracer(text: string): TracerName {
  if (!isTracerName(text)) throw new InvalidArgumentError(`want one of ${TRACER_NAMES.join(', ')}`);
  return text;
}
