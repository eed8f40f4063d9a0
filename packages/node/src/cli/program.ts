/** All commands, put together; each is loaded only when it is called. */
import { Command } from 'commander';
import { programVersion } from '../service/version.ts';

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
  t9n: async () => (await import('./t9n.ts')).transactionCommand(),
  b11r: async () => (await import('./b11r.ts')).blockBuilderCommand(),
};

const OTHER_NAMES: Readonly<Record<string, string>> = {
  transition: 't8n',
  transaction: 't9n',
  'block-builder': 'b11r',
};

const EXAMPLES = `
Examples:
  sherd start                    a network with Ethereum JSON-RPC on every shard
  sherd demo                     the whole story against the running network
  sherd verify                   run the stored chain again and compare every root
  sherd start --help             all options of a command
  sherd evm statetest FILE       a command line of geth's \`evm\`, answered as it answers`;

/** The program with the command that is called; with all of them where help or a suggestion may be wanted. */
export async function createProgram(name: string | undefined): Promise<Command> {
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
