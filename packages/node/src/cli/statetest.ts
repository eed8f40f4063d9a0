/** `sherd statetest`: runs Ethereum state tests, with geth's `evm statetest` output. */
import { Command } from 'commander';
import { addFixtureOptions, runFixtureCommand } from './fixtureCommand.ts';

export function statetestCommand(): Command {
  const command = new Command('statetest')
    .description('run Ethereum state tests from files, folders or, one path a line, standard input')
    .addHelpText(
      'after',
      `
Examples:
  sherd statetest GeneralStateTests/stExample
  sherd statetest add11.json --fork Cancun --json
  find . -name '*.json' | sherd statetest --json`,
    );
  return addFixtureOptions(command).action((paths: string[], options) => runFixtureCommand('state', paths, options));
}
