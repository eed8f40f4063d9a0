/** `sherd transactiontest`: runs Ethereum transaction tests. */
import { Command } from 'commander';
import { addFixtureOptions, runFixtureCommand } from './fixtureCommand.ts';

export function transactiontestCommand(): Command {
  const command = new Command('transactiontest')
    .description('run Ethereum transaction tests from files, folders or, one path a line, standard input')
    .addHelpText('after', '\nExample:\n  sherd transactiontest TransactionTests/ttEIP1559');
  return addFixtureOptions(command).action((paths: string[], options) => {
    return runFixtureCommand('transaction', paths, options);
  });
}
