/** `sherd blocktest`: runs Ethereum block tests. */
import { Command } from 'commander';
import { addFixtureOptions, addFixtureTraceOptions, runFixtureCommand } from './fixtureCommand.ts';

export function blocktestCommand(): Command {
  const command = new Command('blocktest')
    .description('run Ethereum block tests from files, folders or, one path a line, standard input')
    .addHelpText(
      'after',
      `
Examples:
  sherd blocktest BlockchainTests/ValidBlocks --fork Cancun
  sherd blocktest chain.json --run 'test_reorg' --trace 2> steps.jsonl
  find . -name '*.json' | sherd blocktest --json`,
    );
  addFixtureTraceOptions(addFixtureOptions(command));
  return command.action((paths: string[], options) => runFixtureCommand('block', paths, options));
}
