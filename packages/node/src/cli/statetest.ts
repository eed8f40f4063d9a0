/** `sherd statetest`: runs Ethereum state tests, with geth's `evm statetest` output. */
import { Command, InvalidArgumentError, Option } from 'commander';
import {
  addFixtureOptions,
  addFixtureTraceOptions,
  collectForkAs,
  parseFork,
  runFixtureCommand,
} from './fixtureCommand.ts';

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
  sherd statetest --ewasm stEWASMTests
  find . -name '*.json' | sherd statetest --json`,
    );
  command.option(
    '--fork-as <fork=rules>',
    'run what the files say of a fork under other rules, a draft of it for one',
    collectForkAs,
  );
  addFixtureTraceOptions(addFixtureOptions(command))
    .addOption(new Option('--statetest.fork <name>').argParser(parseFork).hideHelp())
    .addOption(
      new Option('--ewasm', 'accounts have WebAssembly contracts: Ewasm, at the prices of 2019').conflicts('trace'),
    )
    .option('--statetest.index <n>', "of each fork's expectations the one at this position", parseIndex);
  return command.action((paths: string[], options) =>
    runFixtureCommand(options.ewasm === true ? 'ewasm' : 'state', paths, options),
  );
}

function parseIndex(text: string): number {
  if (!/^(?:-1|\d{1,9})$/.test(text)) throw new InvalidArgumentError('want a position from 0, or -1 for all');
  return Number(text);
}
