/** `sherd statetest`: runs Ethereum state tests, with geth's `evm statetest` output. */
import { Command } from 'commander';
import { addFixtureOptions, collectForkAs, runFixtureCommand } from './fixtureCommand.ts';

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
  sherd statetest EIPTests/StateTests/stEIP2537 --fork-as Prague=pragueDraft2024
  find . -name '*.json' | sherd statetest --json`,
    );
  command.option('--trace', 'every step as a line of JSON (EIP-3155) on standard error');
  command.option(
    '--fork-as <fork=rules>',
    'run what the files say of a fork under other rules, a draft of it for one',
    collectForkAs,
  );
  return addFixtureOptions(command).action((paths: string[], options) => runFixtureCommand('state', paths, options));
}
