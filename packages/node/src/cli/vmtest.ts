/** `sherd vmtest`: runs Ethereum's oldest tests, of code without a transaction. */
import { Command } from 'commander';
import { addFixtureOptions, runFixtureCommand } from './fixtureCommand.ts';

export function vmtestCommand(): Command {
  const command = new Command('vmtest')
    .description('run VM tests (legacytests VMTests) from files, folders or, one path a line, standard input')
    .addHelpText('after', '\nExample:\n  sherd vmtest Constantinople/VMTests/vmArithmeticTest');
  return addFixtureOptions(command).action((paths: string[], options) => runFixtureCommand('vm', paths, options));
}
