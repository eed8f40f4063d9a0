/** `sherd blocktest`: runs Ethereum block tests. */
import { Command } from 'commander';
import { addFixtureOptions, runFixtureCommand } from './fixtureCommand.ts';

export function blocktestCommand(): Command {
  const command = new Command('blocktest')
    .description('run Ethereum block tests from files, folders or, one path a line, standard input')
    .addHelpText('after', '\nExample:\n  sherd blocktest BlockchainTests/ValidBlocks --fork Cancun');
  return addFixtureOptions(command).action((paths: string[], options) => runFixtureCommand('block', paths, options));
}
