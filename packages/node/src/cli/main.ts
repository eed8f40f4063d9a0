/** The command line: assembles the commands and turns whatever goes wrong into one clear line. */
import { Command, CommanderError } from 'commander';
import { programVersion } from '../service/index.ts';
import { accountsCommand } from './accounts.ts';
import { blocktestCommand } from './blocktest.ts';
import { demoCommand } from './demo.ts';
import { disasmCommand } from './disasm.ts';
import { EXIT_FAILED, EXIT_USAGE, errorText } from './output.ts';
import { runCodeCommand } from './run.ts';
import { scoutCommand } from './scout.ts';
import { scriptCommand } from './script.ts';
import { startCommand } from './start.ts';
import { statetestCommand } from './statetest.ts';
import { statusCommand } from './status.ts';
import { stateTransitionCommand } from './t8n.ts';
import { transactiontestCommand } from './transactiontest.ts';
import { verifyCommand } from './verify.ts';
import { vmtestCommand } from './vmtest.ts';

const EXAMPLES = `
Examples:
  sherd start                    a network with Ethereum JSON-RPC on every shard
  sherd demo                     the whole story against the running network
  sherd verify                   run the stored chain again and compare every root
  sherd start --help             all options of a command`;

function createProgram(): Command {
  const program = new Command('sherd')
    .description('A beacon chain of execution scripts, shards that run them, and Ethereum contracts on every shard.')
    .version(programVersion(), '--version')
    .addHelpText('after', EXAMPLES)
    .showSuggestionAfterError(true);
  const commands = [
    startCommand(),
    demoCommand(),
    scriptCommand(),
    scoutCommand(),
    statusCommand(),
    accountsCommand(),
    verifyCommand(),
    statetestCommand(),
    blocktestCommand(),
    transactiontestCommand(),
    runCodeCommand(),
    disasmCommand(),
    stateTransitionCommand(),
    vmtestCommand(),
  ];
  for (const command of commands) program.addCommand(command);
  forAll(program, (command) => command.exitOverride().showHelpAfterError('(add --help for what is possible)'));
  return program;
}

function forAll(command: Command, change: (command: Command) => void): void {
  change(command);
  for (const child of command.commands) forAll(child, change);
}

async function main(): Promise<void> {
  // Whoever read our output has gone (`sherd start | head`): that is no reason to stop.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  try {
    await createProgram().parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      // Commander has said what is wrong; help and version end here too, with 0.
      process.exitCode = error.exitCode === 0 ? 0 : EXIT_USAGE;
      return;
    }
    console.error(errorText(error));
    process.exitCode = EXIT_FAILED;
  }
}

await main();
