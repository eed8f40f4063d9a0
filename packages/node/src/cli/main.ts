/** The command line: assembles the commands and turns whatever goes wrong into one clear line. */
import { Command, CommanderError } from 'commander';
import { programVersion } from '../service/version.ts';
import { asksVersion, evmArguments, evmVersionLine, isEvmName } from './evmFace.ts';
import { withoutGoBooleans } from './goFlags.ts';
import { EXIT_FAILED, EXIT_USAGE, errorText } from './output.ts';

/** Each command with what loads it: a command line needs one of them, and loading all takes most of a second. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  start: async () => (await import('./start.ts')).startCommand(),
  demo: async () => (await import('./demo.ts')).demoCommand(),
  script: async () => (await import('./script.ts')).scriptCommand(),
  scout: async () => (await import('./scout.ts')).scoutCommand(),
  status: async () => (await import('./status.ts')).statusCommand(),
  accounts: async () => (await import('./accounts.ts')).accountsCommand(),
  verify: async () => (await import('./verify.ts')).verifyCommand(),
  statetest: async () => (await import('./statetest.ts')).statetestCommand(),
  blocktest: async () => (await import('./blocktest.ts')).blocktestCommand(),
  transactiontest: async () => (await import('./transactiontest.ts')).transactiontestCommand(),
  vmtest: async () => (await import('./vmtest.ts')).vmtestCommand(),
  run: async () => (await import('./run.ts')).runCodeCommand(),
  disasm: async () => (await import('./disasm.ts')).disasmCommand(),
  t8n: async () => (await import('./t8n.ts')).stateTransitionCommand(),
};

const OTHER_NAMES: Readonly<Record<string, string>> = { transition: 't8n' };

const EXAMPLES = `
Examples:
  sherd start                    a network with Ethereum JSON-RPC on every shard
  sherd demo                     the whole story against the running network
  sherd verify                   run the stored chain again and compare every root
  sherd start --help             all options of a command
  sherd evm statetest FILE       a command line of geth's \`evm\`, answered as it answers`;

/** The program with the command that is called; with all of them where help or a suggestion may be wanted. */
async function createProgram(name: string | undefined): Promise<Command> {
  const called = name === undefined ? undefined : (OTHER_NAMES[name] ?? name);
  const program = new Command('sherd')
    .description('A beacon chain of execution scripts, shards that run them, and Ethereum contracts on every shard.')
    .version(programVersion(), '--version')
    .addHelpText('after', EXAMPLES)
    .showSuggestionAfterError(true);
  const known = called === undefined || !Object.hasOwn(COMMANDS, called) ? undefined : COMMANDS[called];
  const loaders = known === undefined ? Object.values(COMMANDS) : [known];
  for (const load of loaders) program.addCommand(await load());
  forAll(program, (command) => command.exitOverride().showHelpAfterError('(add --help for what is possible)'));
  return program;
}

function forAll(command: Command, change: (command: Command) => void): void {
  change(command);
  for (const child of command.commands) forAll(child, change);
}

/** What is asked for, also where geth's program is asked; undefined when it is answered already. */
function commandLine(args: readonly string[]): readonly string[] | undefined {
  const asEvm = isEvmName(process.argv[1]) ? args : args[0] === 'evm' ? args.slice(1) : undefined;
  if (asEvm === undefined) return args;
  if (!asksVersion(asEvm)) return evmArguments(asEvm);
  console.log(evmVersionLine(programVersion()));
  return undefined;
}

async function main(): Promise<void> {
  // Whoever read our output has gone (`sherd start | head`): that is no reason to stop.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  try {
    const args = commandLine(process.argv.slice(2));
    if (args === undefined) return;
    const program = await createProgram(args[0]);
    const command = program.commands.find((each) => each.name() === args[0] || each.aliases().includes(args[0] ?? ''));
    await program.parseAsync(command === undefined ? args : withoutGoBooleans(args, command), { from: 'user' });
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
