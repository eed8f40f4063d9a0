/** The command line: runs what is asked for and turns whatever goes wrong into one clear line. */
import { CommanderError } from 'commander';
import { programVersion } from '../service/version.ts';
import { asksVersion, evmArguments, evmVersionLine, isEvmName } from './evmFace.ts';
import { withoutGoBooleans } from './goFlags.ts';
import { EXIT_FAILED, EXIT_PIPE, EXIT_USAGE, errorText } from './output.ts';
import { createProgram } from './program.ts';

/** Commands that are done when nobody reads what they print. */
const PRINTING: ReadonlySet<string> = new Set([
  'statetest',
  'blocktest',
  'transactiontest',
  'vmtest',
  'run',
  'disasm',
  't8n',
  't9n',
  'b11r',
]);

/** What is asked for, also where geth's program is asked; undefined when it is answered already. */
function commandLine(args: readonly string[]): readonly string[] | undefined {
  const asEvm = isEvmName(process.argv[1]) ? args : args[0] === 'evm' ? args.slice(1) : undefined;
  if (asEvm === undefined) return args;
  if (!asksVersion(asEvm)) return evmArguments(asEvm);
  console.log(evmVersionLine(programVersion()));
  return undefined;
}

/** Whoever read our output has gone. A network goes on (`sherd start | head`); what only prints has nothing left to do. */
function onOutputError(error: NodeJS.ErrnoException, command: string | undefined): void {
  if (error.code === 'EPIPE' && command !== undefined && PRINTING.has(command)) process.exit(EXIT_PIPE);
}

async function main(): Promise<void> {
  const args = commandLine(process.argv.slice(2));
  for (const stream of [process.stdout, process.stderr]) stream.on('error', (error) => onOutputError(error, args?.[0]));
  try {
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
