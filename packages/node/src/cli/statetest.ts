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
  sherd statetest add11.json --fork Cancun --trace 2> steps.jsonl
  find . -name '*.json' | sherd statetest --json`,
    );
  command.option('--trace', 'every step as a line of JSON (EIP-3155) on standard error');
  return addFixtureOptions(command).action((paths: string[], options) => runFixtureCommand('state', paths, options));
}
