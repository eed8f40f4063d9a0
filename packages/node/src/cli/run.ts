/** `sherd run`: a piece of EVM code on its own. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { type Address, isHex } from 'sherd/base';
import { FORKS, type ForkName, forkFromName } from 'sherd/protocol';
import { type RunOptions, runCommand } from '../evmTool/runCommand.ts';
import { isTracerName, TRACER_NAMES, type TracerName } from '../rpc/backend.ts';
import { createLineWriter } from './lineWriter.ts';
import { addTraceOptions, type TraceFlags, tracedFields } from './traceOptions.ts';

type RunFlags = Omit<RunOptions, 'steps'> & TraceFlags & { readonly json?: boolean; readonly trace?: boolean };

const DEFAULT_GAS = 10_000_000_000n;
/** The ASCII of "sender" and "receiver": geth's defaults. */
const DEFAULT_SENDER: Address = '0x000000000000000000000000000073656e646572';
const DEFAULT_RECEIVER: Address = '0x0000000000000000000000007265636569766572';

export function runCodeCommand(): Command {
  const command = new Command('run')
    .description("run EVM code and print what it returns, in the manner of geth's `evm run`")
    .argument('[code]', 'hex, a file with hex, or - for standard input')
    .option('--code <hex>', 'the code as hex')
    .option('--codefile <file>', 'the code from a file with hex; - for standard input')
    .option('--input <hex>', 'calldata; behind the code with --create')
    .option('--inputfile <file>', 'calldata from a file with hex')
    .option('--create', 'the code is init code')
    .addOption(integerOption('--gas <n>', 'gas limit', DEFAULT_GAS))
    .addOption(integerOption('--price <wei>', 'what GASPRICE says', 0n))
    .addOption(integerOption('--value <wei>', 'ether that comes with the call', 0n))
    .option('--sender <address>', 'who calls', parseAccount, DEFAULT_SENDER)
    .option('--receiver <address>', 'where the code stands', parseAccount, DEFAULT_RECEIVER)
    .option('--prestate <file>', "a genesis file of geth's: accounts, block fields, forks")
    .option(
      '--fork <name>',
      `rules; default: those of the genesis file, or the newest (${FORKS.length} known)`,
      parseFork,
    )
    .option('--json', 'every step as a line of JSON (EIP-3155) on standard output; also --trace')
    .addOption(new Option('--trace').hideHelp());
  addTraceOptions(command)
    .option('--tracer <name>', `one JSON trace instead: ${TRACER_NAMES.join(', ')}`, parseTracer)
    .option('--tracer.config <json>', 'its settings, as geth has them: {"withLog":true}, {"diffMode":true}')
    .option('--dump', 'print the state afterwards')
    .option('--bench', 'run again and again, and print how fast it is')
    .option('--stat', 'print gas and time')
    .addOption(new Option('--statdump').hideHelp())
    .addHelpText(
      'after',
      `
Examples:
  sherd run 6001600201
  sherd run 600160020160005260206000f3 --json
  sherd run --codefile loop.hex --bench --gas 100000000
  sherd run --prestate genesis.json --receiver 0x... --input 0x06fdde03 --tracer callTracer`,
    )
    .action((code: string | undefined, { json, trace, ...options }: RunFlags & { readonly statdump?: boolean }) => {
      const steps = json === true || trace === true ? tracedFields(options) : undefined;
      const out = createLineWriter(1);
      const output = { out: out.write, err: (line: string) => console.error(line) };
      try {
        runCommand(code, { ...options, steps, stat: options.stat === true || options.statdump === true }, output);
      } finally {
        out.flush();
      }
    });
  return command;
}

function integerOption(flags: string, what: string, value: bigint): Option {
  return new Option(flags, what).argParser(parseInteger).default(value, value.toString());
}

function parseInteger(text: string): bigint {
  if (!/^(?:\d{1,78}|0x[0-9a-fA-F]{1,64})$/.test(text)) throw new InvalidArgumentError('want a decimal or hex integer');
  return BigInt(text);
}

function parseAccount(text: string): Address {
  const prefixed = text.startsWith('0x') ? text : `0x${text}`;
  if (!isHex(prefixed, 20)) throw new InvalidArgumentError('want an address of 20 bytes in hex');
  return prefixed.toLowerCase() as Address;
}

function parseFork(text: string): ForkName {
  const fork = forkFromName(text);
  if (fork === undefined) throw new InvalidArgumentError(`want one of ${FORKS.join(', ')}`);
  return fork;
}

function parseTracer(text: string): TracerName {
  if (!isTracerName(text)) throw new InvalidArgumentError(`want one of ${TRACER_NAMES.join(', ')}`);
  return text;
}
