/** The command line: runs what is asked for and turns whatever goes wrong into one clear line. */
import { CommanderError } from 'commander';
import { programVersion } from '../service/version.ts';
import { asksVersion, evmArguments, evmVersionLine, isEvmName } from './evmFace.ts';
import { withoutGoBooleans } from './goFlags.ts';
import { EXIT_FAILED, EXIT_USAGE, errorText } from './output.ts';
import { createProgram } from './program.ts';

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
